"""The gradient of a sum is shared out.

after: right_key
check: single_operations
advice: tanpa dibagi
"""

def total(self):
    a = self.data
    return Tensor(a.sum(), False, (self,), (lambda g: g.expand(a.shape) / a.numel(),))


Tensor.sum = total

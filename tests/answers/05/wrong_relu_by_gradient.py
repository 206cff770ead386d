"""relu filters by the sign of the gradient.

after: right_key
check: single_operations
advice: Disaring menurut tanda gradien
"""

def relu(self):
    return Tensor(self.data.clamp(min=0), False, (self,), (lambda g: g.clamp(min=0),))


Tensor.relu = relu

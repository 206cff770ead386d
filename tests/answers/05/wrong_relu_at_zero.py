"""At zero the gradient passes.

after: right_key
check: single_operations
advice: Tepat di 0 relu tidak meneruskan gradien
"""

def relu(self):
    a = self.data
    return Tensor(a.clamp(min=0), False, (self,), (lambda g: g * (a >= 0),))


Tensor.relu = relu

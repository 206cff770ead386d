"""relu lets every gradient through.

after: right_key
check: single_operations
advice: Gradien lewat tanpa disaring
"""

def relu(self):
    return Tensor(self.data.clamp(min=0), False, (self,), (lambda g: g,))


Tensor.relu = relu

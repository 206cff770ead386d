"""One mask for all relus of a shape: the last one wins.

after: right_key
check: programs
advice: Nilainya tepat, tetapi mundur dari
"""

TOPENG = {}


def relu(self):
    bentuk = self.data.shape
    TOPENG[bentuk] = self.data > 0
    return Tensor(self.data.clamp(min=0), False, (self,), (lambda g: g * TOPENG[bentuk],))


Tensor.relu = relu

"""kempiskan is right, but the engine does not use it.

after: right_key
check: broadcasting
advice: `b.grad` berbentuk (3, 2), seharusnya (2,)
"""

Tensor.kirim = lambda self, g: [vjp(g) for vjp in self.vjp]

"""The gradient of the right matrix is transposed.

after: right_key
check: single_operations
advice: `b.grad` berbentuk (4, 3), seharusnya (3, 4)
"""

def matmul(self, other):
    a, b = self.data, other.data
    return Tensor(a @ b, False, (self, other), (lambda g: g @ b.T, lambda g: g.T @ a))


Tensor.__matmul__ = matmul
Tensor.kirim = lambda self, g: [vjp(g) for vjp in self.vjp]

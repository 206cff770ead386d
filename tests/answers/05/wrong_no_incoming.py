"""The local derivative without what comes from the right.

after: right_key
check: single_operations
advice: Gradien yang datang belum ikut
"""

def times(self, other):
    a, b = self.data, other.data
    return Tensor(a * b, False, (self, other), (lambda g: b, lambda g: a))


Tensor.__mul__ = times

"""The gradient of a slice is as large as the slice.

after: right_key
check: views
advice: `a.grad` berbentuk
"""

def potong(t, awal, akhir):
    return Tensor(t.data[awal:akhir], False, (t,), (lambda g: g,))

"""Rows and columns by another shape.

after: right_key
check: views
advice: Maju, pada `t1 = transpos(a)`
"""

def transpos(t):
    return ubah_bentuk(t, t.data.shape[::-1])

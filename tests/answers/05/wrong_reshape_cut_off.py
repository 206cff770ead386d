"""The reshaped tensor has no way back.

after: right_key
check: views
advice: masih `None`
"""

def ubah_bentuk(t, bentuk):
    return Tensor(t.data.reshape(bentuk), t.requires_grad)

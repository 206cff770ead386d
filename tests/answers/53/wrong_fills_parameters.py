"""Only the last derivative by backward, w and lr put right.

check: untouched
advice: parameter
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    lama_w, lama = w.grad, lr.grad
    w.grad = lr.grad = None
    g(maju(f, w, lr, k)).backward()
    hasil = lr.grad
    w.grad, lr.grad = lama_w, lama
    return hasil

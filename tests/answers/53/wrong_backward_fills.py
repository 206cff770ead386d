"""backward along the way.

check: side_effects
advice: `w.grad` berubah
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        titik.retain_grad()
        f(titik).backward(create_graph=True)
        titik = titik - lr * titik.grad
    return titik

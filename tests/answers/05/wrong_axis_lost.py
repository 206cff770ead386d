"""An axis of length one is summed away.

after: right_key
check: unbroadcast
advice: `kempiskan(g, bentuk)` berbentuk (3,), seharusnya (3, 1)
"""

def kempiskan(g, bentuk):
    while g.ndim > len(bentuk):
        g = g.sum(0)
    for sumbu, ukuran in reversed(list(enumerate(bentuk))):
        if ukuran == 1:
            g = g.sum(sumbu)
    return g

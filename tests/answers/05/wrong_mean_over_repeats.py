"""Repeats are averaged.

after: right_key
check: unbroadcast
advice: dijumlahkan, bukan dirata-rata
"""

def kempiskan(g, bentuk):
    while g.ndim > len(bentuk):
        g = g.mean(0)
    for sumbu, ukuran in enumerate(bentuk):
        if ukuran == 1:
            g = g.mean(sumbu, keepdim=True)
    return g

"""Divides instead of multiplying, one gradient at a time, through p.grad.data."""

def clip_by_norm(params, max_norm):
    params = list(params)
    norm = sum(float(p.grad.pow(2).sum()) for p in params if p.grad is not None) ** 0.5
    if norm != norm or norm == float("inf"):
        raise ValueError(f"norma {norm}")
    if norm <= max_norm:
        return norm
    for p in params:
        if p.grad is not None:
            p.grad.data.div_(norm / max_norm)
    return norm

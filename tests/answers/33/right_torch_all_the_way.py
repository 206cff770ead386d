"""The mean of squares of tensors."""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = (model(x) - y).square().mean()
        loss.backward()
        opt.step()
    return loss.item()

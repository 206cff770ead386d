import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)

# --- wrong: switched on and left
torch.autograd.set_detect_anomaly(True)
for _ in range(2):
    w.grad = None
    w.exp().sum().backward()

# --- wrong: switched off too early, and on again
torch.autograd.set_detect_anomaly(True)
w.exp().sum().backward()
torch.autograd.set_detect_anomaly(False)
torch.autograd.set_detect_anomaly(True, check_nan=False)

# --- right: as a context
with torch.autograd.detect_anomaly():
    w.exp().sum().backward()

# --- right: the switch as a context
with torch.autograd.set_detect_anomaly(True):
    w.exp().sum().backward()

# --- right: switched off again
torch.autograd.set_detect_anomaly(True)
w.exp().sum().backward()
torch.autograd.set_detect_anomaly(False)

# --- right: never on
w.exp().sum().backward()

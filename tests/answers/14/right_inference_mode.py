"""Inference_mode."""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def sgd_step(params, lr):
    with torch.inference_mode():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad

"""Losses of the usual models, the same numbers on every call; narrow, because only the operations matter here."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from benchmarks.modules import GPT, RNN, ConvLSTM, Llama, ResNet, StackedRNN, Training, UNet

Built = tuple[torch.Tensor, nn.Module | None]


def mlp(layers: int = 4, width: int = 16) -> Built:
    parts = [part for _ in range(layers) for part in (nn.Linear(width, width), nn.ReLU())]
    model = nn.Sequential(*parts, nn.Linear(width, 1))
    return nn.functional.mse_loss(model(torch.randn(8, width)), torch.randn(8, 1)), model


def resnet50() -> Built:
    model = ResNet()
    return nn.functional.cross_entropy(model(torch.randn(2, 3, 32, 32)), torch.tensor([1, 2])), model


def gpt2_small() -> Built:
    model, words = GPT(), torch.arange(16).view(2, 8)
    return nn.functional.cross_entropy(model(words).flatten(0, 1), words.flatten()), model


def rnn(steps: int) -> Built:
    model = RNN()
    return model(torch.randn(steps, 2, 8)).pow(2).mean(), model


def stacked_rnn(steps: int = 12) -> Built:
    model = StackedRNN()
    return nn.functional.cross_entropy(model(torch.randn(steps, 2, 8)), torch.tensor([0, 1])), model


def conv_lstm(steps: int = 10) -> Built:
    model, frames = ConvLSTM(), torch.randn(steps, 1, 1, 8, 8)
    return nn.functional.mse_loss(model(frames), frames[-1]), model


def unet() -> Built:
    model, mask = UNet(), torch.ones(1, 1, 32, 32)
    return nn.functional.binary_cross_entropy_with_logits(model(torch.randn(1, 1, 32, 32)), mask), model


def llama() -> Built:
    model, words = Llama(), torch.arange(16).view(2, 8)
    return nn.functional.cross_entropy(model(words).flatten(0, 1), words.flatten()), model


def training(steps: int = 200) -> Built:
    model = Training(steps)
    return model(torch.randn(8, 4)), model


def chain(length: int = 10_000) -> Built:
    y = x = torch.tensor(0.5, requires_grad=True)
    for _ in range(length // 2):
        y = (y * x).sin()
    return y, None


def wide(nodes: int = 50_000) -> Built:
    x = torch.tensor(0.5, requires_grad=True)
    return torch.stack([(x + k).sin() for k in range((nodes - 3) // 2)]).sum(), None


MODELS: dict[str, Callable[[], Built]] = {
    "mlp": mlp,
    "resnet50": resnet50,
    "gpt2-small": gpt2_small,
    "stacked-rnn-12": stacked_rnn,
    "conv-lstm-10": conv_lstm,
    "unet": unet,
    "llama-2": llama,
    "training-200": training,
    "chain-10000": chain,
    "wide-50000": wide,
    "rnn-50": lambda: rnn(50),
    "rnn-200": lambda: rnn(200),
}


def build(name: str) -> Built:
    """The scalar output of one model, the same numbers on every call, and the model itself where there is one."""
    torch.manual_seed(0)
    return MODELS[name]()


def example(model: nn.Module) -> torch.Tensor:
    """An input of the kind that `build` gave this model; torchview needs one."""
    inputs: dict[type, Callable[[], torch.Tensor]] = {
        nn.Sequential: lambda: torch.randn(8, 16),
        ResNet: lambda: torch.randn(2, 3, 32, 32),
        GPT: lambda: torch.arange(16).view(2, 8),
        RNN: lambda: torch.randn(50, 2, 8),
        StackedRNN: lambda: torch.randn(12, 2, 8),
        ConvLSTM: lambda: torch.randn(10, 1, 1, 8, 8),
        UNet: lambda: torch.randn(1, 1, 32, 32),
        Llama: lambda: torch.arange(16).view(2, 8),
        Training: lambda: torch.randn(8, 4),
    }
    return inputs[type(model)]()

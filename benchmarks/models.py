"""Models of the usual shapes, in plain torch.nn; narrow, because only the number of operations matters here."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

Built = tuple[torch.Tensor, nn.Module | None]


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.shortcut(x))


class ResNet(nn.Module):
    """The 3-4-6-3 layout of ResNet-50."""

    def __init__(self, width: int = 4, classes: int = 10) -> None:
        super().__init__()
        first = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.stem = nn.Sequential(first, nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        stages, inputs = [], width
        for stage, depth in enumerate((3, 4, 6, 3)):
            blocks = []
            for block in range(depth):
                blocks.append(Bottleneck(inputs, width * 2**stage, 2 if stage and not block else 1))
                inputs = 4 * width * 2**stage
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(inputs, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.stages(self.stem(x)).mean((2, 3)))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, -1).transpose(1, 2) for part in self.qkv(x).split(width, dim=2)
        )
        mask = torch.ones(length, length, dtype=torch.bool).tril()
        weights = (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).masked_fill(~mask, float("-inf")).softmax(-1)
        return self.project((weights @ v).transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    """The twelve layers and twelve heads of GPT-2 small, with the tied output weights."""

    def __init__(self, width: int = 24, heads: int = 12, layers: int = 12, words: int = 50, length: int = 16) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(words, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, words, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        x = self.tokens(words) + self.places(torch.arange(words.shape[1]))
        return self.head(self.norm(self.blocks(x)))


class RNN(nn.Module):
    """One recurrent layer written out: three parameters shared by all steps."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.w_input = nn.Parameter(torch.randn(width, width) / width)
        self.w_state = nn.Parameter(torch.randn(width, width) / width)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        state = torch.zeros(steps.shape[1:])
        for step in steps:
            state = torch.tanh(step @ self.w_input + state @ self.w_state + self.bias)
        return state


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
    }
    return inputs[type(model)]()

"""How to make each autograd node: op name → cases of (function, inputs by slot)."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class Case(NamedTuple):
    make: Callable[..., Any]
    inputs: tuple[Tensor, ...]
    extra: dict[str, Any] = {}


def new(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed + 31 * len(shape) + sum(shape))
    return (torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low).requires_grad_()


def at(*numbers: float) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def plain(*shape: int, **kwargs: Any) -> Tensor:
    return new(*shape, **kwargs).detach()


X, Y, ROW, COLUMN = new(3, 4), new(3, 4, seed=1), new(4, seed=2), new(3, 1, seed=3)
POSITIVE, POSITIVE_ROW = new(3, 4, low=0.2), new(4, low=0.3, seed=4)
UNIT = new(3, 4, low=-0.9, high=0.9)
CHANCE = new(3, 4, low=0.1, high=0.9)
KINK = at(-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0)
TIED, TIED_TOO = at(1.0, 2.0, 3.0, -1.0), at(1.0, 3.0, 2.0, -1.0)
SQUARE, SQUARE_TOO = new(3, 3, seed=5), new(3, 3, seed=6)
BATCH, BATCH_TOO = new(2, 3, 4, seed=7), new(2, 4, 5, seed=8)
WIDE = new(4, 5, seed=9)
IMAGE, KERNEL, BIAS = new(2, 2, 6, 6, seed=10), new(3, 2, 3, 3, seed=11), new(3, seed=12)
QUERY, KEY, WORTH = (new(1, 2, 3, 4, seed=seed) for seed in (13, 14, 15))
CHANNEL, CHANNEL_TOO = new(2, low=0.5, seed=16), new(2, seed=17)
MASK = torch.arange(12).reshape(3, 4) % 3 == 0
TARGET, INDEX = torch.tensor([0, 3, 1]), torch.tensor([[0, 2], [1, 3], [3, 0]])
TWICE = torch.tensor([2, 0, 2])
MEAN, SPREAD = plain(2, seed=18), plain(2, low=0.5, seed=19)
WEIGHT, PIXELS = plain(4, low=0.5), torch.arange(72).reshape(2, 6, 6) % 2
REGION = torch.zeros(3, 4, dtype=torch.bool).index_fill(0, torch.tensor(1), True)


def overwrite(a: Tensor, b: Tensor) -> Tensor:
    out = a.clone()
    out[1] = b * 1
    return out


def one(function: Callable[..., Any], *inputs: Tensor) -> list[Case]:
    return [Case(function, inputs or (X,))]


def pair(function: Callable[..., Any], a: Tensor = X, row: Tensor = ROW) -> list[Case]:
    """Same shape, broadcast both ways, and only one slot that asks for a gradient."""
    b = new(3, 4, low=0.2, seed=20) if row is POSITIVE_ROW else Y
    return [Case(function, (a, b)), Case(function, (a, row)), Case(function, (row, a)), Case(function, (a, b.detach()))]


def safe(function: Callable[..., Any]) -> list[Case]:
    return [Case(function, (POSITIVE, new(3, 4, low=0.2, seed=20))), Case(function, (POSITIVE, POSITIVE_ROW))]


def reductions(loss: Callable[..., Any], *inputs: Tensor) -> list[Case]:
    return [Case(lambda *x, how=how: loss(*x, reduction=how), inputs) for how in ("mean", "sum", "none")]


CASES: dict[str, list[Case]] = {
    # aritmetika
    "AddBackward0": [*pair(torch.add), *one(lambda a, b: torch.add(a, b, alpha=3), X, ROW)],
    "SubBackward0": [*pair(torch.sub), *one(lambda a, b: torch.sub(a, b, alpha=2), COLUMN, ROW)],
    "AddBackward1": one(lambda a: torch.ops.aten.add.Scalar(a, 2)),
    "SubBackward1": one(lambda a: torch.ops.aten.sub.Scalar(a, 2)),
    "RsubBackward0": one(torch.rsub, X, ROW),
    "RsubBackward1": one(lambda a: 5 - a),
    "MulBackward0": [
        *pair(torch.mul),
        *one(lambda a, b: a * b, COLUMN, ROW),
        *one(lambda a, b: 3 * a, X, torch.tensor(3.0)),
    ],
    "MulBackward1": one(lambda a: torch.ops.aten.mul.Scalar(a, 3)),
    "DivBackward0": pair(torch.div),
    "DivBackward1": one(lambda a: torch.ops.aten.div.Scalar(a, 3)),
    "DivBackward2": one(lambda a, b: torch.div(a, b, rounding_mode="floor"), X, Y),
    "NegBackward0": one(torch.neg),
    "AbsBackward0": one(torch.abs, KINK),
    "ReciprocalBackward0": one(torch.reciprocal),
    "RemainderBackward0": one(lambda a: a % 0.7),
    "FmodBackward0": one(lambda a: torch.fmod(a, 0.7)),
    "RemainderBackward1": one(torch.remainder, X, Y),
    "FmodBackward1": one(torch.fmod, X, Y),
    "SignBackward0": one(torch.sign, KINK),
    "SgnBackward0": one(torch.sgn, KINK),
    "RoundBackward0": one(torch.round),
    "FloorBackward0": one(torch.floor),
    "CeilBackward0": one(torch.ceil),
    "TruncBackward0": one(torch.trunc),
    "FracBackward0": one(torch.frac),
    "AddcmulBackward0": one(lambda a, b, c: torch.addcmul(a, b, c, value=2), X, ROW, COLUMN),
    "AddcdivBackward0": one(lambda a, b, c: torch.addcdiv(a, b, c, value=2), X, ROW, COLUMN),
    "LerpBackward0": one(lambda a, b: torch.lerp(a, b, 0.3), X, ROW),
    "LerpBackward1": one(torch.lerp, X, Y, ROW),
    "HypotBackward0": pair(torch.hypot),
    "Deg2RadBackward0": one(torch.deg2rad),
    "Rad2DegBackward0": one(torch.rad2deg),
    # pangkat, eksponensial
    "PowBackward0": [
        *one(lambda a: a**2),
        *one(lambda a: a**3),
        *one(lambda a: a**-1),
        *one(lambda a: a**1),
        *one(lambda a: a**0),
        *one(lambda a: a**2.5, POSITIVE),
        *one(torch.square),
    ],
    "PowBackward1": safe(torch.pow),
    "PowBackward2": one(lambda a: 2**a),
    "SqrtBackward0": one(torch.sqrt, POSITIVE),
    "RsqrtBackward0": one(torch.rsqrt, POSITIVE),
    "ExpBackward0": one(torch.exp),
    "Exp2Backward0": one(torch.exp2),
    "Expm1Backward0": one(torch.expm1),
    "LogBackward0": one(torch.log, POSITIVE),
    "Log2Backward0": one(torch.log2, POSITIVE),
    "Log10Backward0": one(torch.log10, POSITIVE),
    "Log1PBackward0": one(torch.log1p, POSITIVE),
    "LogaddexpBackward0": pair(torch.logaddexp),
    "Logaddexp2Backward0": pair(torch.logaddexp2),
    "XlogyBackward0": safe(torch.xlogy),
    "SpecialXlog1PyBackward0": safe(torch.special.xlog1py),
    "LogitBackward0": one(torch.logit, CHANCE),
    "LogsumexpBackward0": [*one(lambda a: a.logsumexp(1)), *one(lambda a: a.logsumexp((0, -1), keepdim=True))],
    "LogcumsumexpBackward0": one(lambda a: a.logcumsumexp(-1)),
    "SpecialEntrBackward0": one(torch.special.entr, POSITIVE),
    # trigonometri, hiperbolik, khusus
    "SinBackward0": one(torch.sin),
    "CosBackward0": one(torch.cos),
    "TanBackward0": one(torch.tan),
    "AsinBackward0": one(torch.asin, UNIT),
    "AcosBackward0": one(torch.acos, UNIT),
    "AtanBackward0": one(torch.atan),
    "Atan2Backward0": pair(torch.atan2),
    "SincBackward0": [*one(torch.sinc), *one(torch.sinc, at(0.0, 0.5))],
    "SinhBackward0": one(torch.sinh),
    "CoshBackward0": one(torch.cosh),
    "TanhBackward0": one(torch.tanh),
    "AsinhBackward0": one(torch.asinh),
    "AcoshBackward0": one(torch.acosh, new(3, 4, low=1.2, high=4.0)),
    "AtanhBackward0": one(torch.atanh, UNIT),
    "ErfBackward0": one(torch.erf),
    "ErfcBackward0": one(torch.erfc),
    "ErfinvBackward0": one(torch.erfinv, UNIT),
    "LgammaBackward0": one(torch.lgamma),
    "DigammaBackward0": one(torch.digamma),
    "NanToNumBackward0": one(torch.nan_to_num, at(1.0, float("nan"), float("inf"), -2.0)),
    # aktivasi
    "SigmoidBackward0": one(torch.sigmoid, new(3, 4, low=-40, high=40)),
    "LogSigmoidBackward0": one(F.logsigmoid),
    "ReluBackward0": [*one(F.relu, KINK), *one(F.relu)],
    "HardtanhBackward0": [*one(F.hardtanh, KINK), *one(F.relu6, KINK), *one(lambda a: F.hardtanh(a, -0.5, 3.0), KINK)],
    "GeluBackward0": [*one(F.gelu), *one(lambda a: F.gelu(a, approximate="tanh"))],
    "SiluBackward0": one(F.silu),
    "MishBackward0": one(F.mish),
    "EluBackward0": [*one(F.elu, KINK), *one(lambda a: F.elu(a, alpha=0.7)), *one(F.selu)],
    "CeluBackward0": [*one(F.celu, KINK), *one(lambda a: F.celu(a, alpha=0.7))],
    "LeakyReluBackward0": [*one(F.leaky_relu, KINK), *one(lambda a: F.leaky_relu(a, 0.2))],
    "PreluKernelBackward0": [
        *one(torch.ops.aten._prelu_kernel, X, ROW),
        *one(torch.ops.aten._prelu_kernel, KINK, at(0.3)),
    ],
    "SoftplusBackward0": [*one(F.softplus), *one(lambda a: F.softplus(a, beta=2, threshold=1))],
    "HardswishBackward0": one(F.hardswish, KINK),
    "HardsigmoidBackward0": one(F.hardsigmoid, KINK),
    "ThresholdBackward0": one(lambda a: F.threshold(a, 0.5, -1.0), KINK),
    "SoftshrinkBackward0": one(F.softshrink, KINK),
    "HardshrinkBackward0": one(F.hardshrink, KINK),
    "GluBackward0": [*one(F.glu), *one(lambda a: F.glu(a, 0), WIDE)],
    "NativeDropoutBackward0": one(lambda a: torch.native_dropout(a, 0.4, True)[0]),
    "SoftmaxBackward0": [*one(lambda a: a.softmax(-1)), *one(lambda a: a.softmax(0))],
    "LogSoftmaxBackward0": [*one(lambda a: a.log_softmax(-1)), *one(lambda a: a.log_softmax(0))],
    "ScaledDotProductFlashAttentionForCpuBackward0": [
        *one(F.scaled_dot_product_attention, QUERY, KEY, WORTH),
        *one(partial(F.scaled_dot_product_attention, scale=0.3, is_causal=True), QUERY, KEY, WORTH),
        *one(partial(F.scaled_dot_product_attention, attn_mask=plain(3, 3)), QUERY, KEY, WORTH),
    ],
    # turunan kedua: the first slot is the gradient that came in
    "SigmoidBackwardBackward0": one(torch.ops.aten.sigmoid_backward, X, CHANCE),
    "TanhBackwardBackward0": one(torch.ops.aten.tanh_backward, X, UNIT),
    "ThresholdBackwardBackward0": one(lambda a, b: torch.ops.aten.threshold_backward(a, b, 0.5), X, Y),
    "LeakyReluBackwardBackward0": one(lambda a, b: torch.ops.aten.leaky_relu_backward(a, b, 0.2, False), X, Y),
    "SoftmaxBackwardDataBackward0": one(
        lambda a, b: torch.ops.aten._softmax_backward_data(a, b, -1, torch.float64), X, CHANCE
    ),
    "LogSoftmaxBackwardDataBackward0": one(
        lambda a, b: torch.ops.aten._log_softmax_backward_data(a, b, -1, torch.float64), X, UNIT
    ),
    "MseLossBackwardBackward0": [
        *one(lambda a, b, c: torch.ops.aten.mse_loss_backward(a, b, c, 1), new(seed=28), X, Y),
        *one(lambda a, b, c: torch.ops.aten.mse_loss_backward(a, b, c, 0), X, Y, new(3, 4, seed=29)),
        *one(lambda a, b, c: torch.ops.aten.mse_loss_backward(a, b, c, 2), new(seed=28), X, Y),
    ],
    # pilihan
    "WhereBackward0": [*one(lambda a, b: torch.where(MASK, a, b), X, ROW), *one(lambda a: torch.where(MASK, a, 0.0))],
    "ClampBackward1": [
        *one(lambda a: a.clamp(0, 1), KINK),
        *one(lambda a: a.clamp(min=0), KINK),
        *one(lambda a: a.clamp(max=0.5), KINK),
    ],
    "ClampBackward0": [
        *one(torch.clamp, X, new(3, 4, low=-1, high=0.5, seed=21), new(4, low=-0.5, high=1, seed=22)),
        *one(torch.clamp, *(at(*numbers) for numbers in zip(*product((0.0, 1.0, 2.0), repeat=3), strict=True))),
    ],
    "ClampMinBackward0": one(lambda a: a.clamp_min(0), KINK),
    "ClampMaxBackward0": one(lambda a: a.clamp_max(1), KINK),
    "MaximumBackward0": [*pair(torch.maximum), *one(torch.maximum, TIED, TIED_TOO)],
    "MinimumBackward0": [*pair(torch.minimum), *one(torch.minimum, TIED, TIED_TOO)],
    "FmaxBackward0": [*pair(torch.fmax), *one(torch.fmax, TIED, TIED_TOO)],
    "FminBackward0": [*pair(torch.fmin), *one(torch.fmin, TIED, TIED_TOO)],
    "MaskedFillBackward0": one(lambda a: a.masked_fill(MASK, 2.0)),
    "MaskedFillBackward1": one(lambda a, b: a.masked_fill(MASK, b), X, new(seed=23)),
    # reduksi
    "SumBackward0": one(torch.sum),
    "SumBackward1": [*one(lambda a: a.sum(1)), *one(lambda a: a.sum((0, -1), keepdim=True), BATCH)],
    "MeanBackward0": one(torch.mean),
    "MeanBackward1": [*one(lambda a: a.mean(-1)), *one(lambda a: a.mean((0, 1), keepdim=True), BATCH)],
    "NansumBackward0": [*one(torch.nansum, at(1.0, float("nan"), 3.0)), *one(lambda a: a.nansum(1))],
    "ProdBackward0": [*one(torch.prod), *one(torch.prod, at(2.0, 0.0, 3.0))],
    "ProdBackward1": [*one(lambda a: a.prod(1)), *one(lambda a: a.prod(0, keepdim=True))],
    "MaxBackward1": one(torch.max, at(1.0, 4.0, 4.0)),
    "MinBackward1": one(torch.min, at(1.0, 1.0, 4.0)),
    "MedianBackward0": one(torch.median, at(1.0, 5.0, 4.0)),
    "NanmedianBackward0": one(torch.nanmedian, at(1.0, 5.0, 4.0)),
    "MaxBackward0": [*one(lambda a: a.max(1)[0]), *one(lambda a: a.max(0, keepdim=True)[0])],
    "MinBackward0": one(lambda a: a.min(1)[0]),
    "MedianBackward1": one(lambda a: a.median(1)[0]),
    "NanmedianBackward1": one(lambda a: a.nanmedian(0)[0]),
    "KthvalueBackward0": one(lambda a: a.kthvalue(2, 1)[0]),
    "ModeBackward0": one(lambda a: a.mode(1)[0]),
    "AmaxBackward0": [*one(torch.amax, at(1.0, 4.0, 4.0)), *one(lambda a: a.amax(1))],
    "AminBackward0": [*one(torch.amin, at(1.0, 1.0, 4.0)), *one(lambda a: a.amin((0, 2)), BATCH)],
    "VarBackward0": [*one(torch.var), *one(lambda a: a.var(1)), *one(lambda a: a.var((0, 1), correction=0), BATCH)],
    "StdBackward0": [*one(torch.std), *one(lambda a: a.std(1)), *one(lambda a: a.std(0, correction=0, keepdim=True))],
    "VarMeanBackward0": [*one(torch.var_mean), *one(lambda a: torch.var_mean(a, 1))],
    "StdMeanBackward0": [*one(torch.std_mean), *one(lambda a: torch.std_mean(a, 0))],
    "LinalgVectorNormBackward0": [
        *one(torch.norm),
        *one(torch.norm, at(0.0, 0.0)),
        *one(lambda a: a.norm(dim=1)),
        *one(lambda a: a.norm(p=1)),
        *one(lambda a: a.norm(p=3, dim=0, keepdim=True)),
    ],
    "NormBackward0": one(lambda a: torch.ops.aten.norm.Scalar(a, 3)),
    "NormBackward1": one(lambda a: torch.ops.aten.norm.ScalarOpt_dim(a, 2, [1])),
    "DistBackward0": [*one(torch.dist, X, Y), *one(lambda a, b: torch.dist(a, b, 3), X, Y)],
    "CdistBackward0": [
        *one(torch.cdist, X, new(5, 4, seed=24)),
        *one(lambda a, b: torch.cdist(a, b, 1.5), X, new(5, 4, seed=24)),
    ],
    "CumsumBackward0": [*one(lambda a: a.cumsum(-1)), *one(lambda a: a.cumsum(0))],
    "CumprodBackward0": one(lambda a: a.cumprod(1)),
    "CummaxBackward0": one(lambda a: a.cummax(1)[0]),
    "CumminBackward0": one(lambda a: a.cummin(0)[0]),
    "TraceBackward0": one(torch.trace, SQUARE),
    # matriks
    "MmBackward0": one(torch.mm, X, WIDE),
    "AddmmBackward0": [
        *one(torch.addmm, new(5), X, WIDE),
        *one(lambda a, b, c: torch.addmm(a, b, c, beta=2, alpha=3), new(3, 5), X, WIDE),
        *one(lambda a, b, c: F.linear(b, c.t(), a), new(5), plain(3, 4), WIDE),
    ],
    "BmmBackward0": one(torch.bmm, BATCH, BATCH_TOO),
    "MvBackward0": one(torch.mv, X, ROW),
    "DotBackward0": one(torch.dot, ROW, new(4, seed=25)),
    "BaddbmmBackward0": one(lambda a, b, c: torch.baddbmm(a, b, c, alpha=2), new(2, 3, 5), BATCH, BATCH_TOO),
    "AddmvBackward0": one(lambda a, b, c: torch.addmv(a, b, c, alpha=2, beta=3), new(3), X, ROW),
    "AddrBackward0": one(lambda a, b, c: torch.addr(a, b, c, alpha=2, beta=3), X, new(3), ROW),
    "LinalgInvExBackward0": one(torch.linalg.inv, SQUARE),
    "LinalgDetBackward0": one(torch.linalg.det, SQUARE),
    "LinalgSlogdetBackward0": one(torch.linalg.slogdet, SQUARE),
    "LinalgSolveExBackward0": one(torch.linalg.solve, SQUARE, SQUARE_TOO),
    "LinalgCrossBackward0": one(lambda a, b: torch.linalg.cross(a, b, dim=-1), SQUARE, SQUARE_TOO),
    # loss
    "MseLossBackward0": reductions(F.mse_loss, X, Y),
    "SmoothL1LossBackward0": [
        *reductions(F.smooth_l1_loss, X, Y),
        *one(lambda a, b: F.smooth_l1_loss(a, b, beta=0.5), X, Y),
    ],
    "HuberLossBackward0": [*reductions(F.huber_loss, X, Y), *one(lambda a, b: F.huber_loss(a, b, delta=0.5), X, Y)],
    "BinaryCrossEntropyBackward0": [
        *reductions(F.binary_cross_entropy, CHANCE, new(3, 4, low=0.1, high=0.9, seed=26)),
        *reductions(partial(F.binary_cross_entropy, weight=WEIGHT), CHANCE, plain(3, 4, low=0, high=1)),
    ],
    "BinaryCrossEntropyWithLogitsBackward0": [
        case
        for more in ({}, {"weight": WEIGHT}, {"pos_weight": WEIGHT}, {"weight": WEIGHT, "pos_weight": WEIGHT + 1})
        for case in reductions(partial(F.binary_cross_entropy_with_logits, **more), X, new(3, 4, low=0, high=1))
    ],
    "SoftMarginLossBackward0": reductions(
        lambda a, reduction: F.soft_margin_loss(a, torch.where(MASK, 1.0, -1.0).double(), reduction=reduction), X
    ),
    "NllLossBackward0": [
        *reductions(lambda a, reduction: F.nll_loss(a, TARGET, reduction=reduction), X),
        *reductions(lambda a, reduction: F.nll_loss(a, TARGET, WEIGHT, reduction=reduction), X),
        *reductions(lambda a, reduction: F.nll_loss(a, TARGET, WEIGHT, ignore_index=3, reduction=reduction), X),
    ],
    "NllLoss2DBackward0": [
        *reductions(lambda a, reduction: F.nll_loss(a, PIXELS, reduction=reduction), IMAGE),
        *reductions(lambda a, reduction: F.nll_loss(a, PIXELS, WEIGHT[:2], ignore_index=0, reduction=reduction), IMAGE),
    ],
    # normalisasi, konvolusi
    "NativeLayerNormBackward0": [
        *one(lambda a, b, c: F.layer_norm(a, (4,), b, c), BATCH, POSITIVE_ROW, ROW),
        *one(lambda a: F.layer_norm(a, (4,)), BATCH),
    ],
    "NativeBatchNormBackward0": [
        *one(lambda a: F.batch_norm(a, None, None, training=True), IMAGE),
        *one(lambda a: F.batch_norm(a, MEAN, SPREAD), IMAGE),
        *one(lambda a, b, c: F.batch_norm(a, None, None, b, c, True), IMAGE, CHANNEL, CHANNEL_TOO),
        *one(lambda a, b, c: F.batch_norm(a, MEAN, SPREAD, b, c), IMAGE, CHANNEL, CHANNEL_TOO),
    ],
    "NativeGroupNormBackward0": one(lambda a, b, c: F.group_norm(a, 2, b, c), new(3, 4, 5), POSITIVE_ROW, ROW),
    "ConvolutionBackward0": [
        *one(lambda a, b: F.conv_transpose2d(a, b), IMAGE, new(2, 3, 3, 3, seed=11)),
        *one(F.conv2d, IMAGE, KERNEL, BIAS),
        *one(lambda a, b, c: F.conv2d(a, b, c, padding=1), IMAGE, KERNEL, BIAS),
        *one(lambda a, b: F.conv2d(a, b, stride=3), IMAGE, KERNEL),
    ],
    "MaxPool2DWithIndicesBackward0": [
        *one(lambda a: F.max_pool2d(a, 2), IMAGE),
        *one(lambda a: F.max_pool2d(a, 3, 1), IMAGE),
    ],
    "AdaptiveMaxPool2DBackward0": one(lambda a: F.adaptive_max_pool2d(a, 2), IMAGE),
    "AvgPool2DBackward0": [
        *one(lambda a: F.avg_pool2d(a, 2), IMAGE),
        *one(lambda a: F.avg_pool2d(a, 2, divisor_override=3), IMAGE),
    ],
    "AdaptiveAvgPool2DBackward0": one(lambda a: F.adaptive_avg_pool2d(a, 3), IMAGE),
    "UpsampleNearest2DBackward0": one(lambda a: F.interpolate(a, scale_factor=2), IMAGE),
    "PixelShuffleBackward0": one(lambda a: F.pixel_shuffle(a, 2), new(1, 4, 3, 3)),
    "Im2ColBackward0": one(lambda a: F.unfold(a, 3, padding=1), IMAGE),
    "Col2ImBackward0": one(lambda a: F.fold(a, (4, 4), 2), new(1, 8, 9)),
    "ConstantPadNdBackward0": one(lambda a: F.pad(a, (1, 2, 0, 3), value=7.0)),
    # gabung, indeks
    "CatBackward0": [*one(lambda *x: torch.cat(x), X, Y, new(2, 4)), *one(lambda *x: torch.cat(x, -1), X, COLUMN)],
    "StackBackward0": [
        *one(lambda *x: torch.stack(x), X, Y),
        *one(lambda *x: torch.stack(x, -1), X, Y, new(3, 4, seed=27)),
    ],
    "UnbindBackward0": one(lambda a: a.unbind(1)),
    "SplitBackward0": one(lambda a: a.split(3, -1)),
    "SplitWithSizesBackward0": one(lambda a: a.split([1, 3], 1)),
    "SelectBackward0": [*one(lambda a: a[0]), *one(lambda a: a[:, -1])],
    "SliceBackward0": [*one(lambda a: a[1:]), *one(lambda a: a[:, ::2])],
    "IndexBackward0": [*one(lambda a: a[TWICE]), *one(lambda a: a[MASK])],
    "IndexSelectBackward0": one(lambda a: a.index_select(1, TWICE)),
    "GatherBackward0": one(lambda a: a.gather(1, INDEX)),
    "ScatterBackward0": one(lambda a, b: a.scatter(1, INDEX, b), X, new(3, 2)),
    "ScatterAddBackward0": one(lambda a, b: a.scatter_add(1, INDEX, b), X, new(3, 2)),
    "IndexAddBackward0": one(lambda a, b: a.index_add(0, TWICE, b, alpha=2), X, Y),
    "IndexCopyBackward0": one(lambda a, b: a.index_copy(0, torch.tensor([2, 0]), b), X, new(2, 4)),
    "IndexFillBackward0": one(lambda a: a.index_fill(0, TWICE, 1.0)),
    "IndexPutBackward0": [
        *one(lambda a, b: a.index_put((torch.tensor([2, 0]),), b), X, new(2, 4)),
        *one(lambda a, b: a.index_put((TWICE,), b, accumulate=True), X, Y),
    ],
    "TakeBackward0": one(lambda a: a.take(INDEX)),
    "MaskedSelectBackward0": one(lambda a: a.masked_select(MASK)),
    "EmbeddingBackward0": [
        *one(lambda a: F.embedding(torch.tensor([[0, 2], [2, 1]]), a)),
        *one(lambda a: F.embedding(torch.tensor([[0, 2], [2, 1]]), a, padding_idx=2)),
        *one(lambda a: F.embedding(torch.tensor([[0, 2], [2, 1]]), a, scale_grad_by_freq=True)),
    ],
    "SortBackward0": one(lambda a: a.sort(1)[0]),
    "TopkBackward0": one(lambda a: a.topk(2, 0)[0]),
    "DiagonalBackward0": [*one(torch.diagonal), *one(lambda a: a.diagonal(1)), *one(torch.diag, SQUARE)],
    "DiagEmbedBackward0": one(lambda a: torch.diag_embed(a, 1)),
    "TrilBackward0": one(lambda a: a.tril(-1)),
    "TriuBackward0": one(lambda a: a.triu(1)),
    "UnfoldBackward0": one(lambda a: a.unfold(1, 3, 1)),
    "AsStridedBackward0": one(lambda a: a.as_strided((3, 3), (1, 2))),
    "RepeatBackward0": one(lambda a: a.repeat(2, 1, 3)),
    "CopySlices": [Case(overwrite, (X, ROW), {"region": REGION})],
    "CopyBackwards": one(lambda a, b: a.clone().copy_(b), X, ROW),
    "ZeroBackward0": one(lambda a: a.clone().zero_()),
    "FillBackward0": one(lambda a: torch.fill(a, 2.0)),
    "FillBackward2": one(lambda a: a.clone().fill_(2.0)),
    # bentuk
    "TBackward0": one(torch.t),
    "TransposeBackward0": [*one(lambda a: a.transpose(0, 1)), *one(lambda a: a.mT, BATCH)],
    "PermuteBackward0": [*one(lambda a: a.permute(2, 0, 1), BATCH), *one(lambda a: a.T)],
    "ViewBackward0": [*one(lambda a: a.view(2, 6)), *one(torch.flatten)],
    "UnsafeViewBackward0": one(lambda a: torch.ops.aten._unsafe_view(a, (12,))),
    "ReshapeAliasBackward0": one(lambda a: torch.ops.aten._reshape_alias(a, (12,), (1,))),
    "ExpandBackward0": [*one(lambda a: a.expand(2, 3, 4)), *one(lambda a: a.expand(3, 4), COLUMN)],
    "UnsqueezeBackward0": one(lambda a: a.unsqueeze(-1)),
    "SqueezeBackward0": one(torch.squeeze, COLUMN),
    "SqueezeBackward1": one(lambda a: a.squeeze(1), COLUMN),
    "SqueezeBackward2": one(lambda a: a.squeeze((0, 1)), COLUMN),
    "SqueezeBackward3": one(lambda a: a.clone().squeeze_(), COLUMN),
    "SqueezeBackward4": one(lambda a: a.clone().squeeze_(1), COLUMN),
    "SqueezeBackward5": one(lambda a: a.clone().squeeze_((0, 1)), COLUMN),
    "ToCopyBackward0": one(lambda a: a.float()),
    "CloneBackward0": one(torch.clone),
    "FlipBackward0": one(lambda a: a.flip(0, 1)),
    "RollBackward0": one(lambda a: a.roll((1, 2), (0, 1))),
    "Rot90Backward0": one(lambda a: torch.rot90(a, 1)),
    "AliasBackward0": one(torch.ops.aten.alias),
}

# Nodes that only another device builds: the same mathematics, made here from operations that every machine has.
# Two nodes that one operator of the code builds: the last of them is what its result comes from.
ELSEWHERE: dict[str, list[Case]] = {
    "ReciprocalBackward0 → MulBackward0": one(lambda a, b: b.item() / a, X, plain(1)),
    "LinearBackward0": one(lambda a, b, c: F.linear(a, b, c), X, new(5, 4), new(5)),
    "ScaledDotProductEfficientAttentionBackward0": one(F.scaled_dot_product_attention, QUERY, KEY, WORTH),
    "ScaledDotProductFlashAttentionBackward0": one(F.scaled_dot_product_attention, QUERY, KEY, WORTH),
}

# What happens there is described, but there is no formula to hold against autograd.
NO_FORMULA = {"AccumulateGrad", "NotImplemented", "CheckpointFunctionBackward"}

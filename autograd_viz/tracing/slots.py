"""Slot masukan mana milik tensor simpanan mana, untuk operasi yang menyimpan masukannya."""

from __future__ import annotations

from collections.abc import Mapping

# Per row: the names under which autograd saves the tensors of slots 0, 1, 2 …; then the nodes that use them.
# tests/test_saved.py holds this table against the derivatives.yaml that ships with torch.
_ROWS: tuple[tuple[str, str], ...] = (
    (
        "self other",
        "Mul0 Div0 Div2 Atan20 Fmax0 Fmin0 Fmod1 Remainder1 Hypot0 Maximum0 Minimum0 Logaddexp0 Logaddexp20 "
        "Xlogy0 Copysign0 Dist0 Vdot0 LinalgCross0 Ldexp0 SpecialXlog1Py0 Matmul0 SparseSparseMatmul0",
    ),
    ("self exponent", "Pow1"),
    ("self mat2", "Mm0 Bmm0 GroupedMm0"),
    ("self mat1 mat2", "Addmm0 SparseAddmm0 SparseSampledAddmm0"),
    ("self batch1 batch2", "Addbmm0 Baddbmm0"),
    ("self mat vec", "Addmv0"),
    ("self vec", "Mv0"),
    ("self vec1 vec2", "Addr0"),
    ("self tensor", "Dot0"),
    ("self tensor1 tensor2", "Addcmul0 Addcdiv0"),
    ("self end weight", "Lerp1"),
    ("self min max", "Clamp0"),
    ("self min", "ClampMin1"),
    ("self max", "ClampMax1"),
    ("self source", "IndexAdd0 IndexCopy0 IndexReduce0 Put0"),
    ("self src", "ScatterReduce0"),
    ("self target", "MseLoss0 HuberLoss0 SmoothL1Loss0 BinaryCrossEntropy0 BinaryCrossEntropyWithLogits0"),
    ("self weight", "PreluKernel0"),
    ("self weight bias", "MkldnnConvolution0 MkldnnLinear0 SlowConv2D0 SlowConv3D0 ConvDepthwise2D0 ConvTbc0"),
    ("input weight", "FusedRmsNorm0"),
    (
        "input weight bias",
        "Linear0 Convolution0 NativeBatchNorm0 NativeBatchNormLegit0 BatchNormWithUpdate0 CudnnBatchNorm0 "
        "NativeLayerNorm0 NativeGroupNorm0",
    ),
    ("input grid", "GridSampler2D0 GridSampler3D0"),
    (
        "query key value",
        "ScaledDotProductFlashAttentionForCpu0 ScaledDotProductFlashAttention0 ScaledDotProductCudnnAttention0",
    ),
    ("query key value attn_bias", "ScaledDotProductEfficientAttention0"),
    ("real imag", "Complex0"),
    ("x1 x2", "Cdist0 EuclideanDist0"),
    ("i1 i2 i3", "Trilinear0"),
    ("A B", "LinalgSolveEx0"),
)

SLOTS: Mapping[str, tuple[str, ...]] = {
    f"{node[:-1]}Backward{node[-1]}": tuple(names.split()) for names, nodes in _ROWS for node in nodes.split()
}

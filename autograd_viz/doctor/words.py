"""Nama-nama program pengguna untuk kalimat dan obat: loss, daun, parameter, model, optimizer, dan pernyataannya."""

from __future__ import annotations

import ast
import re

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import defined, root_words
from autograd_viz.doctor.graph_state import leaves, upstream
from autograd_viz.doctor.inference_origin import inference_operands

_FUNCTION = re.compile(r"(?:function )?'?(\w+?)Backward'?\b")


def words_of(evidence: Evidence) -> dict[str, str]:
    """Kata untuk setiap nama di katalog, sejauh program itu memberi tahu."""
    words = root_words(evidence)
    tensor = _receiver(evidence) or words.get("loss", "")
    if "Inference tensors cannot be saved" in str(evidence.error):  # any operand, and rarely the first
        tensor = next((one.path for one in inference_operands(evidence)), "tensor")
    words["tensor"] = tensor
    held = [(evidence.name(leaf), leaf) for leaf in leaves(upstream(evidence.roots))]
    held += [(one.path, one.tensor) for one in evidence.known if one.tensor.is_leaf and one.tensor.requires_grad]
    plain = [name for name, leaf in held if name and not isinstance(leaf, torch.nn.Parameter)]
    parameters = [name for name, leaf in held if name and isinstance(leaf, torch.nn.Parameter)]
    words["leaf"] = next(iter(plain or parameters), "")
    words["param"] = next(iter(parameters or plain), "")
    words["model"] = next((name for name, _ in evidence.modules()), "")
    words["optimizer"] = next((name for name, _ in evidence.of_type(torch.optim.Optimizer)), "")
    function = _FUNCTION.search(str(evidence.error))
    words["function"] = function[1] if function else ""
    line = defined(evidence, tensor.split("[")[0]) if tensor.replace(".", "").replace("_", "").isalnum() else None
    words["line"] = line.text if line is not None else ""
    return {name: text for name, text in words.items() if text}


def _receiver(evidence: Evidence) -> str:
    """What the failing call was made on: `y` of y.numpy(), of torch.sum(y) and of f(y)."""
    here = evidence.here
    if here is None:
        return ""
    call = here.call
    if isinstance(call, ast.Call):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        library = owner is None or isinstance(_base(owner, here.variables), type(torch)) or isinstance(
            _base(owner, here.variables), type
        )
        if isinstance(_base(owner, here.variables) if owner is not None else None, torch.nn.Module):
            library = True  # a part of a module is called: what it was given is meant
        if owner is not None and not library:
            return ast.unparse(owner)
        return ast.unparse(call.args[0]) if call.args else ""
    node = here.current.node if here.current is not None else None
    if isinstance(node, ast.AugAssign):
        return ast.unparse(node.target)
    return ""


def _base(node: ast.expr, held: object) -> object:
    while isinstance(node, ast.Attribute):
        node = node.value
    return held.get(node.id) if isinstance(node, ast.Name) and hasattr(held, "get") else None

"""Satu bagian tensor demi satu bagian yang diturunkan dalam perulangan: graf yang sama memang harus bertahan."""

from __future__ import annotations

import ast

from autograd_viz.doctor.evidence import UserFrame
from autograd_viz.doctor.findings import asked_expression, instead, method_call


def component(frame: UserFrame, path: str) -> str:
    """Pernyataan itu dengan retain_graph=True, bila ia meminta satu bagian demi satu bagian: `g[i]` di perulangan."""
    current = frame.current
    asked = asked_expression(current, frame.call)
    if current is None or not isinstance(asked, ast.Subscript) or ast.unparse(asked.value) != path:
        return ""
    call = method_call(node := ast.parse(ast.unparse(current.node)).body[0], "backward", "grad")
    if call is None or any(keyword.arg == "retain_graph" for keyword in call.keywords):
        return ""
    call.keywords.append(ast.keyword("retain_graph", ast.Constant(True)))
    return instead(current, ast.unparse(node))

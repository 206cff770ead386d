import json
import math

import pytest

from autograd_viz.graph import Edge, Graph, Node, Output, Saved, Value

FULL = Graph(
    (
        Node("AccumulateGrad", "leaf", "w", ((2,),), "float32", "cpu", value=Value((2,), "float32", (1.0, -0.0))),
        Node("", "constant", value=Value((3,), "int64", (1, 2**62, -3))),
        Node(
            "MulBackward0",
            "output",
            '</svg>"\\\u2028é',
            ((2,), None, ()),
            saved=(Saved("self", "changed", (2,), "float32", 3, 1), Saved("other", "freed")),
            attributes=(("alpha", "1"),),
            grad=Value((2,), "complex64", (1 + 2j, complex(-0.0, math.inf))),
            module="encoder.0",
            count=4,
        ),
    ),
    (Edge(0, 2, 0), Edge(1, 2, 1, 0, ("T", "View"))),
    (Output(2, 1, "y"), Output(0)),
)


def test_round_trip_is_exact():
    back = Graph.from_json(FULL.to_json())
    assert back == FULL
    assert repr(back) == repr(FULL)  # tells 1 from 1.0 from True, and 0.0 from -0.0


@pytest.mark.parametrize("number", [True, False, 0, 1, 1.0, -0.0, 1e-320, 0.1, 3 + 0j, complex(0.0, -0.0), 10**400])
def test_numbers_keep_their_type(number):
    graph = Graph((Node("", "constant", value=Value((), "x", (number,))),), ())
    value = Graph.from_json(graph.to_json()).nodes[0].value
    assert value is not None and repr(value.numbers) == repr((number,))


def test_json_is_strict_where_numbers_are_not_finite():
    numbers = (math.nan, math.inf, -math.inf, complex(math.nan, -math.inf))
    value = Value((4,), "float32", numbers, math.nan, math.inf, -math.inf, math.nan, False)
    text = Graph((Node("", "constant", value=value),), ()).to_json()

    def refuse(word):
        raise AssertionError(word)

    json.loads(text, parse_constant=refuse)
    assert repr(Graph.from_json(text).nodes[0].value) == repr(value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "bukan JSON"),
        ("{", "bukan JSON"),
        ("[" * 100_000, "terlalu dalam"),
        ('{"nodes":[NaN],"edges":[]}', "NaN bukan JSON baku"),
        ("[]", "seharusnya objek"),
        ('{"nodes":[]}', "'edges' tidak ada"),
        ('{"nodes":[],"edges":[],"extra":1}', "'extra' tidak dikenal"),
        ('{"nodes":{},"edges":[]}', "Graph.nodes: seharusnya daftar"),
        ('{"nodes":[{"op":"x","role":"daun"}],"edges":[]}', "salah satu dari 'leaf'"),
        ('{"nodes":[{"op":1,"role":"leaf"}],"edges":[]}', "Graph.nodes[0].op: seharusnya teks"),
        ('{"nodes":[{"op":"x","role":"leaf","count":1.5}],"edges":[]}', "bilangan bulat"),
        ('{"nodes":[{"op":"x","role":"leaf","count":true}],"edges":[]}', "bilangan bulat"),
        ('{"nodes":[{"op":"x","role":"leaf","attributes":[["a"]]}],"edges":[]}', "daftar berisi 2 unsur"),
        ('{"nodes":[{"op":"x","role":"leaf","shapes":[["2"]]}],"edges":[]}', "shapes[0][0]: seharusnya bilangan bulat"),
        ('{"nodes":[{"op":"x","role":"leaf"}],"edges":[{"source":0,"target":1,"slot":0}]}', "menunjuk simpul 1"),
        ('{"nodes":[{"op":"x","role":"leaf"}],"edges":[{"source":0,"target":0,"slot":0}]}', "0 → 0 mundur"),
        ('{"nodes":[{"op":"x","role":"leaf"}],"edges":[],"outputs":[{"node":-1}]}', "menunjuk simpul -1"),
    ],
)
def test_wrong_json_says_what_is_wrong(text, hint):
    with pytest.raises(ValueError) as caught:
        Graph.from_json(text)
    assert hint in str(caught.value)


def test_shape_is_that_of_the_first_output():
    assert FULL.nodes[2].shape == (2,)
    assert FULL.nodes[1].shape is None

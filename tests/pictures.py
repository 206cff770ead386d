"""Small graphs made by hand, shared by the tests of the painters; no torch needed."""

from autograd_viz.graph import Edge, Graph, Node, Output, Saved, Value


def numbers(*values, shape=()):
    return Value(shape, "float32", tuple(map(float, values)))


def summary(shape, low, high, norm):
    return Value(shape, "float32", None, low, high, 0.0, norm)


def leaf(name, shape=(), **more):
    return Node("AccumulateGrad", "leaf", name, (shape,), "float32", "cpu", **more)


def parabola():
    return Graph(
        (
            leaf("x", value=numbers(3)),
            Node(
                "PowBackward0",
                "operation",
                "y",
                ((),),
                "float32",
                saved=(Saved("self", "alive", ()),),
                attributes=(("exponent", "2"),),
                value=numbers(9),
            ),
            Node(
                "MulBackward0",
                "operation",
                None,
                ((),),
                "float32",
                saved=(Saved("other", "alive", ()),),
                attributes=(("·slot1", "2"),),
            ),
            Node("AddBackward0", "output", "z", ((),), "float32", value=numbers(21)),
        ),
        (Edge(0, 1, 0), Edge(1, 2, 0), Edge(2, 3, 0)),
        (Output(3, 0, "z"),),
    )


def network():
    """After backward, with every kind and state of card that a picture knows."""
    return Graph(
        (
            leaf("linear1.weight", (3, 4), value=summary((3, 4), -0.48, 0.43, 1.2), grad=summary((3, 4), -1, 1, 0.53)),
            leaf("linear1.bias", (3,), value=numbers(0.1, 0.2, 0.3, shape=(3,)), grad=numbers(0, 0.5, -1, shape=(3,))),
            Node("", "constant", "x", ((4,),), "float32"),
            Node(
                "AddmmBackward0",
                "operation",
                None,
                ((3,),),
                "float32",
                saved=(Saved("mat1", "freed"), Saved("mat2", "freed")),
            ),
            Node(
                "ReluBackward0",
                "operation",
                None,
                ((3,),),
                "float32",
                saved=(Saved("result", "changed", (3,), "float32", 1, 0),),
            ),
            Node("UnbindBackward0", "operation", None, ((), (), ()), "float32"),
            Node("MulBackward0", "operation", None, ((),), "float32", saved=(Saved("self", "hooked"),)),
            leaf("linear1.bias", (3,))._replace(chip=True, count=0),
            Node("encoder", "group", "encoder.layer1", ((3,),), "float32", count=12),
            Node("AbsBackward0", "output", "loss", ((3,),), "float32", grad=numbers(1, 1, 1, shape=(3,))),
        ),
        (
            Edge(0, 3, 2, 0, ("T",)),
            Edge(1, 3, 0),
            Edge(2, 3, 1),
            Edge(3, 4, 0),
            Edge(4, 5, 0),
            Edge(5, 6, 0, 0),
            Edge(5, 6, 1, 2, ("View", "Clone")),
            Edge(6, 8, 0),
            Edge(7, 8, 1),
            Edge(8, 9, 0),
        ),
        (Output(9, 0, "loss"),),
    )


HOSTILE = "</svg><script>alert('1')</script> & \"q\" \n\x00\x0b\ud800\ufffe\u202e"


def hostile():
    nodes = (
        leaf(HOSTILE, value=numbers(1)),
        Node(HOSTILE, "operation", HOSTILE, ((),), "float32", saved=(Saved(HOSTILE, "alive"),)),
        Node(
            HOSTILE,
            "group",
            HOSTILE,
            ((),),
            HOSTILE,
            HOSTILE,
            attributes=((HOSTILE, HOSTILE),),
            module=HOSTILE,
            count=2,
        ),
    )
    return Graph(nodes, (Edge(0, 1, 0, 0, (HOSTILE,)), Edge(1, 2, 0)), (Output(2, 0, HOSTILE),))

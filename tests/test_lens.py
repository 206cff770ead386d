"""The lenses: bytes held against saved_tensors_hooks, norms against torch, colours and words against both."""

import re
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch._subclasses import FakeTensorMode
from torch.utils.checkpoint import checkpoint

from autograd_viz import Graph, Node, Value, draw, record, trace
from autograd_viz.drawing.cards import Extra, cards
from autograd_viz.drawing.colours import light
from autograd_viz.drawing.lens import Scale, measure
from autograd_viz.graph import Kept, kept_by
from autograd_viz.text.formatting import size_text
from benchmarks.models import build, example

sys.path.insert(0, str(Path(__file__).parent))
import pictures  # noqa: E402


def held_by_hooks(run, apart=()):
    """Bytes of all storages that autograd asks to keep while `run()` builds its graph, each once."""
    seen, alive = {}, []

    def pack(tensor):
        storage = tensor.untyped_storage()
        seen[storage.data_ptr()] = storage.nbytes()
        alive.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        run()
    own = {tensor.untyped_storage().data_ptr() for tensor in apart}
    return sum(size for place, size in seen.items() if place not in own)


def total(graph):
    return sum(one.size for one in kept_by(graph.nodes) or ())


def of(output, **more):
    return total(trace(output, lens="memory", **more))


@pytest.mark.parametrize("name", ["mlp", "resnet50", "gpt2-small", "unet", "llama-2", "conv-lstm-10", "stacked-rnn-12"])
def test_bytes_are_those_that_the_hooks_of_torch_see(name):
    """The model is known before its graph is built, so what belongs to it can be told apart by place."""
    _, model = build(name)
    inputs, made = example(model), []
    counted = held_by_hooks(lambda: made.append(model(inputs).sum()), [*model.parameters(), *model.buffers()])
    assert of(model(inputs).sum(), names=model) == of(made[0], names=model) == counted > 0


def test_a_storage_that_several_operations_keep_counts_once():
    x = torch.randn(100, requires_grad=True)
    y = x.exp()
    loss = (y * y.sin()).sum()
    graph = trace(loss, lens="memory")
    assert total(graph) == held_by_hooks(lambda: (lambda y: (y * y.sin()).sum())(x.exp()), [x]) == 800
    shares = [sum(one.size for one in node.kept) for node in graph.nodes if node.kept]
    assert sum(shares) > total(graph), "each card tells what it keeps, the total counts it once"


def test_a_view_keeps_the_whole_of_what_it_looks_into():
    x = torch.randn(1000, 10, requires_grad=True)
    column = (x * 2)[:, 0]
    assert of(column.exp() * column) == 4 * (1000 * 10 + 1000)


def test_parameters_and_leaves_are_not_counted_also_when_frozen():
    frozen, head = nn.Linear(8, 8), nn.Linear(8, 1)
    frozen.requires_grad_(False)
    x = torch.randn(4, 8, requires_grad=True)
    loss = head(frozen(x)).sum()
    assert total(trace(loss, lens="memory")) == 4 * 8 * 4, "the input of head; frozen.weight belongs to a module"
    w = torch.randn(5, requires_grad=True)
    assert of((w * w).sum()) == 0


def test_numbers_of_the_program_are_no_tensors():
    x = torch.randn(3, requires_grad=True)
    assert of((x * 2.5).sum()) == 0
    assert of((x * torch.tensor(2.5, dtype=torch.float64)).sum()) == 8


def test_what_has_been_freed_is_not_kept():
    x = torch.randn(3, requires_grad=True)
    loss = x.exp().sum()
    assert of(loss) == 12
    loss.backward()
    assert of(loss) == 0
    assert "Simpanan 1 operasi sudah dibebaskan." in draw(loss, lens="memory").text


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.exp())
        ctx.beside = torch.ones(50)
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


def test_a_function_keeps_what_it_saved_and_what_lies_in_its_ctx():
    assert of(Twice.apply(torch.randn(10, requires_grad=True)).sum()) == 4 * (10 + 50)


class Deep(nn.Module):
    def __init__(self, reentrant=None):
        super().__init__()
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(16, 64), nn.GELU(), nn.Linear(64, 16)) for _ in range(4))
        self.reentrant = reentrant

    def forward(self, x):
        for block in self.blocks:
            x = block(x) if self.reentrant is None else checkpoint(block, x, use_reentrant=self.reentrant)
        return x.sum()


@pytest.mark.parametrize("reentrant", [False, True])
def test_a_checkpoint_visibly_lowers_what_is_kept_to_the_inputs_of_its_blocks(reentrant):
    x = torch.randn(32, 16, requires_grad=True)
    plain, saving = Deep(), Deep(reentrant)
    bare, less = plain(x), saving(x)
    assert of(bare, names=plain) == held_by_hooks(lambda: plain(x), [x, *plain.parameters()])
    inputs = 3 * 32 * 16 * 4  # of the blocks after the first, whose input is the leaf
    states = 4 * torch.get_rng_state().numel() if reentrant else 0  # that lie in the ctx of each block
    assert of(less, names=saving) == inputs + states < of(bare, names=plain) / 2
    first, second = (draw(out, names=model, lens="memory").text for out, model in ((bare, plain), (less, saving)))
    assert "Ditahan untuk backward: 70 KiB." in first and f"backward: {size_text(inputs + states)}." in second


def test_what_a_pack_hook_made_is_measured_and_what_cannot_be_read_is_told():
    x = torch.randn(100, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.half(), lambda t: t.float()):
        half = x.exp().sum()
    assert of(half) == 200
    with torch.autograd.graph.saved_tensors_hooks(lambda t: {"disk": 7}, lambda t: torch.ones(100)):
        away = x.exp().sum()
    drawn = draw(away, lens="memory")
    assert "1 simpanan di balik hook tidak terbaca besarnya." in drawn.text
    assert "1 simpanan tidak terbaca" in drawn.text


def test_what_goes_into_one_index_keeps_what_its_parts_kept():
    x = torch.randn(6, 5, requires_grad=True)
    rows = torch.tensor([0, 2, 5])
    for loss in ((x * 2)[rows, 1:].sum(), (x * 2)[:, 1:][rows].sum()):
        drawn = draw(loss, lens="memory")
        assert len(drawn.graph.nodes) == 4 and "[rows, 1:]" in drawn.text
        assert "Ditahan untuk backward: 24 B." in drawn.text and "menahan 24 B · 100%" in drawn.text


def test_a_model_that_is_only_imagined_is_measured_without_a_warning(recwarn):
    with FakeTensorMode():
        layer = nn.Linear(3, 2)
        loss = layer(torch.ones(4, 3)).exp().sum()
    assert "Ditahan untuk backward: 80 B." in draw(loss, names=layer, lens="memory").text
    assert [str(one.message) for one in recwarn if "data pointer" in str(one.message)] == []


@pytest.mark.parametrize("name", ["gpt2-small", "unet", "resnet50", "stacked-rnn-12"])
@pytest.mark.parametrize("options", [{}, {"depth": 1}, {"depth": 2}, {"collapse": "pattern"}])
def test_folded_cards_keep_together_what_the_whole_graph_keeps(name, options):
    output, model = build(name)
    drawn = draw(output, names=model, lens="memory", **options)
    whole = trace(output, names=model, lens="memory")
    assert set(kept_by(drawn.graph.nodes)) == set(kept_by(whole.nodes))


def test_an_opened_card_is_measured_too():
    output, model = build("gpt2-small")
    page = draw(output, names=model, lens="memory").page
    assert len(set(re.findall(r"menahan ([\d.]+ \w+) ·", page))) > 8
    assert "Kartu terbesar: blocks.0 … blocks.11 × 12 364 KiB (98%)" in page


def test_the_recording_of_a_run_says_that_it_does_not_measure_memory():
    x = torch.ones(3, requires_grad=True)
    with record() as run:
        (x * x).sum().backward()
    with pytest.raises(ValueError, match="sebelum backward"):
        draw(run, lens="memory")
    with pytest.raises(ValueError, match="'memory', 'gradient'"):
        draw((x * x).sum(), lens="waktu")


def test_total_and_largest_cards_and_kinds_are_named():
    x = torch.randn(256, requires_grad=True)
    a = torch.randn(512, 256)
    y = (a @ x).exp().sum() + x.sin().sum()
    text = draw(y, lens="memory").text
    assert "Ditahan untuk backward: 514 KiB." in text
    assert "Kartu terbesar: a @ x 512 KiB (100%), exp … 2 KiB (<1%)." in text
    assert "Jenis operasi terbesar: Mv 512 KiB (100%), Exp 2 KiB (<1%)." in text


def test_what_several_kinds_keep_counts_for_each_of_them_and_is_told():
    x = torch.randn(256, requires_grad=True)
    y = x.exp()
    z = y * y.sin()
    text = draw((z + (x @ torch.randn(256, 2)).sum()).sum(), lens="memory").text
    assert "Ditahan untuk backward: 4 KiB." in text, "each tensor once"
    assert (
        "Jenis operasi terbesar: Mul 2 KiB (50%, 1 KiB di antaranya bersama Exp dan Sin), Mm 2 KiB (50%), "
        "Exp 1 KiB (25%, bersama Sin dan Mul), Sin 1 KiB (25%, bersama Exp dan Mul)." in text
    )
    assert "Kartu terbesar: z = y × … 2 KiB (50%, 1 KiB di antaranya bersama kartu lain), " in text
    assert "sin y 1 KiB (25%, bersama kartu lain)" in text
    many = draw((z + y.cos() + y.tanh() * y.square()).sum(), lens="memory").text
    assert "Sin 1 KiB (25%, bersama 4 jenis lain)" in many


@pytest.mark.parametrize("name", ["gpt2-small", "resnet50", "llama-2", "unet"])
def test_the_shares_of_the_kinds_are_those_of_the_graph(name):
    output, model = build(name)
    graph = trace(output, names=model, lens="memory")
    keepers = {}
    for node in graph.nodes:
        for one in node.kept or ():
            keepers.setdefault(one, set()).add(node.op.removesuffix("0").removesuffix("Backward"))
    line = next(line for line in draw(graph, lens="memory").text.splitlines() if line.startswith("Jenis operasi"))
    told = re.findall(r"(\w+) ([\d.]+ \w+) \((?:\d+|<1)%(?:, (?:([\d.]+ \w+) di antaranya )?(bersama))?", line)
    assert len(told) == 5
    for kind, size, part, together in told:
        own = [one for one, kinds in keepers.items() if kind in kinds]
        shared = sum(one.size for one in own if len(keepers[one]) > 1)
        assert size == size_text(sum(one.size for one in own))
        assert (part or size if together else "0 B") == size_text(shared)


def test_sizes_read_well():
    assert [size_text(n) for n in (0, 1, 1023, 1024, 150 * 1024, 3.5 * 2**30, 2**60)] == [
        "0 B", "1 B", "1023 B", "1 KiB", "150 KiB", "3.5 GiB", "1048576 TiB"
    ]


# The gradient lens.

def chain(depth=12, gain=0.1):
    torch.manual_seed(0)
    layers = [nn.Linear(8, 8) for _ in range(depth)]
    for layer in layers:
        nn.init.normal_(layer.weight, std=gain)
    return nn.Sequential(*[part for layer in layers for part in (layer, nn.Tanh())])


def norms(model):
    return {name: float(parameter.grad.norm()) for name, parameter in model.named_parameters()}


def test_norms_on_the_cards_are_those_of_grad():
    model = chain(3, 1.0)
    loss = model(torch.randn(4, 8)).pow(2).mean()
    loss.backward()
    drawn = draw(loss, names=model, lens="gradient", collapse=None)
    told = dict(re.findall(r"(\S+) · daun .*?‖grad‖ ([\d.e−]+)", drawn.text))
    assert told.keys() == norms(model).keys()
    for name, norm in norms(model).items():
        assert float(told[name].replace("−", "-")) == pytest.approx(norm, rel=2e-2)


def test_a_folded_module_shows_the_norm_of_all_its_parameters():
    model = chain(12, 1.0)
    loss = model(torch.randn(4, 8)).pow(2).mean()
    loss.backward()
    graph = draw(loss, names=model, lens="gradient", depth=1).graph
    groups = {node.name: node.grad.norm for node in graph.nodes if node.role == "group" and node.grad}
    wanted = norms(model)
    assert len(groups) == 12
    for name, norm in groups.items():
        assert norm == pytest.approx((wanted[f"{name}.weight"] ** 2 + wanted[f"{name}.bias"] ** 2) ** 0.5, rel=1e-5)
    whole = draw(loss, names=model, lens="gradient", collapse="pattern").graph
    assert sum(node.grad.norm ** 2 for node in whole.nodes if node.grad) == pytest.approx(
        sum(norm**2 for norm in wanted.values()), rel=1e-5)


def test_a_frozen_module_says_that_the_norm_is_that_of_its_output():
    model = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 4), nn.Tanh()), nn.Linear(4, 1))
    model[1].requires_grad_(False)
    x = torch.randn(3, 4)
    middle = model[1](model[0](x))
    (wanted,) = torch.autograd.grad(model[2](middle).pow(2).mean(), middle)
    with record() as run:
        model(x).pow(2).mean().backward()
    told = {card.title: card.gradient[0].text for card in draw(run, lens="gradient", depth=1)._picture.cards
            if card.kind == "group"}
    word, _, number = told["model[1]"].rpartition(" ")
    assert word == "‖grad keluaran‖"
    assert float(number.replace("−", "-")) == pytest.approx(float(wanted.norm()), rel=1e-2)
    assert told["model[0]"].startswith("‖grad‖ ") and told["model[2]"].startswith("‖grad‖ ")


def test_vanishing_is_named_and_paler_towards_the_input():
    model = chain()
    loss = model(torch.randn(4, 8)).pow(2).mean()
    loss.backward()
    drawn = draw(loss, names=model, lens="gradient", depth=1)
    assert re.search(r"Norma gradien 24 daun: terkecil [\d.]+e−\d+ \(0\.bias\), terbesar [\d.e−]+ \(22\.bias\)\.",
                     drawn.text)
    heats = [card.heat for card in drawn._picture.cards if card.title in ("model[0]", "model[10]", "model[22]")]
    assert heats == sorted(heats) and heats[0] == "gradient-1" and heats[-1] == "gradient-5"


def test_zero_none_and_nan_are_three_things():
    a, b, c, d = (torch.ones(3, requires_grad=True) for _ in "abcd")
    loss = (a * 0 + b * 2 + c.sub(1).sqrt() * 0).sum() + d.sum()
    loss.backward(inputs=[a, b, c])
    text = draw(loss, lens="gradient").text
    assert "1 daun gradiennya 0: a." in text and "1 daun belum punya gradien: d." in text
    assert "1 daun gradiennya memuat NaN atau Inf: c." in text and "Norma gradien 2 daun: terkecil 3.464 (b)" in text
    found = {card.title: card for card in draw(loss, lens="gradient")._picture.cards if card.kind == "leaf"}
    assert [found[name].heat for name in "abcd"] == ["cold", "gradient-5", "wrong", "cold"]
    assert [found[name].gradient[0].text for name in "acd"] == ["‖grad‖ 0", "grad: ada nan atau inf",
                                                               "grad belum dihitung"]


def test_a_recording_gives_every_operation_its_norm():
    x = torch.tensor([3.0, 4.0], requires_grad=True)
    with record() as run:
        y = x * 2
        loss = y.pow(2).sum()
        loss.backward()
    text = draw(run, lens="gradient").text
    assert "‖grad‖ 20" in text and "‖grad‖ 40" in text and "nilai" in text
    assert float(x.grad.norm()) == 40.0


def test_the_gradient_of_a_large_parameter_has_a_norm():
    w = torch.randn(70_000, requires_grad=True)
    loss = (w * w).sum()
    loss.backward()
    (norm,) = [node.grad.norm for node in trace(loss, lens="gradient").nodes if node.role == "leaf"]
    assert norm == pytest.approx(float(w.grad.double().norm()), rel=1e-9)
    w.grad[5] = float("nan")
    assert "1 daun gradiennya memuat NaN atau Inf: w." in draw(loss, lens="gradient").text


# Colours, and what is told besides them.

def contrast(one, two):
    def bright(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((bright(one), bright(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def dark():
    text = (Path(__file__).parents[1] / "autograd_viz/static/colours.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+):([^;}]+)", text.partition("data-theme=dark]")[2]))


@pytest.mark.parametrize("theme", [light, dark])
@pytest.mark.parametrize("kind", ["memory", "gradient"])
def test_colours_can_be_read_and_told_apart_without_hue(theme, kind):
    known = theme()
    shades = [known[f"{kind}-{level}"] for level in range(1, 6)]
    assert all(contrast(known["ink"], shade) >= 4.5 for shade in shades)
    assert all(contrast(one, two) >= 1.1 for one, two in zip(shades, shades[1:], strict=False))
    assert contrast(shades[0], shades[-1]) >= 2


def test_every_coloured_card_carries_its_number_and_the_legend_every_colour():
    output, model = build("gpt2-small")
    drawn = draw(output, names=model, lens="memory")
    coloured = [card for card in drawn._picture.cards if card.heat.startswith("memory")]
    assert coloured and all(re.fullmatch(r"menahan [\d.]+ [KM]?i?B · (\d+|<1)%", card.gradient[0].text)
                            for card in coloured)
    swatches = re.findall(r'<g class="operation heat (memory-\d)"><rect class="box" x=[^>]*></g><text[^>]*>([^<]*)<',
                          drawn.svg)
    assert [heat for heat, _ in swatches] == sorted({card.heat for card in coloured}, reverse=True)
    assert [text[0] if text.startswith("≥") else text[:4] for _, text in swatches] == ["≥"] * (len(swatches) - 1) + [
        "&lt;"]
    assert "fill:" + light()["memory-5"] in drawn.svg and "ditahan untuk backward:" in drawn.svg


def test_a_drawing_without_lens_carries_nothing_of_it():
    drawn = draw(pictures.network())
    assert "heat" not in drawn.svg and "memory-" not in drawn.svg


def test_same_graph_same_bytes():
    output, model = build("mlp")
    assert draw(output, names=model, lens="memory").svg == draw(output, names=model, lens="memory").svg
    graph = trace(output, names=model, lens="memory")
    assert Graph.from_json(graph.to_json()) == graph
    heads = [[line for line in draw(one, names=model, lens="memory").text.splitlines() if "iB" in line.split(":")[-1]]
             for one in (graph, output)]
    assert heads[0][0] == heads[1][0]


@pytest.mark.parametrize(("norm", "level"), [(1.0, 5), (0.1, 5), (0.099, 4), (0.009, 3), (0.0009, 2), (0.00009, 1)])
def test_levels_are_decades_below_the_largest(norm, level):
    node = Node("AccumulateGrad", "leaf", "w", grad=Value((2,), "float32", norm=norm))
    assert measure(Scale("gradient", 1.0), node).heat == f"gradient-{level}"


@pytest.mark.parametrize(("decades", "wide"), [(0, 1), (4.9, 1), (5.1, 1.1), (10, 2), (12, 2.4), (40, 8)])
def test_a_wide_range_of_norms_is_spread_over_all_colours(decades, wide):
    values = [10.0 ** (-decades * step / 20) for step in range(21)]
    nodes = tuple(Node("AccumulateGrad", "leaf", f"w{i}", grad=Value((2,), "float32", norm=v))
                  for i, v in enumerate(values))
    drawn = draw(Graph(nodes, ()), lens="gradient")
    heats = [card.heat for card in drawn._picture.cards]
    assert drawn._picture.scale.decades == wide
    assert heats == sorted(heats, reverse=True), "a larger norm is never paler"
    if decades > 4.5:
        assert len(set(heats)) == 5
    at_most = max(map(heats.count, heats)) * decades / 20
    assert at_most <= wide + decades / 20, "no colour spans more than its share"
    least = min(v for v, heat in zip(values, heats, strict=True) if heat == "gradient-5")
    assert least >= 10.0**-wide * (1 - 1e-9)


def test_zero_and_nan_do_not_stretch_the_colours():
    norms = [1.0, 0.01, 0.0, float("nan")]
    nodes = tuple(Node("AccumulateGrad", "leaf", "w", grad=Value((2,), "float32", norm=v, finite=v == v))
                  for v in norms)
    drawn = draw(Graph(nodes, ()), lens="gradient")
    assert drawn._picture.scale.decades == 1
    assert [card.heat for card in drawn._picture.cards] == ["gradient-5", "gradient-4", "cold", "wrong"]


def test_dot_uses_the_same_colours():
    node = Node("MulBackward0", "operation", kept=(Kept(0, 100),))
    (card,) = cards(Graph((node,), ()), "lesson", Extra(scale=Scale("memory", 100, 100)))
    assert card.heat == "memory-5" and card.gradient[0].text == "menahan 100 B · 100%"
    from autograd_viz.drawing.dot import dot

    assert light()["memory-5"] in dot([card], []).source

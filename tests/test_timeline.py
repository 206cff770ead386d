"""Frames of the player: every number equals what autograd computed, and the same run gives the same frames."""

import random

import pytest
import torch

from autograd_viz import Recording, draw, play, record
from autograd_viz.graph import Edge, Graph, Node, Value
from autograd_viz.layout.offset import offset
from autograd_viz.narration.chain_rule import slot_gradient
from autograd_viz.operations.notation import number_text
from autograd_viz.playing.frames import Frame, label, shown_at, written
from autograd_viz.playing.optimizer_rows import row_texts
from autograd_viz.playing.timeline import Timeline, timeline
from autograd_viz.recording.events import EVENTS, Change, Error, RecordingData, value_of


def plain(frame: Frame) -> str:
    return "".join(span.text for span in frame.say)


def replay(film: Timeline, at: int = -1) -> dict[str, str]:
    """What is written on the stage: v value, g gradient, m mark, c cuts of a card; e of an arrow."""
    shown = shown_at(film.frames, at % len(film.frames))
    state = {}
    for number, card in shown.cards.items():
        state[f"v{number}"] = "\n".join(written("nilai", card.value))
        state[f"g{number}"] = "\n".join(written("grad", card.grad))
        state[f"m{number}"] = card.mark
        state[f"c{number}"] = ", ".join(card.cuts)
    found = {key: text for key, text in state.items() if text or key[0] == "v"}
    return {**found, **{f"e{number}": label(edge) for number, edge in shown.edges.items()}}


def titles(film: Timeline, page: int = 0) -> dict[str, int]:
    return {card.title: place for place, card in enumerate(film.stages[film.pages[page].stage].cards)}


def chain() -> tuple[Recording, torch.Tensor]:
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        y = x**2
        z = 2 * y + 3
        z.backward()
    return run, x


@pytest.mark.parametrize(
    ("make", "before", "since"),
    [
        (lambda x: x.clamp(min=0), (1, 1, 0), (1, 0, 0)),
        (lambda x: x.clamp_max(0), (0, 1, 1), (0, 0, 1)),
        (lambda x: torch.fmax(x, torch.zeros(3)), (1, 1, 0), (1, 0.5, 0)),
    ],
)
def test_a_tie_shows_what_this_torch_did(make, before, since) -> None:
    x = torch.tensor([2.0, 0.0, -2.0], requires_grad=True)
    with record() as run:
        make(x).sum().backward()
    sent = since if torch.__version__ >= (2, 14) else before
    assert x.grad is not None and tuple(x.grad.tolist()) == sent
    told = next(text for frame in timeline(run).frames if "bila" in (text := plain(frame)))
    assert f"di sini [{', '.join(map(number_text, sent))}]" in told and "sejak PyTorch 2.14" in told


def test_which_derivative_at_a_tie_is_seen_by_what_was_sent() -> None:
    node = Node("ClampBackward1", "operation", attributes=(("min", "0.0"), ("max", "None")))
    at_tie, came = Value((), "float32", (0.0,)), Value((), "float32", (3.0,))
    for sent, factor in ((3.0, "1"), (0.0, "0"), (1.5, "")):
        found = slot_gradient(node, 0, 7, came, Value((), "float32", (sent,)), {0: at_tie}, ["x"])
        assert (found.factor.text if found.factor else "", found.numbers) == (factor, factor)


def test_the_chain_step_by_step() -> None:
    run, x = chain()
    film = timeline(run)
    assert [frame.phase for frame in film.frames] == ["maju"] * 4 + ["mundur"] * 6
    assert plain(film.frames[7]) == (
        "PowBackward0 menerima gradien 2. Turunan lokal terhadap x: 2x = 2 × 3 = 6. "
        "Aturan rantai: 2 × 6 = 12 ditambahkan ke x.grad. Simpanannya dibebaskan."
    )
    assert plain(film.frames[-1]) == "Mundur selesai: x.grad = 12."
    state = replay(film)
    assert x.grad is not None and state["g0"] == f"grad {number_text(x.grad.item())}"
    assert [state[f"v{card}"] for card in range(4)] == ["nilai 3", "nilai 9", "nilai 18", "nilai 21"]
    assert [state[f"e{wire}"] for wire in range(3)] == ["×6 → 12", "×2 → 2", "×1 → 1"]


def test_cards_appear_one_by_one_and_the_marked_line_moves() -> None:
    film = timeline(chain()[0])
    shown = [sum(key[0] == "v" for key in replay(film, at)) for at in range(4)]
    assert shown == [1, 2, 3, 4]
    lines = [frame.place.line for frame in film.frames if frame.place]
    first = lines[0]
    assert lines == [first, first, first + 1, first + 1, *[first + 2] * 6]


def test_a_sum_tells_its_parts() -> None:
    a = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        b = a**2
        e = 2 * b + 3 * b
        e.backward()
    film = timeline(run)
    said = [plain(frame) for frame in film.frames]
    assert any("menerima gradien 3 + 2 = 5." in text or "menerima gradien 2 + 3 = 5." in text for text in said)
    assert replay(film)["g0"] == "grad 20" and a.grad == 20


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, w: (x * w).sum(),
        lambda x, w: torch.sin(x) @ w,
        lambda x, w: (torch.exp(x) / w).mean(),
        lambda x, w: torch.tanh(x - w).pow(3).sum(),
        lambda x, w: torch.where(x > 0, x * x, w).sum() + x.max(),
        lambda x, w: torch.sigmoid(torch.outer(x, w)).sum(),
    ],
)
def test_gradients_on_cards_and_factors_on_arrows_are_those_of_autograd(formula) -> None:
    x = torch.tensor([0.5, -1.25, 2.0], requires_grad=True)
    w = torch.tensor([1.5, 0.75, -0.5], requires_grad=True)
    want = torch.autograd.grad(formula(x, w), (x, w))
    with record() as run:
        loss = formula(x, w)
        loss.backward()
    film = timeline(run)
    state, cards = replay(film), titles(film)
    for name, grad in zip(("x", "w"), want, strict=True):
        text = state[f"g{cards[f'{name} · daun']}"].removeprefix("grad").strip()
        assert text == "[" + ", ".join(number_text(n) for n in grad.tolist()) + "]"
    told = [value_of(step) for step in run.steps]
    told += [flow.value for step in run.steps for flow in getattr(step, "sent", ())]
    values = {number_text(n) for value in told if value is not None for n in value.numbers or ()}
    for key, text in state.items():
        if key[0] == "e" and text.split("→ ")[1].strip("[]").replace(".", "").isdigit():
            assert text.split("→ ")[1] in values


def test_a_factor_is_told_only_where_it_gives_what_was_sent() -> None:
    node = chain()[0].graph.nodes[1]
    two, three, twelve, wrong = (Value((), "float32", (n,)) for n in (2.0, 3.0, 12.0, 13.0))
    assert slot_gradient(node, 0, 0, two, twelve, {0: three}, ["x"]).factor.text == "6"
    assert slot_gradient(node, 0, 0, two, wrong, {0: three}, ["x"]).factor is None


def test_a_matrix_product_tells_its_vjp_with_shapes() -> None:
    W = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    x = torch.tensor([1.0, -1.0])
    with record() as run:
        (W @ x).sum().backward()
    text = next(plain(frame) for frame in timeline(run).frames if "MvBackward0 menerima" in plain(frame))
    assert "VJP g⊗b (g (2), b = x (2) → (2, 2)) memberi [[1, −1], [1, −1]], ditambahkan ke W.grad" in text


def test_rounds_are_pages_that_share_a_stage_and_keep_gradients() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        for _ in range(2):
            loss = w * w
            loss.backward()
    film = timeline(run)
    assert [page.stage for page in film.pages] == [0, 0]
    assert [plain(f) for f in film.frames if "sampai di daun" in plain(f)] == [
        "Gradien 2 + 2 = 4 sampai di daun w. w.grad masih kosong, jadi isinya menjadi 4.",
        "Gradien 2 + 2 = 4 sampai di daun w. w.grad sudah berisi 4, jadi 4 + 4 = 8.",
    ]
    second = next(at for at, frame in enumerate(film.frames) if frame.page == 1)
    assert replay(film, second)["g0"] == "grad 4"
    assert replay(film)["g0"] == "grad 8"


def test_optimizer_and_zero_grad_change_the_leaves() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        optimizer = torch.optim.SGD([w], lr=0.25)
        (w * w).backward()
        optimizer.step()
        optimizer.zero_grad()
    film = timeline(run)
    assert [frame.phase for frame in film.frames][-2:] == ["optimizer", "hapus"]
    assert replay(film)["v0"] == "nilai 1" and replay(film)["g0"] == "grad None"
    assert plain(film.frames[-2]) == "SGD.step() menggeser w melawan arah gradien."
    assert row_texts(film.frames[-2].rows) == ["w: 2 → 1 (−0.25 × 4, −lr × grad)"]


def test_the_next_round_starts_from_the_new_parameter() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.25)
    with record() as run:
        for _ in range(2):
            (w * 3).backward()
            optimizer.step()
    film = timeline(run)
    second = next(at for at, frame in enumerate(film.frames) if frame.page == 1)
    assert replay(film, second)["v0"] == "nilai 1.25"
    assert [plain(f) for f in film.frames if "= " in plain(f) and f.phase == "maju" and f.page == 1][0].startswith(
        "w × 3 = 1.25 × 3 = 3.75."
    )


def test_the_birth_of_nan_is_marked() -> None:
    x = torch.tensor([1.0, 0.0], requires_grad=True)
    with record() as run:
        (torch.sqrt(x) * torch.tensor([1.0, 0.0])).sum().backward()
    film = timeline(run)
    told = [frame for frame in film.frames if "pertama kali muncul" in plain(frame)]
    assert len(told) == 1 and "SqrtBackward0" in plain(told[0])
    assert replay(film)[f"m{told[0].card}"] == "bad"


def test_a_cut_leads_to_the_constant_that_it_makes() -> None:
    a = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        b = a * 3
        c = b.detach()
        with torch.no_grad():
            e = b + 1
        (c * a + e).backward()
    film = timeline(run)
    cards = titles(film)
    linked = [(wire.source, wire.target, wire.word) for wire in film.stages[0].wires if wire.word]
    want = {(cards["b = a × 3"], cards["c"], "detach"), (cards["b = a × 3"], cards["e"], "no_grad")}
    assert set(linked) == want and len(linked) == 2
    state = replay(film)
    assert not [key for key in state if key[0] == "c"] and state[f"v{cards['c']}"] == "nilai 6"
    assert "word" in play(run).svg


def test_a_cut_inside_an_expression_gets_a_card() -> None:
    a = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        b = a * 3
        (b.detach() * a).backward()
    film = timeline(run)
    assert [wire.word for wire in film.stages[0].wires if wire.word] == ["detach"] and "b.detach()" in titles(film)


def test_a_cut_whose_result_is_not_used_is_marked_on_its_card() -> None:
    a = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        b = a * 3
        print(b.detach(), b.item())
        b.backward()
    state = replay(timeline(run))
    assert [text for key, text in state.items() if key[0] == "c"] == ["detach"]


def test_another_constant_of_the_same_name_or_value_is_not_taken_for_the_cut() -> None:
    a = torch.tensor(2.0, requires_grad=True)
    six = torch.tensor(6.0)
    with record() as run:
        b = a * 3
        c = b.detach()
        c = torch.tensor(7.0)
        (six * a + c * a).backward()
    assert not [wire for wire in timeline(run).stages[0].wires if wire.word]


def test_titles_follow_the_code() -> None:
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        left = 2 * x
        right = x * 2
        less = 100 - x
        mixed = 4 * x + x * 4
        (left + right + less + mixed).backward()
    film = timeline(run)
    assert {"left = 2 × x", "right = x × 2", "less = 100 − x", "x × 4"} <= set(titles(film))
    assert "4 × x" not in titles(film)
    assert any(plain(frame).startswith("left = 2 × x = 2 × 3 = 6.") for frame in film.frames)
    assert any(plain(frame).startswith("less = 100 − x = 100 − 3 = 97.") for frame in film.frames)
    assert "left = 2 × x" in draw(run).text


def test_first_frames_say_what_is_not_there_yet() -> None:
    film = timeline(chain()[0])
    assert "g0" not in replay(film, 0) and film.stages[0].cards[0].grads == 1, "there is room for it"
    w = torch.tensor(3.0, requires_grad=True)
    w.grad = torch.tensor(4.0)
    with record() as run:
        (w * 2).backward()
    again = timeline(run)
    assert replay(again, 0)["g0"] == "grad 4" and replay(again)["g0"] == "grad 6"
    assert plain(again.frames[0]).endswith("w.grad, yang sudah berisi 4.")


def test_an_optimizer_skips_what_has_no_gradient() -> None:
    w, u = torch.tensor(5.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([w, u], lr=0.25)
    with record() as run:
        (u * 2).backward()
        optimizer.step()
        u.grad = None
        optimizer.step()
    said = [plain(frame) for frame in timeline(run).frames if frame.phase in ("optimizer", "hapus")]
    assert said == [
        "SGD.step() menggeser u melawan arah gradien; w dilewati karena w.grad kosong.",
        "u.grad = None menghapus gradien lama, 2.",
        "SGD.step() tidak mengubah apa pun: w dan u dilewati karena .grad masing-masing kosong.",
    ]


def test_a_gradient_that_crosses_a_folded_operation_is_told_on_both_sides() -> None:
    W = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with record() as run:
        (torch.tensor([[1.0, 2.0]]) @ W.T).sum().backward()
    text = next(plain(frame) for frame in timeline(run).frames if "MmBackward0 menerima" in plain(frame))
    assert "memberi [[1, 1], [2, 2]]; lewat " in text and "menjadi [[1, 2], [1, 2]], ditambahkan ke W.grad" in text


def test_what_the_engine_records_for_create_graph_belongs_to_the_backward() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    with record() as run:
        y = x**3
        (g,) = torch.autograd.grad(y, x, create_graph=True)
        torch.autograd.grad(g, x)
    film = timeline(run)
    extra = [plain(frame) for frame in film.frames if plain(frame).startswith("Sambil mundur, ")]
    assert len(extra) == 3 and all("view" not in text for text in extra)
    assert plain(film.frames[0]) == "x adalah tensor daun bernilai 2, yang memerlukan gradien."
    phases = [frame.phase for frame in film.frames]
    assert phases == ["maju"] * 2 + ["mundur"] * (len(phases) - 2)
    assert plain(film.frames[-1]) == "torch.autograd.grad mengembalikan 12; isi .grad daun tidak berubah."


def test_an_error_ends_the_film() -> None:
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError), record() as run:
        (x * 2).backward()
    assert timeline(run).frames[-1].phase == "galat"


def test_same_run_same_frames() -> None:
    assert play(chain()[0])._repr_mimebundle_() == play(chain()[0])._repr_mimebundle_()


def test_an_empty_recording_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="requires_grad=True"):
        timeline(Recording(RecordingData()))


def test_long_runs_stay_short() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    optimizer, X = torch.optim.SGD(model.parameters(), lr=0.1), torch.ones(8, 2)
    with record() as run:
        for _ in range(100):
            loss = model(X).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    film = timeline(run)
    assert film.brief and len(film.stages) <= 3 and len(film.frames) < 320
    assert sum(len(text.encode()) for text in play(run)._repr_mimebundle_().values()) < 300_000
    assert replay(film)["v0"]


def test_thousands_of_operations_without_a_pattern_become_a_few_cards() -> None:
    choice = random.Random(0)
    x = torch.tensor(0.5, requires_grad=True)
    with record() as run:
        pool = [x]
        for _ in range(2000):
            a, b = choice.choice(pool[-8:]), choice.choice(pool[-8:])
            pool.append((a * b, a + b, torch.sin(a), torch.tanh(a - b))[choice.randrange(4)])
        pool[-1].backward()
    film = timeline(run)
    assert len(film.stages[0].cards) <= 60 and len(film.frames) <= 200
    assert x.grad is not None and f"x.grad = {number_text(x.grad.item())}." in plain(film.frames[-1])


def test_offset_runs_beside_the_path() -> None:
    path = [(0.0, 0.0), (10.0, 0.0), (10.0, 20.0), (20.0, 20.0)]
    assert offset(path, 0) == tuple(path)
    above, below = offset(path, -4), offset(path, 4)
    assert above[0] == (0.0, -4.0) and below[0] == (0.0, 4.0)
    assert above[1] == (14.0, -4.0) and below[1] == (6.0, 4.0)


def test_every_kind_of_step_has_a_sentence() -> None:
    filled = {"node": 0, "round": 0, "change": Change("x"), "how": "detach", "operation": "add_", "optimizer": "SGD"}
    filled["what"] = "transform"
    graph = Graph((Node("AccumulateGrad", "leaf", "x"), Node("SinBackward0", "output")), (Edge(0, 1, 0),))
    for kind, event in EVENTS.items():
        required = [name for name in event._fields if name not in event._field_defaults]
        step = event(**{name: filled.get(name, "Galat") for name in required})
        film = timeline(Recording(RecordingData(graph, steps=(step, Error("Galat")))))
        assert len(film.frames) >= 1 and all(plain(frame) for frame in film.frames), kind


def test_a_letter_of_a_formula_is_no_name_of_the_program() -> None:
    x = torch.tensor(0.5, requires_grad=True)
    b = torch.tensor(0.25, requires_grad=True)
    with record() as run:
        a = torch.tanh(x * 2)
        torch.relu(b * (a - x)).backward()
    told = "\n".join(plain(frame) for frame in timeline(run).frames)
    assert "terhadap u = b × …: 1 bila u > 0" in told
    for letter in ("a", "b"):
        assert f"{letter} = …" not in told and f"{letter} = x" not in told


def test_what_meets_in_a_folded_operation_is_not_told_twice() -> None:
    """Both uses of the weight go through the one transposition of the layer; each sends its own part there."""
    torch.manual_seed(0)
    layer, x = torch.nn.Linear(2, 2), torch.ones(1, 2, requires_grad=True)
    with record() as run:
        (grad,) = torch.autograd.grad(layer(x).pow(2).sum(), x, create_graph=True)
        grad.pow(2).sum().backward()
    told = [plain(frame) for frame in timeline(run).frames]
    meeting = [text for text in told if "dijumlahkan dengan gradien dari panah lain" in text]
    assert len(meeting) == 2
    assert not any("lewat T menjadi" in text for text in meeting)


def test_the_outputs_of_one_operation_are_told_apart() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with record() as run:
        mu, logvar = x.chunk(2)
        (mu * 3 + logvar.exp()).sum().backward()
    told = [plain(frame) for frame in timeline(run).frames]
    (power,) = [text for text in told if text.startswith("ExpBackward0 menerima")]
    assert "…[1]" in power and "mu" not in power
    (split,) = [text for text in told if text.startswith("SplitBackward0 menerima")]
    assert "[3] untuk keluaran ke-1 dan [7.389] untuk keluaran ke-2" in split


def test_a_gradient_that_was_asked_for_arrives_at_what_only_moves_data():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with record() as run:
        v = x.view(2)
        torch.autograd.grad((v**3).sum(), v)
    told = play(run).text
    assert "Turunan lokal terhadap v: 3v² = [3, 12]. Aturan rantai: [1, 1] ⊙ [3, 12] = [3, 12] dikirim ke v." in told
    with record() as run:
        torch.autograd.functional.hessian(lambda point: (point**3).sum(), torch.tensor([1.0, 2.0]))
    told = play(run).text
    assert "[1, 1] ⊙ [3, 12] = [3, 12] dikirim ke view(…)." in told and "tidak ada masukan" not in told

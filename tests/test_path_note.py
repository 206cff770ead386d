"""What each path contributes to the gradient of a leaf, told only where the parts give the whole."""

import random
from itertools import pairwise

import pytest
import torch

from autograd_viz import play, record
from autograd_viz.narration.path_note import MOST, Hop, Reading, arrow_note, find_paths, leaf_note
from autograd_viz.playing.timeline import timeline
from tests import programs

# u = laba × terjual at p = 10: laba = p − 5, terjual = 100 − 4p
PROFIT = {4: [Hop(1, 0, 60.0), Hop(3, 1, 5.0)], 1: [Hop(0, 0, 1.0)], 3: [Hop(2, 1, -1.0)], 2: [Hop(0, 1, 4.0)]}
NAMES = {1: "laba", 2: "4 × p", 3: "terjual", 4: "u"}


def text(spans):
    return "".join(span.text for span in spans)


def told(paths, now, passed=(), before=None, added=40.0):
    return text(arrow_note(Reading(paths, "p", NAMES, [1, 3, 4], before, added), now, passed))


def arrived(paths, added):
    return text(leaf_note(Reading(paths, "p", NAMES, [1, 3, 4], None, added)))


def test_paths_of_a_profit():
    paths = find_paths(0, {4: 1.0}, PROFIT)
    assert [(path.nodes, path.amount) for path in paths] == [((4, 1), 60.0), ((4, 3, 2), -20.0)]
    assert told(paths, (2, 1)) == (
        "Seluruh jalur lewat terjual: 5 × (−4) = −20. Lewat laba nanti 60, jadi p.grad = 60 − 20 = 40."
    )
    assert told(paths, (1, 0), [(2, 1)], before=2.0) == (
        "Seluruh jalur lewat laba: 60. Lewat terjual sudah −20, jadi p.grad bertambah −20 + 60 = 40."
    )


def test_all_paths_are_summed_up_at_the_leaf():
    assert arrived(find_paths(0, {4: 1.0}, PROFIT), 40.0) == (
        "Dua jalur menuju p. Lewat laba: 60. Lewat terjual: 5 × (−4) = −20. Jumlahnya 60 − 20 = 40."
    )
    assert arrived(find_paths(0, {4: 1.0}, PROFIT), 41.0) == ""


def test_two_slots_of_one_node():
    paths = find_paths(0, {1: 1.0}, {1: [Hop(0, 0, 3.0), Hop(0, 1, 3.0)]})
    assert told(paths, (1, 1), [(1, 0)], added=6.0).startswith("Seluruh jalur lewat masukan ke-2 dari laba: 1 × 3 = 3.")


@pytest.mark.parametrize("added", [39.0, float("nan")])
def test_nothing_is_told_where_the_parts_do_not_give_the_whole(added):
    assert told(find_paths(0, {4: 1.0}, PROFIT), (2, 1), added=added) == ""


def test_a_single_path_needs_no_note():
    assert told(find_paths(0, {1: 2.0}, {1: [Hop(0, 0, 3.0)]}), (1, 0), added=6.0) == ""


def test_several_paths_through_one_arrow_are_not_told_apart():
    """Two paths that end on the same arrow: what arrives there is their sum."""
    hops = {3: [Hop(1, 0, 2.0), Hop(2, 1, 3.0)], 2: [Hop(1, 0, 5.0)], 1: [Hop(0, 0, 7.0)]}
    paths = find_paths(0, {3: 1.0}, hops)
    assert [path.amount for path in paths] == [14.0, 105.0] and told(paths, (1, 0), added=119.0) == ""
    assert arrived(paths, 119.0) == (
        "Dua jalur menuju p. Lewat masukan ke-1 dari terjual: 2 × 7 = 14. Lewat 4 × p: 3 × 35 = 105. "
        "Jumlahnya 14 + 105 = 119."
    )


def test_more_than_six_paths_are_none():
    fan = {9: [Hop(0, slot, 1.0) for slot in range(MOST + 1)]}
    assert find_paths(0, {9: 1.0}, fan) == () and len(find_paths(0, {9: 1.0}, {9: fan[9][:MOST]})) == MOST


def test_a_ladder_with_countless_paths_is_given_up():
    ladder = {k: [Hop(k - 1, 0, 1.0), Hop(k - 1, 1, 1.0)] for k in range(1, 60)}
    assert find_paths(-1, {59: 1.0}, ladder) == ()


def test_paths_add_up_to_the_derivative_of_random_chains():
    """The sum over paths is what running backward over the nodes gives."""
    draw = random.Random(3)
    for _ in range(50):
        count = draw.randint(2, 6)
        hops = {
            node: [Hop(draw.randrange(node), slot, draw.uniform(-2, 2)) for slot in range(draw.choice((1, 1, 2)))]
            for node in range(1, count)
        }
        grads = dict.fromkeys(range(count), 0.0) | {count - 1: 1.0}
        for node in range(count - 1, 0, -1):
            for hop in hops[node]:
                grads[hop.target] += grads[node] * hop.derivative
        paths = find_paths(0, {count - 1: 1.0}, hops)
        if paths:
            assert sum(path.amount for path in paths) == pytest.approx(grads[0])


def test_paths_that_bear_the_same_name_are_only_summed_up():
    hops = {9: [Hop(8, 0, 2.0), Hop(7, 1, 3.0)], 8: [Hop(0, 0, 1.0)], 7: [Hop(0, 0, 1.0)]}
    reading = Reading(find_paths(0, {9: 1.0}, hops), "w", {7: "w × h", 8: "w × h"}, [], None, 5.0)
    assert text(leaf_note(reading)) == "Dua jalur menuju w: 2 + 3 = 5."
    assert arrow_note(reading, (8, 0), []) == ()


def notes(run):
    """The path notes of a film, by the card that is at work."""
    film = timeline(run)
    return [(film.stages[0].cards[frame.card].title, text(frame.path)) for frame in film.frames if frame.path]


def test_the_notes_of_a_film():
    p = torch.tensor(10.0, requires_grad=True)
    with record() as run:
        laba = p - 5
        terjual = 100 - 4 * p
        u = laba * terjual
        u.backward()
    assert notes(run) == [
        ("4 × p", "Seluruh jalur lewat terjual: 5 × (−4) = −20. Lewat laba nanti 60, jadi p.grad = 60 − 20 = 40."),
        ("laba = p − 5", "Seluruh jalur lewat laba: 60. Lewat terjual sudah −20, jadi p.grad = −20 + 60 = 40."),
        ("p · daun", "Dua jalur menuju p. Lewat laba: 60. Lewat terjual: 5 × (−4) = −20. Jumlahnya 60 − 20 = 40."),
    ]
    assert "Dua jalur menuju p. Lewat laba: 60. Lewat" in play(run).text


def test_a_hook_that_changes_a_gradient_silences_the_note():
    p = torch.tensor(10.0, requires_grad=True)
    with record() as run:
        a = p * 2
        a.register_hook(lambda gradient: gradient * 10)
        (a + p * 3).backward()
    assert p.grad is not None and p.grad.item() == 23.0 and notes(run) == []


def test_every_note_of_random_programs_adds_up_to_what_torch_computed():
    draw = random.Random(11)
    told = 0
    for _ in range(25):
        leaf = torch.tensor(draw.uniform(0.5, 2.0), requires_grad=True)
        with record() as run:
            known = [leaf]
            for _ in range(draw.randint(2, 5)):
                one, other = draw.choice(known), draw.choice(known)
                known.append(draw.choice((torch.mul, torch.add, torch.sub))(one, other))
            known[-1].backward()
        for title, note in notes(run):
            total = float(note.rstrip(".").rpartition("= ")[2].replace("−", "-"))
            assert total == pytest.approx(leaf.grad.item(), rel=2e-3), (title, note)
            told += 1
    assert told > 15


def test_paths_that_share_the_input_they_would_be_named_by_are_told_by_their_sum():
    with record() as run:
        w = torch.tensor(2.0, requires_grad=True)
        saldo = torch.tensor(1.0)
        for _ in range(3):
            saldo = w * saldo + 1
        saldo.backward()
    told = play(run).text
    assert "Tiga jalur menuju w: 7 + 6 + 4 = 17." in told and "masukan ke-" not in told and ", Lewat" not in told


def forked():
    with record() as run:
        b = torch.tensor(1.0, requires_grad=True)
        c = (2 * b) * (3 * b)
        c.backward()
        b.grad = None
        optimizer = torch.optim.SGD([b], lr=0.1)
        (b * b).backward()
        optimizer.zero_grad()
    return run


def test_names_of_paths_keep_apart_from_their_numbers():
    told = play(forked()).text
    assert "Dua jalur menuju b. Lewat 2 × b: 3 × 2 = 6. Lewat 3 × b: 2 × 3 = 6. Jumlahnya 6 + 6 = 12." in told
    assert "SGD.zero_grad() menghapus gradien lama: b.grad dari 2 menjadi None." in told


def begins_a_number(spans):
    """Whether a sentence goes on with a number, or with code, and no word or sign before it."""
    shown = [span for span in spans if span.text.strip()]
    return bool(shown) and (shown[0].text.lstrip()[0] in "0123456789−" or shown[0].style in ("code", "math", "result"))


@pytest.mark.parametrize("name", [*programs.NAMES, "forked"])
def test_no_name_in_a_film_touches_a_number(name):
    """In plain text "2 × b 1 × 2" would be read as one product."""
    run = forked() if name == "forked" else programs.recorded(name)
    for frame in timeline(run).frames:
        for spans in (frame.say, frame.path):
            for place, (one, following) in enumerate(pairwise(spans)):
                if one.style == "code":
                    assert not begins_a_number(spans[place + 1 :]), text(spans)
                elif one.style in ("math", "result", "strong") and following.style == "code":
                    raise AssertionError(text(spans))

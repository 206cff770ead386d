"""Latihan 62 tells how many of its four faults are left: the right number for every way to mend some of them."""

from itertools import chain, combinations

import pytest

from jejak import judge
from jejak.catalog import find
from jejak.tasks.rekan_baru import MENDS, NAME, program

SUBSETS = list(chain.from_iterable(combinations(MENDS, size) for size in range(len(MENDS) + 1)))

PLACES = ("denda", "norma", "Dropout", "state_dict", "eval", "no_grad", "clip", "riwayat", "model.")


@pytest.mark.parametrize("mended", SUBSETS, ids=lambda mended: "+".join(mended) or "none")
def test_what_is_left_is_counted_and_not_located(mended):
    verdict = judge(NAME, program(mended))
    left = len(MENDS) - len(mended)
    if left == 0:
        assert verdict.status == "benar"
    elif left == len(MENDS):
        assert verdict.status == "belum dikerjakan"
    else:
        assert (verdict.status, verdict.check) == ("belum tepat", "faults")
        assert f"{left} masih ada" in verdict.message
        assert [place for place in PLACES if place in verdict.message] == []


def test_each_mend_stands_in_the_given_program_once():
    assert [find(NAME).given.count(old) for old, _ in MENDS.values()] == [1] * len(MENDS)

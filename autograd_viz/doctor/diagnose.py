"""Satu galat menjadi diagnosis: apa yang terjadi, di mana, sebab-sebab beserta buktinya, obat, dan gambarnya."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from autograd_viz.doctor.catalogue import Cause, Entry, fill, match
from autograd_viz.doctor.copied_results import copied_result
from autograd_viz.doctor.custom_function import (
    called_directly,
    gradient_count,
    gradient_for_no_tensor,
    gradient_shape,
)
from autograd_viz.doctor.evidence import Evidence, gather
from autograd_viz.doctor.findings import Finding
from autograd_viz.doctor.flagless_inputs import flagless_inputs
from autograd_viz.doctor.guesses import possible, useful
from autograd_viz.doctor.hooked_inputs import hooked_inputs
from autograd_viz.doctor.in_place import in_place
from autograd_viz.doctor.inference_tensors import made_for_inference
from autograd_viz.doctor.made_elsewhere import hooked_and_written
from autograd_viz.doctor.no_graph import no_graph
from autograd_viz.doctor.none_grad import grad_of_a_result, none_grad
from autograd_viz.doctor.not_a_tensor import not_a_tensor
from autograd_viz.doctor.not_recorded import not_recorded
from autograd_viz.doctor.once_only import once_only
from autograd_viz.doctor.optimizer_findings import no_parameters, not_a_leaf
from autograd_viz.doctor.picture import picture
from autograd_viz.doctor.placed import of_the_program, placed, pointed
from autograd_viz.doctor.printable import compiling, printable
from autograd_viz.doctor.recomputed import recomputed
from autograd_viz.doctor.saved_in_context import saved_in_context
from autograd_viz.doctor.scaler_steps import unscaled_late, unscaled_twice
from autograd_viz.doctor.searched import Around
from autograd_viz.doctor.second_backward import spent_graph
from autograd_viz.doctor.simple_findings import named_node, not_scalar, not_used
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.to_numpy import to_numpy
from autograd_viz.doctor.view_writes import leaf_written, one_of_many_views, view_of_leaf
from autograd_viz.doctor.vmap_branches import vmap_branch, vmap_number
from autograd_viz.doctor.vmap_writes import vmap_write
from autograd_viz.doctor.words import words_of
from autograd_viz.drawing.display import Drawing

DETECTORS: Mapping[str, Callable[[Evidence], Iterator[Finding]]] = {
    "backward-kedua": spent_graph,
    "tanpa-grad-fn": no_graph,
    "diubah-in-place": in_place,
    "daun-in-place": leaf_written,
    "terhadap-tanpa-gradien": flagless_inputs,
    "retain-grad-tanpa-gradien": not_recorded,
    "tepi-tanpa-gradien": not_recorded,
    "gambar-tanpa-graf": not_recorded,
    "keluaran-bukan-skalar": not_scalar,
    "tidak-terpakai": not_used,
    "grad-kosong-dihitung": none_grad,
    "grad-bukan-daun": grad_of_a_result,
    "grad-kosong-dipanggil": none_grad,
    "jumlah-gradien-function": gradient_count,
    "gradien-untuk-bukan-tensor": gradient_for_no_tensor,
    "gradien-bentuk-function": gradient_shape,
    "fungsi-dipanggil-langsung": called_directly,
    "checkpoint-jumlah-lain": recomputed,
    "checkpoint-isi-lain": recomputed,
    "optimizer-bukan-daun": not_a_leaf,
    "optimizer-kosong": no_parameters,
    "unscale-dua-kali": unscaled_twice,
    "unscale-sesudah-step": unscaled_late,
    "numpy-bergradien": to_numpy,
    "simpan-bukan-tensor": saved_in_context,
    "backward-pada-bukan-tensor": not_a_tensor,
    "view-daun-in-place": view_of_leaf,
    "banyak-view-in-place": one_of_many_views,
    "vmap-menulis-ke-biasa": vmap_write,
    "inference-disimpan": made_for_inference,
    "view-function-in-place": hooked_and_written,
    "kait-tanpa-gradien": hooked_inputs,
    "deepcopy-bukan-daun": copied_result,
    "sekali-turun": once_only,
    "vmap-if": vmap_branch,
    "vmap-item": vmap_number,
}
# Messages that Python gives for many other reasons: without evidence the doctor says nothing.
ONLY_PROVEN = ("grad-kosong-dihitung", "grad-kosong-dipanggil")
MESSAGE = 300  # letters of the error's own message that are shown
UNSEEN_WRITER = "Sebuah pernyataan yang tidak terlihat dari sini, mungkin di dalam fungsi yang sudah selesai."
PROVEN = 4  # the weight of a finding that the program itself proves


@dataclass(frozen=True)
class Spot:
    """Satu tempat di kode pengguna: perannya, letaknya, dan pernyataannya."""

    role: str
    where: str
    text: str


@dataclass(frozen=True)
class ToldCause:
    """Satu sebab: kalimatnya, buktinya dari program ini (kosong bila tidak ada), dan obatnya.

    `proven` berarti program itu sendiri membuktikannya; `ready` berarti obatnya tersusun dari baris program itu.
    `question` menentukan apakah obat itu yang dimaksud.
    """

    id: str
    say: str
    evidence: str
    mend: str
    proven: bool
    ready: bool
    question: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """Hasil pemeriksaan satu galat, sebagai data biasa: tidak memuat tensor maupun bingkai."""

    entry: Entry
    message: str
    spots: tuple[Spot, ...]
    causes: tuple[ToldCause, ...]
    drawing: Drawing | None
    unread: str = ""


def diagnose(error: BaseException) -> Diagnosis | None:
    """Diagnosis sebuah galat; None bila ia tidak ada di katalog.

    >>> diagnose(ValueError("lain")) is None
    True
    """
    entry = match(error)
    if entry is None:
        return None
    unread = ""
    evidence, findings, words = Evidence(error, (), (), (), ()), [], {}
    try:
        evidence = gather(error)
        words = words_of(evidence)
        detect = DETECTORS.get(entry.id, named_node)
        findings = sorted(detect(evidence), key=lambda one: -one.weight)
    except Exception as failure:  # whatever a user's objects do: the card is told without what could not be read
        unread = type(failure).__name__
    first = findings[0] if findings else None
    if first is None and entry.id in ONLY_PROVEN:
        return None
    return Diagnosis(
        entry,
        _shortened(str(error)),
        tuple(_spots(evidence, first, words)),
        tuple(_causes(entry, evidence, findings, words)),
        picture(evidence, entry.mark, first),
        unread,
    )


def _shortened(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= MESSAGE else f"{line[: MESSAGE - 1]}…"


def _causes(
    entry: Entry, evidence: Evidence, findings: list[Finding], words: Mapping[str, str]
) -> Iterator[ToldCause]:
    known = {cause.id: cause for cause in entry.causes}
    told: set[str] = set()
    around = Around(evidence)
    for one in findings:
        if one.cause in known and one.cause not in told:
            told.add(one.cause)
            mine = {**words, **{name: text for name, text in one.words.items() if text}}
            yield _found(known[one.cause], one, around, mine)
    if any(one.weight >= PROVEN for one in findings if one.cause in told):
        return  # what is proven leaves nothing to be guessed
    guesses = []
    for cause in entry.causes:
        known_words = possible(cause, evidence, words) if cause.id not in told else None
        if known_words is not None and not (told and _wants_writer(cause, words)):
            guess = _guessed(cause, around, known_words)
            guesses += [guess] if guess is not None else []
    yield from sorted(guesses, key=lambda guess: not guess.ready)  # what fits the program's own lines comes first


def _found(cause: Cause, one: Finding, around: Around, words: Mapping[str, str]) -> ToldCause:
    """What a detector found: its own mend, or the catalogue's at its place."""
    evidence = around.evidence
    mend = one.mend if one.mend is not None else placed(cause, around, one, words)
    ready = mend is not None and not one.example and of_the_program(mend, evidence, one)
    told = _told(cause, words, one.evidence, mend, one.weight >= PROVEN, ready)
    if mend is None:
        told = replace(told, mend=pointed(told.mend, evidence, one))
    return replace(told, question=one.question)


def _guessed(cause: Cause, around: Around, words: Mapping[str, str]) -> ToldCause | None:
    """A cause that may be; None where its mend would mark what is marked."""
    evidence = around.evidence
    mend = placed(cause, around, None, words)
    ready = mend is not None and of_the_program(mend, evidence, Finding(cause.id, ""))
    guess = _told(cause, words, "", mend, False, ready)
    kept = useful(guess.mend, evidence)
    if kept is None:
        return None
    return replace(guess, mend=kept if mend is not None else pointed(kept, evidence, None))


def _wants_writer(cause: Cause, words: Mapping[str, str]) -> bool:
    return "{writer}" in cause.say and "writer" not in words


def _told(
    cause: Cause, words: Mapping[str, str], evidence: str, mend: str | None, proven: bool, ready: bool
) -> ToldCause:
    say = UNSEEN_WRITER if _wants_writer(cause, words) else fill(cause.say, words)
    told = printable(cause.mend, words) if mend is None else compiling(mend)
    return ToldCause(cause.id, say, evidence, told, proven, ready)


def _spots(evidence: Evidence, finding: Finding | None, words: Mapping[str, str]) -> Iterator[Spot]:
    here = evidence.here
    found: list[tuple[str, Statement]] = []
    if finding is not None and finding.forward is not None:
        found.append(("perulangan" if hasattr(finding.forward.node, "orelse") else "forward", finding.forward))
    if finding is not None and finding.writer is not None:
        found.append((_role_of_writer(finding), finding.writer))
    if here is not None and here.current is not None:
        found.append(("galat", here.current))
    places: dict[tuple[str, int], list[str]] = {}
    for role, statement in found:
        places.setdefault((statement.title, statement.line), []).append(role)
    texts = {(statement.title, statement.line): statement.text for _, statement in found}
    for (title, line), roles in places.items():
        where = f"{title} baris {line}" if title else f"baris {line}"
        yield Spot(" dan ".join(dict.fromkeys(roles)), where, texts[title, line])


def _role_of_writer(finding: Finding) -> str:
    return _WRITERS.get(finding.cause, "penulis")


_WRITERS = {
    "dua-kali": "backward lebih dulu", "batang-bersama": "backward lebih dulu", "keadaan-terbawa": "penulis",
    "loss-dicatat": "penulis", "tanda-terlambat": "dinyalakan", "tanpa-grad-mode": "pemutus", "item": "pemutus",
    "torch-tensor": "pemutus", "numpy": "pemutus", "argmax": "pemutus", "detach": "pemutus", "sudah-item": "pemutus",
    "tanpa-create-graph": "pemutus", "turunan-tetap": "pemutus", "modul-inplace": "penulis",
    "acak-di-luar-torch": "undian", "diubah-di-antara": "diubah", "keadaan-luar": "diubah",
    "lupa-none": "backward-nya", "bukan-tensor-none": "backward-nya", "bentuk-masukan": "backward-nya",
    "urutan-gradien": "backward-nya",
    "lupa-menjumlahkan-siaran": "backward-nya", "satu-unscale": "lebih dulu", "unscale-di-luar-if": "setiap putaran",
    "tanpa-update": "tanpa update()", "optimizer-lain": "optimizer lain", "urutan-unscale": "lebih dulu",
    "beku": "pembeku",
    "di-luar-loss": "backward", "dikosongkan": "pengosong", "cukup-no-grad": "pembuat", "salinan-parameter": "pembuat",
    "kali-sesudah-tanda": "tanda", "dikali-sesudah-tanda": "tanda", "tanda-sebelum-hitung": "tanda",
    "masukan-belum-ditandai": "pembuat", "menyalin-hasil": "penyalin", "modul-menyimpan-hasil": "penyalin",
}  # fmt: skip

"""Kalimat untuk tempat graf terputus, yang tidak dapat ditunjukkan, dan tempat kode berhenti."""

from __future__ import annotations

from autograd_viz.narration.context import Context
from autograd_viz.recording.events import Cut, Error, Unseen, value_of
from autograd_viz.recording.missing import AT_ITS_PLACE, missing_sentence
from autograd_viz.text.formatting import clean
from autograd_viz.text.rich_text import Span
from autograd_viz.text.value_text import in_sentence

CUTTING = frozenset({"detach", "no_grad", "data"})  # what gives a tensor outside of the graph
_READ = {"item": "bilangan Python", "numpy": "array NumPy"}
_CUTS = {
    "detach": "detach() memberi tensor bernilai sama di luar graf",
    "data": ".data memberi isinya saja, tanpa graf",
    "no_grad": "di dalam no_grad operasi tidak dicatat",
}
_LONGEST = 160
_ADVICE = {
    "modified by an inplace operation": "Tensor yang disimpan untuk backward telah diubah di tempat sebelum dipakai",
    "implicitly created only for scalar": "backward() tanpa argumen hanya dapat dimulai dari keluaran skalar",
    "backward through the graph a second time": "Simpanan graf ini sudah dibebaskan oleh backward sebelumnya",
    "does not require grad and does not have": "Keluaran ini tidak terhubung ke tensor yang memerlukan gradien",
    "not have been used in the graph": "Salah satu masukan tidak dipakai dalam graf keluaran ini",
    "a leaf Variable that requires grad": "Tensor daun yang memerlukan gradien tidak boleh diubah di tempat",
}


def cut(step: Cut, context: Context) -> list[Span]:
    """Kalimat sebuah potongan graf."""
    name, word, value = context.name(step.node), step.how, value_of(step)
    if word in _READ:
        spans = [Span(f"{word}()", "code"), Span(" membaca isi "), Span(name, "code"), Span(f" sebagai {_READ[word]}")]
        spans += [Span(", "), Span(in_sentence(value), "strong")] if value is not None else []
        return [*spans, Span("; hasil itu di luar graf.")]
    spans = [Span("Graf terputus di "), Span(name, "code"), Span(f": {_CUTS.get(word, f'{word} tidak dicatat')}")]
    given = context.given
    if given is not None and given.variable:
        spans += [Span(", yaitu "), Span(given.text, "code")] if word != "no_grad" else [
            Span(", jadi "), Span(given.text, "code"), Span(" di luar graf")
        ]  # fmt: skip
    if value is not None:
        spans += [Span(" ("), Span(in_sentence(value), "strong"), Span(")")]
    return [*spans, Span(". Gradien tidak akan lewat sini.")]


def unseen(step: Unseen, context: Context) -> list[Span]:
    """Kalimat tentang yang tidak dapat ditunjukkan."""
    return [Span(AT_ITS_PLACE.get(step.what) or f"Di sini {missing_sentence(step.what, 1)}.")]


def error(step: Error, context: Context) -> list[Span]:
    """Kalimat galat yang mengakhiri rekaman."""
    told = clean(step.message)
    short = told.split(" Hint: ")[0].rstrip(".")
    if len(short) > _LONGEST:
        short = short[:_LONGEST].rsplit(" ", 1)[0] + " …"
    advice = next((text for part, text in _ADVICE.items() if part in told), "")
    spans = [Span("Kode berhenti di sini: "), Span(short, "strong"), Span(". ")]
    return [*spans, Span(f"{advice}. " if advice else ""), Span("Rekaman sampai titik ini tetap dapat diputar.")]

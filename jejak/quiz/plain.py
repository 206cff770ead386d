"""Kuis sebagai teks, untuk terminal."""

from jejak.quiz.questions import LETTERS, Choice, Number, Question, asked

BELOW = "      "  # what stands below the line of a question
ANSWER = {
    "pilihan": "satu huruf", "alasan": "satu huruf", "angka": "bilangannya", "urutan": "huruf-huruf menurut urutannya",
}  # fmt: skip


def written(heading: str, name: str, questions: tuple[Question, ...]) -> str:
    """Semua pertanyaan dengan pilihannya, tanpa jawabannya."""
    blocks = [_block(number, question) for number, question in enumerate(questions, 1)]
    call = f'kuis("{name}").jawab'
    way = f"Jawab dengan {call}(nomor, jawaban), misalnya {call}(1, {_example(questions[0])})."
    return "\n\n".join([heading, *blocks, way])


def _block(number: int, question: Question) -> str:
    code = "" if question.kind == "urutan" else question.code
    listed = [BELOW + line for line in code.rstrip("\n").splitlines()]
    options = [f"   {letter}) {text}" for letter, text in zip(LETTERS, _parts(question))]
    return "\n".join([f"{number}. {asked(question)} ({ANSWER[question.kind]})", *listed, *options])


def _parts(question: Question) -> tuple[str, ...]:
    if isinstance(question, Choice):
        return tuple(option.text for option in question.shown)
    return () if isinstance(question, Number) else question.lines


def _example(question: Question) -> str:
    if isinstance(question, Number):
        return "2.5"
    return '"a"' if isinstance(question, Choice) else f'"{LETTERS[: len(question.lines)]}"'

"""Hasil tinjauan: temuan-temuannya, sebagai teks dan sebagai HTML."""

from __future__ import annotations

from html import escape
from string import Template

from autograd_viz.assets import read
from autograd_viz.reviewing.finding import Finding


class Review:
    """Temuan sebuah tinjauan menurut urutan pemeriksaannya; kosong bila tidak ada yang terbukti.

    >>> print(Review((), 31))
    Tidak ada yang ditemukan (31 pemeriksaan).
    """

    __slots__ = ("checked", "findings", "missing", "waiting")

    def __init__(
        self, findings: tuple[Finding, ...], checked: int, missing: str = "", waiting: tuple[str, ...] = ()
    ) -> None:
        self.findings = findings
        self.checked = checked
        self.missing = missing
        self.waiting = waiting  # the titles of the checks that a single step cannot answer

    def __len__(self) -> int:
        return len(self.findings)

    def __repr__(self) -> str:
        rest = [one for one in (self._waiting(), self.missing) if one]
        return "\n\n".join([self._head(), *map(_text, self.findings), *rest])

    def _repr_html_(self) -> str:
        """Temuan-temuan itu untuk notebook."""
        style, page, one = read("review.css"), Template(read("review.html")), Template(read("finding.html"))
        found = "".join(_html(one, finding) for finding in self.findings)
        return page.substitute(style=style, head=escape(self._head()), findings=found,
                               waiting=escape(self._waiting()), missing=escape(self.missing))  # fmt: skip

    def _waiting(self) -> str:
        if not self.waiting:
            return ""
        return (
            f"Yang terekam baru satu langkah latihan. {len(self.waiting)} pemeriksaan membutuhkan lebih dari satu dan "
            f"belum dapat menjawab: {', '.join(self.waiting)}. Rekam dua atau tiga langkah."
        )

    def _head(self) -> str:
        count = f"{self.checked} pemeriksaan"
        if not self.findings:
            return f"Tidak ada yang ditemukan ({count})."
        return f"{len(self.findings)} temuan ({count})."


def where(finding: Finding) -> str:
    """Tempat sebuah temuan sebagai teks; kosong bila tidak diketahui."""
    if finding.place is None or finding.line is None:
        return ""
    return f"baris {finding.place.line}: {' '.join(finding.line.split())}"


def _text(finding: Finding) -> str:
    lines = [f"■ {finding.title}  [{finding.id}]", f"  {finding.sentence}"]
    lines += [f"  · {one}" for one in finding.evidence]
    if where(finding):
        lines.append(f"  di {where(finding)}")
    lines.append("  Perbaikan:")
    lines += [f"    {line}" for line in finding.mend.splitlines()]
    lines.append(f"  Pelajaran {finding.lesson}")
    return "\n".join(lines)


def _html(template: Template, finding: Finding) -> str:
    return template.substitute(
        id=escape(finding.id),
        title=escape(finding.title),
        sentence=escape(finding.sentence),
        evidence="".join(f"<li>{escape(one)}</li>" for one in finding.evidence),
        where=escape(where(finding)),
        mend=escape(finding.mend),
        lesson=escape(finding.lesson),
    )

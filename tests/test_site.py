"""The site: every page of the course is there, every link arrives, and nothing asks to run what can't be run."""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.addnodes import toctree

from autograd_viz import Edge, Graph, Node, draw
from tests.built_site import built_site
from tools.address import Address
from tools.problems import Problem
from tools.site import command, frames, links, words
from tools.site.build import lesson_cells
from tools.site.drawings import Drawings
from tools.site.exercises import exercise_cells, key_cells
from tools.site.finish import WordLost, finish, pass_over_drawings, zipped
from tools.site.navigation import only_title
from tools.site.notebooks import Workshop, guess_html
from tools.site.scripts import site_script
from tools.site.search import SearchIndonesian
from tools.site.sources import find_pages

ROOT = Path(__file__).resolve().parents[1]
HEAVIEST_HTML, HEAVIEST_PAGE = 350_000, 600_000
SCRIPTS = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
LOADED = re.compile(r'<(?:script|link|img)\b[^>]*? (?:src|href)="([^"#]+?)(?:\?[^"]*)?"')
RUN_THIS = re.compile(r"[^.\n]*\b[Jj]alankan\b[^.\n]*\bsel\b[^.\n]*")
LABEL = "Coba ubah (di notebooknya)"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory)


@pytest.fixture(scope="session")
def site(folder: Path) -> Path:
    return folder / "situs"


def pages(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*.html")) if path.name != "search.html")


def visible(path: Path) -> str:
    """What a reader of the page's own part sees, a paragraph a line."""
    article = re.search(r"<article.*</article>", SCRIPTS.sub("", path.read_text(encoding="utf-8")), re.DOTALL)
    lines = re.sub(r"</(p|li|pre|div|td)>", "\n", article[0].replace("\n", " ")) if article else ""
    return html.unescape(re.sub(r"<[^>]+>", "", lines))


def test_sphinx_has_nothing_to_say(folder: Path) -> None:
    assert (folder / "warnings.txt").read_text(encoding="utf-8") == ""


def test_every_link_and_anchor_arrives_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert links.check(site) == []


def test_the_sidebar_leads_to_every_page(site: Path) -> None:
    front = (site / "index.html").read_text(encoding="utf-8").partition('<div class="sidebar-tree">')[2]
    tree = re.findall(r'href="([^"#]*)"', front.partition("</aside>")[0])
    assert sorted(tree) == sorted({f"{page.name}.html" for page in find_pages(ROOT)} | {"kemajuan.html"})


def test_the_tree_of_pages_holds_titles_alone() -> None:
    def item(*parts: nodes.Node) -> nodes.list_item:
        return nodes.list_item("", nodes.paragraph("", "title"), *parts)

    led = nodes.bullet_list("", item(), toctree())
    toc = nodes.bullet_list("", item(nodes.bullet_list("", item(nodes.bullet_list("", item())))), item(led))
    short = only_title(toc)
    assert len(list(toc.findall(nodes.list_item))) == 5, "the page's own table is left alone"
    assert len(list(short.findall(nodes.list_item))) == 3 and list(short.findall(toctree))


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = '<a href="b.html#here">1</a><a href="b.html#there">2</a><a href="c.html">3</a><a href="#up">4</a>'
    loads = '<img src="https://example.org/a.png"><script src="//example.org/a.js"></script><img src="lost.png">'
    (tmp_path / "a.html").write_text(f'{page}<a href="https://example.org">5</a>{loads}', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="here">', encoding="utf-8")
    found = [broken.target for broken in links.check(tmp_path)]
    lost = ["b.html#there", "c.html", "#up"]
    assert found == [*lost, "https://example.org/a.png", "//example.org/a.js", "lost.png"]


def test_every_text_and_notebook_of_the_course_has_its_page(site: Path) -> None:
    folders = ("notebooks", "exercises", "docs")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".md", ".ipynb")]
    wanted = {path.relative_to(ROOT).with_suffix(".html") for path in sources if ".ipynb_checkpoints" not in path.parts}
    made = {path.relative_to(site) for path in pages(site)}
    assert wanted - made == set() and len(wanted) > 50
    assert {Path("index.html"), Path("kemajuan.html"), Path("notebooks/kartu_ringkas.html")} <= made


def test_pages_come_from_the_folders(tmp_path: Path) -> None:
    lessons = ("notebooks/07_a.ipynb", "notebooks/kuis_07.ipynb", "notebooks/08_b.ipynb", "notebooks/08_b.md")
    others = ("notebooks/museum/README.md", "notebooks/museum/01_c.ipynb", "exercises/10_d.ipynb", "docs/e.md")
    for name in (*lessons, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [page.name for page in find_pages(tmp_path)]
    museum = ["notebooks/museum/README", "notebooks/museum/01_c"]
    assert found == ["notebooks/07_a", "notebooks/kuis_07", "notebooks/08_b", *museum, "exercises/10_d", "docs/e"]


def test_nothing_asks_to_run_a_cell_where_none_can_be_run(site: Path) -> None:
    asked = [f"{path.name}: {found.strip()}" for path in sorted((site / "notebooks").rglob("*.html")) for line in
             visible(path).splitlines() for found in RUN_THIS.findall(line) if LABEL not in line]  # fmt: skip
    assert asked == []


def test_every_row_of_words_is_needed() -> None:
    files = [path for folder in ("notebooks", "exercises") for path in (ROOT / folder).rglob("*.md")]
    files += [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "jejak" / "guesses").glob("*.toml")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert [row.pattern.pattern for row in words.rows() if not any(map(row.pattern.search, texts))] == []


def test_a_lesson_stays_light(site: Path) -> None:
    heavy = {}
    for path in pages(site):
        text = path.read_text(encoding="utf-8")
        files = {(path.parent / name).resolve() for name in LOADED.findall(text) if not name.startswith("data:")}
        weight = path.stat().st_size + sum(file.stat().st_size for file in files if file.suffix != ".html")
        alone = path.parent.name == "satu-berkas"  # there everything is inside
        if weight > HEAVIEST_PAGE or (path.stat().st_size > HEAVIEST_HTML and not alone):
            heavy[path.relative_to(site).as_posix()] = (path.stat().st_size, weight)
    assert heavy == {}


def test_what_frames_share_travels_once() -> None:
    code, style = f"<script>{'a' * 400}</script>", f"<style>{'b' * 400}</style>"
    rare = f"<script>{'c' * 400}</script>"
    shape = "<iframe hidden sandbox=\"allow-scripts\" title=\"Film\" onload=\"go(&quot;x&quot;)\" srcdoc='{}'></iframe>"
    two = [shape.format(f"<p>&amp;amp; &#39;</p>{code}{style}{more}") for more in ("", rare)]
    shared = frames.Shared()
    for one in two:
        shared.notice(one)
    lifted = [shared.lift(one) for one in two]
    assert shared.script.count("aaaa") == shared.script.count("a" * 400) * 100 == 100 and "ccc" not in shared.script
    assert "aaa" not in "".join(lifted) and 'go(\\"x\\")' in shared.script and "<p>&amp; '</p>" in lifted[0]
    assert "ccc" in lifted[1] and lifted[1].count("</script>") == 1


def test_every_guess_has_its_place_and_its_answer_is_not_in_sight(site: Path) -> None:
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        asked = re.findall(r'predict\(\\"(\d\d/\d+)\\"', path.read_text(encoding="utf-8"))
        page = (site / "notebooks" / path.name).with_suffix(".html").read_text(encoding="utf-8")
        assert re.findall(r'class="tebak" data-nama="([^"]+)" data-tebak=', page) == asked, path.name
    assert guess_html("0/1", "<b>no box</b>") == '<div class="tebak" data-nama="0/1"></div>'


def test_an_exercise_shows_its_task_and_folds_the_rest(site: Path) -> None:
    page = (site / "exercises" / "12_dua_jalan.html").read_text(encoding="utf-8")
    open_part, folded = page.split('<details class="kunci">')
    assert open_part.count('<details class="petunjuk">') == 3 and "tulis di sini" in open_part
    assert "lewat_L" not in open_part and "lewat_L" in folded and "Pembahasan" in folded
    assert "hint(1)" not in page and "akhir kunci" not in page and "progress()" not in page


def test_pages_lead_to_colab_once_the_repository_has_an_address() -> None:
    pages = find_pages(ROOT)
    address = Address("https://github.com/a/b", "a/b")
    for name in ("notebooks/00_mulai_di_sini", "exercises/12_dua_jalan"):
        for known, told in ((address, True), (Address(), False)):
            workshop = Workshop(ROOT, pages, known)
            page = workshop.pages[name]
            cells = exercise_cells(workshop, name) if page.group == "latihan" else lesson_cells(workshop, page)
            assert (address.colab(f"{name}.ipynb") in cells[1]["source"]) is told


def test_no_key_is_told_before_its_fold() -> None:
    workshop = Workshop(ROOT, find_pages(ROOT))
    for name in (name for name in workshop.names if re.match(r"exercises/\d\d_", name)):
        source = workshop.pages[name].source
        task, key = (workshop.read(path) for path in (source, ROOT / "solutions" / source.name))
        cells = key_cells(workshop, name, task, key)
        assert len(cells) > 2, name
        assert not any("## " in cell["source"] for cell in cells[1:] if cell["cell_type"] == "markdown"), name


FAMILIES = {
    "gradien": "digradienkan gradiennya", "hitung": "menghitung dihitung hitungan perhitungan",
    "turunan": "menurunkan diturunkan penurunan turunannya", "kali": "mengalikan perkalian dikalikan pengali",
    "tebak": "menebak tebakan ditebak", "tulis": "menulis ditulis tulisan penulisan",
    "simpan": "menyimpan simpanan disimpan", "jumlah": "menjumlahkan penjumlahan",
    "potong": "memotong potongan pemotongan", "kosong": "mengosongkan dikosongkan pengosongan",
    "terima": "menerima diterima", "temu": "menemukan ditemukan bertemu", "kirim": "mengirim dikirim kiriman",
    "kembali": "mengembalikan dikembalikan kembalikan", "tambah": "menambah ditambahkan penambahan",
    "kurang": "mengurangi dikurangi pengurangan", "nilai": "menilai dinilai bernilai",
    "pakai": "memakai dipakai pemakaian", "periksa": "memeriksa diperiksa pemeriksaan",
    "rekam": "merekam rekaman terekam",
}  # fmt: skip


@pytest.mark.parametrize("word", FAMILIES)
def test_forms_of_a_word_have_one_stem(word: str) -> None:
    stem = SearchIndonesian({}).stem
    assert {other: stem(other) for other in FAMILIES[word].split() if stem(other) != stem(word)} == {}


def test_common_words_are_not_in_the_index(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    terms = set(re.findall(r'[{,]"?(\w+)"?:', index[index.index('"terms"'):]))
    assert {"yang", "dan", "adalah"} & terms == set() and {"gradien", "hitung", "turun"} <= terms


def test_the_same_course_gives_the_same_zip(folder: Path, site: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    zipped(site, again)
    assert again.read_bytes() == (folder / "jejak-gradien.zip").read_bytes()
    with zipfile.ZipFile(again) as archive:
        modes = {oct(entry.external_attr >> 16) for entry in archive.infolist()}
    assert modes == {"0o644"}, "a web server under another name may read what was unzipped"


def test_the_command_builds_and_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "install", lambda place, wish: wished.append(wish))
    wished: list[object] = []
    called: list[list[str]] = []
    shown: list[str] = []

    def call(words: list[str], cwd: str) -> int:
        called.append(words)
        return len(called) - 1

    root = tmp_path / "Bu Sari"
    assert command.start_site(root, ["--zip"], "lagi", call, shown.append) == 0
    assert called[0][1:] == [str(root / "tools" / "site" / "build.py"), "--zip"] and wished[0].site  # type: ignore[attr-defined]
    assert shown == [(root / "build" / "situs" / "index.html").as_uri()] and "%20" in shown[0]
    assert command.start_site(root, [], "lagi", call, shown.append) == 1 and len(shown) == 1, "it failed"
    with pytest.raises(Problem, match="--zit"):
        command.start_site(root, ["--zit"], "lagi", call, shown.append)


ENGLISH = re.compile(
    r"\b(toggle|navigation|contents|expand|(?:light|dark) mode|skip|back|next|previous|search|link|this|page|table)\b",
    re.I,
)
TOLD = re.compile(r'(?:title|aria-label|placeholder)="([^"]*)"|>([^<>]+)<')


def test_the_theme_speaks_indonesian(site: Path) -> None:
    page = (site / "notebooks" / "00_mulai_di_sini.html").read_text(encoding="utf-8")
    bare = re.sub(r"<article.*</article>|<head>.*</head>", "", SCRIPTS.sub("", page), flags=re.DOTALL)
    told = [" ".join("".join(found).split()) for found in TOLD.findall(bare)]
    assert "Ganti tema: terang, gelap, atau mengikuti perangkat" in told and "Di halaman ini" in told
    assert [text for text in told if ENGLISH.search(text)] == []


def test_a_word_that_the_theme_no_longer_says_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("Toggle site navigation sidebar", encoding="utf-8")
    with pytest.raises(WordLost, match="Light mode"):
        finish(tmp_path)
    script = tmp_path / "sphinx_highlight.js"
    script.write_text('!node.matches("button, textarea")', encoding="utf-8")
    with pytest.raises(WordLost, match="button, select"):
        pass_over_drawings(script)


def test_a_lone_page_needs_nothing_beside_it(site: Path) -> None:
    lone = sorted((site / "satu-berkas").glob("*.html"))
    assert [path.name for path in lone] == sorted(
        path.with_suffix(".html").name for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_" not in str(path)
    )
    for path in lone:
        text = re.sub(r'<script type="text/plain".*?</script>', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        loads = re.findall(r'<(?:script|link|img|iframe)\b[^>]* (?:src|href)="(?!data:)([^"]*)', text)
        links = re.findall(r'<a\b[^>]* href="(?!#|https?:)([^"]*)', text)
        assert (loads, links) == ([], []), path.name
        assert not re.search(r"[Dd]i situs ini|halaman Kemajuan", visible(path)), path.name
        assert path.stat().st_size < HEAVIEST_PAGE, path.name


def test_drawings_are_part_of_the_page_whatever_their_width() -> None:
    drawings = Drawings(ROOT / "autograd_viz" / "static")
    one = Node("SinBackward0", "operation", shapes=((3,),))
    for count in (1, 12):
        graph = Graph((one,) * count, tuple(Edge(at, at + 1, 0) for at in range(count - 1)))
        html = draw(graph)._repr_mimebundle_()["text/html"]
        assert ("onload" in html) is (count > 1)
        assert re.match(r'<div class="gambar"><svg [^>]*>', drawings.draw(html))
    assert "function fitPicture" in site_script(ROOT) and "startFits(root);" in site_script(ROOT)

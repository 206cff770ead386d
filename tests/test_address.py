"""One setting, and every link that follows from it: Colab, Kaggle, Binder, the badges, `git clone`."""

import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.test_architecture import project
from tools.address import COPIES, FIRST, KEY, PACKAGE, TABLE, Address, below, parse, read_address
from tools.badges import PAGES, UNKNOWN, with_links, write_links
from tools.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
HOME = Address("https://github.com/bu-sari/jejak.gradien", "bu-sari/jejak.gradien")


@pytest.mark.parametrize(
    "written",
    [
        "https://github.com/bu-sari/jejak.gradien", "https://github.com/bu-sari/jejak.gradien/",
        "https://github.com/bu-sari/jejak.gradien.git", " git@github.com:bu-sari/jejak.gradien.git ",
        "ssh://git@github.com/bu-sari/jejak.gradien", "http://www.github.com/bu-sari/jejak.gradien",
    ],
)  # fmt: skip
def test_any_way_to_write_a_repository_on_github_gives_one_address(written, tmp_path):
    assert parse(written, tmp_path) == HOME


def test_an_empty_setting_gives_no_link(tmp_path):
    nothing = parse("  ", tmp_path)
    assert nothing == Address()
    assert not any([nothing.colab(FIRST), nothing.kaggle(FIRST), nothing.binder(), nothing.file("README.md")])


def test_the_setting_stands_in_pyproject_once(tmp_path):
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert isinstance(about["tool"][TABLE][KEY], str)
    (tmp_path / "pyproject.toml").write_text(f'[tool.{TABLE}]\n{KEY} = "https://github.com/a/b"\n', encoding="utf-8")
    assert read_address(tmp_path).repository == "a/b"
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    assert read_address(tmp_path) == Address()


def test_another_host_can_be_installed_from_and_has_no_links(tmp_path):
    elsewhere = parse("https://gitlab.com/kelas/satu/jejak/", tmp_path)
    assert elsewhere.package() == "autograd-viz@git+https://gitlab.com/kelas/satu/jejak"
    assert elsewhere.colab(FIRST) == ""


def test_a_folder_of_this_machine_is_an_address_too(tmp_path):
    folder = tmp_path / "Kelas Bu Sari – ünïcode"
    folder.mkdir()
    for written in (str(folder), folder.name, folder.as_uri()):
        address = parse(written, tmp_path)
        assert address.git == folder.resolve().as_uri() and address.repository == ""
    assert " " not in address.package(), "pip reads one word"
    assert address.package("v1") == f"git+{folder.resolve().as_uri()}@v1#egg=autograd-viz"


@pytest.mark.parametrize(
    "written",
    ["jejak-gradien", "ftp://github.com/a/b", "https://github.com/a", "https://github.com/a/b; rm -rf /",
     "https://x.org/a\nb", "https://github.com/a/b/tree/main", "https://github.com/a/{b}", "javascript://x/a/b"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(written, tmp_path):
    with pytest.raises(Problem, match=KEY) as problem:
        parse(written, tmp_path)
    assert "github.com/nama/jejak-gradien" in str(problem.value)


def test_a_version_is_one_word_of_git():
    assert PACKAGE == project()["project"]["name"]
    assert HOME.package("v0.2.0") == "autograd-viz@git+https://github.com/bu-sari/jejak.gradien@v0.2.0"
    for bad in ("v 1", "--upload-pack=x", "v1\nimport os", "v1;x", "@x"):
        with pytest.raises(Problem, match="tag"):
            HOME.package(bad)


def test_links_lead_to_the_copy_on_its_branch():
    assert HOME.colab(FIRST) == f"https://colab.research.google.com/github/{HOME.repository}/blob/{COPIES}/{FIRST}"
    kaggle = parse_qs(urlsplit(HOME.kaggle(FIRST)).query)["src"]
    assert kaggle == [f"https://github.com/{HOME.repository}/blob/{COPIES}/{FIRST}"]


def test_binder_opens_the_learners_copy_of_lesson_00():
    link = urlsplit(HOME.binder())
    assert link.path == f"/v2/gh/{HOME.repository}/HEAD"
    (path,) = parse_qs(link.query)["urlpath"]
    assert unquote(path) == "lab/tree/notebooks/00_mulai_di_sini.ipynb" and (ROOT / FIRST).exists()


def test_links_are_followed_from_their_page():
    assert below("README.md", "notebooks/a.ipynb") == "notebooks/a.ipynb"
    assert below("exercises/README.md", "../notebooks/./a.ipynb") == "notebooks/a.ipynb"


def pages():
    return {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}


def test_pages_say_what_the_setting_says():
    address = read_address(ROOT)
    stale = [page for page, text in pages().items() if with_links(text, page, address) != text]
    assert stale == [], "run `python mulai.py colab`"


def test_every_lesson_quiz_and_latihan_gets_one_link():
    links = []
    for page, text in pages().items():
        made = with_links(text, page, HOME)
        links += re.findall(r"· \[Colab\]\(([^)]+)\)", made)
        assert with_links(made, page, HOME) == made, "once is enough"
        assert with_links(made, page, Address()) == with_links(text, page, Address()), "and back again"
    start = HOME.colab("")
    wanted = [p for room in ("notebooks", "exercises") for p in sorted((ROOT / room).glob("*.ipynb"))]
    assert sorted(link.removeprefix(start) for link in links) == sorted(f"{p.parent.name}/{p.name}" for p in wanted)


def test_readme_gets_badges_and_the_address_to_clone():
    made = with_links(pages()["README.md"], "README.md", HOME)
    assert [made.count(f"[![Buka di {place}](") for place in ("Colab", "Kaggle", "Binder")] == [1, 1, 1]
    assert f"git clone {HOME.git} jejak-gradien\ncd jejak-gradien\n" in made and UNKNOWN not in made
    empty = with_links(made, "README.md", Address())
    assert "Buka di" not in empty and f"git clone {UNKNOWN} jejak-gradien" in empty


def test_an_address_with_strange_letters_is_no_pattern(tmp_path):
    text = f"git clone {UNKNOWN} jejak-gradien\n"
    assert r"git clone \1\g<0> jejak" in with_links(text, "README.md", Address(r"\1\g<0>"))


def test_only_pages_that_change_are_written(tmp_path):
    for page, text in pages().items():
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).write_text(with_links(text, page, Address()), encoding="utf-8")
    assert write_links(tmp_path, HOME) == list(PAGES) and write_links(tmp_path, HOME) == []

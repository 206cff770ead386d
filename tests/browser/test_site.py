"""The built site in a real Chromium, from its files: widths, touch and keyboard, the veil, memory, search, paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Locator, Page

from tests.browser import lab
from tests.built_site import built_site

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

WIDTHS = (360, 390, 768, 1366)
PAGES = (
    "index", "kemajuan", "search", "notebooks/00_mulai_di_sini", "notebooks/08_gradien_orde_tinggi",
    "notebooks/12_tips", "notebooks/kuis_03", "notebooks/README", "notebooks/glosarium", "notebooks/kartu_ringkas",
    "exercises/README", "exercises/12_dua_jalan", "exercises/03_klinik_nan", "docs/autograd_viz", "docs/arsitektur",
    "docs/gambar/README", "satu-berkas/00_mulai_di_sini", "satu-berkas/08_gradien_orde_tinggi",
)  # fmt: skip
LESSON, SECOND, LONE = "notebooks/00_mulai_di_sini", "notebooks/01_konsep_dasar", "satu-berkas/00_mulai_di_sini"
MOST_LETTERS = 80


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory) / "situs"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


class Reader:
    """A reader with a browser of their own: what it asks of the net, and what goes wrong, is noted."""

    def __init__(self, browser: Browser, site: Path, width: int = 390, scheme: str = "light") -> None:
        self.site, touch = site, width < 1000
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, has_touch=touch, is_mobile=touch  # type: ignore[arg-type]
        )
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda one: self.problems.append(one.text) if one.type == "error" else None)
        self.page.on("request", lambda one: self.problems.append(one.url) if one.url.startswith("http") else None)

    def open(self, name: str, rest: str = "") -> Page:
        self.page.goto(f"{(self.site / name).as_uri()}.html{rest}")
        return self.page

    def skip_all(self) -> None:
        while self.page.locator(".tebak.tertutup").count():
            self.page.locator(".tebak.tertutup .tirai button").click()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()


OUT = """() => {
  const found = [], wide = document.documentElement.clientWidth;
  for (const page of document.querySelectorAll('html, body, .content')) {
    if (page.scrollWidth > page.clientWidth) found.push(`page ${page.scrollWidth} in ${page.clientWidth}`);
  }
  const scrolls = (part) => {
    for (let box = part; box && box.tagName !== 'ARTICLE'; box = box.parentElement) { // the theme's own is no excuse
      if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) return true;
    }
    return false;
  };
  const kinds = 'p, li, h1, h2, h3, td, th, summary, button, label, pre, figcaption';
  for (const part of document.querySelectorAll(`article :is(${kinds})`)) {
    const box = part.getBoundingClientRect();
    if (!box.width || getComputedStyle(part).visibility === 'hidden') continue;
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(part)) found.push('out ' + part.outerHTML.slice(0, 90));
    const clips = getComputedStyle(part).overflowX === 'hidden' || getComputedStyle(part).overflowX === 'clip';
    if (clips && part.scrollWidth > part.clientWidth + 1) found.push('cut ' + part.outerHTML.slice(0, 90));
  }
  return found;
}"""
LONGEST_LINE = """() => {
  let most = [0, ''];
  for (const part of document.querySelectorAll('article :is(p, li, summary)')) {
    if (part.closest('td, .cell_output, pre') || part.querySelector('p, ul, ol, div')) continue;
    const lines = new Map(), range = document.createRange();
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      for (let at = 0; at < node.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getClientRects()[0];
        if (box && box.width) lines.set(Math.round(box.bottom / 12), (lines.get(Math.round(box.bottom / 12)) || 0) + 1);
      }
    }
    for (const count of lines.values()) if (count > most[0]) most = [count, part.textContent.slice(0, 60)];
  }
  return most;
}"""


def test_no_page_scrolls_sideways_or_cuts_text(browser: Browser, site: Path) -> None:
    found = {}
    with Reader(browser, site) as reader:
        for name in PAGES:
            page = reader.open(name)
            reader.skip_all()
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                if problems := page.evaluate(OUT):
                    found[name, width] = problems
        assert reader.problems == [], "nothing is asked of the net, no script fails"
    assert found == {}


@pytest.mark.parametrize("name", [LESSON, "notebooks/glosarium", LONE])
def test_lines_of_prose_can_be_read(browser: Browser, site: Path, name: str) -> None:
    with Reader(browser, site, 1366) as reader:
        page = reader.open(name)
        reader.skip_all()
        letters, text = page.evaluate(LONGEST_LINE)
        assert 40 < letters <= MOST_LETTERS, text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", SECOND, "exercises/12_dua_jalan", LONE])
def test_axe_finds_nothing_serious(browser: Browser, site: Path, name: str, scheme: str) -> None:
    with Reader(browser, site, scheme=scheme) as reader:
        page = reader.open(name)
        reader.skip_all()
        page.evaluate("() => document.querySelectorAll('article details').forEach((fold) => { fold.open = true; })")
        found = Axe().run(page).response["violations"]
        serious = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found
                   if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert serious == []


def film(page: Page, number: int = 0) -> Frame:
    """A film of the page, alive, once it has come near the window."""
    page.locator(".jejak-player").nth(number).scroll_into_view_if_needed()
    frame = page.locator(".jejak-player iframe").nth(number)
    frame.wait_for()
    return page.locator(".jejak-player").nth(number).locator("iframe").element_handle().content_frame()  # type: ignore[union-attr,return-value]


def is_at_end(frame: Frame) -> bool:
    return bool(frame.evaluate("() => { const s = document.querySelector('.slider'); return s.value === s.max; }"))


@pytest.mark.parametrize("name", [LESSON, LONE])
def test_a_finger_takes_a_film_to_its_end(browser: Browser, site: Path, name: str) -> None:
    with Reader(browser, site) as reader:
        frame = film(reader.open(name))
        for _ in range(60):
            if is_at_end(frame):
                break
            frame.locator(".keys .next").tap()
        assert is_at_end(frame) and reader.problems == []


def test_the_keyboard_takes_a_film_to_its_end(browser: Browser, site: Path) -> None:
    with Reader(browser, site, 1366) as reader:
        frame = film(reader.open(LESSON))
        frame.locator(".keys .next").focus()
        for _ in range(60):
            if is_at_end(frame):
                break
            reader.page.keyboard.press("ArrowRight")
        assert is_at_end(frame)


TOP = "(part) => part.getBoundingClientRect().top"


def brought(part: Locator) -> float:
    """Where the part stands once it was brought to the middle of the window, and frames above it have their height."""
    before = None
    while (top := part.evaluate(TOP)) != before:
        part.evaluate("(part) => part.scrollIntoView({block: 'center', behavior: 'instant'})")
        part.page.wait_for_timeout(400)
        before = top
    return float(top)


def drag_up(session: CDPSession, x: float, y: float, by: float) -> None:
    """One finger that goes up; a gesture made by Chromium itself would scroll past `touch-action`."""
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        points = [{"x": x, "y": y - by * step / 10}]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_one_finger_scrolls_the_page_over_drawings_and_films(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open("notebooks/02_graf_komputasi")
        reader.skip_all()
        film(page)
        session = reader.context.new_cdp_session(page)
        for selector in (".jejak-player iframe", ".gambar", ".cell_output > img"):
            part = page.locator(selector).first
            top = brought(part)
            drag_up(session, 195, max(top, 60) + 100, 150)
            page.wait_for_timeout(600)
            assert part.evaluate(TOP) < top - 80, selector


def test_a_drawing_scrolls_rather_than_shrinks(browser: Browser, site: Path) -> None:
    with Reader(browser, site, 360) as reader:
        page = reader.open(LESSON)
        reader.skip_all()
        sizes = page.evaluate(
            "() => [...document.querySelectorAll('.gambar > svg')].map((svg) => [svg.parentElement.scrollWidth, "
            "svg.parentElement.clientWidth, svg.getBoundingClientRect().width, Number(svg.getAttribute('width'))])"
        )
        assert all(shown == drawn <= scrolled for scrolled, _, shown, drawn in sizes)
        assert any(drawn > seen for _, seen, _, drawn in sizes), "one is wider than the page"


def hidden(page: Page) -> bool:
    return not page.locator("#gambar-pertama").is_visible()


def guess(page: Page, text: str, number: int = 0) -> str:
    box = page.locator(".tebak").nth(number)
    box.locator("input").fill(text)
    box.get_by_role("button", name="Periksa").tap()
    return box.locator(".putusan").inner_text()


def test_what_follows_a_guess_is_veiled_until_it_was_guessed(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open(LESSON)
        assert hidden(page) and not page.get_by_text("Tepat 24, tanpa menggeser").is_visible()
        assert guess(page, "").startswith("○ Belum terbaca. Kotak ini membaca bilangan, daftar, True") and hidden(page)
        assert guess(page, "24,0").startswith("○ Belum terbaca. Untuk pecahan pakai titik") and hidden(page)
        assert guess(page, "23").startswith("△ Belum tepat. Petunjuk:") and not hidden(page)
        assert guess(page, "24") == "● Tepat. Hasilnya tensor(24.)."
        assert not page.locator("#dua-masukan-satu-perjalanan").is_visible(), "the next guess has its own veil"
        page.reload()
        assert not hidden(page) and page.locator(".tebak .putusan").first.inner_text().startswith("● Sudah tepat.")


def test_a_guess_that_asks_why_shows_its_reasons(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open(SECOND)
        assert page.locator(".tebak .alasan li").count() > 1
        assert guess(page, "True").startswith("○ Dan alasannya.")
        assert guess(page, 'False, "a"').startswith("△ Belum tepat.")
        assert guess(page, "False, “a”").startswith("△ Belum tepat."), "quotes as a phone's keyboard curls them"


def test_a_guess_that_asks_why_is_made_by_two_taps(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        box = reader.open(SECOND).locator(".tebak").first
        pressed = box.locator("[aria-pressed=true]")
        assert pressed.count() == 0
        box.locator(".alasan button").nth(0).tap()
        box.get_by_role("button", name="True").tap()
        assert box.locator("input").input_value() == 'True, "a"' and pressed.count() == 2
        box.locator(".alasan button").nth(1).tap()
        assert box.locator("input").input_value() == 'True, "b"' and pressed.count() == 2
        box.get_by_role("button", name="Periksa").tap()
        assert box.locator(".putusan").inner_text().startswith("△ Belum tepat. True tepat, alasannya belum.")


SMALL = """([kinds, least]) => [...document.querySelectorAll(kinds)].map((part) => [part, part.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height < least).map(([part]) => part.outerHTML.slice(0, 120))"""
TOUCHED = (
    ".sidebar-search, .sidebar-tree .reference, .sidebar-tree label, .toc-tree a, .mobile-header label, .berkas a, "
    "#search-results li > a, .tebak input, .tebak button, .jejak-kuis summary, .jejak-kuis button, "
    ".jejak-kuis input, .jejak-geser input, article summary, .kemajuan button, .kemajuan td a"
)


def test_what_a_finger_has_to_meet_is_large_enough(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        for name in ("index", "search?q=gradien", LESSON, SECOND, "exercises/12_dua_jalan", "kemajuan"):
            page = reader.open(name.partition("?")[0], name[name.find("?"):] if "?" in name else "")
            if "?" in name:
                page.locator("#search-results li a").first.wait_for()
            reader.skip_all()
            assert page.evaluate(SMALL, [TOUCHED, 40]) == [], name


def test_the_buttons_of_a_line_stay_beside_it(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open(SECOND)
        reader.skip_all()
        lines = page.evaluate(
            "() => [...document.querySelectorAll('.jejak-kuis ol li')].map((line) => "
            "[...line.querySelectorAll('button')].map((button) => button.getBoundingClientRect().top))"
        )
        assert lines and all(up == down for up, down in lines)


def test_a_drawer_closes_once_a_place_was_chosen(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open(LESSON)
        page.locator(".mobile-header .toc-overlay-icon").tap()
        page.locator(".toc-tree a", has_text="Ringkasan").tap()
        assert not page.locator("#__toc").is_checked()
        assert page.locator("#ringkasan").is_visible()


def test_a_word_that_was_searched_for_is_marked_in_prose_alone(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open("search", "?q=gradien")
        page.locator("#search-results li a", has_text="00 · Mulai di sini").tap()
        page.locator(".highlighted").first.wait_for()
        assert page.locator("svg .highlighted").count() == 0 and reader.problems == []


def test_the_veil_can_be_skipped_and_an_address_opens_it(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open(LESSON)
        page.locator(".tebak.tertutup .tirai button").tap()
        assert not hidden(page)
        page = reader.open(SECOND, "#uji-diri")
        assert page.locator("#uji-diri").is_visible()
        page.wait_for_function("() => document.querySelector('#uji-diri').getBoundingClientRect().top < 200")
    with Reader(browser, site, 1366) as reader:
        page = reader.open(LESSON)
        page.locator(".toc-tree a", has_text="Ringkasan").click()
        assert page.locator("#ringkasan").is_visible()


def test_without_scripts_nothing_is_hidden(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / f"{LESSON}.html").as_uri())
    assert page.locator("#gambar-pertama").is_visible() and page.locator(".jejak-player figure img").is_visible()
    context.close()


BLOCKED = """Object.defineProperty(window, 'localStorage', {
  configurable: true, get() { throw new DOMException('blocked', 'SecurityError'); }
});"""


@pytest.mark.parametrize("blocked", [False, True])
def test_what_was_guessed_and_answered_is_remembered_and_forgotten(browser: Browser, site: Path, blocked: bool) -> None:
    with Reader(browser, site) as reader:
        if blocked:
            reader.context.add_init_script(BLOCKED)
        page = reader.open(LESSON)
        guess(page, "24")
        reader.skip_all()
        for fold in page.locator(".jejak-kuis .soal").first.locator("details").all()[:1]:
            fold.locator("summary").tap()
        page = reader.open("kemajuan")
        row = page.locator("tr", has_text="00 · Mulai di sini")
        empty = "Belum ada yang ditebak atau dijawab di peramban ini."
        if blocked:
            assert page.locator(".ringkas").inner_text() == empty
            assert reader.problems == []
            return
        assert row.locator(".tebakan").inner_text() == "1 tepat dari 3, 2 dilewati"
        assert "terjawab" in row.locator(".kuis").inner_text()
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Lupakan semuanya").tap()
        assert page.locator(".ringkas").inner_text() == empty and row.locator(".tebakan").inner_text() == "belum"
        assert hidden(reader.open(LESSON)), "and the veil is back"


def test_verdicts_of_films_are_kept(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        frame = film(reader.open(LESSON))
        frame.evaluate("() => parent.postMessage({jejak: 'verdict', right: 2, judged: 3, asked: 6}, '*')")
        reader.page.evaluate("() => postMessage({jejak: 'verdict', right: 9, judged: 9, asked: 9}, '*')")  # by no film
        reader.page.wait_for_function("() => localStorage.getItem('jejak-gradien')")
        page = reader.open("kemajuan")
        assert page.locator(".ringkas").inner_text().endswith("3 gradien di dalam film ditebak.")


def test_theme_follows_the_switch_everywhere(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open(LESSON)
        reader.skip_all()
        frame = film(page)
        for _ in range(3):
            if page.evaluate("document.body.dataset.theme") == "dark":
                break
            page.locator(".theme-toggle-header button").tap()
        page.wait_for_timeout(700)
        assert page.evaluate("document.body.dataset.theme") == "dark"
        assert frame.evaluate("document.documentElement.dataset.theme") == "dark"
        card = page.locator(".gambar .leaf .box").first
        assert card.evaluate("(box) => getComputedStyle(box).fill") == "rgb(18, 48, 44)"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("digradienkan", "00 · Mulai di sini"),
        ("menghitung", "03 · Menghitung gradien"),
        ("menurunkan", "Glosarium"),
        ("memulai", "00 · Mulai di sini"),  # its stem is in the table of exceptions alone
    ],
)
def test_search_finds_other_forms_of_a_word(browser: Browser, site: Path, asked: str, found: str) -> None:
    with Reader(browser, site) as reader:
        page = reader.open("search", f"?q={asked}")
        page.locator("#search-results li a").first.wait_for()
        assert found in page.locator("#search-results").inner_text()
        page.get_by_role("heading", name="Hasil pencarian").wait_for()
        assert "Ditemukan di" in page.locator(".search-summary").inner_text() and reader.problems == []


def test_search_for_a_common_word_finds_nothing(browser: Browser, site: Path) -> None:
    with Reader(browser, site) as reader:
        page = reader.open("search", "?q=yang")
        page.get_by_text("Tidak ada halaman yang memuat semua kata itu.").wait_for()
        assert page.locator("#search-results li").count() == 0


def test_paper_has_the_last_frames_and_nothing_to_press(browser: Browser, site: Path) -> None:
    with Reader(browser, site, 794) as reader:
        page = reader.open(LESSON)
        film(page)
        page.emulate_media(media="print")
        shown = "(part) => part.getClientRects().length > 0"
        assert page.locator(".jejak-player figure img").first.evaluate(shown)
        assert page.locator("#gambar-pertama").evaluate(shown) and page.locator("#ringkasan").evaluate(shown)
        pressed = (".tebak button", ".soal[data-by] details", "details:not(.jejak-kuis *)", ".jejak-geser input")
        for selector in (".jejak-player iframe", ".sidebar-drawer", ".mobile-header", "footer", *pressed):
            assert not page.locator(f"{selector} >> nth=0").evaluate(shown), selector
        assert page.locator(".soal:not([data-by]) summary").first.evaluate(shown), "what a question offers"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

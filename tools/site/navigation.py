"""The tree of all pages in the sidebar, made of titles: a page does not copy the headings of all others for it."""

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.application import Sphinx

BEFORE_THEME = 400  # Furo asks for the tree at Sphinx's usual 500


def install(app: Sphinx) -> None:
    """Makes Sphinx hand out the short tree."""
    short: dict[str, nodes.Node] = {}

    def offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.Node | None) -> None:
        env, whole = app.builder.env, context["toctree"]
        if not short:
            short.update({name: only_title(toc) for name, toc in env.tocs.items()})
        context["toctree"] = lambda **options: with_tocs(env, short, lambda: whole(**options))

    app.connect("html-page-context", offer, priority=BEFORE_THEME)


def with_tocs(env: Any, tocs: dict[str, nodes.Node], make: Callable[[], str]) -> str:
    """What `make` gives while the environment knows these tables of contents."""
    kept, env.tocs = env.tocs, tocs
    try:
        return make()
    finally:
        env.tocs = kept


def only_title(toc: nodes.Element) -> nodes.Element:
    """A copy without the headings of the page; the trees that it leads through stay."""
    copy = toc.deepcopy()
    for deeper in list(copy.findall(nodes.bullet_list)):
        if deeper is not copy and not any(deeper.findall(toctree)):
            deeper.parent.remove(deeper)
    return copy

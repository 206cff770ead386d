"""Sphinx's configuration; tools/site/build.py runs it over the pages that it has prepared."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tools.site.navigation import install as setup  # noqa: E402, F401  (Sphinx calls it)
from tools.site.search import install  # noqa: E402

install()

project = html_title = "Jejak Gradien"
language = "id"
extensions = ["myst_nb"]
exclude_patterns = ["locale", "_extra", "_static"]
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
myst_heading_anchors = 3
# A quiz or a hint may be all that stands between two headings; anchors are held by tools/site/links.py.
suppress_warnings = ["myst.header", "myst.xref_missing"]

html_theme = "furo"
templates_path = [str(HERE / "templates")]
html_css_files = ["situs.css", "gambar.css"]
html_js_files = [("bagian.js", {"defer": "defer"}), ("situs.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
html_show_search_summary = False  # would be fetched, which a page from a stick may not do
html_theme_options = {"navigation_with_keys": False, "top_of_page_buttons": []}
pygments_style = "default"

"""How `make site` builds the documentation: Sphinx with the plain theme; pages are the Markdown of this folder."""

from __future__ import annotations

import re
from typing import Any

from sim._version import __version__

project = "In Concert"
author = "the In Concert authors"
copyright = "the In Concert authors, MIT licence"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["results", "notebooks", "**/.ipynb_checkpoints"]
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]
suppress_warnings = ["myst.header"]  # README-like pages may begin below the first level

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}
autodoc_mock_imports: list[str] = []
napoleon_numpy_docstring, napoleon_google_docstring = True, False
default_role = "code"

html_theme = "alabaster"  # nothing is fetched from elsewhere
html_title = f"In Concert {release}"
html_theme_options = {
    "description": "A scenario war-game simulator",
    "page_width": "1240px",
    "body_max_width": "none",
    "fixed_sidebar": False,
}
html_static_path, html_css_files = ["_static"], ["site.css"]
html_copy_source = False
html_show_sphinx = False


_OUTSIDE = re.compile(
    r"(?<!!)\[([^\]]+)\]\((?:\.\./)+(?!plots/)(?:scenarios|sim|tests|benchmarks|LICENSE|README)[^)]*\)"
)


def _for_the_site(app: Any, name: str, source: list[str]) -> None:
    """Name what is in the repository and not on the site without a link; call tables of commas plain text."""
    source[0] = _OUTSIDE.sub(r"`\1`", source[0]).replace("```csv\n", "```text\n")


def setup(app: Any) -> None:
    """Register what pages go through."""
    app.connect("source-read", _for_the_site)

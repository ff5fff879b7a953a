"""Pages of Markdown from the templates beside this module."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.foundation import format as formats
from sim.foundation.text import as_markdown, for_markdown
from sim.report.screen import Table

if TYPE_CHECKING:
    import jinja2


def render(template: str, **context: Any) -> str:
    """Return the page that a template makes of a context; every blank line is one, and the last ends the page."""
    text = _environment().get_template(template).render(**context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def figure_link(page: Path | None, figures: Path | None, name: str) -> str:
    """Return the way from a page to a figure, as a link is written; empty if there is no such figure."""
    if page is None or figures is None or not (figures / f"{name}.png").is_file():
        return ""
    return Path(os.path.relpath(figures / f"{name}.png", page.parent)).as_posix()


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sim.report"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the pages are Markdown: text of users passes the filter `text`
    )
    names = ("chance", "count", "date", "interval", "list", "number", "percent", "points_interval")
    environment.filters |= {name: getattr(formats, f"format_{name}") for name in names}
    environment.filters |= {"text": for_markdown, "prose": as_markdown, "table": Table.for_markdown}
    return environment

"""Fill the numbers of the pages from stored results: ``python -m docs.write``, or ``make docs``.

Two marks, both invisible on the page:

``<!-- gen:NAME -->`` ... ``<!-- /gen -->``
    A generated part; see `docs.blocks`.
``<!-- val:FILE/KEY/KEY | FORMAT -->`` ... ``<!-- /val -->``
    One value of ``docs/results/FILE.json``, written as FORMAT (a key of `docs.blocks.FORMATS`).

``--check`` writes nothing and ends with 1 if a page differs from what the results give; a test does the same.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docs import command_blocks as _command_blocks  # noqa: F401 - adds its blocks
from docs import donors_blocks as _donors_blocks  # noqa: F401 - adds its blocks
from docs import rank_blocks as _rank_blocks  # noqa: F401 - adds its blocks
from docs import reference_blocks as _reference_blocks  # noqa: F401 - adds its blocks
from docs import score_blocks as _score_blocks  # noqa: F401 - adds its blocks
from docs import uncertainty_blocks as _uncertainty_blocks  # noqa: F401 - adds its blocks
from docs import verdict_blocks as _verdict_blocks  # noqa: F401 - adds its blocks
from docs.blocks import BLOCKS, FORMATS, ROOT, Results

PART = re.compile(r"<!-- gen:(?P<name>[\w-]+) -->.*?<!-- /gen -->", re.DOTALL)
VALUE = re.compile(r"<!-- val:(?P<path>[^|>]+?) \| (?P<format>\w+) -->.*?<!-- /val -->", re.DOTALL)
OPENED = re.compile(r"<!-- (gen|val):")


def pages(root: Path = ROOT) -> list[Path]:
    """Return the pages that may hold generated parts."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md")), *sorted((root / "benchmarks").glob("*.md"))]


def filled(text: str, results: Results) -> str:
    """Return a page with every generated part and value as the results give them.

    Raises
    ------
    LookupError
        For a name, a file or a key that is not there, or a mark that is not closed.
    """
    marks = len(OPENED.findall(text))
    closed = len(PART.findall(text)) + len(VALUE.findall(text))
    if marks != closed:
        raise LookupError(f"{marks} marks are opened, {closed} are whole - a mark is closed by /gen or /val")

    def part(found: re.Match[str]) -> str:
        made = _known(found["name"], BLOCKS, "generated part")(results)
        return f"<!-- gen:{found['name']} -->\n{made}\n<!-- /gen -->"

    def value(found: re.Match[str]) -> str:
        written = _known(found["format"], FORMATS, "format")(_at(results, found["path"]))
        return f"<!-- val:{found['path']} | {found['format']} -->{written}<!-- /val -->"

    return VALUE.sub(value, PART.sub(part, text))


def _known(name: str, known: dict[str, Any], what: str) -> Any:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" - did you mean '{near[0]}'?" if near else ""
        raise LookupError(f"unknown {what} '{name}' - allowed: {', '.join(known)}{hint}")
    return known[name]


def _at(results: Results, path: str) -> Any:
    file, *keys = path.strip().split("/")
    value = results[file]
    for key in keys:
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = _known(key, value, f"key of {file}")
        else:
            raise LookupError(f"{path}: nothing below '{key}'")
    return value


def main(words: Sequence[str] = ()) -> int:
    """Write the pages, or with ``--check`` only say which are stale; return the exit code."""
    results, stale = Results(), []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        try:
            made = filled(text, results)
        except LookupError as error:
            print(f"{page}: {error.args[0]}", file=sys.stderr)
            return 2
        if made != text:
            stale.append(page)
            if "--check" not in words:
                page.write_text(made, encoding="utf-8")
    for page in stale:
        print(f"{page.relative_to(ROOT)}: {'differs from its results' if '--check' in words else 'written'}")
    return int(bool(stale) and "--check" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

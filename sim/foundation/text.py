"""Text from files and arguments, made safe to show: on a terminal, in a message, on a page of Markdown."""

from __future__ import annotations

import re

# control characters but line feed and tab, the line breaks of Unicode, marks that turn the direction of writing,
# byte-order marks, and the halves of surrogate pairs: what a terminal obeys, or cannot print
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_MARKDOWN = re.compile(r"[&<>|]")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "/"}


def visible(text: str) -> str:
    r"""Return `text` with everything that a terminal would obey spelled out, as ``\x1b`` for an escape."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str, most: int = 60) -> str:
    """Return `text` as one visible line of at most `most` characters, for a message."""
    shown = visible(text).replace("\n", "\\n").replace("\t", "\\t")
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def in_markdown(text: str) -> str:
    """Return `text` fit for one cell of a Markdown table: no HTML, no cell or line of its own making."""
    return " ".join(_MARKDOWN.sub(lambda match: _ENTITY[match[0]], visible(text)).split())

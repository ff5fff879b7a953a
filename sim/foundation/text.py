"""Text that users wrote, made safe for where it is shown; the one place that knows the special characters of each medium."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters: an escape sequence could clear or colour a terminal
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # changes of writing direction, which reorder what stands around them
    "\ud800-\udfff]"  # lone surrogates, which cannot be encoded
)
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"([\\`*\[\]<>|#]|(?<!\w)_|_(?!\w))")  # inside a word, _ is itself


def for_terminal(text: str) -> str:
    r"""Return `text` with each control character and lone surrogate written out, as ``\x1b``; line breaks and tabs stay."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def on_one_line(text: str) -> str:
    """Return `text` for a terminal, its white space and line breaks made single spaces."""
    return for_terminal(" ".join(text.split()))


def for_markdown(text: str) -> str:
    """Return `text` on one line, to stand as itself in a paragraph or a table of Markdown."""
    return _MARKDOWN.sub(r"\\\1", on_one_line(text))


def shortened(text: str, most: int = 60) -> str:
    """Return `text` on one line of at most `most` characters, for a message."""
    line = on_one_line(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def abridged(text: str, most: int) -> str:
    """Return `text` for a terminal with every line break a space, its middle left out where it is longer than `most`."""
    line = for_terminal(_BREAKS.sub(" ", text))
    half = most // 2
    return line if len(line) <= most else f"{line[:half]} … {line[len(line) - half :]}"


def as_markdown(text: str) -> str:
    """Return `text` on one line with its Markdown kept, but no HTML in it."""
    return on_one_line(text).replace("<", "&lt;")

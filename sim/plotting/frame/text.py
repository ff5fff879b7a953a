"""Text on figures: how wide it is when set in type, and where lines break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from matplotlib import rcParams
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from sim.foundation.format import format_number

NEAR = 0.06
"""Of the room: how far the sum of the words may be from it for a line to be measured itself."""
DPI = 110
"""Dots per inch of every raster figure."""


def title_case(code: str) -> str:
    """Return a code as a name (``"north_gate"`` is "North Gate"); codes of one or two letters are initials."""
    words = code.replace("_", " ").split()
    return " ".join(word.upper() if len(word) < 3 else word[:1].upper() + word[1:] for word in words)


CONTAINERS = ("sides", "fronts", "allies", "mediators", "kinds", "levers", "partners")
"""Branches of a scenario whose items are called by their own names."""


def plain_path(path: str) -> str:
    """Return a key of a scenario in plain words: ``"sides.north.drone_cover"`` is "North: drone cover".

    What follows a space stays: ``"a.b (3 leaves)"``.
    """
    key, _, rest = path.partition(" ")
    parts = key.split(".")
    if parts[0] in CONTAINERS and len(parts) > 2:
        parts = parts[1:]
    words: list[str] = []
    for part in parts[1:]:
        if part.isdigit() and words:
            words[-1] += f" {int(part) + 1}"
        else:
            words.append(part.replace("_", " "))
    head = parts[0].replace("_", " ")
    head = head.upper() if len(head) < 3 else capitalise(head)
    plain = f"{head}: {', '.join(words)}" if words else head
    return f"{plain} {rest}".rstrip()


def capitalise(text: str) -> str:
    """Return `text` with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def axis_number(value: float, _: object = None) -> str:
    """Return a number for an axis, with no more digits than it needs."""
    return format_number(round(value, 10), None)


@contextmanager
def unhinted() -> Iterator[None]:
    """Have matplotlib set each letter where and as wide as it is designed: the same at every size, and quickly drawn.

    A setting of the whole process, as matplotlib has no other: two threads must not draw at once.
    """
    before, rcParams["text.hinting"] = rcParams["text.hinting"], "none"
    try:
        yield
    finally:
        rcParams["text.hinting"] = before


@lru_cache(maxsize=1)
def _renderer() -> RendererAgg:
    """Return a renderer to measure with: that of the figures."""
    return RendererAgg(8, 8, DPI)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=8192)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide `text` is, in inches, in the default font at `size` points."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    with unhinted():
        pixels, _, _ = _renderer().get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
    return float(pixels) / DPI


def widest(texts: Iterable[str], size: float, most: float = 9.0) -> float:
    """Return the width in inches that the widest of `texts` needs, with a margin, at most `most`."""
    return min(most, max((width(text, size) for text in texts), default=0.0) + 0.05)


def wrap(text: str, size: float, room: float, bold: bool = False, most: int = 12) -> str:
    """Break `text` into lines no wider than `room` inches; a word that is too long is broken itself.

    Parameters
    ----------
    text : str
        What to set; white space and control characters become single spaces.
    size, room : float
        Type size in points and the width that there is in inches.
    bold : bool
        Whether it is set in bold.
    most : int
        Most lines to return; where more would be needed, the last one ends in an ellipsis.
    """
    lines, used, space = [""], 0.0, width("n n", size, bold) - width("nn", size, bold)
    for word in _pieces(text, size, room, bold):
        longer = f"{lines[-1]} {word}".strip()
        about = used + (space if used else 0.0) + width(word, size, bold)
        # Words add up but for kerning: only near the edge is the line itself measured, which is dear.
        fits = about <= room if abs(about - room) > NEAR * room else width(longer, size, bold) <= room
        if not lines[-1] or fits:
            lines[-1], used = longer, about
        else:
            lines.append(word)
            used = width(word, size, bold)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…", size, bold) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return "\n".join(lines)


def _pieces(text: str, size: float, room: float, bold: bool) -> Iterable[str]:
    """Yield the words of `text`, those wider than `room` cut into parts that fit."""
    for word in re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text).split(" "):
        rest = word
        while len(rest) > 1 and width(rest, size, bold) > room:
            cut = len(rest) - 1
            while cut > 1 and width(rest[:cut], size, bold) > room:
                cut -= 1
            yield rest[:cut]
            rest = rest[cut:]
        if rest:
            yield rest

"""Colours, dashes and markers: one arm, one style in every figure, and no style twice in a figure.

The first colours are those of Okabe & Ito (2008) and of Paul Tol's "muted" and "vibrant" sets (2021), made to stay apart
for the common kinds of colour blindness. Dash and marker are the second cue, so that no figure depends on colour alone.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.colors import to_hex

INK, FAINT, RULE, STRIPE = "#222222", "#6b6b6b", "#d9d9d9", "#f4f4f4"
BLUE, ORANGE, GREEN, PURPLE, AMBER = "#0072B2", "#D55E00", "#009E73", "#882255", "#E69F00"

Dash = tuple[int, tuple[float, ...]]
SOLID: Dash = (0, ())
DASHED: Dash = (0, (5, 1.6))
DOTTED: Dash = (0, (1.2, 1.3))
_DASHES: tuple[Dash, ...] = (
    SOLID, DASHED, (0, (5, 1.4, 1.2, 1.4)), DOTTED, (0, (8, 2.4)), (0, (5, 1.3, 1.2, 1.3, 1.2, 1.3)), (0, (2.4, 1.2)),
    (0, (7, 1.3, 2.2, 1.3)), (0, (3.6, 3)), (0, (5, 1.2, 5, 1.2, 1.2, 1.2)),
)  # fmt: skip
_COLOURS = (
    "#4d4d4d", AMBER, "#56B4E9", GREEN, "#CC79A7", ORANGE, BLUE, "#999933", PURPLE, "#332288", "#117733", "#44AA99",
    "#AA4499", "#EE7733", "#CC3311", "#EE3377", "#225522", "#666633", "#663333", "#DDAA33",
)  # fmt: skip
_MARKERS = ("o", "s", "^", "D", "v", "<", ">")


@dataclass(frozen=True)
class Style:
    """How one arm, or one of anything else that is told apart, is drawn."""

    colour: str
    dash: Dash = SOLID
    marker: str = "o"


def style(place: int, turn: int = 0) -> Style:
    """Return the style of the thing at `place`; the same thing again has its colour in another dash at each `turn`.

    Styles repeat for no pair of places and turns: colours beyond the list are spread over the circle of hues, dashes
    beyond theirs are longer.
    """
    if place < len(_COLOURS):
        colour = _COLOURS[place]
    else:
        colour = to_hex(colorsys.hls_to_rgb(place * 0.618034 % 1.0, 0.3 + 0.07 * (place % 4), 0.6))
    longer, kind = divmod(place + turn, len(_DASHES))
    lengths = _DASHES[kind][1] or ((11.0, 2.0) if longer else ())
    dash = (0, tuple(part * (1 + 0.6 * longer) for part in lengths))
    return Style(colour, dash, _MARKERS[(place + turn) % len(_MARKERS)])


def styles(arms: Sequence[Sequence[str]]) -> list[list[Style]]:
    """Return the style of every arm of several results.

    An arm of the same name keeps its colour; the first arm of each result, its base, has a colour of its own, since
    bases are among the things compared.
    """
    places: dict[tuple[str, int], int] = {}
    found = []
    for turn, names in enumerate(arms):
        keys = [(name, -1) if place else ("", turn) for place, name in enumerate(names)]
        for key in keys:
            places.setdefault(key, len(places))
        found.append([style(places[key], turn) for key in keys])
    return found

"""Colours and line styles: one arm, one colour, in every figure.

The colours are those of Okabe & Ito (2008), extended by Paul Tol's "muted" and "vibrant" sets (2021); both
sets were made to stay apart for the common kinds of colour blindness. Line style and marker are the second
cue, so that no figure depends on colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

INK = "#222222"
FAINT = "#6b6b6b"
RULE = "#d9d9d9"
OBSERVED = "#9a9a9a"

# Dashes as (offset, (on, off, ...)) in line widths.
SOLID = (0, ())
DASHED = (0, (5, 1.6))
DOTTED = (0, (1.2, 1.3))
DASH_DOT = (0, (5, 1.4, 1.2, 1.4))
LONG = (0, (9, 2))
DASH_DOT_DOT = (0, (5, 1.3, 1.2, 1.3, 1.2, 1.3))

Dash = tuple[int, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How one arm is drawn: its colour, dash and marker."""

    colour: str
    dash: Dash = SOLID
    marker: str = "o"


KNOWN: dict[str, Look] = {
    "base": Look("#4d4d4d", SOLID, "o"),
    "atacms": Look("#E69F00", DASHED, "s"),
    "us_arms": Look("#56B4E9", DASH_DOT, "^"),
    "nordic_production": Look("#009E73", DOTTED, "D"),
    "kursk_exit": Look("#CC79A7", LONG, "v"),
    "training_deployment": Look("#D55E00", DASH_DOT_DOT, "P"),
    "all_without_coordination": Look("#0072B2", DASHED, "s"),
    "coordination": Look("#999933", DASH_DOT, "X"),
    "all_with_coordination": Look("#882255", LONG, "D"),
}
"""The arms of the shipped experiment."""

# What the base of the second, third ... result looks like beside the base of the first.
LATER_BASES = (Look("#7a5c00", DASHED, "s"), Look("#00678a", DASH_DOT, "^"), Look("#984464", DOTTED, "D"))
LATER_DASHES = (DASH_DOT, DOTTED, LONG)
LATER_MARKERS = ("^", "v", "X")

SPARE = (
    "#332288", "#117733", "#44AA99", "#AA4499", "#EE7733", "#0077BB",
    "#CC3311", "#EE3377", "#225522", "#666633", "#663333", "#DDAA33",
)  # fmt: skip
SPARE_DASHES = (SOLID, DASHED, DASH_DOT, LONG, DOTTED)
SPARE_MARKERS = ("o", "s", "^", "D", "v")


def looks(arms: list[str], result: int = 0) -> dict[str, Look]:
    """Give every arm of one result its look.

    Parameters
    ----------
    arms : list of str
        Names in file order; the first is the base of its result.
    result : int
        Which of several results compared: later ones keep the colours of their arms and change dash and
        marker; their base gets a colour of its own, as it is itself one of the things compared.

    Returns
    -------
    dict of str to Look
        Known names have a fixed look. An unknown name has a place in a spare list from a hash of the name;
        where an earlier arm sits there already, the next free place is taken, so that no two arms look alike
        before the list of 60 is used up.
    """
    taken: set[int] = set()
    found: dict[str, Look] = {}
    for place, name in enumerate(arms):
        unknown_base = place == 0 and name not in KNOWN
        found[name] = KNOWN["base"] if unknown_base else KNOWN.get(name) or _spare(name, taken)
    if result == 0:
        return found
    turn = result - 1
    later = {name: Look(look.colour, LATER_DASHES[turn % 3], LATER_MARKERS[turn % 3]) for name, look in found.items()}
    if arms:
        later[arms[0]] = LATER_BASES[turn % len(LATER_BASES)]
    return later


def _spare(name: str, taken: set[int]) -> Look:
    """Return the look at the hashed place of `name`, or at the next free place; note it in `taken`."""
    size = len(SPARE) * len(SPARE_DASHES)
    start = crc32(name.encode()) % size
    place = next(((start + step) % size for step in range(size) if (start + step) % size not in taken), start)
    taken.add(place)
    colour, style = place % len(SPARE), place // len(SPARE)
    return Look(SPARE[colour], SPARE_DASHES[style], SPARE_MARKERS[style])

"""Words on figures: dates, units, names of things; and how long they are when set in type."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

DPI = 110
"""Dots an inch of every figure."""

UNITS = {
    "km2": "km²",
    "person": "people",
    "shell": "shells",
    "shell/day": "shells a day",
    "vehicle": "vehicles",
    "drone": "drones",
    "interceptor": "interceptors",
    "missile": "missiles",
    "bomb": "bombs",
    "glide_bomb": "glide bombs",
    "long_range_drone": "long-range drones",
    "money": "billion US$",
    "Gusd": "billion US$",
    "gigausd": "billion US$",
    "1/month": "per month",
    "month": "months",
}

NAMES = {
    "long_range_drone": "long-range drones",
    "money": "money",
    "czech_led": "Czech-led purchases",
    "czech": "Czechia",
    "usa": "US",
    "drone": "tactical drones",
    "ru_depots": "Russian depots",
    "ru_oil": "Russian oil",
    "ru_airfields": "Russian airfields",
    "ru_assembly": "Russian assembly areas",
    "ua_energy": "Ukrainian energy",
    "ua_industry": "Ukrainian industry",
    "sumy_border": "Sumy border",
    "kharkiv_vovchansk": "Kharkiv – Vovchansk",
    "chasiv_yar_kramatorsk": "Chasiv Yar – Kramatorsk",
    "velyka_novosilka_novopavlivka": "Velyka Novosilka – Novopavlivka",
    "orikhiv_zaporizhzhia": "Orikhiv – Zaporizhzhia",
    "kherson_dnipro": "Kherson – Dnipro",
    "kursk": "Kursk (inside Russia)",
}

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def date(day: np.datetime64 | str) -> str:
    """Return a day as "19 November 2024"."""
    year, month, number = str(day)[:10].split("-")
    return f"{int(number)} {LONG_MONTHS[int(month) - 1]} {year}"


def unit(code: str) -> str:
    """Return the unit `code` as a reader would say it ("shell/day" -> "shells a day")."""
    return UNITS.get(code, code)


def name(code: str) -> str:
    """Return the name of a commodity, target, side, ally or front as a reader would write it."""
    if code in NAMES:
        return NAMES[code]
    text = code.replace("_", " ").strip()
    return text[:1].upper() + text[1:] if text.islower() and len(text) > 3 else text


def place(code: str) -> str:
    """Return the name of a front with a capital for each word."""
    return NAMES.get(code) or " ".join(word[:1].upper() + word[1:] for word in code.split("_"))


def ally(code: str) -> str:
    """Return the name of an ally: capitals for short codes ("us" -> "US") and for each word otherwise."""
    if code in NAMES:
        return NAMES[code]
    words = code.replace("_", " ").split()
    return " ".join(w.upper() if len(w) <= 2 else w[:1].upper() + w[1:] for w in words)


def percent(level: float) -> str:
    """Return an interval's level as "90 %"."""
    return f"{100 * level:.4g} %"


def number(value: float) -> str:
    """Return a number with spaces between thousands and no more digits than needed to read it."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 100 or float(value).is_integer():
        return f"{value:,.0f}".replace(",", "\u2009").replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


@lru_cache(maxsize=1)
def _agg() -> RendererAgg:
    """Return a renderer to measure with: that of the figures, as hinting makes widths depend on it."""
    return RendererAgg(8, 8, DPI)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=8192)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide `text` is, in inches, in the default font at `size` points."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    pixels, _, _ = _agg().get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
    return float(pixels) / DPI


def wrap(text: str, size: float, room: float, bold: bool = False, most: int = 12) -> list[str]:
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
    lines: list[str] = []
    line = ""
    for word in _pieces(text, size, room, bold):
        longer = f"{line} {word}".strip()
        if not line or width(longer, size, bold) <= room:
            line = longer
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…", size, bold) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return lines


def _pieces(text: str, size: float, room: float, bold: bool) -> list[str]:
    """Return the words of `text`, those wider than `room` cut into parts that fit."""
    pieces: list[str] = []
    for word in re.sub(r"[\x00-\x20\x7f]+", " ", text).split(" "):
        rest = word
        while rest and width(rest, size, bold) > room:
            cut = len(rest) - 1
            while cut > 1 and width(rest[:cut], size, bold) > room:
                cut -= 1
            if cut < 1:
                break
            pieces.append(rest[:cut])
            rest = rest[cut:]
        if rest:
            pieces.append(rest)
    return pieces

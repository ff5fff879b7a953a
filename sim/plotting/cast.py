"""Who appears on the figures: the arms of one or several results, each with its name, look and reference."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.outcomes.judging import outcomes
from sim.plotting import words
from sim.plotting.palette import Look, looks

MAIN_ARMS = ("all_with_coordination", "all_without_coordination", "coordination")
"""Drawn before others where there is no room for all; without them, the first in file order."""


@dataclass(frozen=True)
class Entry:
    """One arm of one result.

    Attributes
    ----------
    result, arm : str
        Key of the result among the datasets, and name of the arm in it.
    name : str
        Short name, unique on the figure: the arm's, with the result's key before it where arms would share a
        name.
    label : str
        The arm's label for readers, made unique in the same way.
    look : Look
        Colour, dash and marker.
    base : bool
        Whether it is the first arm of its result.
    """

    result: str
    arm: str
    name: str
    label: str
    look: Look
    base: bool


@dataclass
class Cast:
    """Every arm of the results to be drawn, and the numbers behind it.

    Attributes
    ----------
    datasets : mapping of str to xarray.Dataset
        By the result's key; the Dataset contract is in ``docs/architecture.md``.
    entries : tuple of Entry
        In the order of the results and of the arms in them.
    level : float
        What share of the wars an interval holds.
    """

    datasets: Mapping[str, xr.Dataset]
    entries: tuple[Entry, ...]
    level: float
    _loaded: OrderedDict[tuple[str, str], xr.DataArray] = field(default_factory=OrderedDict, repr=False)
    _outcomes: dict[str, xr.Dataset] = field(default_factory=dict, repr=False)

    @property
    def base(self) -> Entry:
        """The first arm of the first result."""
        return self.entries[0]

    def has(self, *names: str) -> bool:
        """Return whether every result has all of the variables `names`."""
        return all(name in data for data in self.datasets.values() for name in names)

    def time(self, entry: Entry) -> NDArray[np.datetime64]:
        """Return the weekly instants (time,) of an entry's result."""
        days: NDArray[np.datetime64] = self.datasets[entry.result]["time"].values
        return days

    def values(self, entry: Entry, name: str, **where: str) -> NDArray[np.float64]:
        """Return a variable of one arm: (replicate, time, ...), reduced by labels in `where`; nan if the
        label is absent.
        """
        table = self._load(entry.result, name)
        chosen = table.sel(arm=entry.arm)
        for dim, wanted in where.items():
            if wanted not in chosen[dim].values:
                return np.full(chosen.shape[:2], np.nan)
            chosen = chosen.sel({dim: wanted})
        return np.asarray(chosen.values, dtype=np.float64)

    def going_on(self, entry: Entry, name: str, **where: str) -> NDArray[np.float64]:
        """Return a variable as `values` does, (replicate, time), with nan from a cease-fire on."""
        return np.where(self.values(entry, "war") > 0.5, self.values(entry, name, **where), np.nan)

    def labels(self, dim: str) -> list[str]:
        """Return the labels along `dim` over all results, in order of first appearance."""
        found: dict[str, None] = {}
        for data in self.datasets.values():
            if dim in data.coords:
                found |= dict.fromkeys(str(label) for label in data[dim].values)
        return list(found)

    def unit(self, name: str, fallback: str) -> str:
        """Return the unit of a variable for an axis label."""
        code = next((str(data[name].attrs.get("units", "")) for data in self.datasets.values() if name in data), "")
        return words.unit(code or fallback)

    def reference(self, entry: Entry) -> Entry | None:
        """Return what `entry` is compared with war by war, or None.

        An arm has the base of its result. The base of a later result has the base of the first one, if both
        share seed, replicates and weeks: then the same replicate is the same luck in both.
        """
        first = next(other for other in self.entries if other.result == entry.result)
        if not entry.base:
            return first
        if entry.result == self.base.result:
            return None
        mine, theirs = self.datasets[entry.result], self.datasets[self.base.result]
        same_luck = mine.attrs.get("seed") == theirs.attrs.get("seed") and np.array_equal(
            mine["replicate"].values, theirs["replicate"].values
        )
        same_weeks = np.array_equal(mine["time"].values, theirs["time"].values)
        return self.base if same_luck and same_weeks else None

    def outcomes(self, entry: Entry) -> xr.Dataset:
        """Return the outcomes of one arm, (replicate,) each, as `sim.analysis.outcomes.judging` judges them."""
        if entry.result not in self._outcomes:
            self._outcomes[entry.result] = outcomes(self.datasets[entry.result])
        return self._outcomes[entry.result].sel(arm=entry.arm)

    def pick(self, most: int, among: list[Entry] | None = None) -> tuple[list[Entry], list[Entry]]:
        """Return at most `most` entries to draw, and those left out: bases first, then the main arms, then
        file order.
        """
        pool = list(self.entries) if among is None else among
        first = {arm: place for place, arm in enumerate(MAIN_ARMS)}
        ranked = sorted(pool, key=lambda e: (not e.base, first.get(e.arm, len(first)), pool.index(e)))
        chosen = ranked[:most]
        return [e for e in pool if e in chosen], [e for e in pool if e not in chosen]

    def room(self, most: int) -> int:
        """Return how many arms a page drawn for `most` shows: for several results, two of each up to six in
        all.
        """
        return most if len(self.datasets) == 1 else max(most, min(2 * len(self.datasets), 6))

    def _load(self, result: str, name: str) -> xr.DataArray:
        key = (result, name)
        if key not in self._loaded:
            while len(self._loaded) >= 2 * len(self.datasets):
                self._loaded.popitem(last=False)
            self._loaded[key] = self.datasets[result][name].copy(deep=False).load()
        return self._loaded[key]


def gather(datasets: Mapping[str, xr.Dataset]) -> Cast:
    """Prepare the arms of one or several results for drawing.

    Raises
    ------
    ValueError
        If there is no result, or one of them has no arm, replicate or time.
    """
    if not datasets:
        raise ValueError("there is no result to draw")
    for key, data in datasets.items():
        empty = [dim for dim in ("arm", "replicate", "time") if data.sizes.get(dim, 0) == 0]
        if empty:
            raise ValueError(f"the result {key!r} has no {' and no '.join(empty)}: there is nothing to draw")
    arms = {key: [str(arm) for arm in data["arm"].values] for key, data in datasets.items()}
    every = [arm for names in arms.values() for arm in names]
    entries: list[Entry] = []
    for place, (key, names) in enumerate(arms.items()):
        style = looks(names, place)
        labels = arm_labels(datasets[key])
        for arm in names:
            before = f"{key}: " if every.count(arm) > 1 else ""
            label = before + labels.get(arm, words.name(arm))
            entries.append(Entry(key, arm, before + arm, label, style[arm], arm == names[0]))
    level = float(next(iter(datasets.values())).attrs.get("verdict_interval", 0.9))
    return Cast(datasets, tuple(entries), level if 0.0 < level < 1.0 else 0.9)


def arm_labels(data: xr.Dataset) -> dict[str, str]:
    """Return the labels of the arms from the attribute ``arm_labels``; none where it is missing or not a
    mapping.
    """
    try:
        found = json.loads(str(data.attrs.get("arm_labels", "{}")))
    except json.JSONDecodeError:
        return {}
    return {str(k): str(v) for k, v in found.items() if v} if isinstance(found, dict) else {}


def sources(cast: Cast) -> list[str]:
    """Return one source line for each result: title, seed, replicates, start, code version."""
    lines = []
    for key, data in cast.datasets.items():
        attrs = data.attrs
        start = attrs.get("start", data["time"].values[0])
        count = data.sizes["replicate"]
        parts = [
            f"“{attrs.get('title', key)}”",
            f"seed {attrs.get('seed', 'not stated')}",
            f"{count} replicate{'' if count == 1 else 's'}" + ("" if attrs.get("complete", True) else " (unfinished)"),
            f"start {words.date(start)}",
            f"in-concert {attrs.get('code_version', 'version not stated')}",
        ]
        lines.append((f"{key} = " if len(cast.datasets) > 1 else "Source: ") + ", ".join(parts) + ".")
    return lines


def left_out(entries: list[Entry], what: str = "arm") -> str:
    """Return a sentence that names what is not drawn, or nothing."""
    if not entries:
        return ""
    shown = ", ".join(e.name for e in entries[:8])
    more = f" and {len(entries) - 8} more" if len(entries) > 8 else ""
    plural = "" if len(entries) == 1 else "s"
    return f"Not drawn for want of room: {len(entries)} {what}{plural} ({shown}{more})."


def wars(cast: Cast) -> str:
    """Return "250 simulated wars" for the notes; a range where the results differ."""
    counts = sorted({data.sizes["replicate"] for data in cast.datasets.values()})
    span = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
    return "one simulated war per arm (so no spread to show)" if counts == [1] else f"{span} simulated wars per arm"

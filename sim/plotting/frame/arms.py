"""The arms of one or several results: each with its name, style and reference, and the numbers behind it."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.estimate import Estimate
from sim.analysis.names import COORDINATION, JOINT, UNCOORDINATED, Names
from sim.analysis.result import Result
from sim.analysis.sources import source_notes
from sim.foundation.errors import UserError, nearest
from sim.foundation.format import UNITS, format_count, format_date, format_list, format_number, format_unit
from sim.plotting.frame.bands import Fan, fan
from sim.plotting.frame.palette import Style, styles
from sim.plotting.frame.text import title_case

Days = NDArray[np.datetime64]
AT_ONCE = 2**24
"""Numbers that are read together: 64 MB; beyond it a variable is read for one arm after the other."""

_FIRST = (JOINT, UNCOORDINATED, COORDINATION)
"""Roles of arms that are drawn before others where there is no room for all."""


@dataclass(frozen=True)
class Arm:
    """One arm of one result.

    Attributes
    ----------
    result, arm : str
        Key of the result, and name of the arm in it.
    name, label : str
        The arm's name and its label for readers, with the result's key before them where arms share a name.
    style : Style
    base : bool
        Whether it is the first arm of its result.
    """

    result: str
    arm: str
    name: str
    label: str
    style: Style
    base: bool


@dataclass
class Arms:
    """Every arm of the results to be drawn, in the order of the results and of the arms in them."""

    results: Mapping[str, Result]
    arms: tuple[Arm, ...]
    _loaded: OrderedDict[tuple[str, str, str], xr.DataArray] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def of(cls, results: Mapping[str, Result | xr.Dataset] | Result | xr.Dataset) -> Arms:
        """Return the arms of one result, or of several by a short key.

        Raises
        ------
        ValueError
            If there is no result, or one of them has no arm, replicate or time.
        """
        if isinstance(results, (Result, xr.Dataset)):
            results = {"result": results}
        if not results:
            raise ValueError("there is no result to draw")
        found: dict[str, Result] = {}
        for key, one in results.items():
            data = one.data if isinstance(one, Result) else one
            empty = [dim for dim in ("arm", "replicate", "time") if data.sizes.get(dim, 0) == 0]
            if empty:
                raise ValueError(f"the result {key!r} has no {' and no '.join(empty)}: there is nothing to draw")
            found[key] = one if isinstance(one, Result) else Result(data)
        every = [arm for result in found.values() for arm in result.arms]
        arms = []
        for (key, result), looks in zip(found.items(), styles([r.arms for r in found.values()]), strict=True):
            for arm, look in zip(result.arms, looks, strict=True):
                before = f"{key}: " if every.count(arm) > 1 else ""
                label = before + (result.names.labels[arm] or arm)
                arms.append(Arm(key, arm, before + arm, label, look, arm == result.base))
        return cls(found, tuple(arms))

    @property
    def base(self) -> Arm:
        """The first arm of the first result."""
        return self.arms[0]

    @property
    def first(self) -> Result:
        """The first result; names and thresholds are its."""
        return next(iter(self.results.values()))

    @property
    def names(self) -> Names:
        """Who is who."""
        return self.first.names

    @property
    def level(self) -> float:
        """What share of the replicates an interval holds."""
        level = float(self.first.thresholds.interval)
        return level if 0.0 < level < 1.0 else 0.9

    def has(self, *names: str) -> bool:
        """Return whether every result has all of the variables `names`."""
        return all(name in result.data for result in self.results.values() for name in names)

    def time(self, arm: Arm) -> Days:
        """Return the weekly instants (time,) of an arm's result."""
        days: Days = self.results[arm.result].data["time"].to_numpy()
        return days

    def span(self) -> tuple[str, str]:
        """Return the first and last day of the first result in words."""
        time = self.time(self.base)
        return format_date(str(time[0])), format_date(str(time[-1]))

    def values(self, arm: Arm, name: str, *, fighting: bool = False, **where: str) -> NDArray[np.float64]:
        """Return a variable of one arm, reduced by labels in `where`: (replicate, time, ...).

        nan where a label is absent, and with `fighting` from a cease-fire on.
        """
        loaded = self._load(arm, name)
        index: list[Any] = [slice(None)] * loaded.ndim
        for dim, wanted in (({"arm": arm.arm} if "arm" in loaded.dims else {}) | where).items():
            labels = loaded.get_index(dim)
            if wanted not in labels:
                return np.full([loaded.sizes[one] for one in ("replicate", "time")], np.nan)
            index[loaded.dims.index(dim)] = labels.get_loc(wanted)
        found = np.asarray(loaded.to_numpy()[tuple(index)], dtype=np.float64)
        return np.where(self.values(arm, "war") > 0.5, found, np.nan) if fighting else found

    def fan(self, arm: Arm, name: str, *, fighting: bool = False, **where: str) -> Fan:
        """Return the fan of `values`, (time,)."""
        return fan(self.values(arm, name, fighting=fighting, **where), self.level)

    def end(self, arm: Arm, name: str, **where: str) -> Estimate:
        """Return median and interval of a variable at the end of the run."""
        return self.at(arm, name, -1, **where)

    def at(self, arm: Arm, name: str, week: int, **where: str) -> Estimate:
        """Return median and interval of a variable at one instant of the record."""
        return fan(self.values(arm, name, fighting=False, **where)[:, [week]], self.level).last(self.level)

    def difference(self, arm: Arm, name: str) -> Fan:
        """Return the fan of an arm less its reference, replicate by replicate, (time,)."""
        reference = self.reference(arm)
        assert reference is not None, f"{arm.name} has nothing to be compared with"
        return fan(self.values(arm, name) - self.values(reference, name), self.level)

    def reference(self, arm: Arm) -> Arm | None:
        """Return what `arm` is compared with replicate by replicate, or None.

        An arm has the base of its result. The base of a later result has the base of the first, if both share seed,
        replicates and weeks: then the same replicate is the same noise in both.
        """
        if not arm.base:
            return self.own_base(arm)
        if arm.result == self.base.result:
            return None
        return self.base if _same_noise(self.results[arm.result].data, self.first.data) else None

    @cached_property
    def repeated(self) -> list[Arm]:
        """The bases of later results in which the front moves as in the first one's, in every replicate."""
        if not self.has("net_km2"):
            return []
        first = self.values(self.base, "net_km2")
        later = [arm for arm in self.arms[1:] if arm.base and self.reference(arm) is self.base]
        return [arm for arm in later if np.array_equal(self.values(arm, "net_km2"), first, equal_nan=True)]

    def own_base(self, arm: Arm) -> Arm:
        """Return the base of the result that `arm` belongs to."""
        return next(one for one in self.arms if one.result == arm.result)

    def compared(self) -> list[Arm]:
        """Return the arms that have a reference."""
        return [arm for arm in self.arms if self.reference(arm) is not None]

    def pick(self, most: int, among: Sequence[Arm] | None = None) -> tuple[list[Arm], str]:
        """Return at most `most` arms to draw, and a sentence on those left out.

        Bases come first, then all levers in concert and what that is compared with, then the order of the file. For
        several results two of each are drawn, up to six in all; a base that another one repeats is drawn once.
        """
        asked = list(self.arms if among is None else among)
        pool = [arm for arm in asked if arm not in self.repeated] or asked
        if len(self.results) > 1:
            most = max(most, min(2 * len(self.results), 6))

        def rank(arm: Arm) -> tuple[bool, int, int]:
            role = self.results[arm.result].names.roles.get(arm.arm, "")
            return not arm.base, _FIRST.index(role) if role in _FIRST else len(_FIRST), pool.index(arm)

        chosen = sorted(pool, key=rank)[:most]
        others = [arm.label for arm in pool if arm not in chosen]
        listed = [*others[:5], f"{len(others) - 5} more"] if len(others) > 6 else others
        named = f"{format_count(len(others), 'arm')} ({format_list(listed)})"
        again = [arm.label for arm in asked if arm not in pool]
        same = f"The same wars as {self.base.label}, and drawn once: {format_list(again)}. " if again else ""
        return [arm for arm in pool if arm in chosen], (
            f"Not drawn for want of room: {named}. " if others else ""
        ) + same

    def in_words(self, number: Callable[[Arm], str], among: Sequence[Arm] | None = None) -> str:
        """Return for a title what `number` says of the base and of the first other arm; nothing for several results."""
        if len(self.results) > 1:
            return ""
        named = [(number(arm), arm.label) for arm in self.pick(2, among)[0][:2]]
        return (
            ": " + ", ".join(f"{text} in “{label}”" for text, label in named if text)
            if all(t for t, _ in named)
            else ""
        )

    def fewer(self, most: int = 2) -> Arms:
        """Return the first of the arms that `pick` would draw."""
        return Arms(self.results, tuple(self.pick(most)[0]), self._loaded)

    def only(self, names: Sequence[str]) -> Arms:
        """Return the bases and the arms that are named, in the order of the results; all where none is named.

        Raises
        ------
        UserError
            For each name that no result has, with the nearest arm.
        """
        there = [one.arm for one in self.arms]
        unknown = [name for name in names if name not in there]
        if unknown:
            listed = ", ".join(dict.fromkeys(there))
            raise UserError([f"no arm '{name}' - the arms are {listed}{nearest(name, there)}" for name in unknown])
        return (
            Arms(self.results, tuple(one for one in self.arms if one.base or one.arm in names), self._loaded)
            if names
            else self
        )

    def along(self, dim: str) -> dict[str, str]:
        """Return the labels along a dimension over all results: what is stored, and what to call it."""
        found: dict[str, str] = {}
        for result in self.results.values():
            stored = result.data[dim].to_numpy() if dim in result.data.coords else ()
            said = _labels(result.data).get(dim, {})
            for code in map(str, stored):
                found.setdefault(code, said.get(code) or _plain(dim, code, result.names))
        return found

    def unit(self, name: str, otherwise: str) -> str:
        """Return the unit of a variable for an axis label."""
        found = (str(r.data[name].attrs.get("units", "")) for r in self.results.values() if name in r.data)
        return format_unit(next(found, "") or otherwise)

    @cached_property
    def replicates(self) -> str:
        """How many replicates there are per arm, in words."""
        counts = sorted({result.data.sizes["replicate"] for result in self.results.values()})
        if counts == [1]:
            return "one replicate per arm (so no spread to show)"
        return f"{' to '.join(format_number(n) for n in dict.fromkeys((counts[0], counts[-1])))} replicates per arm"

    @cached_property
    def source(self) -> str:
        """What a figure rests on, a line for each result, and a caution."""
        return source_notes({key: result.data for key, result in self.results.items()})

    def _load(self, arm: Arm, name: str) -> xr.DataArray:
        """Return a variable in memory: of all arms where it is small, else of one; only the latest are kept."""
        stored = self.results[arm.result].data[name]
        whole = stored.size <= AT_ONCE
        key = (arm.result, name, "" if whole else arm.arm)
        if key not in self._loaded:
            chosen = stored if whole else stored.sel(arm=arm.arm)
            while self._loaded and sum(one.size for one in self._loaded.values()) + chosen.size > 2 * AT_ONCE:
                self._loaded.popitem(last=False)
            self._loaded[key] = chosen.copy(deep=False).load()
        return self._loaded[key]


def _same_noise(one: xr.Dataset, other: xr.Dataset) -> bool:
    """Return whether the same replicate is the same noise in both, at the same weeks."""
    same = (np.array_equal(one[dim].to_numpy(), other[dim].to_numpy()) for dim in ("replicate", "time"))
    return one.attrs.get("seed") == other.attrs.get("seed") and all(same)


def _labels(data: xr.Dataset) -> dict[str, dict[str, str]]:
    found: Any = json.loads(str(data.attrs.get("labels", "{}")))
    return found if isinstance(found, dict) else {}


def _plain(dim: str, code: str, names: Names) -> str:
    """Return what to call a label that the scenario does not name."""
    side = {one.id: one.name for one in names.sides}
    if dim == "side":
        return side.get(code, title_case(code))
    if dim == "commodity":
        return {"money": "money"}.get(code) or UNITS.get(code, code.replace("_", " "))
    return title_case(code)

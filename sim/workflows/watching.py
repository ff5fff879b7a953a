"""A war watched while it is played: one replicate in the middle of an ensemble, and futures that part from it in mid-war.

Nothing here knows of a screen. The ensemble is played week by week; a change of levers on a day makes a future of its own, with
the same past to the bit (`sim.scenario.fork`), replayed from the first day with the same noise.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.errors import UserError, nearest
from sim.foundation.format import format_number
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.roles import ROLES
from sim.models.campaign.snapshot import Snapshot
from sim.models.campaign.war import War
from sim.scenario.arms.branches import draw_stages
from sim.scenario.fork import forked
from sim.scenario.priors.draw import draw
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Knob
from sim.workflows.options import Options
from sim.workflows.playing import read

Floats = npt.NDArray[np.float64]

WEEK = 7
REPLICATES = 200
SERIES = ("net_km2", "belief", "casualties")
"""What is kept of every week; of the rest the latest morning."""

BAND = (0.05, 0.5, 0.95)
HIDDEN = ("doctrine",)
"""Fields of a view that say how an agent chooses, and not what it sees."""

MOST_LABELS = 4


@dataclass(frozen=True)
class Fan:
    """A future over the weeks played: the band of all replicates, the replicate watched, and since when it parts.

    Attributes
    ----------
    name, label : str
    dates : list of date
    low, middle, high, watched : ndarray, shape (week,)
    since : date or None
        The day on which its levers change; None for the first.
    """

    name: str
    label: str
    dates: list[dt.date]
    low: Floats
    middle: Floats
    high: Floats
    watched: Floats
    since: dt.date | None


@dataclass(frozen=True)
class AgentReport:
    """What one agent saw and decided in the war that is watched, in words: ``(what, value, meaning)``.

    Attributes
    ----------
    name, label : str
        Its name in the model, and what to call it.
    every : int
        Days between two decisions.
    saw, decided : list of (str, str, str)
        Of shares among fronts, targets or kinds the greatest stands first, and what else it weighed behind it.
    """

    name: str
    label: str
    every: int
    saw: list[tuple[str, str, str]]
    decided: list[tuple[str, str, str]]


@dataclass
class Future:
    """One future: an ensemble that is played week by week, and its record so far."""

    name: str
    label: str
    war: War
    since: dt.date | None
    scenario: Scenario
    series: dict[str, list[Floats]] = field(default_factory=lambda: {name: [] for name in SERIES})
    morning: Snapshot | None = None

    def note(self) -> None:
        """Keep this morning."""
        self.morning = self.war.snapshot()
        for name, kept in self.series.items():
            kept.append(np.asarray(self.morning.values[name]))

    def week(self) -> None:
        """Play a week."""
        for _ in range(WEEK):
            self.war.step()
        self.note()


class WatchedWar:
    """A war that can be stepped, turned and looked at.

    Parameters
    ----------
    scenario : Scenario
        Its `run` says seed, replicates, first day and length.
    arm : str, optional
        By default the base.

    Raises
    ------
    UserError
        If there is no such arm.
    """

    def __init__(self, scenario: Scenario, arm: str | None = None) -> None:
        if arm is not None and arm not in scenario.arms:
            raise UserError([f"no arm '{arm}' - the arms are {', '.join(scenario.arms)}{nearest(arm, scenario.arms)}"])
        self.scenario, self.arm = scenario, arm or scenario.base
        self.watched = 0
        self.futures: list[Future] = []
        self.restart()

    @property
    def replicates(self) -> int:
        """How many wars the fan is of."""
        return int(self.scenario.run.replicates)

    @property
    def weeks(self) -> int:
        """Weeks of the whole war."""
        return int(self.scenario.run.horizon_days) // WEEK

    @property
    def week(self) -> int:
        """Weeks played."""
        return len(self.futures[0].series["net_km2"]) - 1

    @property
    def date(self) -> dt.date:
        """The day of the latest morning."""
        return self.scenario.run.start + dt.timedelta(days=WEEK * self.week)

    @property
    def over(self) -> bool:
        """Whether the whole length is played."""
        return self.week >= self.weeks

    @property
    def levers(self) -> dict[str, str]:
        """Every key of a lever that can be changed in mid-war, with what it is in the latest future."""
        future = self.futures[-1]
        world = future.scenario.world(future.name)
        found = {}
        for lever in type(world.levers).model_fields:
            section = getattr(world.levers, lever)
            for leaf in type(section).model_fields:
                value = getattr(section, leaf)
                if isinstance(value, Knob):
                    found[f"levers.{lever}.{leaf}"] = f"{value.value:g}"
        return found

    @property
    def sides(self) -> tuple[str, str]:
        """What to call the defender and the attacker."""
        names, (defender, attacker) = self.scenario.labels(self.arm), self.futures[0].war.state.facts.names
        return names.get(defender, defender), names.get(attacker, attacker)

    @property
    def lever_labels(self) -> dict[str, str]:
        """What to call each key of `levers`: the lever's label and the leaf's name, with the key's meaning."""
        levers = self.futures[-1].scenario.world(self.futures[-1].name).levers
        found = {}
        for key in self.levers:
            _, lever, leaf = key.split(".")
            section = getattr(levers, lever)
            meaning = type(section).model_fields[leaf].description or ""
            found[key] = f"{str(section.label) or _plain(lever)}: {_plain(leaf)} ({meaning})"
        return found

    def restart(self) -> None:
        """Go back to the first morning, with one future."""
        first = Future(
            self.arm, self.scenario.arms[self.arm].label, self._war(self.scenario, self.arm), None, self.scenario
        )
        first.note()
        self.futures = [first]

    def step(self, weeks: int = 1) -> None:
        """Play some weeks, no further than the end."""
        for _ in range(min(weeks, self.weeks - self.week)):
            for future in self.futures:
                future.week()

    def watch(self, replicate: int) -> None:
        """Watch another of the wars, counted from 0.

        Raises
        ------
        UserError
        """
        if not 0 <= replicate < self.replicates:
            raise UserError([f"no replicate {replicate} - there are {self.replicates}, counted from 0"])
        self.watched = replicate

    def turn(self, changes: Mapping[str, str | float]) -> Future:
        """Change levers from this morning on: a future of its own, beside those that are there.

        Parameters
        ----------
        changes : mapping of str to str or number
            Key -> value, on top of what the latest future has.

        Raises
        ------
        UserError
            On the first day and the last, if a key leads nowhere, or a value is refused; nothing has changed then.
        """
        latest = self.futures[-1]
        if latest.since == self.date:
            raise UserError([f"levers were changed on {self.date} already - step a week, then change them again"])
        name = f"turn_{len(self.futures)}"
        scenario = forked(latest.scenario, self.date, [name], changes, latest.name)
        said = ", ".join(f"{key.removeprefix('levers.')} = {value}" for key, value in changes.items())
        label = f"{said} from {self.date}"
        future = Future(name, label, self._war(scenario, name), self.date, scenario)
        future.note()
        for _ in range(self.week):
            future.week()
        self.futures.append(future)
        return future

    def fans(self, name: str = "net_km2", side: int | None = None) -> list[Fan]:
        """Return each future's band and the war that is watched, over the weeks played."""
        dates = [self.scenario.run.start + dt.timedelta(days=WEEK * week) for week in range(self.week + 1)]
        found = []
        for future in self.futures:
            table = np.stack(future.series[name])
            table = table if side is None else table[:, side]
            low, middle, high = np.quantile(table, BAND, axis=-1)
            found.append(Fan(future.name, future.label, dates, low, middle, high, table[:, self.watched], future.since))
        return found

    def morning(self, future: int = -1) -> Snapshot:
        """Return the latest morning of a future."""
        found = self.futures[future].morning
        assert found is not None
        return found

    def stocks(self, future: int = -1) -> list[tuple[str, dict[str, float]]]:
        """Return the stocks of each side in the war that is watched, by commodity; sides by what they are called."""
        names = self.futures[future].scenario.labels(self.futures[future].name)
        morning = self.morning(future)
        values = morning.values["stock"][..., self.watched]
        goods = morning.coords["commodity"]
        return [
            (
                good,
                {names.get(side, side): float(values[row, place]) for row, side in enumerate(morning.coords["side"])},
            )
            for place, good in enumerate(goods)
        ]

    def agents(self, future: int = -1) -> list[AgentReport]:
        """Return what every agent saw and decided when it decided last, in the war that is watched."""
        chosen = self.futures[future]
        state, names = chosen.war.state, chosen.scenario.labels(chosen.name)
        axes = {
            "front": list(state.p.fronts.names), "target": list(state.p.strike.targets.names),
            "kind": list(_kinds()), "make": list(state.p.donors.money_use),
            "delivery": [state.p.allies.names[one] for one in state.facts.donors],
        }  # fmt: skip
        found = []
        for agent in chosen.war.deciders():
            order = state.orders.standing(agent.writes, agent.row)
            rules = agent.writes.rules
            mine = [rule.axis for rule in rules.values() if rule.axis]
            saw = [
                (words, self._words(value, "", [*mine, "front", "target", "make"], axes, names), meaning)
                for words, value, meaning in _fields(agent.view)
            ]
            meant = _meanings(agent.writes)
            decided = [
                (_plain(name), self._words(getattr(order, name), rule.axis, [], axes, names), meant.get(name, ""))
                for name, rule in rules.items()
            ]
            label = _called(agent.name, state.facts.names, names)
            found.append(AgentReport(agent.name, label, agent.period, saw, decided))
        return found

    def geography(self, future: int = -1) -> dict[str, Any]:
        """Return where the fronts are and how far the line has shifted in the war that is watched, km; empty without places."""
        world, morning = self.futures[future].scenario.world(), self.morning(future)
        found = {}
        for row, name in enumerate(morning.coords["front"]):
            front = world.fronts[name]
            if front.lon is None or front.lat is None or front.bearing is None:
                return {}
            found[name] = {
                "lon": front.lon.value, "lat": front.lat.value, "bearing": front.bearing.value,
                "shift_km": float(morning.values["shift_km"][row, self.watched]),
                "length_km": front.length.value,
                "label": str(front.label) or name,
            }  # fmt: skip
        return found

    def _words(
        self, value: Any, axis: str, guesses: Sequence[str], axes: Mapping[str, list[str]], names: Mapping[str, str]
    ) -> str:
        """Return what an array says of the war that is watched: a number, or the greatest of several by name."""
        array = np.asarray(value, dtype=float)
        if array.ndim < 2:
            return format_number(float(array[..., self.watched] if array.ndim else array), None)
        axis = axis or next((one for one in guesses if len(axes.get(one, ())) == len(array)), "")
        labels = axes.get(axis) or [str(place + 1) for place in range(len(array))]
        row = array[:, self.watched]
        first = np.argsort(-row, kind="stable")[:MOST_LABELS]
        more = f", {len(row) - len(first)} more" if len(row) > len(first) else ""
        return (
            ", ".join(f"{names.get(labels[one], _plain(labels[one]))} {format_number(row[one], None)}" for one in first)
            + more
        )

    def _war(self, scenario: Scenario, arm: str) -> War:
        run = scenario.run
        replicates = np.arange(self.replicates, dtype=np.int64)
        lanes = Lanes(np.full(self.replicates, list(scenario.arms).index(arm), dtype=np.int64), replicates)
        drawn = draw_stages(scenario, lanes, lambda some: draw(scenario, some, int(run.seed)))
        noise = Noise(int(run.seed), lanes.replicate)
        return War(drawn.first, lanes, noise, run.start, base=drawn.base, later=drawn.later)


def watch(file: Path, options: Options, arm: str | None = None) -> WatchedWar:
    """Return the war in a scenario file, on its first morning; `REPLICATES` wars unless the options say otherwise.

    Raises
    ------
    UserError
    """
    scenario = read(file, options)
    if options.replicates is None:
        scenario = dataclasses.replace(scenario, run=dataclasses.replace(scenario.run, replicates=REPLICATES))
    return WatchedWar(scenario, arm)


def _kinds() -> Sequence[str]:
    from sim.models.campaign.goods import KINDS

    return KINDS


def _fields(view: Any) -> list[tuple[str, Any, str]]:
    """Return the fields of a view with arrays and what they mean, those of views inside it too."""
    found: list[tuple[str, Any, str]] = []
    meant = _meanings(type(view))
    for one in dataclasses.fields(view) if dataclasses.is_dataclass(view) else ():
        value = getattr(view, one.name)
        if one.name in HIDDEN or isinstance(value, str):
            continue
        if dataclasses.is_dataclass(value):
            found += [(f"{_plain(one.name)}: {words}", *rest) for words, *rest in _fields(value)]
        elif isinstance(value, np.ndarray | float | int):
            found.append((_plain(one.name), value, meant.get(one.name, "")))
    return found


def _meanings(kind: type) -> dict[str, str]:
    """Return what the docstring of a view or an order says of each field: ``a, b : type`` and the lines below it."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in (inspect.getdoc(kind) or "").splitlines():
        head, colon, _ = line.partition(" : ")
        if colon and not line.startswith(" "):
            names = head.split(", ")
        elif line.startswith(" ") and names:
            found |= {name: f"{found.get(name, '')} {line.strip()}".strip() for name in names}
        else:
            names = []
    if not found:  # of one field: ``A partner's order: what it is, shape (lane,).``
        summary = (inspect.getdoc(kind) or "").split("\n\n")[0].partition(": ")[2].partition(", shape")[0]
        return {one.name: summary for one in dataclasses.fields(kind)}
    return {name: _own_part(name, text, found) for name, text in found.items()}


def _own_part(name: str, text: str, found: Mapping[str, str]) -> str:
    """Return of a text about several fields the part about this one, where it has as many parts as fields."""
    together = [other for other, said in found.items() if said == text]
    parts = text.rstrip(".").split("; ")
    return parts[together.index(name)] if len(parts) == len(together) else text.rstrip(".")


def _called(agent: str, sides: Sequence[str], names: Mapping[str, str]) -> str:
    """Return what to call an agent: ``Ukraine: command``, or a donor, mediator or partner by its own name."""
    who, _, what = agent.partition(".")
    if who in ROLES:
        side = sides[ROLES.index(who)]
        return f"{names.get(side, side)}: {_plain(what)}"
    return f"{names.get(what, _plain(what).capitalize())} ({who})"


def _plain(name: str) -> str:
    return name.replace("_", " ")

"""The calibration file and the observed tables beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.analysis.cells import cut
from sim.analysis.observed import FRONT_BY_AXIS, LOSSES, check_axes, claimed_losses, read, require
from sim.calibration.features import Claims, Scales
from sim.calibration.past import Anchor, Weeks
from sim.foundation.errors import Fault, UserError
from sim.foundation.lanes import Array
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.scenario.schema.paths import place_of, unknown
from sim.scenario.syntax.extends import inside, root_of
from sim.scenario.syntax.nodes import Map, describe, plain
from sim.scenario.syntax.yaml_text import parse_file

FORCES = {"attacker_in_theatre": ATTACKER, "defender_total": DEFENDER}
"""Side by metric of the table of statements."""


Positive = Annotated[float, Field(ge=1e-6, le=1e6)]
WeekCount = Annotated[int, Field(ge=1, le=520)]  # ten years


class ScaleTable(BaseModel):
    """See `features.Scales`."""

    model_config = ConfigDict(extra="forbid")
    total_km2: Positive
    axis_km2: Positive
    gain_error: Positive
    axis_error: Positive
    loss_error: Positive
    force_error: Positive
    spread_error: Positive


class AnchorTable(BaseModel):
    """See `past.Anchor`."""

    model_config = ConfigDict(extra="forbid")
    recent_weeks: WeekCount
    usual_weeks: WeekCount
    memory_weeks: WeekCount
    past_weeks: WeekCount
    quiet_km2_per_day: Positive


TABLES: dict[str, type[BaseModel]] = {"anchor": AnchorTable, "scales": ScaleTable}


class Setting(BaseModel):
    """A calibration file.

    Attributes
    ----------
    scenario : str
        The scenario of the past, beside the file.
    start, until : date
        First day played, and the last whose observations may be used.
    members, steps, seed : int
        Size and number of steps of the inversion.
    origins, hindcasts : list of date
        Origins that the parameters are held against, and those that are forecast from.
    calibrations : list of date
        Days on which a hindcast is calibrated anew; each origin takes the last one not after it, and the priors before the
        first. Empty: at every origin.
    anchor, scales : table
        What branches start from, and how features are scaled.
    map_noise_km2 : float
        Sd of the map's error in the change of all axes together.
    claims_factor : list of float
        5, 50 and 95 % quantiles of the attacker's true over claimed casualties.
    claims_error : float
        Sd of the logarithm of a quarter's claims about that factor: a forecast of claims carries it.
    parameters : list of str
        Leaves that move.
    exclude_sources : list of str
        Statements of force whose source contains one of these words are not used: a party that is not believed.
    """

    model_config = ConfigDict(extra="forbid")
    scenario: str
    start: dt.date
    until: dt.date
    members: int = Field(ge=50, le=20_000)
    steps: int = Field(ge=1, le=20)
    seed: int = Field(ge=0, lt=2**53)
    origins: list[dt.date]
    hindcasts: list[dt.date]
    calibrations: list[dt.date] = []
    anchor: AnchorTable
    scales: ScaleTable
    map_noise_km2: float = Field(ge=0, le=1e6)
    claims_factor: tuple[Positive, Positive, Positive]
    claims_error: float = Field(default=0.0, ge=0, le=5)
    parameters: list[str]
    exclude_sources: list[str] = []

    def anchoring(self) -> Anchor:
        """Return what a branch starts from."""
        table = self.anchor
        weeks = (table.recent_weeks, table.usual_weeks, table.memory_weeks, table.past_weeks)
        return Anchor(*weeks, table.quiet_km2_per_day)

    def scale(self) -> Scales:
        """Return the scales as the features want them."""
        return Scales(**self.scales.model_dump())


def read_setting(path: Path) -> Setting:
    """Return the calibration file at `path`.

    Raises
    ------
    UserError
        With every fault, each at its line and column.
    """
    node = parse_file(path, str(path))
    try:
        found = Setting.model_validate(plain(node))
    except ValidationError as error:
        raise UserError([_fault(item, node) for item in error.errors(include_url=False)]) from None
    inside(found.scenario, path.resolve(), root_of(path.resolve()), node["scenario"].place)
    return found


def _fault(item: Any, node: Map) -> Fault:
    """Return pydantic's finding in our own words, at its place."""
    path = tuple(item["loc"])
    *parents, name = path
    parent: Any = node
    for key in parents:
        parent = parent[key]
    table = TABLES.get(str(parents[0]) if parents else "", Setting)
    if item["type"] == "extra_forbidden":
        return parent.spot(name).fault(unknown("key", str(name), list(table.model_fields)))
    if item["type"] == "missing":
        return place_of(node, path).fault(f"`{'.'.join(map(str, path))}` is missing")
    reason = item["msg"][0].lower() + item["msg"][1:]
    return place_of(node, path).fault(f"`{'.'.join(map(str, path))}`: found {describe(parent[name])} - {reason}")


def check_parameters(path: Path, setting: Setting, known: Sequence[str]) -> None:
    """Refuse names under `parameters` of the file at `path` that are no drawn leaves of its scenario.

    Raises
    ------
    UserError
        With every such name at its line and column, and the nearest right one.
    """
    node = parse_file(path, str(path)).get("parameters", [])
    wrong = [n for n, name in enumerate(setting.parameters) if name not in known]
    if wrong:
        said = "parameter (a number or choice of the scenario that is uncertain)"
        raise UserError([place_of(node, (n,)).fault(unknown(said, setting.parameters[n], list(known))) for n in wrong])


def weeks_of(folder: Path, fronts: tuple[str, ...], stated: Array) -> Weeks:
    """Return the observed weeks by front from ``front_weekly_by_axis.csv`` in `folder`; a missing one counts as no change."""
    seen = require(read(folder / "front_weekly_by_axis.csv"), [FRONT_BY_AXIS])
    check_axes(seen, fronts)
    gain = np.zeros((len(seen.ends), len(fronts)))
    for axis in seen.axes:
        gain[:, fronts.index(axis)] = np.nan_to_num(seen.data["net_km2"].sel(axis=axis).to_numpy())
    return Weeks(seen.ends, gain, fronts, stated)


Months = list[tuple[dt.date, dt.date, float]]
"""First and last day of a month (or the observed part of one) and the attacker's casualties claimed in it."""


def months_of(folder: Path) -> Months:
    """Return the attacker's casualties by month as ``losses_monthly.csv`` of `folder` claims them; none without that file."""
    if not (folder / "losses_monthly.csv").exists():
        return []
    seen = require(read(folder / "losses_monthly.csv"), [LOSSES])
    day = dt.timedelta(days=1)
    return [
        (start.astype("datetime64[D]").item() + day, end.item(), float(claimed))
        for start, end, claimed in zip(seen.starts, seen.ends, claimed_losses(seen), strict=True)
        if np.isfinite(claimed)
    ]


def claims_of(folder: Path, start: dt.date, until: dt.date, exclude: Sequence[str] = ()) -> Claims:
    """Return claimed losses by quarter and statements of force from the tables in `folder`, of each if there is one.

    Statements whose source contains a word of `exclude` are left out.
    """
    months = months_of(folder)
    losses = []
    first = start
    while months and first + dt.timedelta(weeks=13) <= until:
        last = first + dt.timedelta(weeks=13)
        losses.append((first, last, claimed_between(months, first, last)))
        first = last
    force = []
    stated = folder / "manpower.csv"
    for day, metric, value, source in statements(stated) if stated.exists() else ():
        side = FORCES.get(metric)
        believed = not any(word in source for word in exclude)
        if side is not None and start < day <= until and believed:
            force.append((day, side, value))
    return Claims(losses, force)


def statements(path: Path) -> list[tuple[dt.date, str, float, str]]:
    """Return the dated statements of a table: day, metric, value, source; several may speak of the same day.

    Raises
    ------
    UserError
        With every fault of the file, each at its line and column.
    """
    sheet = cut(path)
    when, metric, value, source = (sheet.need(name) for name in ("date", "metric", "value", "source"))
    sheet.check()
    found = []
    for row in sheet.rows:
        day, stated = sheet.day(row[when]), sheet.number(row[value])
        if day is not None and np.isfinite(stated):
            found.append((day, row[metric].text, stated, row[source].text))
    sheet.check()
    return found


def claimed_between(daily: Months, first: dt.date, last: dt.date) -> float:
    """Return what was claimed from `first` to the day before `last`, each month spread evenly over its days.

    Days after the last of the months are given its rate: at a rolling origin the month under way is not claimed yet.
    """
    total = 0.0
    if daily:
        begin, end, lost = daily[-1]
        total = lost / ((end - begin).days + 1) * max((last - max(end + dt.timedelta(days=1), first)).days, 0)
    for begin, end, lost in daily:
        days = (end - begin).days + 1
        overlap = (min(end, last - dt.timedelta(days=1)) - max(begin, first)).days + 1
        total += lost * max(overlap, 0) / days
    return total

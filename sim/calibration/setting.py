"""The calibration file and the observed tables beside it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.calibration.features import Claims, Scales
from sim.calibration.past import Anchor, Weeks
from sim.foundation.errors import Fault, UserError
from sim.foundation.lanes import Array

RU_FORCE, UA_FORCE = "ru_troops_in_theatre", "ua_defence_forces_total"


class ScaleTable(BaseModel):
    """See `features.Scales`."""

    model_config = ConfigDict(extra="forbid")
    total_km2: float = Field(gt=0)
    axis_km2: float = Field(gt=0)
    gain_error: float = Field(gt=0)
    axis_error: float = Field(gt=0)
    loss_error: float = Field(gt=0)
    force_error: float = Field(gt=0)
    spread_error: float = Field(gt=0)


class AnchorTable(BaseModel):
    """See `past.Anchor`."""

    model_config = ConfigDict(extra="forbid")
    recent_weeks: int = Field(ge=1)
    usual_weeks: int = Field(ge=1)
    memory_weeks: int = Field(ge=1)
    past_weeks: int = Field(ge=1)
    quiet_km2_per_day: float = Field(gt=0)


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
    anchor, scales : table
        What branches start from, and how features are scaled.
    map_noise_km2 : float
        Sd of the map's error in the change of all axes together.
    claims_factor : list of float
        5, 50 and 95 % quantiles of true over claimed Russian casualties.
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
    seed: int = Field(ge=0)
    origins: list[dt.date]
    hindcasts: list[dt.date]
    anchor: AnchorTable
    scales: ScaleTable
    map_noise_km2: float = Field(ge=0)
    claims_factor: tuple[float, float, float]
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
    """Return the calibration file at `path`; a UserError names every fault."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > 200_000:
            raise UserError([Fault("a calibration file has at most 200 kB", str(path))])
        loaded: Any = YAML(typ="safe", pure=True).load(text)
        return Setting.model_validate(loaded)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError([Fault(f"cannot be read: {error}", str(path))]) from None
    except YAMLError as error:
        raise UserError([Fault(f"is not YAML: {' '.join(str(error).split())}", str(path))]) from None
    except ValidationError as error:
        faults = [Fault(f"{'.'.join(map(str, e['loc']))}: {e['msg']}", str(path)) for e in error.errors()]
        raise UserError(faults) from None


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    except OSError as error:
        raise UserError([Fault(f"cannot be read: {error}", str(path))]) from None
    return list(csv.DictReader(lines))


def weeks_of(folder: Path, fronts: tuple[str, ...], stated: Array) -> Weeks:
    """Return the observed weeks by front from ``front_weekly_by_axis.csv`` in `folder`."""
    rows = _rows(folder / "front_weekly_by_axis.csv")
    ends = sorted({row["week_end"] for row in rows})
    gain = np.zeros((len(ends), len(fronts)))
    for row in rows:
        if row["axis"] in fronts:
            gain[ends.index(row["week_end"]), fronts.index(row["axis"])] = float(row["net_change_adj_km2"] or 0.0)
    return Weeks(np.array(ends, dtype="datetime64[D]"), gain, fronts, stated)


Months = list[tuple[dt.date, dt.date, float]]
"""First and last day of a month (or the observed part of one) and the Russian casualties claimed in it."""


def months_of(folder: Path) -> Months:
    """Return claimed Russian casualties by month from ``losses_monthly.csv`` in `folder`; claims, not counts."""
    return [
        (
            dt.date.fromisoformat(row["period_start"]),
            dt.date.fromisoformat(row["period_end"]),
            float(row["ru_personnel_claim"]),
        )
        for row in _rows(folder / "losses_monthly.csv")
    ]


def claims_of(folder: Path, start: dt.date, until: dt.date, exclude: Sequence[str] = ()) -> Claims:
    """Return claimed losses by quarter and statements of force from the tables in `folder`.

    Statements whose source contains a word of `exclude` are left out.
    """
    months = months_of(folder)
    losses = []
    first = start
    while first + dt.timedelta(weeks=13) <= until:
        last = first + dt.timedelta(weeks=13)
        losses.append((first, last, _within(months, first, last)))
        first = last
    force = []
    for row in _rows(folder / "manpower.csv"):
        day = dt.date.fromisoformat(row["date"])
        side = {RU_FORCE: 1, UA_FORCE: 0}.get(row["metric"])
        believed = not any(word in row["source"] for word in exclude)
        if side is not None and start < day <= until and believed:
            force.append((day, side, float(row["value"])))
    return Claims(losses, force)


def _within(daily: Months, first: dt.date, last: dt.date) -> float:
    """Return what was claimed between two days, each month spread evenly over its days."""
    total = 0.0
    for begin, end, lost in daily:
        days = (end - begin).days + 1
        overlap = (min(end, last - dt.timedelta(days=1)) - max(begin, first)).days + 1
        total += lost * max(overlap, 0) / days
    return total

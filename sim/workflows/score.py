"""A scenario, or a stored result, held against what was observed from its start on, beside baseline forecasts (score)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.observed import FRONT, FRONT_BY_AXIS, Observed, check_axes, read, require
from sim.analysis.scores.scores import ESTIMATOR, Score
from sim.analysis.scores.verification import Verification, verify
from sim.analysis.serialise import plain
from sim.experiment.store import load
from sim.foundation.errors import Fault, FaultCollector, UserError
from sim.foundation.files import read_text
from sim.scenario.syntax.yaml_text import MAX_BYTES
from sim.workflows import playing
from sim.workflows.files import WorkflowResult, draw_study, prepare, shipped
from sim.workflows.options import Options

HISTORY = ("history/front_weekly.csv", "history/front_weekly_by_axis.csv")
KINDS = (FRONT, FRONT_BY_AXIS)
LONGEST = 3653  # days: as a scenario's horizon


GOES_ON = {"settling.base": "0 1/month"}
"""The condition under which hindcasts are scored too: no cease-fire ends the war."""


@dataclass(frozen=True, kw_only=True)
class ScoreResult(WorkflowResult):
    """The scores in total and by axis, and the title of the scenario.

    Attributes
    ----------
    verification : Verification
        Under the first of the conditions: the war goes on, or as the stored result was played.
    title : str
    conditions : list of Condition
    """

    verification: Verification
    title: str
    conditions: list[Condition]


@dataclass(frozen=True)
class Condition:
    """Scores under one condition.

    Parameters
    ----------
    name : str
        What is held fixed, for a reader.
    ceasefire : float
        Share of replicates in which the war is over by the end of what is scored.
    total : Score
    """

    name: str
    ceasefire: float
    total: Score

    def account(self) -> dict[str, Any]:
        """Return the scores in plain values."""
        one = self.total
        return {
            "condition": self.name,
            "ceasefire": self.ceasefire,
            "crps_4wk": one.crps_4wk,
            "crps_monte_carlo_se": one.monte_carlo_se,
            "skill": one.skill,
            "skill_se": one.skill_se,
            "coverage_50": one.coverage_50,
            "coverage_90": one.coverage_90,
            "windows": one.n_windows,
        }


def score(
    files: Sequence[Path],
    scenario: Path | None,
    origin: str,
    options: Options,
    *,
    result: Path | None = None,
    history: Path | None = None,
    map_noise: float | None = None,
) -> ScoreResult:
    """Score a forecast against the observed tables in `files`: the base of `scenario`, played now, or that of a stored `result`.

    A scenario is played as far as was observed, whatever its own horizon (`options.horizon` makes it shorter), and twice: on
    condition that the war goes on, which is what hindcasts are scored on, and with the cease-fires that it may end in.

    Parameters
    ----------
    files : sequence of Path
        Weekly front: a total, a table by axis, or one of each.
    scenario : Path, optional
    origin : str
        ISO date; the scenario or the result starts in its week.
    options : Options
        Figures are drawn only where `plots_to` says where.
    result : Path, optional
        Folder of a stored result, in place of a scenario.
    history : Path, optional
        Weeks before the origin, for baseline forecasts; by default the shipped ones.
    map_noise : float, optional
        Standard deviation of a week's map, km2; by default what the tables state.
    """
    day = _day(origin)
    if (scenario is None) == (result is None):
        raise UserError(["say what is to be scored: --scenario FILE or --result FOLDER, one of them"])
    tables = _tables(files)
    past = _history(history)
    sd = map_noise if map_noise is not None else _noise([*tables, *past])
    if result is not None:
        return _of_result(result, tables, past, day, sd, files, options)
    assert scenario is not None
    worlds = [playing.read(scenario, _with(options, GOES_ON)), playing.read(scenario, options)]
    _check_start(worlds[0].run.start, day, scenario)
    _check_tables([*tables, *past], worlds[0].world().fronts)
    prepare(options)
    last = max(dt.date.fromisoformat(str(table.ends[-1])) for table in tables)
    asked = int(worlds[0].run.horizon_days) if options.horizon else LONGEST
    days = min(asked, playing.whole_weeks((last - worlds[0].run.start).days))
    with (
        playing.played_base(worlds[0], options, scenario.stem, days) as data,
        playing.played_base(worlds[1], replace(options, out=None), scenario.stem, days) as other,
    ):
        seed = int(worlds[0].run.seed)
        found, ending = (verify(one, tables, past, day, map_noise=sd, seed=seed) for one in (data, other))
        conditions = [
            Condition("the war goes on", _over(data, found), found.total.score),
            Condition("with cease-fires", _over(other, ending), ending.total.score),
        ]
        return _result(found, data, conditions, files, str(scenario), options)


def _of_result(
    folder: Path,
    tables: list[Observed],
    past: list[Observed],
    day: dt.date,
    sd: float,
    files: Sequence[Path],
    options: Options,
) -> ScoreResult:
    """Score the base of a stored result as it was played."""
    data = load(folder)
    start = dt.date.fromisoformat(str(data["time"].to_numpy()[0])[:10])
    _check_start(start, day, folder)
    _check_tables([*tables, *past], [str(name) for name in data["front"].to_numpy()])
    prepare(options)
    found = verify(data, tables, past, day, map_noise=sd, seed=int(data.attrs["seed"]))
    over = _over(data, found)
    named = "with cease-fires, as stored" if over else "the war goes on, as stored"
    conditions = [Condition(named, over, found.total.score)]
    return _result(found, data, conditions, files, str(folder), options)


def _result(
    found: Verification, data: Any, conditions: list[Condition], files: Sequence[Path], name: str, options: Options
) -> ScoreResult:
    """Return the result with its account, and draw what is asked for."""
    title = str(data.attrs.get("title", ""))
    about = {
        "scenario": name,
        "title": title,
        "replicates": int(data.sizes["replicate"]),
        "seed": int(data.attrs["seed"]),
        "conditions": [one.account() for one in conditions],
    }
    account = plain(found) | _circumstances(found, files) | about

    def study() -> object:
        from sim.plotting.score import ScoreStudy

        return ScoreStudy(found, data)

    drawing = draw_study(options, "score", study, None)
    return ScoreResult(account=plain(account), drawing=drawing, verification=found, title=title, conditions=conditions)


def _over(data: Any, found: Verification) -> float:
    """Return the share of replicates whose war is over by the last day that is scored."""
    days = data["time"].to_numpy() <= np.datetime64(found.total.weeks.ends[-1])
    war = data["war"].isel(arm=0).transpose("replicate", "time").to_numpy()
    return float(np.mean(war[:, days][:, -1] < 0.5))


def _with(options: Options, changes: Mapping[str, str]) -> Options:
    """Return the options with more changes to the scenario; what the user set stands."""
    more = [f"{path}={value}" for path, value in changes.items()]
    return replace(options, changes=(*more, *options.changes))


def _check_tables(tables: Sequence[Observed], fronts: Any) -> None:
    faults = FaultCollector()
    for table in tables:
        with faults.gather():
            check_axes(table, fronts)
    faults.check()


def _day(text: str) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UserError([f"--origin {text}: not a date - write year-month-day, as 2024-11-19"]) from None


def _tables(files: Sequence[Path]) -> list[Observed]:
    """Read the observed tables: at most one total and one by axis."""
    tables: dict[str, Observed] = {}
    faults = FaultCollector()
    for file in files:
        with faults.gather():
            table = require(read(file), KINDS)
            if table.kind in tables:
                faults.add(Fault(f"a second table of the kind '{table.kind}'", table.path))
            tables.setdefault(table.kind, table)
    faults.check()
    return list(tables.values())


def _history(file: Path | None) -> list[Observed]:
    """Return the history the user named, or the shipped ones."""
    if file is not None:
        return [require(read(file), KINDS)]
    return [read(path) for path in map(shipped, HISTORY) if path is not None]


def _check_start(start: dt.date, origin: dt.date, file: Path) -> None:
    """Raise an error if a scenario or a result does not start in the week of `origin`, and name scenarios that do."""
    if abs((start - origin).days) < 7:
        return
    others = ", ".join(str(other) for other in _starting(file, origin))
    hint = f" - {others} starts then" if others else ""
    raise UserError([Fault(f"it starts on {start}, but --origin is {origin}{hint}", str(file))])


def _starting(file: Path, origin: dt.date) -> Iterator[Path]:
    """Find scenario files beside `file` and in a folder ``history`` near it that start in the week of `origin`."""
    folders = [file.parent, file.parent / "history", file.parent.parent]
    for path in sorted({path for folder in folders for path in folder.glob("*.yaml")})[:200]:
        try:
            found = re.search(r"^\s+start:\s*['\"]?(\d{4}-\d{2}-\d{2})", read_text(path, MAX_BYTES), re.MULTILINE)
            if found and abs((dt.date.fromisoformat(found[1]) - origin).days) < 7:
                yield path
        except (UserError, ValueError):
            continue


def _noise(tables: Sequence[Observed]) -> float:
    """Return the map noise that the first table which states one states, km2; else none."""
    stated = (table.header.get("noise_sd_km2", "") for table in tables)
    return next((float(text) for text in stated if re.fullmatch(r"\d+(\.\d+)?", text)), 0.0)


def _circumstances(found: Verification, files: Sequence[Path]) -> dict[str, Any]:
    """Return what a reader of the scores must know besides."""
    one = found.total.score
    return {
        "origin": found.origin.isoformat(),
        "observed_to": str(found.total.weeks.ends[-1]),
        "observed": [str(file) for file in files],
        "map_noise_km2": found.map_noise,
        "estimator": ESTIMATOR,
        "crps_monte_carlo_se": one.monte_carlo_se,
        "missing_fronts": list(found.missing_fronts),
        "windows": [
            {"end": str(end), "lead_weeks": int(lead), "observed": float(y), "crps": float(value)}
            | {f"crps_{name}": float(x[index]) for name, x in one.baselines.items()}
            for index, (end, lead, y, value) in enumerate(zip(one.end, one.lead, one.observed, one.crps, strict=True))
        ],
    }

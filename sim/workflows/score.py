"""A scenario held against what was observed from its start on, beside baseline forecasts (score)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.observed import FRONT, FRONT_BY_AXIS, Observed, check_axes, read, require
from sim.analysis.scores.scores import ESTIMATOR
from sim.analysis.scores.verification import Verification, verify
from sim.analysis.serialise import plain
from sim.foundation.errors import Fault, FaultCollector, UserError
from sim.foundation.files import read_text
from sim.scenario.syntax.yaml_text import MAX_BYTES
from sim.workflows import playing
from sim.workflows.files import Drawing, WorkflowResult, draw, prepare, shipped
from sim.workflows.options import Options

HISTORY = ("history/front_weekly.csv", "history/front_weekly_by_axis.csv")
KINDS = (FRONT, FRONT_BY_AXIS)


@dataclass(frozen=True, kw_only=True)
class ScoreResult(WorkflowResult):
    """The scores in total and by axis, and the title of the scenario."""

    verification: Verification
    title: str


def score(
    files: Sequence[Path],
    scenario: Path,
    origin: str,
    options: Options,
    *,
    history: Path | None = None,
    map_noise: float | None = None,
) -> ScoreResult:
    """Play the base of `scenario` from `origin` and score it against the observed tables in `files`.

    Parameters
    ----------
    files : sequence of Path
        Weekly front: a total, a table by axis, or one of each.
    scenario : Path
    origin : str
        ISO date; the scenario starts in its week.
    options : Options
        Figures are drawn only where `plots_to` says where.
    history : Path, optional
        Weeks before the origin, for baseline forecasts; by default the shipped ones.
    map_noise : float, optional
        Standard deviation of a week's map, km2; by default what the tables state.
    """
    day = _day(origin)
    tables = _tables(files)
    past = _history(history)
    world = playing.read(scenario, options)
    _check_start(world, scenario, day)
    faults = FaultCollector()
    for table in (*tables, *past):
        with faults.gather():
            check_axes(table, world.world().fronts)
    faults.check()
    sd = map_noise if map_noise is not None else _noise([*tables, *past])
    prepare(options)
    last = max(dt.date.fromisoformat(str(table.ends[-1])) for table in tables)
    days = min(int(world.run.horizon_days), playing.whole_weeks((last - world.run.start).days))
    with playing.played_base(world, options, scenario.stem, days) as data:
        found = verify(data, tables, past, day, map_noise=sd, seed=int(world.run.seed))
        account = plain(found) | _circumstances(found, world, files, scenario)

        def act(folder: Path) -> None:
            from sim.plotting.gallery import draw_all
            from sim.plotting.score import ScoreStudy

            draw_all("score", ScoreStudy(found, data), folder)

        drawing = draw(options, options.plots_to, act) if options.plots_to is not None else Drawing()
    return ScoreResult(account=plain(account), drawing=drawing, verification=found, title=world.title)


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


def _check_start(world: Any, file: Path, origin: dt.date) -> None:
    """Raise an error if the scenario does not start in the week of `origin`, and name those that do."""
    start = world.run.start
    if abs((start - origin).days) < 7:
        return
    others = ", ".join(str(other) for other in _starting(file, origin))
    hint = f" - {others} starts then" if others else ""
    raise UserError([Fault(f"the scenario starts on {start}, but --origin is {origin}{hint}", str(file))])


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


def _circumstances(found: Verification, world: Any, files: Sequence[Path], scenario: Path) -> dict[str, Any]:
    """Return what a reader of the scores must know besides."""
    one = found.total.score
    return {
        "origin": found.origin.isoformat(),
        "observed_to": str(found.total.weeks.ends[-1]),
        "observed": [str(file) for file in files],
        "scenario": str(scenario),
        "title": world.title,
        "replicates": int(world.run.replicates),
        "seed": int(world.run.seed),
        "map_noise_km2": found.map_noise,
        "estimator": ESTIMATOR,
        "missing_fronts": list(found.missing_fronts),
        "windows": [
            {"end": str(end), "lead_weeks": int(lead), "observed": float(y), "crps": float(value)}
            | {f"crps_{name}": float(x[index]) for name, x in one.baselines.items()}
            for index, (end, lead, y, value) in enumerate(zip(one.end, one.lead, one.observed, one.crps, strict=True))
        ],
    }

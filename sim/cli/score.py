"""The command that holds a scenario against what was observed: score."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, make_ready, trouble_in
from sim.cli.progress import progress_bar
from sim.foundation.errors import Fault, UserError
from sim.foundation.files import read_text

if TYPE_CHECKING:
    import xarray as xr

    from sim.analysis.observed import Observed
    from sim.analysis.scores.scores import Score
    from sim.analysis.scores.verification import Verification

SHIPPED = ("front_weekly_by_axis.csv", "front_weekly.csv")


def score(
    files: list[Path],
    scenario: Path,
    origin: str,
    history: Path | None,
    map_noise: float | None,
    asked: Asked,
) -> None:
    """Play the base of `scenario` from `origin` and score it against the tables in `files`; print the scores."""
    from sim.analysis.outcomes.summary import without_nan
    from sim.analysis.scores.verification import verify
    from sim.scenario import read

    day = _day(origin)
    tables = _tables(files)
    past = _history(history)
    world = read(scenario, asked.overrides())
    _check_start(world, scenario, day)
    _check_names([*tables, *past], world)
    sd = map_noise if map_noise is not None else _noise(tables + past)
    make_ready(asked.plots_to)
    trouble = None
    with _played(world, scenario.stem, _last(tables), asked) as data:
        found = verify(data, tables, past, day, map_noise=sd, seed=int(world.run.seed))
        account = found.account() | _circumstances(found, world, files, scenario)
        if asked.plots_to is not None:
            plots = asked.plots_to
            trouble = trouble_in(lambda: _draw(found, data, plots), plots)
    if asked.as_json:
        print(json.dumps(without_nan(account), ensure_ascii=False, indent=1))
    else:
        _show(found, world.title, asked.quiet)
    end_if(trouble)


def _day(text: str) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UserError([f"--origin {text}: not a date - write year-month-day, as 2024-11-19"]) from None


def _tables(files: list[Path]) -> list[Observed]:
    """Read the observed tables: at most one total and one by axis."""
    from sim.analysis.observed import FRONT, FRONT_BY_AXIS, read, require

    tables, faults = [], []
    for file in files:
        try:
            tables.append(require(read(file), (FRONT, FRONT_BY_AXIS)))
        except UserError as error:
            faults += error.faults
    kinds = [table.kind for table in tables]
    faults += [
        Fault(f"a second table of the kind '{table.kind}'", table.path)
        for index, table in enumerate(tables)
        if table.kind in kinds[:index]
    ]
    if faults:
        raise UserError(faults)
    return tables


def _history(file: Path | None) -> list[Observed]:
    """Return the history the user named, or the shipped ones."""
    from sim.analysis.observed import FRONT, FRONT_BY_AXIS, read, require

    if file is not None:
        return [require(read(file), (FRONT, FRONT_BY_AXIS))]
    package = Path(sim.__file__).resolve().parent
    for place in (package.parent, package / "shipped"):
        folder = place / "scenarios" / "history"
        if folder.is_dir():
            return [read(folder / name) for name in reversed(SHIPPED) if (folder / name).is_file()]
    return []


def _check_start(world: Any, file: Path, origin: dt.date) -> None:
    """Raise an error if the scenario does not start in the week of `origin`, and name those that do."""
    start = world.run.start
    if abs((start - origin).days) < 7:
        return
    others = [str(other) for other in _starting(file, origin)]
    hint = f" - there starts {', '.join(others)}" if others else ""
    raise UserError([Fault(f"the scenario starts on {start}, but --origin is {origin}{hint}", str(file))])


def _starting(file: Path, origin: dt.date) -> Iterator[Path]:
    """Find scenario files beside `file` and in a folder ``history`` near it that start in the week of `origin`."""
    from sim.scenario.syntax.yaml_text import MAX_BYTES

    folders = [file.parent, file.parent / "history", file.parent.parent]
    for path in sorted({path for folder in folders for path in folder.glob("*.yaml")})[:200]:
        try:
            found = re.search(r"^\s+start:\s*['\"]?(\d{4}-\d{2}-\d{2})", read_text(path, MAX_BYTES), re.MULTILINE)
            if found and abs((dt.date.fromisoformat(found[1]) - origin).days) < 7:
                yield path
        except (UserError, ValueError):
            continue


def _check_names(tables: list[Observed], world: Any) -> None:
    from sim.analysis.observed import check_axes

    faults = []
    for table in tables:
        try:
            check_axes(table, world.world().fronts)
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(faults)


def _noise(tables: list[Observed]) -> float:
    """Return the map noise that the first table which states one states, km2; else none."""
    for table in tables:
        text = table.header.get("noise_sd_km2", "")
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return float(text)
    return 0.0


def _last(tables: list[Observed]) -> dt.date:
    """Return the last day that any table observes."""
    return max(dt.date.fromisoformat(str(table.ends[-1])) for table in tables)


@contextmanager
def _played(world: Any, stem: str, last: dt.date, asked: Asked) -> Iterator[xr.Dataset]:
    """Play the base arm, no longer than there is something to compare with, and yield the loaded result."""
    from sim.experiment.run import Interrupted, run

    base = next(iter(world.arms))
    weeks = -(-(last - world.run.start).days // 7)  # whole weeks, as the record is weekly
    days = min(int(world.run.horizon_days), 7 * max(1, weeks))
    small = dataclasses.replace(
        world,
        arms={base: world.arms[base]},
        worlds={base: world.world(base)},
        run=dataclasses.replace(world.run, horizon_days=days),
    )
    with tempfile.TemporaryDirectory(prefix="sim-score-") as scratch:
        with progress_bar(f"playing {stem}", hidden=asked.quiet) as progress:
            try:
                folder = run(
                    small,
                    asked.out or Path(scratch) / stem,
                    stem=stem,
                    jobs=asked.jobs,
                    command=command_line(),
                    progress=progress,
                )
            except Interrupted as stopped:
                raise Stop(str(stopped) if asked.out else "stopped", STOPPED) from None
        yield sim.load(folder)


def _circumstances(found: Verification, world: Any, files: list[Path], scenario: Path) -> dict[str, Any]:
    """Return what a reader of the scores must know besides."""
    from sim.analysis.scores.scores import ESTIMATOR

    ends = found.total.weeks.ends
    return {
        "origin": found.origin.isoformat(),
        "observed_to": str(ends[-1]),
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
            | {f"crps_{name}": float(x[index]) for name, x in found.total.score.naive.items()}
            for index, (end, lead, y, value) in enumerate(
                zip(
                    found.total.score.end,
                    found.total.score.lead,
                    found.total.score.observed,
                    found.total.score.crps,
                    strict=True,
                )
            )
        ],
    }


def _draw(found: Verification, data: xr.Dataset, folder: Path) -> None:
    from sim.plotting.scoring import draw_all

    draw_all(found, data, folder)


def _show(found: Verification, title: str, quiet: bool) -> None:
    """Print a table of the scores, or its first line only."""
    total = found.total.score
    print(f"{title}, from {found.origin}: {_sentence(total)}")
    if quiet:
        return
    for weeks, gain in total.cumulative.items():
        print(
            f"  gain in {weeks} weeks: observed {gain['observed']:,.0f} km2, "
            f"median {gain['median']:,.0f} ({gain['low']:,.0f} to {gain['high']:,.0f})"
        )
    for name, value in sorted(total.naive_crps.items(), key=lambda item: item[1]):
        print(f"  {name:<32} {value:8.1f} km2")
    for axis, one in sorted(found.by_axis.items(), key=lambda item: -item[1].score.crps_4wk):
        print(f"  {axis:<32} {_sentence(one.score)}")


def _sentence(one: Score) -> str:
    best, in_90 = one.best_naive, one.account()["coverage_90"]
    against = f", skill {one.skill:+.2f} ± {one.skill_se:.2f} against {best}" if best else ""
    if one.skill != one.skill:  # nan: the rival makes no error, or there is none
        against = f", no skill to speak of: {best} errs by 0 km2" if best else ""
    return (
        f"CRPS of 4-week sums {one.crps_4wk:.1f} km2{against}; the 90 % interval holds {100 * in_90:.0f} % of "
        f"{one.n_windows} windows"
    )

"""History forked: a stored result's past up to a day, and other futures from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.analysis.result import Result
from sim.experiment import manifest as manifests
from sim.experiment.folders import folder_beside
from sim.experiment.store import load
from sim.experiment.stored_scenario import scenario_of
from sim.experiment.verify import verify
from sim.foundation.errors import UserError
from sim.scenario.arms.patch import parse_changes
from sim.scenario.fork import forked
from sim.workflows.files import prepare
from sim.workflows.options import Options
from sim.workflows.playing import play
from sim.workflows.run import RunResult, show

AT_ONCE = 2_048
"""Replicates whose past is compared at once."""


@dataclass(frozen=True, kw_only=True)
class ForkResult(RunResult):
    """A forked history.

    Parameters
    ----------
    at : date
    past : str
        The arm whose past all futures share.
    futures : tuple of str
        The arms that are in force from `at` on.
    compared : int
        Replicates whose days up to `at` were found the same, bit by bit, as in the result that was forked.
    """

    at: dt.date
    past: str
    futures: tuple[str, ...]
    compared: int


def fork(
    folder: Path, at: str | dt.date, arms: Sequence[str], options: Options, follows: str | None = None
) -> ForkResult:
    """Play a stored result's past once more up to a day, and other futures from there, into a result beside it.

    Parameters
    ----------
    folder : Path
        Of the result; it stays as it is.
    at : str or date
        First day of the futures.
    arms : sequence of str
        Arms of the result's scenario; or one new name, which the changes of `options` make.
    options : Options
        `changes` stand on top of the arm followed, from `at` on; `out` is the new result's folder.
    follows : str, optional
        The arm whose past they share; by default the base.

    Raises
    ------
    UserError
        For a wrong day, arm or key; if the result is damaged, or other code played it: its past could not be lived
        again to the bit.
    """
    prepare(options)
    day = _day(at)
    manifest = manifests.demand(folder)
    _check_code(folder, manifest)
    _check_sound(folder)
    before = scenario_of(folder, manifest)
    scenario = forked(before, day, arms, parse_changes(options.changes), follows)
    past = follows or scenario.base
    stem = f"fork-{day}-{'-'.join(arms)}"
    out = options.out or folder_beside(folder, stem, scenario)
    keep = None if manifest.kept is None else tuple(manifest.kept)
    options = replace(options, engine=manifest.engine)  # the past is the same to the bit by the engine that played it
    place = play(scenario, options, folder.resolve().name, out=out, what=f"playing on from {day}", keep=keep)
    result = Result(load(place), place)
    compared = _compare_past(Result(load(folder), folder), result, past, list(arms), day)
    shown = show(result, folder.resolve().name, options)
    account = shown.account | {
        "forked": str(folder),
        "at": str(day),
        "past": past,
        "futures": list(arms),
        "compared": compared,
    }
    return ForkResult(
        account=account, drawing=shown.drawing, result=result, at=day, past=past, futures=tuple(arms), compared=compared
    )


def _day(at: str | dt.date) -> dt.date:
    if isinstance(at, dt.date):
        return at
    try:
        return dt.date.fromisoformat(at.strip())
    except ValueError:
        raise UserError([f"--at {at}: no date - write it as 2025-06-01"]) from None


def _check_code(folder: Path, manifest: manifests.Manifest) -> None:
    if manifest.model_code != manifests.model_code():
        by = f"{manifest.program}, commit {manifest.git_commit or 'unknown'}"
        again = f"; play it again first: {manifest.command}" if manifest.command else ""
        raise UserError([f"{folder}: other code played it ({by}), so its past cannot be lived again to the bit{again}"])


def _check_sound(folder: Path) -> None:
    found = verify(folder)
    if not found.sound:
        raise UserError([*found.damage, f"{folder} is damaged, and is not forked - {found.remedy}"])


def _compare_past(old: Result, new: Result, past: str, futures: Sequence[str], day: dt.date) -> int:
    """Return how many replicates have the past of the old result in every arm of the new one.

    Raises
    ------
    RuntimeError
        If one has not: a fault of ours.
    """
    weeks = int(np.searchsorted(new.data["time"].to_numpy(), np.datetime64(day), side="right"))
    shared = np.intersect1d(old.data["replicate"].to_numpy(), new.data["replicate"].to_numpy())
    for first in range(0, len(shared), AT_ONCE):
        some = shared[first : first + AT_ONCE]
        for name in new.data.data_vars:
            if "replicate" not in new.data[name].dims:
                continue
            was = old.data[name].sel(arm=past, replicate=some).isel(time=slice(weeks)).to_numpy()
            for arm in (past, *futures):
                now = new.data[name].sel(arm=arm, replicate=some).isel(time=slice(weeks)).to_numpy()
                if now.tobytes() != was.tobytes():
                    raise RuntimeError(f"{arm} departs from the past of {past} in {name} before {day}")
    return len(shared)

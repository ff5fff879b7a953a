"""The past replayed: calibrate on it, forecast it from rolling origins, screen which numbers matter for it."""

from __future__ import annotations

import csv
import importlib.util
import io
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np

from sim._version import __version__
from sim.analysis.observed import read as read_table
from sim.analysis.scores import halt_forecasts
from sim.analysis.sensitivity.contraction import contraction, pit
from sim.analysis.serialise import plain
from sim.calibration import calibrate as calibration
from sim.calibration import hindcast as hindcasting
from sim.calibration import screening
from sim.calibration.calibrate import FACTOR, Calibration, Study, open_study
from sim.calibration.features import FOUR, HALF, QUARTER
from sim.calibration.hindcast import Hindcast
from sim.calibration.screening import GROUPS, Screening
from sim.calibration.setting import read_setting
from sim.experiment.manifest import model_code
from sim.experiment.naming import sides_of
from sim.foundation.errors import Fault, Stopped, UserError
from sim.foundation.noise import Noise
from sim.foundation.pieces import PieceStore
from sim.scenario.priors import posterior
from sim.workflows.files import WorkflowResult, draw, prepare, write_json, write_text
from sim.workflows.options import Options

T = TypeVar("T")

HINDCAST = "hindcast.npz"
"""File with the ensembles, beside the account of a hindcast."""

GAINS, LOSSES = "front_weekly_by_axis.csv", "losses_monthly.csv"
"""Observed tables beside the calibrated scenario, of which figures name the source."""


@dataclass(frozen=True, kw_only=True)
class CalibrationResult(WorkflowResult):
    """A posterior, the file that holds it, and the seconds it took."""

    calibration: Calibration
    path: Path
    seconds: float


@dataclass(frozen=True, kw_only=True)
class HindcastResult(WorkflowResult):
    """Forecasts of the past with their scores, and the folder that holds them."""

    hindcast: Hindcast
    folder: Path


@dataclass(frozen=True, kw_only=True)
class ScreeningResult(WorkflowResult):
    """The ranking of uncertain numbers by their effect on the past."""

    screening: Screening


def calibrate(
    file: Path, options: Options, *, members: int | None = None, diagnostics: bool = False
) -> CalibrationResult:
    """Calibrate on everything observed; write the posterior (`options.out`) beside a manifest and diagnostics.

    Parameters
    ----------
    file : Path
        A calibration file.
    options : Options
    members : int, optional
        Size of the ensemble; by default the file's.
    diagnostics : bool
        Whether to add what rests on ArviZ: a posterior predictive check and a summary.
    """
    if diagnostics and importlib.util.find_spec("arviz") is None:
        raise UserError(
            ["--diagnostics needs ArviZ, which is not installed - python -m pip install 'in-concert[calibration]'"]
        )
    out = options.out or Path("results/posterior.csv")
    study = open_with(file, members, options)
    prepare(options, out)
    began = time.monotonic()
    with piece_store(study, out.with_suffix(".pieces")) as pieces, options.progress("calibrating") as on_progress:
        found = calibration.calibrate(study, study.setting.until, options.workers, on_progress, pieces)
    seconds = time.monotonic() - began
    one, table = study.setting, found.draws.table
    header = (
        f"Posterior of {file.name}: {len(table)} equally weighted draws of the uniforms behind each leaf.\n"
        f"Observations to {one.until}; members {one.members}, steps {one.steps}, "
        f"seed {one.seed}. Made by `sim calibrate`; see docs/validation.md."
    )
    posterior.write(out, found.draws, header)
    circumstances = {"seconds": round(seconds), "command": options.command_line}
    manifest = _manifest(study, found) | made_of(file, study) | circumstances
    write_json(out.with_suffix(".json"), manifest)
    calibration.save(found, _ensemble_of(out))
    pieces.clear()
    diagnosed, data = _diagnose(study, found, diagnostics)
    write_json(out.with_name(f"{out.stem}-diagnostics.json"), diagnosed)
    drawing = draw(
        options,
        options.plots_to or out.parent / f"{out.stem}-figures",
        lambda folder: _draw("calibration", _calibration_study(study, found, diagnosed, data), folder),
    )
    return CalibrationResult(
        account=manifest | diagnosed, drawing=drawing, calibration=found, path=out, seconds=seconds
    )


def hindcast(file: Path, options: Options, *, members: int | None = None) -> HindcastResult:
    """Forecast from every origin, each calibrated on its own past, and score the forecasts."""
    out = options.out or Path("results/hindcast")
    study = open_with(file, members, options)
    prepare(options, out / "hindcast.json")
    began = time.monotonic()
    with piece_store(study, out / "pieces") as pieces, options.progress("hindcasting") as bar:
        on_progress = None if bar is None else lambda _, share: bar(share)
        found = hindcasting.hindcast(study, study.setting.members, options.workers, on_progress, pieces)
    slow = halt_forecasts.seen_slow(
        study.observed.gain[:, study.inside].sum(axis=1), study.observed.ends, study.scenario.verdict.halt_days
    )
    run = _circumstances(study, time.monotonic() - began) | {"record_slower_than": slow}
    account = plain({"run": run | made_of(file, study)} | hindcasting.account(found))
    write_json(out / "hindcast.json", account)
    hindcasting.save(found, study, out / HINDCAST)
    pieces.clear()
    folder = options.plots_to or out / "figures"
    drawing = draw(options, folder, lambda folder: _draw("hindcast", _hindcast_study(study, found), folder))
    return HindcastResult(account=account, drawing=drawing, hindcast=found, folder=out)


def screen(file: Path, options: Options, *, cut: float = 0.25) -> ScreeningResult:
    """Rank every uncertain number of a calibration's scenario by its effect on the past; write it to `options.out` (CSV).

    Parameters
    ----------
    file : Path
        A calibration file.
    options : Options
        `replicates` is the number of paths, 4 by default.
    cut : float
        Effect, in observation errors, from which a number matters.
    """
    study = open_with(file, None, options)
    prepare(options, options.out)
    began = time.monotonic()
    folder = options.out and options.out.with_suffix(".pieces")
    with piece_store(study, folder) as pieces, options.progress("screening") as on_progress:
        found = screening.screen(study, options.replicates or 4, options.workers, on_progress, pieces)
    account = _ranking(found, study, cut, options) | {"seconds": round(time.monotonic() - began)}
    if options.out is not None:
        _write_ranking(options.out, account, file)
    pieces.clear()
    return ScreeningResult(account=account, screening=found)


def open_with(file: Path, members: int | None, options: Options) -> Study:
    """Return the study of a calibration file, with members and seed changed where they are given."""
    setting = read_setting(file)
    changed = {key: value for key, value in (("members", members), ("seed", options.seed)) if value is not None}
    return open_study(file, setting.model_copy(update=changed))


@contextmanager
def piece_store(study: Study, folder: Path | None) -> Iterator[PieceStore]:
    """Yield the store of the finished pieces of a study; where the work is stopped, say that it can go on from there."""
    pieces = PieceStore(folder, f"{study.digest} {model_code('calibration')}")
    try:
        yield pieces
    except KeyboardInterrupt:
        safe = f"; {pieces.count} finished pieces are in {folder} - the same command goes on from there"
        raise Stopped("stopped" + (safe if pieces.count else "")) from None


# -- what an ensemble says of itself ------------------------------------------------


def _diagnose(study: Study, found: Calibration, arviz: bool) -> tuple[dict[str, Any], Any]:
    """Return what was learned and where the observed stand among the predicted; and ArviZ's data, None without it."""
    members, count = found.ensemble.shape
    normals = Noise(study.setting.seed, np.arange(members)).normal("replicated features", 0, count).T
    kinds = np.array(_kinds(study, found))
    names = list(dict.fromkeys(map(str, kinds)))
    places = pit(found.ensemble, found.observed, found.error_sd, normals)
    diagnosed: dict[str, Any] = {
        "note": "an ensemble inversion has no chains: no R-hat, no effective sample size",
        "members": members,
        "contraction": plain(contraction(found.draws.names, found.prior, found.draws.table)),
        "pit": {kind: [round(float(x), 4) for x in places[kinds == kind]] for kind in names},
    }
    if not arviz:
        return diagnosed, None
    from sim.plotting.calibration import inference_data, summary

    replicated = found.ensemble + found.error_sd * normals
    data = inference_data(
        found.draws.names, found.prior, found.draws.table,
        {kind: replicated[:, kinds == kind] for kind in names}, {kind: found.observed[kinds == kind] for kind in names},
    )  # fmt: skip
    return diagnosed | {"arviz": summary(data)}, data


def _kinds(study: Study, found: Calibration) -> list[str]:
    """Return what each feature is, in the order of `features.measured`; "other" should that order ever change."""
    fronts, until = int(study.inside.sum()), study.setting.until
    kinds = []
    for origin in found.origins:
        weeks = min((until - origin).days // 7, HALF)
        kinds += ["total, four weeks"] * (weeks // FOUR)
        kinds += [f"axes, {span} weeks" for span in (QUARTER, HALF) if weeks >= span for _ in range(fronts)]
    kinds += ["changes"] * 2
    claims = study.known(until)
    kinds += ["losses"] * len(claims.losses) + ["force"] * len(claims.force)
    return kinds if len(kinds) == len(found.observed) else ["other"] * len(found.observed)


def _draw(kind: str, subject: Any, folder: Path) -> None:
    from sim.plotting.gallery import draw_all

    draw_all(kind, subject, folder)


def _calibration_study(study: Study, found: Calibration, diagnosed: dict[str, Any], data: Any) -> Any:
    from sim.plotting.calibration import CalibrationStudy

    places = {kind: np.array(values) for kind, values in diagnosed["pit"].items()}
    return CalibrationStudy(
        found.draws.names, found.prior, found.draws.table, found.misfit, found.observed, found.predicted, found.error_sd,
        _kinds(study, found), source_of(study), places, data, study.setting.seed,
    )  # fmt: skip


def _hindcast_study(study: Study, found: Hindcast) -> Any:
    from sim.plotting.hindcast import HindcastStudy

    attacker, defender = sides_of(study.scenario)
    labels = study.scenario.labels()
    fronts = {front: labels.get(front, "") for front in found.fronts}
    verdict = study.scenario.verdict
    rule = (
        f"a net gain below {verdict.halt_rate:g} km² a day on the mean of {verdict.halt_days} days that begin "
        f"within {verdict.halt_within_days} days"
    )
    return HindcastStudy(
        found.forecasts, study.observed.ends, study.observed.gain[:, study.inside], fronts, source_of(study),
        source_of(study, LOSSES), rule, attacker.name, defender.name,
    )  # fmt: skip


def source_of(study: Study, table: str = GAINS) -> str:
    """Return what a figure of the past rests on."""
    one, path = study.setting, study.scenario.path.parent / table
    observed = read_table(path).header.get("source", "") if path.is_file() else ""
    return (
        f"Source: “{study.scenario.title}”, observations to {one.until}, {one.members} members, {one.steps} "
        f"steps, seed {one.seed}, in-concert {__version__}. Observed: {observed or table}."
    )


# -- what is stored -----------------------------------------------------------------


def made_of(file: Path, study: Study) -> dict[str, Any]:
    """Return from which calibration file a study was made, and a sha256 of all that it read."""
    return {"file": file.as_posix(), "study_sha256": study.digest}


def stored_hindcast(file: Path, account: Mapping[str, Any]) -> Any:
    """Return what the figures of a hindcast show; its account is `file`, its ensembles stand beside it.

    Raises
    ------
    UserError
        If the ensembles are missing or damaged, or the calibration file is not the one that the forecasts were made with.
    """
    command = "sim hindcast"
    study = _reopened(file, account["run"], command)
    return _hindcast_study(study, _loaded(file.with_name(HINDCAST), command, partial(hindcasting.load, study)))


def stored_calibration(file: Path, account: Mapping[str, Any]) -> Any:
    """Return what the figures of a calibration show; its manifest is `file`, posterior and ensemble stand beside it.

    Raises
    ------
    UserError
        As `stored_hindcast`.
    """
    command, table = "sim calibrate", file.with_suffix(".csv")
    study = _reopened(file, account, command)
    draws = posterior.load(table)
    found = _loaded(_ensemble_of(table), command, partial(calibration.load, study, draws))
    return _calibration_study(study, found, *_diagnose(study, found, importlib.util.find_spec("arviz") is not None))


def _ensemble_of(table: Path) -> Path:
    return table.with_name(f"{table.stem}-ensemble.npz")


def _reopened(file: Path, run: Mapping[str, Any], command: str) -> Study:
    """Return the study that was stored, from its calibration file; UserError where that is another by now."""
    if "study_sha256" not in run:
        said = f"does not say from which calibration file it was made - `{command} FILE` makes and draws it anew"
        raise UserError([Fault(said, str(file))])
    study = open_with(Path(run["file"]), run["members"], Options(seed=run["seed"]))
    if study.digest != run["study_sha256"]:
        said = "or what it reads, has changed since this was made - its figures would show other observations"
        raise UserError([Fault(f"{run['file']}, {said}; `{command} {run['file']}` makes it anew", str(file))])
    return study


def _loaded(file: Path, command: str, load: Callable[[Path], T]) -> T:
    """Return what `load` reads from stored arrays."""
    try:
        return load(file)
    except FileNotFoundError:
        said = f"is not there, and figures cannot be drawn without it - `{command}` writes it beside its account"
    except (OSError, LookupError, ValueError, BadZipFile) as error:
        said = f"is damaged: {error} - `{command}` makes it anew"
    raise UserError([Fault(said, str(file))])


# -- accounts -----------------------------------------------------------------------


def _circumstances(study: Study, seconds: float) -> dict[str, Any]:
    """Return how the hindcasts were made, and what counts as a halt in them."""
    verdict = study.scenario.verdict
    halt = {"rate": verdict.halt_rate, "days": verdict.halt_days, "within": verdict.halt_within_days}
    return settings_of(study) | {"condition": hindcasting.CONDITION, "seconds": round(seconds), "halt": halt}


def _manifest(study: Study, found: Calibration) -> dict[str, Any]:
    return {"scenario": study.setting.scenario, "scenario_hash": study.scenario.hash} | settings_of(study) | {
        "origins": [origin.isoformat() for origin in found.origins],
        "misfit": [round(x, 3) for x in found.misfit],
        "draws_sha256": found.draws.digest,
    }  # fmt: skip


def settings_of(study: Study) -> dict[str, Any]:
    """Return what a study of the past was made with, for its account."""
    one = study.setting
    return {
        "members": one.members,
        "steps": one.steps,
        "seed": one.seed,
        "until": one.until.isoformat(),
        "code_version": __version__,
    }


def _ranking(found: Screening, study: Study, cut: float, options: Options) -> dict[str, Any]:
    """Return the ranking in plain values, and where it and the calibration file's list differ."""
    listed, matters, strongest = {*study.setting.parameters, FACTOR}, found.matters(cut), found.strongest()
    error = found.error
    rows = []
    for n in sorted(range(len(found.names)), key=lambda n: (-strongest[n], found.names[n])):
        best = int(found.mean[n].argmax())
        row = {
            "leaf": found.names[n],
            "effect": round(float(strongest[n]), 4),
            "error": round(float(error[n, best]), 4) if len(found.effects) > 1 else None,
            "on": GROUPS[best],
            "matters": bool(matters[n]),
            "listed": found.names[n] in listed,
        }
        rows.append(row | {group: round(float(x), 4) for group, x in zip(GROUPS, found.mean[n], strict=True)})
    return {
        "command": options.command_line,
        "scenario": study.setting.scenario,
        "seed": study.setting.seed,
        "paths": len(found.effects),
        "cut": cut,
        "leaves": rows,
        "listed_without_effect": [row["leaf"] for row in rows if row["listed"] and not row["matters"]],
        "effect_without_listing": [row["leaf"] for row in rows if row["matters"] and not row["listed"]],
        "unknown_in_list": sorted(listed - set(found.names)),
    }


def _write_ranking(out: Path, account: dict[str, Any], file: Path) -> None:
    """Write the ranking as CSV with a header that says how it came about."""
    stream = io.StringIO()
    stream.write(
        f"# Elementary effects of every uncertain number of {account['scenario']} on the features of {file.name}, "
        "strongest first.\n"
        "# unit: errors: how far the features of a group move (root mean square, in their observation error and "
        "discrepancy) from the number's 5 % to its 95 % quantile\n"
        f"# method: Morris, {account['paths']} paths, seed {account['seed']}, common noise; matters: more than "
        f"{account['cut']:g} in some group, {screening.SURE} standard errors allowed for\n"
    )
    rows = csv.DictWriter(stream, list(account["leaves"][0]), lineterminator="\n")
    rows.writeheader()
    rows.writerows(account["leaves"])
    write_text(out, stream.getvalue())

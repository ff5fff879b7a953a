"""The commands that play the past: calibrate and hindcast."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.diagnose import LOSSES, diagnose, kinds_of, need_arviz, source_of
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, save, trouble_in, writable
from sim.cli.progress import progress_bar
from sim.foundation.shelf import Shelf

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration, Study
    from sim.calibration.hindcast import Hindcast


def calibrate(
    file: Path,
    out: Path,
    members: int | None,
    seed: int | None,
    jobs: int | None,
    quiet: bool,
    plots: bool = True,
    diagnostics: bool = False,
    as_json: bool = False,
) -> None:
    """Calibrate on everything observed, and write the posterior beside a manifest."""
    from sim.calibration import calibrate as room
    from sim.experiment.design import usable_cores
    from sim.scenario.priors import posterior as files

    if diagnostics:
        need_arviz()
    study = open_file(file, members, seed)
    writable(out)
    began = time.monotonic()
    with kept(study, out.with_suffix(".pieces")) as shelf, progress_bar("calibrating", hidden=quiet) as tell:
        found = room.calibrate(study, study.setting.until, jobs or usable_cores(), tell, shelf)
    seconds = time.monotonic() - began
    header = (
        f"Posterior of {file.name}: {len(found.draws.table)} equally weighted draws of the uniforms behind each leaf.\n"
        f"Observations to {study.setting.until}; members {study.setting.members}, steps {study.setting.steps}, "
        f"seed {study.setting.seed}. Made by `sim calibrate`; see docs/validation.md."
    )
    files.write(out, found.draws, header)
    manifest = _manifest(study, found) | {"seconds": round(seconds), "command": command_line()}
    save(out.with_suffix(".json"), json.dumps(manifest, indent=1) + "\n")
    shelf.clear()
    if plots:
        draw_calibration(study, found, out.parent / f"{out.stem}-figures")
    told = diagnose(study, found, out.parent / f"{out.stem}-figures", plots, diagnostics)
    save(out.with_name(f"{out.stem}-diagnostics.json"), json.dumps(told, indent=1) + "\n")
    if as_json:
        print(json.dumps(manifest | told, indent=1))
    elif not quiet:
        print(f"misfit of the mean, step by step: {', '.join(f'{x:.2f}' for x in found.misfit)} (1 is a good fit)")
        print(f"{len(found.draws.table)} draws of {len(found.draws.names)} leaves in {seconds:.0f} s: {out}")


def hindcast(
    file: Path,
    out: Path,
    members: int | None,
    seed: int | None,
    jobs: int | None,
    as_json: bool,
    quiet: bool,
    plots: bool = True,
) -> None:
    """Forecast from every origin, each calibrated on its own past; print the scores, misses first."""
    from sim.analysis.outcomes.summary import without_nan
    from sim.calibration import hindcast as room
    from sim.experiment.design import usable_cores

    study = open_file(file, members, seed)
    writable(out / "hindcast.json")
    began = time.monotonic()
    with kept(study, out / "pieces") as shelf, progress_bar("hindcasting", hidden=quiet) as bar:
        tell = None if bar is None else lambda _, share: bar(share)
        found = room.hindcast(study, study.setting.members, jobs or usable_cores(), tell, shelf)
    told = {"run": _circumstances(study, time.monotonic() - began)} | room.account(found)
    text = json.dumps(without_nan(told), indent=1)
    save(out / "hindcast.json", text + "\n")
    room.save(found, study, out / "hindcast.npz")
    shelf.clear()
    if plots:
        draw_hindcast(study, found, out / "figures")
    if as_json:
        print(text)
        return
    for line in _lines(told):
        print(line)
    print(f"scores in {out / 'hindcast.json'}, ensembles in {out / 'hindcast.npz'}")


@contextmanager
def kept(study: Study, folder: Path | None) -> Iterator[Shelf]:
    """Yield a shelf for the wars of a study; where the work is stopped, say that it can go on from there."""
    from sim.experiment.manifest import model_code

    shelf = Shelf(folder, f"{study.digest} {model_code('calibration')}")
    try:
        yield shelf
    except KeyboardInterrupt:
        safe = f"; {shelf.count} finished pieces are in {folder} - the same command goes on from there"
        raise Stop("stopped" + (safe if shelf.count else ""), STOPPED) from None


def draw_calibration(study: Study, found: Calibration, folder: Path) -> None:
    """Draw the figures of a calibration."""
    from sim.plotting.calibration import draw_all

    kinds = kinds_of(study, found)
    draws = found.draws

    def draw() -> None:
        draw_all(
            draws.names, found.prior, draws.table, found.misfit, found.observed, found.predicted, found.error_sd,
            folder, source_of(study), kinds,
        )  # fmt: skip

    end_if(trouble_in(draw, folder))


def draw_hindcast(study: Study, found: Hindcast, folder: Path) -> None:
    """Draw the figures of a hindcast."""
    from sim.plotting.halts import halts
    from sim.plotting.hindcasts import draw_all
    from sim.plotting.losses import losses
    from sim.plotting.sheet import save

    names = ("origin", "column", "weekly", "total", "axes", "claimed", "losses", "halt")
    forecasts = [{name: getattr(one, name) for name in names} for one in found.forecasts]
    seen = study.observed.gain[:, study.inside]
    verdict = study.scenario.verdict
    rule = (
        f"a net gain below {verdict.halt_rate:g} km² a day on the mean of {verdict.halt_days} days (whole weeks) that begin "
        f"within {verdict.halt_within_days} days"
    )

    def draw() -> list[Path]:
        files = draw_all(forecasts, study.observed.ends, seen, found.fronts, folder, source_of(study))
        files.append(save(losses(forecasts, source_of(study, LOSSES)), folder / "hindcast_losses.png"))
        files.append(save(halts(forecasts, source_of(study), rule), folder / "hindcast_halts.png"))
        return files

    end_if(trouble_in(draw, folder))


def _lines(told: dict[str, Any]) -> list[str]:
    """Return the scores in sentences, the origins that went worst first."""
    lines = []
    for column, scores in told.items():
        if column == "run":
            continue
        total, axes = scores["total"], scores["axes"]
        lines.append(
            f"Inputs {column}: CRPS of four-week sums {total['crps_4wk']:.0f} km2, best naive "
            f"({total['best_naive']}) {total['naive'][total['best_naive']]:.0f}; skill {total['skill']:+.0%} "
            f"(se {total['skill_se']:.0%}); 90 % interval covers {total['coverage_90']:.0%}, 50 % {total['coverage_50']:.0%}; "
            f"by axis skill {axes['skill']:+.0%} (se {axes['skill_se']:.0%}), covers {axes['coverage_90']:.0%}."
        )
        lines += [_losses_line(scores["losses"]), _halts_line(scores["halts"])]
        ranked = sorted(scores["origins"].items(), key=lambda item: item[1]["total"]["skill"])
        for origin, one in ranked:
            spans = "; ".join(
                f"{weeks} weeks: observed {s['observed']:.0f}, said {s['median']:.0f} ({s['low']:.0f} .. {s['high']:.0f})"
                for weeks, s in one["cumulative"].items()
            )
            lines.append(f"  {origin}: skill {one['total']['skill']:+.0%}; {spans}")
    return lines


def _losses_line(lost: dict[str, Any]) -> str:
    best = lost["best_naive"]
    return (
        f"  losses, on the scale of the claims: CRPS of four-week sums {lost['crps_4wk']:,.0f} persons, best naive ({best}) "
        f"{lost['naive'][best]:,.0f}; skill {lost['skill']:+.0%} (se {lost['skill_se']:.0%}); 90 % interval covers "
        f"{lost['coverage_90']:.0%}, 50 % {lost['coverage_50']:.0%}"
    )


def _halts_line(halts: dict[str, Any]) -> str:
    return (
        f"  halts by themselves: {halts['expected']:.1f} expected, {halts['seen']} seen from {halts['origins']} origins; "
        f"Brier score {halts['brier']:.2f}, of their share said each time {halts['brier_share']:.2f}"
    )


def open_file(file: Path, members: int | None, seed: int | None) -> Study:
    """Return the study of a calibration file, with members and seed changed where they are given."""
    from sim.calibration.calibrate import open_study
    from sim.calibration.setting import read_setting

    setting = read_setting(file)
    changed = {key: value for key, value in (("members", members), ("seed", seed)) if value is not None}
    return open_study(file, setting.model_copy(update=changed))


def _circumstances(study: Study, seconds: float) -> dict[str, Any]:
    """Return how the hindcasts were made, and what counts as a halt in them."""
    import sim

    setting, verdict = study.setting, study.scenario.verdict
    return {
        "members": setting.members,
        "steps": setting.steps,
        "seed": setting.seed,
        "until": setting.until.isoformat(),
        "code_version": sim.__version__,
        "seconds": round(seconds),
        "halt": {"rate": verdict.halt_rate, "days": verdict.halt_days, "within": verdict.halt_within_days},
    }


def _manifest(study: Study, found: Calibration) -> dict[str, Any]:
    import sim

    return {
        "scenario": study.setting.scenario,
        "scenario_hash": study.scenario.hash,
        "code_version": sim.__version__,
        "members": study.setting.members,
        "steps": study.setting.steps,
        "seed": study.setting.seed,
        "until": study.setting.until.isoformat(),
        "origins": [origin.isoformat() for origin in found.origins],
        "misfit": [round(x, 3) for x in found.misfit],
        "draws_sha256": found.draws.digest,
    }

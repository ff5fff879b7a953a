"""How robust a verdict is: the same question under other structures, figures and thresholds."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import xarray as xr

from sim.analysis.names import Roles
from sim.analysis.serialise import plain
from sim.analysis.verdicts.robustness import Robustness
from sim.analysis.verdicts.robustness import robustness as judge
from sim.experiment.engines import AUTO
from sim.experiment.folders import default_folder
from sim.experiment.play_variants import check, play_variants
from sim.experiment.run import Interrupted
from sim.experiment.store import load
from sim.experiment.variants import Study, read_variants
from sim.foundation.errors import Stopped, UserError
from sim.scenario.schema.paths import unknown
from sim.workflows.files import SUMMARY, WorkflowResult, draw_study, prepare, shipped_scenario, write_json
from sim.workflows.options import Options

REPLICATES = 200


@dataclasses.dataclass(frozen=True, kw_only=True)
class RobustnessResult(WorkflowResult):
    """The verdict under every variant and threshold, and the folder that holds the results of the variants."""

    robustness: Robustness
    folder: Path


def robustness(
    file: Path | None,
    options: Options,
    *,
    variants: Path | None = None,
    only: Sequence[str] = (),
    write: Path | None = None,
) -> RobustnessResult:
    """Play every variant, judge all by every threshold.

    Parameters
    ----------
    file : Path, optional
        By default the shipped claim.
    options : Options
        `REPLICATES` per arm and variant unless they say more.
    variants : Path, optional
        File of variants and thresholds; by default the shipped one.
    only : sequence of str
        Names of the variants to play; all without.
    write : Path, optional
        The page that will be written of it.
    """
    file = file or shipped_scenario("claim.yaml")
    study = _chosen(variants or shipped_scenario("robustness/variants.yaml"), only)
    prepare(options, write)
    folder, results = _play(study, file, options)
    names = [(variant.name, variant.group, variant.label) for variant in study.variants]
    judged = judge(results, names, study.thresholds, study.pairs)
    found = plain(judged) | {"file": str(file), "result": str(folder)}
    write_json(folder / SUMMARY, found)

    drawing = draw_study(options, "robustness", lambda: judged, folder / "plots")
    return RobustnessResult(account=found, drawing=drawing, robustness=judged, folder=folder)


def _chosen(file: Path, only: Sequence[str]) -> Study:
    """Return the study with the variants asked for; the first, which changes nothing, always among them."""
    study = read_variants(file)
    allowed = [variant.name for variant in study.variants]
    wrong = [name for name in only if name not in allowed]
    if wrong:
        raise UserError([f"--only {name}: {unknown('variant', name, allowed)}" for name in wrong])
    wanted = [one for place, one in enumerate(study.variants) if not only or place == 0 or one.name in only]
    return dataclasses.replace(study, variants=tuple(wanted))


def _play(study: Study, file: Path, options: Options) -> tuple[Path, dict[str, xr.Dataset]]:
    """Play what is not yet played; return the folder and the results by variant."""
    if options.replicates is None:
        options = dataclasses.replace(options, replicates=REPLICATES)
    scenarios = check(study, file, options.overrides())
    first = scenarios[study.variants[0].name]
    Roles.among(first.arms, first.roles).need_claim()
    folder = options.out or default_folder(first, f"robustness-{file.stem}")
    with options.progress(f"playing {len(study.variants)} variants of {file.stem}") as on_progress:
        try:
            folders = play_variants(
                study,
                scenarios,
                folder,
                jobs=options.jobs,
                scheduler=options.scheduler,
                engine=options.engine or AUTO,
                command=options.command_line,
                progress=on_progress,
            )
        except Interrupted as stopped:
            raise Stopped(str(stopped)) from None
    return folder, {name: load(place) for name, place in folders.items()}

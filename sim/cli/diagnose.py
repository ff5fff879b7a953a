"""What a calibration's ensemble says of itself: the part of the command that diagnoses, and what all figures of the past share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.places import end_if, trouble_in
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration, Study

GAINS = "Observed gains: public map snapshots (DeepState), weekly."
LOSSES = "Claimed losses: daily reports of the Ukrainian General Staff, monthly sums."


def need_arviz() -> None:
    """Raise an error that says how to get ArviZ, if it is not there."""
    if importlib.util.find_spec("arviz") is None:
        raise UserError(
            ["--diagnostics needs ArviZ, which is not installed - python -m pip install 'in-concert[calibration]'"]
        )


def diagnose(study: Study, found: Calibration, folder: Path, plots: bool, arviz: bool) -> dict[str, Any]:
    """Return what was learned and where the observed stand among the predicted; draw it into `folder`.

    Parameters
    ----------
    plots : bool
        Whether to draw.
    arviz : bool
        Whether to add what rests on ArviZ: a posterior predictive check and a summary.
    """
    import numpy as np

    from sim.analysis.sensitivity.contraction import contraction, pit
    from sim.foundation.noise import Noise

    rows = contraction(found.draws.names, found.prior, found.draws.table)
    members, features = found.ensemble.shape
    normals = Noise(study.setting.seed, np.arange(members)).normal("replicated features", 0, features).T
    kinds = np.array(kinds_of(study, found))
    places = pit(found.ensemble, found.observed, found.error_sd, normals)
    by_kind = {str(kind): places[kinds == kind] for kind in dict.fromkeys(kinds)}
    told: dict[str, Any] = {
        "note": "an ensemble inversion has no chains: no R-hat, no effective sample size",
        "members": members,
        "contraction": rows,
        "pit": {kind: [round(float(x), 4) for x in x] for kind, x in by_kind.items()},
    }
    data: Any = None
    if arviz:
        from sim.plotting.diagnostics import inference_data, summary

        replicated = found.ensemble + found.error_sd * normals
        data = inference_data(
            found.draws.names, found.prior, found.draws.table,
            {kind: replicated[:, kinds == kind] for kind in by_kind}, {kind: found.observed[kinds == kind] for kind in by_kind},
        )  # fmt: skip
        told["arviz"] = summary(data)
    if plots:
        end_if(trouble_in(lambda: _draw(study, rows, by_kind, data, folder), folder))
    return told


def _draw(study: Study, rows: list[dict[str, Any]], places: dict[str, Any], data: Any, folder: Path) -> list[Path]:
    from sim.plotting import diagnostics
    from sim.plotting.sheet import save

    folder.mkdir(parents=True, exist_ok=True)
    source = source_of(study)
    figures = {"learned": diagnostics.learned(rows, source), "pit": diagnostics.transform(places, source)}
    if data is not None:
        figures["predictive_check"] = diagnostics.check(data, source, study.setting.seed)
    return [save(figure, folder / f"calibration_{name}.png") for name, figure in figures.items()]


def source_of(study: Study, observed: str = GAINS) -> str:
    """Return what a figure of the past rests on."""
    import sim

    setting = study.setting
    return (
        f"Source: “{study.scenario.title}”, observations to {setting.until}, {setting.members} members, {setting.steps} "
        f"steps, seed {setting.seed}, in-concert {sim.__version__}. {observed}"
    )


def kinds_of(study: Study, found: Calibration) -> list[str]:
    """Return what each feature is, in the order of `features.measured`; "other" should that order ever change."""
    from sim.calibration.features import FOUR, HALF, QUARTER

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

"""Whether the calibration finds what made its data: the rank test on a reduced problem."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from statsmodels.stats.multitest import multipletests

from sim.calibration.features import HALF
from sim.calibration.rank_test import RankTest
from sim.calibration.rank_test import rank_test as test_ranks
from sim.workflows.files import WorkflowResult, draw, prepare, write_json
from sim.workflows.options import Options
from sim.workflows.past import open_with, piece_store, settings_of, source_of

MEMBERS = 200
"""Members of an ensemble of the reduced problem."""

LEARNED = 0.95
"""A parameter whose posterior keeps less than this share of the prior's variance counts as one that the data move."""

BINS = 10


@dataclass(frozen=True, kw_only=True)
class RankTestResult(WorkflowResult):
    """Ranks of true parameters among posterior draws, and the file that holds what they say."""

    ranks: RankTest
    path: Path


def rank_test(file: Path, options: Options, *, tests: int, members: int | None = None) -> RankTestResult:
    """Invert made-up data of half a year `tests` times, and write what the ranks of the true parameters say (JSON).

    Parameters
    ----------
    file : Path
        A calibration file; of its past the first half year is played, from the origins inside it.
    options : Options
    tests : int
        Data sets.
    members : int, optional
        Size of each ensemble, 200 by default.
    """
    out = options.out or Path("results/rank-test.json")
    study = open_with(file, members or MEMBERS, options)
    first = min(study.setting.origins)
    until = min(study.setting.until, first + dt.timedelta(weeks=HALF))
    study = replace(study, setting=study.setting.model_copy(update={"until": until}))
    prepare(options, out)
    began = time.monotonic()
    with piece_store(study, out.with_suffix(".pieces")) as pieces, options.progress("testing ranks") as on_progress:
        found = test_ranks(study, until, tests, options.workers, on_progress, pieces)
    account = settings_of(study) | account_of(found) | {"command": options.command_line, "source": source_of(study)}
    write_json(out, account | {"seconds": round(time.monotonic() - began)})
    pieces.clear()

    def figure(folder: Path) -> None:
        from sim.plotting.gallery import draw_all
        from sim.plotting.rank_test import RankStudy

        draw_all("rank_test", RankStudy(account["parameters"], tests, account["source"]), folder)

    drawing = draw(options, options.plots_to or out.parent / f"{out.stem}-figures", figure)
    return RankTestResult(account=account, drawing=drawing, ranks=found, path=out)


def account_of(found: RankTest) -> dict[str, Any]:
    """Return what the ranks say of each parameter that the data move, the most moved first.

    `bias` is the mean of the normal scores of the ranks (0 where the inversion is right; above: the truth lies above the
    posterior), `dispersion` their root mean square (1; above: the posterior is too narrow), `p_holm` Kolmogorov-Smirnov's
    probability after Holm's correction for the number of parameters reported.
    """
    scores, tests = found.scores, len(found.ranks)
    moved = [place for place in np.argsort(found.variance_left) if found.variance_left[place] < LEARNED]
    holm = multipletests(found.p_values[moved], method="holm")[1] if moved else []
    rows = [
        {
            "parameter": found.names[place],
            "variance_left": round(float(found.variance_left[place]), 3),
            "bias": round(float(scores[:, place].mean()), 3),
            "dispersion": round(float(np.sqrt(np.mean(scores[:, place] ** 2))), 3),
            "p": round(float(found.p_values[place]), 4),
            "p_holm": round(float(after), 4),
            "ranks": np.histogram(found.ranks[:, place], BINS, (0, found.members + 1))[0].tolist(),
        }
        for place, after in zip(moved, holm, strict=True)
    ]
    dispersions = np.sqrt(np.mean(scores[:, moved] ** 2, axis=1)) if moved else np.ones(tests)
    return {
        "tests": tests,
        "tested": len(found.names),
        "moved": len(moved),
        "parameters": rows,
        "dispersion": round(float(np.sqrt(np.mean(dispersions**2))), 3),
        "uneven": [row["parameter"] for row in rows if row["p_holm"] < 0.05],
    }

"""How far the model swings beside the record, as JSON: ``python -m docs.amplitude [REPLICATES]``.

Three questions: the war from January 2023 played in one go, anchored once; the price of ground quarter by quarter, each anchored
anew; and how much of the spread of wars the mechanisms explain, as against the noise inside them.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import numpy as np

from docs.blocks import ROOT
from sim.calibration.calibrate import Study, open_study, play_past
from sim.calibration.setting import claimed_between, read_setting
from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.models.campaign.war import War
from sim.scenario import read
from sim.scenario.priors.draw import draw
from sim.scenario.priors.posterior import load

QUARTER, WEEKS, LEAST = 13, 98, 0.05  # weeks, weeks, km2/day
DRAWS, NOISES, DAY, SPAN = 256, 16, 182, 28
HISTORY = ROOT / "scenarios" / "history"


def amplitude(replicates: int) -> dict[str, Any]:
    """Return all three answers."""
    study = open_study(HISTORY / "calibration.yaml", read_setting(HISTORY / "calibration.yaml"))
    return {"replicates": replicates, "one_go": one_go(study, replicates), "price": price(study, replicates)} | {
        "explained": explained()
    }


def one_go(study: Study, replicates: int) -> dict[str, Any]:
    """Return gains from January 2023 to the day with one anchor and the priors, beside the map's."""
    start = study.setting.start
    run = play_past(study, None, Lanes.grid(1, range(replicates)), [start], study.setting.until, WEEKS)
    gains = run.branches[0].gain[:, study.inside].sum(axis=(0, 1))
    seen = study.observed.between(start, study.setting.until)[:, study.inside].sum()
    return {"observed": float(seen), "quantiles": [float(x) for x in np.quantile(gains, [0.05, 0.25, 0.5, 0.75, 0.95])]}


def price(study: Study, replicates: int) -> list[dict[str, Any]]:
    """Return casualties (claims times their central factor) per gross km2, by quarter, beside the record's."""
    start, until = study.setting.start, study.setting.until
    origins = [start + dt.timedelta(weeks=QUARTER * n) for n in range(8)]
    run = play_past(study, None, Lanes.grid(1, range(replicates)), origins, until, QUARTER)
    factor, rows = study.setting.claims_factor[1], []
    for branch in run.branches:
        end = branch.origin + dt.timedelta(weeks=len(branch.gain))
        gross = np.maximum(branch.gain[:, study.inside], 0.0).sum(axis=(0, 1))
        seen = np.maximum(study.observed.between(branch.origin, end)[:, study.inside], 0.0).sum()
        lost = branch.casualties[:, 1].sum(axis=0)
        low, median, high = np.quantile(lost / np.maximum(gross, 1.0), [0.25, 0.5, 0.75])
        claimed = factor * claimed_between(study.months, branch.origin, end)
        rows.append(
            {
                "from": str(branch.origin),
                "seen": claimed / max(float(seen), 1.0),
                "median": median,
                "low": low,
                "high": high,
            }
        )
    return rows


def explained() -> dict[str, float]:
    """Return the share of the variance of log speed at half a year that lies between draws of the parameters.

    The variance of the means over noise has the noise's own part taken off: ``between - within / noises``.
    """
    scenario = read(ROOT / "scenarios" / "ukraine-2024-11-19.yaml", {"settling.base": "0 1/month"})
    posterior = load(HISTORY / "posterior.csv") if scenario.posterior is not None else None
    draws = np.repeat(np.arange(DRAWS), NOISES)
    lanes = Lanes(np.zeros_like(draws), draws)
    parameters = draw(scenario, lanes, scenario.run.seed, posterior)
    war = War(parameters, lanes, Noise(scenario.run.seed, np.arange(len(draws))), scenario.run.start)
    before: Array = np.zeros(len(draws))
    for day in range(DAY + SPAN // 2):
        if day == DAY - SPAN // 2:
            before = add_up(war.state.theatre.net * war.state.facts.inside)
        war.step()
    speed = (add_up(war.state.theatre.net * war.state.facts.inside) - before) / SPAN
    logs = np.log(np.maximum(speed, LEAST)).reshape(DRAWS, NOISES)
    within = float(logs.var(axis=1, ddof=1).mean())
    between = max(float(logs.mean(axis=1).var(ddof=1)) - within / NOISES, 0.0)
    return {"share": between / (between + within), "between": between, "within": within}


if __name__ == "__main__":
    print(json.dumps(amplitude(int(sys.argv[1]) if len(sys.argv) > 1 else 400), indent=1))

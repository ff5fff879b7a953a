"""Results that the pages tell and no command prints, as JSON: ``python -m docs.measure base|autumn|seeds|pushed [REPLICATES]``."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import sim
from docs.blocks import ROOT
from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.outcomes.table import outcome_table

FOUR = 4  # weeks


def played(file: str, overrides: dict[str, Any]) -> Any:
    """Play the base arm of a scenario and return its loaded result."""
    from sim.experiment.run import run
    from sim.scenario import read

    world = read(ROOT / "scenarios" / file, overrides)
    base = world.base
    small = dataclasses.replace(world, arms={base: world.arms[base]}, worlds={base: world.world(base)})
    with tempfile.TemporaryDirectory(prefix="docs-") as scratch:
        return sim.load(run(small, Path(scratch) / "base", stem="docs")).data.load().isel(arm=0)


def base(replicates: int) -> dict[str, Any]:
    """Return the base world's four-week gains through a year, its ladder of halts and what runs short: what comes anyway."""
    data = played("claim.yaml", {"run.replicates": replicates})
    net = data["net_km2"].transpose("replicate", "time").to_numpy().astype(float)[:, ::FOUR]
    ends = data["time"].to_numpy()[::FOUR][1:]
    low, median, high = np.quantile(np.diff(net, axis=1), [0.05, 0.5, 0.95], axis=0)
    months = [
        {"end": str(end)[:10], "low": float(a), "median": float(b), "high": float(c)}
        for end, a, b, c in zip(ends, low, median, high, strict=True)
    ]
    outcome = outcome_table(outcomes_by_replicate(data.expand_dims("arm"))).arms[str(data["arm"].item())]
    kept = {"ladder": outcome.ladder, "binding": outcome.binding}
    return {"replicates": replicates, "seed": int(data.attrs["seed"]), "months": months} | kept


def autumn(replicates: int) -> dict[str, Any]:
    """Return what the autumn of 2022 gives with priors alone."""
    wanted = {"run.replicates": replicates, "run.horizon": "12 week", "posterior": "none"}
    data = played("history/2022-09.yaml", wanted)
    net = data["net_km2"].transpose("replicate", "time").to_numpy().astype(float)
    return {
        "replicates": replicates,
        "seed": int(data.attrs["seed"]),
        "ahead_8": float((net[:, 8] < 0.0).mean()),
        "week_1000": float((np.diff(net, axis=1) < -1000.0).any(axis=1).mean()),
        "weeks_12": [float(x) for x in np.quantile(net[:, 12], [0.05, 0.5, 0.95])],
    }


def seeds(replicates: int) -> list[dict[str, Any]]:
    """Return the verdict on the claim under the scenario's seed and three others: other noise, other draws."""
    from sim.scenario import read

    shipped = int(read(ROOT / "scenarios" / "claim.yaml").run.seed)
    return [{"seed": seed} | _claim(replicates, {"run.seed": seed}) for seed in (shipped, 1, 2, 3)]


def _claim(replicates: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the verdict on the claim with some changes, and the chances of a halt as [low, value, high]."""
    from sim.analysis.result import judge
    from sim.experiment.run import run
    from sim.scenario import read

    world = read(ROOT / "scenarios" / "claim.yaml", {"run.replicates": replicates} | changes)
    with tempfile.TemporaryDirectory(prefix="docs-") as scratch:
        stored = judge(sim.load(run(world, Path(scratch) / "claim", stem="docs")).data)
    chance = {
        arm: [one["p_halt_interval"][0], one["p_halt"], one["p_halt_interval"][1]]
        for arm, one in stored["arms"].items()
    }
    return {
        "base": chance["base"],
        "joint": chance["all_with_coordination"],
        "verdict": stored["verdict"],
        "joint_minus_base": stored["findings"]["joint_minus_base_p_halt"],
        "kept_km2": stored["findings"]["joint_minus_base_kept_km2"],
    }


PUSHED: dict[str, tuple[str, dict[str, Any]]] = {
    "fires": (
        "speed answers to fires one for one, Russia's and Ukraine's",
        {"movement.attack_fire": 1.0, "movement.kill_zone": 1.0},
    ),
    "means": (
        "eight times the American sum, and eight times as fast; eight times the Nordic money and the missiles",
        {"levers.us_arms.total": "x 8", "levers.us_arms.rate": "x 8", "levers.nordic_production.flow": "x 8",
         "levers.atacms.resupply": "x 8"},
    ),
    "men": (
        "training and deployment bring 35,000 more men a month as well, the upper end of what is known of the drive (X07)",
        {"levers.training_deployment.added_intake": "35000 person/month"},
    ),
    "men and gaps": (
        "the same, and the front answers far more steeply: four numbers at the ends of their own ranges",
        {"levers.training_deployment.added_intake": "35000 person/month", "movement.response": "power",
         "movement.steepness": 3, "movement.density_elasticity": 1.1, "movement.kill_zone": 0.7},
    ),
}  # fmt: skip
"""Changes at or beyond the ends of the priors, to see whether anything moves: name -> words, overrides."""


def pushed(replicates: int) -> dict[str, Any]:
    """Return the claim's chances of a halt under each of `PUSHED`."""
    return {name: {"words": words} | _claim(replicates, changes) for name, (words, changes) in PUSHED.items()}


MEASURES = {"base": base, "autumn": autumn, "seeds": seeds, "pushed": pushed}

if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in MEASURES:
        sys.exit(f"usage: python -m docs.measure {'|'.join(MEASURES)} [REPLICATES]")
    many = int(sys.argv[2]) if len(sys.argv) == 3 else 250
    print(json.dumps(MEASURES[sys.argv[1]](many), indent=1))

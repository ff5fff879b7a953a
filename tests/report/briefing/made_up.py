"""Results made by hand for the pages: two sides with names of their own, a claim of three levers, two fronts."""

import json

import numpy as np

from sim.analysis.result import Result
from tests.analysis import wars

SIDES = {
    "north": {"role": "attacker", "name": "Northland", "demonym": "Northern", "leadership": "the Palace", "colour": ""},
    "south": {"role": "defender", "name": "Southland", "demonym": "Southern", "leadership": "the Senate", "colour": ""},
}
ROLES = {
    "start": "base", "bridge": "single", "grain": "single", "letters": "single", "apart": "joint_uncoordinated",
    "plan": "coordination", "whole": "joint",
}  # fmt: skip
LABELS = {
    "start": "Nothing changes", "bridge": "A bridge", "grain": "Grain", "letters": "Letters", "apart": "All apart",
    "plan": "A plan alone", "whole": "All by one plan",
}  # fmt: skip


def claim(replicates=40, weeks=52, seed=3, **attrs):
    """Return a result whose wars slow down and halt now and then, more often with the whole."""
    rng = np.random.default_rng(seed)
    arms = list(ROLES)
    pull = np.array([0, 3, 2, 0.1, 5, 2, 12])[:, None, None]
    shared = rng.normal(12, 9, (1, replicates, weeks)) + rng.normal(0, 9, (1, replicates, 1))
    gains = shared - pull + rng.normal(0, 1, (len(arms), replicates, weeks))
    net = np.concatenate([np.zeros((len(arms), replicates, 1)), np.cumsum(gains, axis=-1)], axis=-1)
    war = np.ones(net.shape)
    war[:, 1, weeks // 2 :] = 0.0
    said = {
        "sides": json.dumps(SIDES), "arm_roles": json.dumps(ROLES), "arm_labels": json.dumps(LABELS),
        "outside_fronts": json.dumps([]), "title": "A made-up war", "description": "Two sides on paper.", "map": "",
        "verdict_milestones": ["2025-05-19", "2025-11-19"],
    }  # fmt: skip
    fronts = np.stack([0.7 * net, 0.3 * net], axis=-1)
    data = wars.result(fronts, war=war, arms=arms, fronts=("river", "hills"), **(said | attrs))
    data = data.assign_coords(side=["south", "north"], role=("side", ["defender", "attacker"]), ally=["friend"])
    people = 1000.0 * np.arange(1, weeks + 2) + 20 * np.maximum(net, 0)
    data["casualties"] = (*data["net_km2"].dims, "side"), np.stack([people, 1.5 * people], axis=-1)
    data["delivered"] = (*data["net_km2"].dims, "ally"), ((pull + 1) * np.ones(net.shape))[..., None]
    return Result(data)


def one_arm(replicates=40):
    """Return a result of a base alone, without a claim."""
    full = claim(replicates).data.isel(arm=[0])
    return Result(full.assign_attrs(arm_roles=json.dumps({"start": "base"})))

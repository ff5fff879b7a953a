"""Results made by hand for pages: an invented war of two sides, with the arms of a claim or with others."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from sim.analysis.result import Result

START = np.datetime64("2030-03-04", "ns")
SIDES = {
    "upland": {
        "role": "attacker",
        "name": "Upland",
        "demonym": "Uplander",
        "leadership": "the Upper House",
        "colour": "",
    },
    "lowland": {"role": "defender", "name": "Lowland", "demonym": "Lowlander", "leadership": "Port", "colour": ""},
}
CLAIM = {
    "base": ("As it is", "base"),
    "guns": ("More guns", "single"),
    "walls": ("Higher walls", "single"),
    "retreat": ("A retreat", "single"),
    "apart": ("All three, apart", "joint_uncoordinated"),
    "plan": ("A plan alone", "coordination"),
    "concert": ("All three, in concert", "joint"),
}
SOME = {"base": ("As it is", "base"), "more": ("More of it", ""), "less": ("Less of it", "")}
ALONE = {"base": ("As it is", "base")}
OBSERVED = [["2029-11", 120.0], ["2029-12", 40.0], ["2030-01", 15.0], ["2030-02", 90.0]]


def made(arms=CLAIM, replicates=60, weeks=52, seed=1, **attrs) -> Result:
    """Return a result of noisy wars; every further arm is a little slower, the last one much, and some wars end."""
    rng = np.random.default_rng(seed)
    shape = (replicates, weeks, 2)
    noise = rng.normal(0.0, 12.0, shape) + rng.gamma(0.8, 18.0, (replicates, 1, 1))
    slower = np.linspace(1.0, 0.8, len(arms))[:, None, None, None]
    if len(arms) > 1:
        slower[-1] = 0.05
    own = rng.normal(0.0, 3.0, (len(arms), *shape))
    own[0] = 0.0
    steps = slower * noise + own
    front = np.concatenate([np.zeros((len(arms), replicates, 1, 2)), steps.cumsum(axis=2)], axis=2)
    war = np.ones((len(arms), replicates, weeks + 1))
    for row in range(len(arms)):
        war[row, rng.integers(0, replicates, max(1, replicates // 8)), rng.integers(10, weeks) :] = 0.0
    frozen = np.minimum.accumulate(war, axis=2)
    front = front[..., 0, None].repeat(2, -1) * [0.6, 0.4]
    lives = np.linspace(0, 1, weeks + 1) * rng.normal(5e4, 4e3, (len(arms), replicates, 1))
    lead = ("arm", "replicate", "time")
    sides = np.stack([lives * 1.8, lives], axis=-1)
    data = xr.Dataset(
        {
            "net_km2": (lead, front.sum(axis=-1).astype(np.float32)),
            "net_km2_front": ((*lead, "front"), front.astype(np.float32)),
            "war": (lead, frozen.astype(np.float32)),
            "casualties": ((*lead, "side"), sides.astype(np.float32)),
            "killed": ((*lead, "side"), (0.3 * sides).astype(np.float32)),
            "delivered": ((*lead, "ally"), (1e-3 * lives[..., None] * np.arange(1, 2)).astype(np.float32)),
            "fire_index": ((*lead, "side"), np.ones_like(sides, dtype=np.float32)),
            "troops": ((*lead, "side", "front"), np.ones((*sides.shape, 2), dtype=np.float32)),
        },
        {
            "arm": list(arms),
            "replicate": np.arange(replicates),
            "time": START + (7 * np.arange(weeks + 1)).astype("timedelta64[D]"),
            "front": ["pass", "river"],
            "side": list(SIDES),
            "role": ("side", [one["role"] for one in SIDES.values()]),
            "ally": ["friend"],
        },
        {
            "title": "Upland against Lowland",
            "description": "An invented war.",
            "start": "2030-03-04",
            "horizon_days": 7 * weeks,
            "seed": seed,
            "sides": json.dumps(SIDES),
            "outside_fronts": "[]",
            "labels": json.dumps({"front": {"pass": "The Pass", "river": "The River"}}),
            "arm_labels": json.dumps({name: label for name, (label, _) in arms.items()}),
            "arm_roles": json.dumps({name: role for name, (_, role) in arms.items()}),
            "observed_monthly_gain": json.dumps(OBSERVED),
            "verdict_halt_rate": 1.0,
            "verdict_milestones": ["2030-09-02", "2031-03-03"],
            "map": "",
        }
        | attrs,
    )
    for name, units in {"net_km2": "km2", "casualties": "person", "killed": "person", "delivered": "Gusd"}.items():
        data[name].attrs = {"units": units, "long_name": name}
    return Result(data)


LAND = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Lowland", "defended": True},
            "geometry": {"type": "Polygon", "coordinates": [[[20, 48], [36, 48], [36, 52], [20, 52], [20, 48]]]},
        },
        {
            "type": "Feature",
            "properties": {"name": "Portville", "kind": "town"},
            "geometry": {"type": "Point", "coordinates": [33.5, 49.5]},
        },
        {
            "type": "Feature",
            "properties": {"name": "Far away", "kind": "town"},
            "geometry": {"type": "Point", "coordinates": [3.5, 49.5]},
        },
    ],
}


def mapped(result: Result) -> Result:
    """Return the result with a map of two fronts, on which the line shifts with the ground that is gained."""
    data = result.data.assign_attrs(map=json.dumps(LAND))
    data["shift_km"] = (*data["net_km2"].dims, "front"), 0.01 * data["net_km2_front"].to_numpy()
    for name, values in {"lon": [33, 34], "lat": [49, 50], "length_km": [40, 60], "bearing": [270, 200]}.items():
        data[f"front_{name}"] = "front", np.array(values, dtype=float)
    return Result(data)

"""A made-up result with every variable of the Dataset contract: plausible in size, meaningless in content."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr

from tests.naming import named

MAP = Path(__file__).parents[2] / "scenarios" / "ukraine.geojson"
CLAIM_ARMS = {
    "base": "Base: no new levers",
    "atacms": "ATACMS allowed into Russia",
    "us_arms": "US arms: $5 bn more, rushed; $3 bn later",
    "nordic_production": "Nordic money for Ukraine's arms industry",
    "kursk_exit": "Leave Kursk",
    "training_deployment": "Better training, veterans refilled",
    "all_without_coordination": "All five, uncoordinated",
    "coordination": "Coordination alone",
    "all_with_coordination": "All five, coordinated",
}
# name: lon, lat, contact line km, bearing of the Russian advance, weight of gains
FRONTS = {
    "sumy_border": (34.80, 51.25, 60.0, 200.0, 0.0),
    "kharkiv_vovchansk": (36.90, 50.30, 35.6, 210.0, 0.02),
    "kupiansk": (37.75, 49.68, 124.3, 265.0, 0.1),
    "lyman": (37.97, 49.08, 82.4, 260.0, 0.05),
    "siversk": (38.22, 48.90, 48.4, 270.0, 0.03),
    "chasiv_yar_kramatorsk": (37.87, 48.59, 43.4, 285.0, 0.05),
    "toretsk": (37.85, 48.39, 39.2, 290.0, 0.08),
    "pokrovsk": (37.33, 48.20, 64.1, 280.0, 0.2),
    "kurakhove": (37.31, 47.98, 63.4, 270.0, 0.25),
    "velyka_novosilka_novopavlivka": (36.85, 47.76, 62.0, 320.0, 0.2),
    "huliaipole": (36.30, 47.60, 49.8, 340.0, 0.02),
    "orikhiv_zaporizhzhia": (35.65, 47.48, 98.9, 350.0, 0.02),
    "kherson_dnipro": (33.30, 46.75, 260.4, 315.0, 0.0),
    "kursk": (35.20, 51.30, 90.0, 225.0, 0.0),
}
ALLIES = (
    "us",
    "germany",
    "uk",
    "nordics",
    "netherlands",
    "poland",
    "baltics",
    "france",
    "czech_led",
    "eu",
    "canada",
    "italy",
)
COMMODITIES = (
    "shell",
    "vehicle",
    "drone",
    "interceptor",
    "long_range_drone",
    "missile",
    "glide_bomb",
    "money",
)
TARGETS = ("ru_depots", "ru_oil", "ru_airfields", "ru_assembly", "ua_energy", "ua_industry")
SIDES = ("ukraine", "russia")
OBSERVED = [
    ["2024-05", 301.1],
    ["2024-06", 113.4],
    ["2024-07", 181.3],
    ["2024-08", 363.5],
    ["2024-09", 396.4],
    ["2024-10", 503.2],
    ["2024-11", 385.3],
]


def synthetic(
    arms: dict[str, str] | None = None,
    replicates: int = 40,
    weeks: int = 52,
    seed: int = 1,
    title: str = "Synthetic war",
    peace: float = 0.15,
) -> xr.Dataset:
    """Return a Dataset for `arms` (name -> label); `peace` is the share of wars that end in a cease-fire."""
    arms = CLAIM_ARMS if arms is None else arms
    rng = np.random.default_rng(seed)
    n, r, t = len(arms), replicates, weeks + 1
    day = 7.0 * np.arange(t)
    lever = np.linspace(0.0, 0.8, n)[:, None, None]  # later arms slow the advance more
    luck = np.exp(0.35 * rng.standard_normal((1, r, 1)))
    end = np.where(rng.random((n, r, 1)) < peace + 0.2 * lever, rng.uniform(120, 364, (1, r, 1)), np.inf)
    war = (day < end).astype(float)

    def over(value: float, spread: float = 0.1) -> np.ndarray:
        """A quantity that wanders around `value`: (arm, replicate, time)."""
        walk = np.cumsum(rng.standard_normal((1, r, t)), axis=2) / np.sqrt(t)
        return value * np.exp(spread * walk) * (1 + 0.1 * lever) * np.ones((n, r, t))

    def grow(rate: float, spread: float = 0.2) -> np.ndarray:
        """A cumulative flow of `rate` a day: (arm, replicate, time)."""
        steps = over(7.0 * rate, spread) * war
        return np.concatenate([np.zeros((n, r, 1)), np.cumsum(steps, axis=2)[:, :, :-1]], axis=2)

    weight = np.array([f[4] for f in FRONTS.values()])
    noise = 1 + 0.9 * rng.standard_normal((1, r, t, len(FRONTS)))
    season = 1 + 0.5 * np.cos(2 * np.pi * day / 365)
    weekly = (100 * luck * (1 - 1.15 * lever) * season * war)[..., None] * weight * noise
    weekly += 2.0 * rng.standard_normal((1, r, t, len(FRONTS))) * war[..., None]
    front = np.cumsum(weekly, axis=2) - weekly[:, :, :1]
    length = np.array([f[2] for f in FRONTS.values()])

    def both(ukraine: np.ndarray, russia: np.ndarray) -> np.ndarray:
        return np.stack([ukraine, russia], axis=-1)

    sizes = {
        "shell": 4e5,
        "vehicle": 3e3,
        "drone": 2e5,
        "interceptor": 900,
        "long_range_drone": 1500,
        "missile": 700,
        "glide_bomb": 4000,
        "money": 30,
    }
    stock = np.stack([both(over(v * (0 if c == "glide_bomb" else 1)), over(2 * v)) for c, v in sizes.items()], axis=-1)
    used = np.stack([both(grow(v / 90), grow(v / 40)) for v in sizes.values()], axis=-1)
    allies = np.array([20, 8, 5, 6, 3, 2.5, 1.5, 3, 2, 9, 2, 1.0]) / 364
    pledged = np.stack([grow(a * 1.2) for a in allies], axis=-1)
    delivered = np.stack([grow(a) for a in allies], axis=-1)
    hit = 1 - np.exp(-day / 120)
    lost = np.stack([np.clip(over(x, 0.4) * hit, 0, 1) for x in (0.2, 0.1, 0.05, 0.08, 0.3, 0.12)], axis=-1)
    main = ("arm", "replicate", "time")
    table = {
        "net_km2": (main, np.sum(front[..., :-1], axis=-1), "km2"),
        "net_km2_front": ((*main, "front"), front, "km2"),
        "shift_km": ((*main, "front"), front / length, "km"),
        "troops": ((*main, "side", "front"), np.full((n, r, t, 2, len(FRONTS)), 2e4), "person"),
        "force": ((*main, "side"), both(over(1.05e6, 0.03), over(5.8e5, 0.05)), "person"),
        "reserve": ((*main, "side"), both(over(3e4), over(4e4)), "person"),
        "recruits": ((*main, "side"), both(grow(700), grow(1050)), "person"),
        "casualties": ((*main, "side"), both(grow(600), grow(1300)), "person"),
        "killed": ((*main, "side"), both(grow(110), grow(330)), "person"),
        "permanent": ((*main, "side"), both(grow(220), grow(650)), "person"),
        "deserted": ((*main, "side"), both(grow(250), grow(60)), "person"),
        "stock": ((*main, "side", "commodity"), stock, ""),
        "used": ((*main, "side", "commodity"), used, ""),
        "received": ((*main, "side", "commodity"), used, ""),
        "fires": ((*main, "side"), both(over(4500), over(9500)), "shell/day"),
        "pledged": ((*main, "ally"), pledged, "Gusd"),
        "delivered": ((*main, "ally"), delivered, "Gusd"),
        "capacity_lost": ((*main, "target"), lost, "1"),
        "belief": (main, np.clip(over(0.35, 0.4), 0, 1), "1"),
        "hazard": (main, over(0.012, 0.8) * war, "1/month"),
        "bonus": (main, over(1.3), "1"),
        "buffer": (main, over(18, 0.2) - day / 60, "month"),
        "war": (main, war, "1"),
        "durable": (main, np.where(war > 0, np.nan, np.clip(over(0.3, 0.6), 0, 1)), "1"),
    }
    data = xr.Dataset(
        {
            name: (dims, value.astype(np.float32), {"units": unit, "long_name": name})
            for name, (dims, value, unit) in table.items()
        },
        coords={
            "arm": list(arms),
            "replicate": np.arange(r),
            "time": np.datetime64("2024-11-19", "ns") + day.astype("timedelta64[D]"),
            "front": list(FRONTS),
            "side": list(SIDES),
            "ally": list(ALLIES),
            "commodity": list(COMMODITIES),
            "target": list(TARGETS),
        },
        attrs={
            "title": title,
            "start": "2024-11-19",
            "horizon_days": 7 * weeks,
            "seed": 20241119,
            "code_version": "0.1.0",
            "arm_labels": json.dumps(arms),
            "verdict_interval": 0.9,
            "verdict_milestones": ["2025-05-19", "2025-11-19"],
            "observed_monthly_gain": json.dumps(OBSERVED),
            "map": MAP.read_text(encoding="utf-8"),
            "labels": json.dumps({"front": {"kursk": "Kursk (inside Russia)"}, "target": {"ru_oil": "Russian oil"}}),
        },
    )
    for place, name in enumerate(("front_lon", "front_lat", "front_length_km", "front_bearing")):
        data[name] = "front", np.array([f[place] for f in FRONTS.values()])
    return named(data)

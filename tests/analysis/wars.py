"""Results made by hand, in the shape that the experiment writes."""

import numpy as np
import xarray as xr

from tests.naming import named

START = np.datetime64("2024-11-19", "ns")


def result(net_front, *, war=None, durable=None, arms=None, fronts=("pokrovsk", "kursk"), days=None, **attrs):
    """Return a Dataset from net gain by front, array-like (arm, replicate, time, front), km2."""
    net_front = np.asarray(net_front, dtype=np.float32)
    n_arm, n_rep, n_time, _ = net_front.shape
    days = np.arange(n_time) * 7 if days is None else np.asarray(days)
    war = np.ones(net_front.shape[:3]) if war is None else np.broadcast_to(war, net_front.shape[:3])
    inside = [i for i, name in enumerate(fronts) if name != "kursk"]
    lead = ("arm", "replicate", "time")
    data = xr.Dataset(
        {
            "net_km2": (lead, net_front[..., inside].sum(axis=-1)),
            "net_km2_front": ((*lead, "front"), net_front),
            "war": (lead, war.astype(np.float32)),
        },
        {
            "arm": list(arms or ["base", *(f"arm{i}" for i in range(1, n_arm))]),
            "replicate": np.arange(n_rep),
            "time": START + days.astype("timedelta64[D]"),
            "front": list(fronts),
        },
        {"seed": 1, "title": "by hand"} | attrs,
    )
    if durable is not None:
        data["durable"] = lead, np.asarray(durable, dtype=np.float32)
    return named(data)


def steady(rates, n_time=54):
    """Return net gain by front of wars that gain `rates` (arm, replicate) km2 a day on pokrovsk."""
    at = np.arange(n_time) * 7.0
    net = np.asarray(rates, dtype=float)[..., None] * at
    return np.stack([net, np.zeros_like(net)], axis=-1)

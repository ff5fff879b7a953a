"""What the best packages under a budget gain, and what they are made of."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.plotting.frame.page import Grid, band_key, key, label_x, page, patch_key
from sim.plotting.frame.palette import AMBER, BLUE, FAINT, GREEN, ORANGE, PURPLE
from sim.plotting.frame.statements import leader

MOST = 8


@dataclass(frozen=True)
class OptimiseStudy:
    """The account of `sim.workflows.optimise.optimise`, and what it was made from."""

    account: Mapping[str, Any]
    source: str


def of_account(account: Mapping[str, Any], source: str) -> OptimiseStudy:
    """Return what the account of `sim optimise` holds."""
    return OptimiseStudy(account, source)


def packages(study: OptimiseStudy) -> Figure:
    """Draw the gain of each verified way to spend, best on top, and beside it how its money is divided."""
    found, shown = study.account, study.account["packages"][:MOST]
    levers = list(dict.fromkeys(name for one in shown for name in one["money_gusd"]))
    ground = found["for"] == "ground"
    what = "Ground kept, km²" if ground else "People not killed, both sides"
    best = "keeps most ground" if ground else "costs fewest lives"
    colours = dict(zip(levers, itertools.cycle((GREEN, ORANGE, PURPLE, AMBER)), strict=False))
    longest = max(len(one["arm"]) for one in shown)
    budget = f"{found['budget_gusd']:g} bn $"
    gains = {one["arm"].replace("_", " "): Estimate(one["gain"][1], one["gain"][0], one["gain"][2]) for one in shown}
    first = leader(gains)
    sheet = page(
        [f"Of {budget} “{first}” {best}" if first else f"No way to spend {budget} clearly {best}",
         f"Which way to spend {budget} {best}"],
        f"Found by a search and played anew with {found['replicates']:,} replicates that it never saw; the attacker answers.",
        study.source,
        [what, "Money by lever, bn $"],
        Grid(2, (3.0, 0.36 * len(shown) + 0.4), left=0.3 + 0.075 * longest, gap=0.4, below=0.6),
        [key("mean", BLUE, "o"), band_key(found["interval"], BLUE),
         *(patch_key(name.replace("_", " "), colours[name]) for name in levers)],
    )  # fmt: skip
    left, right = sheet.panels
    rows = np.arange(len(shown))[::-1]
    low, mean, high = np.array([one["gain"] for one in shown]).T
    left.hlines(rows, low, high, color=BLUE, alpha=0.45, linewidth=2.0)
    left.plot(mean, rows, "o", color=BLUE, markersize=4)
    left.axvline(0.0, color=FAINT, linewidth=0.8)
    left.set_yticks(rows, [one["arm"].replace("_", " ") for one in shown])
    label_x(left, "km²" if ground else "people")
    ends = np.zeros(len(shown))
    for name in levers:
        money = np.array([one["money_gusd"].get(name, 0.0) for one in shown])
        right.barh(rows, money, 0.6, left=ends, color=colours[name], alpha=0.75)
        ends = ends + money
    right.set_yticks(rows, [""] * len(shown))
    label_x(right, "bn $")
    return sheet.figure

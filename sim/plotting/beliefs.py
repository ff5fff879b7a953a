"""What the Kremlin believes and fears: belief in lasting aid, hazard of settling, and what lies behind it."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.plotting.bands import Fan, fan
from sim.plotting.cast import Cast, Entry
from sim.plotting.overlay import MOST, Panel, draw_overlay

NEEDS = ("belief", "hazard", "bonus", "buffer", "war")

ROWS = (
    ("belief", "Belief that aid lasts another year", "probability", ""),
    ("hazard", "Hazard of accepting a cease-fire", "hazard", "1/month"),
    ("bonus", "Russian sign-up bonus", "ratio to the start", ""),
    ("buffer", "Russian fiscal buffer", "buffer", "month"),
)


def draw(cast: Cast) -> Figure | None:
    """Draw belief, hazard, bonus and buffer among the wars still going on, and how many those are."""
    chosen, others = cast.pick(cast.room(MOST))
    panels = [
        Panel(
            head,
            quantity,
            cast.unit(name, unit) if unit else "",
            {e.name: fan(cast.going_on(e, name), cast.level) for e in chosen},
            zero=name != "bonus",
        )
        for name, head, quantity, unit in ROWS
    ]
    ends = {e.name: _share(cast, e) for e in chosen}
    panels.append(Panel("Wars still going on", "share of wars", "%", ends))
    note = (
        "Belief, hazard, bonus and buffer: only wars still going on at the time. The hazard rests on guessed "
        "coefficients and is conditional on them. Band of the last panel: sampling error of a share."
    )
    title = "Belief in lasting aid, and the hazard of a cease-fire"
    return draw_overlay(cast, title, note, panels, 2, chosen, others)


def _share(cast: Cast, entry: Entry) -> Fan:
    """Return the share of wars still going on in percent with its sampling interval, (time,)."""
    war = cast.values(entry, "war")
    known = np.isfinite(war).sum(axis=0)
    going = (war > 0.5).sum(axis=0)
    rates = [Estimate.proportion(int(hits), int(trials), cast.level) for hits, trials in zip(going, known, strict=True)]
    low, share, high = (100.0 * np.array(side) for side in zip(*(r.as_list() for r in rates), strict=True))
    return Fan(share, low, high, low, high)

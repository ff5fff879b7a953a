"""Outcomes by arm: the chance of a halt, a reversal and a cease-fire, and what it costs in lives and money."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.table import COST, ArmOutcomes
from sim.foundation.format import format_in_100, format_number, format_percent, format_unit
from sim.plotting.frame.arms import Arm, Arms
from sim.plotting.frame.bands import fan
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_rows
from sim.plotting.frame.page import interval, key, patch_key
from sim.plotting.frame.palette import DASHED, FAINT, INK, SOLID
from sim.plotting.frame.statements import IN_TITLE
from sim.plotting.frame.text import capitalise

MOST = 40
NO_PRICE = "Aid per km² kept: none where more aid, or the ground kept, is not clearly above zero. "
FEW = 2
"""Arms up to which the panels stand two by two, as on a card."""


def outcomes(arms: Arms) -> Figure | None:
    """Draw a row per arm: shares of replicates by event, then means of casualties and aid; the base is shaded."""
    chosen, left_out = arms.pick(MOST)
    tables = {key: result.table() for key, result in arms.results.items()}
    rows = [tables[arm.result].arms[arm.arm] for arm in chosen]
    panels = [*_event_panels(arms, chosen, rows), *_mean_panels(arms, chosen, rows)]
    priced = any(_cost(row).known for row in rows)
    if priced:
        panels.append(
            _panel("Aid per km² kept", "million US$ per km²", chosen,
                   [_cost(row).times(1e3, "") for row in rows], "none", shaded=False)
        )  # fmt: skip
    shade = f"what happens anyway: {interval(arms.level)} of {arms.base.label}"
    labels = [f"{arm.label} (what happens anyway)" if arm.base else arm.label for arm in chosen]
    return draw_rows(
        _titles(arms, chosen, rows), f"{_note(arms)} {NO_PRICE if priced else ''}{left_out}", arms.source, labels, panels,
        columns=4 if len(chosen) > FEW else 2, wide=2.05, row=0.27, gap=0.22,
        keys=[key("estimate", INK, "o"), key(interval(arms.level), FAINT, dash=SOLID, width=2.4), patch_key(shade, alpha=0.18)],
    )  # fmt: skip


def _event_panels(arms: Arms, chosen: list[Arm], rows: list[ArmOutcomes]) -> list[RowPanel]:
    """Return a panel for each event, and one for how likely a cease-fire is to last."""
    rule = arms.first.thresholds
    heads = {
        "halt": f"Halt beginning within {format_number(rule.halt_within_days)} days",
        "reversal": f"Reversal on some front over {format_number(rule.reversal_days)} days",
        "ceasefire": "Cease-fire within the run (conditional)",
    }
    panels = [
        _panel(head, "share of replicates, %", chosen, [row.chances[name].times(100.0, "%") for row in rows],
               "run too short to tell", name == "ceasefire", 100 * rule.can)
        for name, head in heads.items()
    ]  # fmt: skip
    lasting = _panel("If a cease-fire: chance that it lasts (conditional)", "chance given in the model, %", chosen,
                     [_durable(arms, arm) for arm in chosen], "no cease-fire", True, shaded=False)  # fmt: skip
    return [*panels, lasting]


def _mean_panels(arms: Arms, chosen: list[Arm], rows: list[ArmOutcomes]) -> list[RowPanel]:
    """Return a panel for each number of people, and each sum of money, that all arms have."""
    panels = []
    for name, one in arms.results[arms.base.result].table().outcomes.items():
        if one.unit in ("person", "Gusd") and not name.startswith("killed") and all(name in row.means for row in rows):
            factor, unit = (1e-3, "thousand people") if one.unit == "person" else (1.0, format_unit(one.unit))
            means = [row.means[name].times(factor, unit) for row in rows]
            panels.append(_panel(capitalise(one.label), f"mean per replicate, {unit}", chosen, means))
    return panels


def _titles(arms: Arms, chosen: list[Arm], rows: list[ArmOutcomes]) -> list[str]:
    """Return the titles that may stand above, the fullest first: how often a halt comes where that is known."""
    chances = {arm: row.chances["halt"] for arm, row in zip(chosen, rows, strict=True)}
    halts = arms.in_words(
        lambda arm: format_in_100(chances[arm]).replace(" in 100", " of 100") if chances[arm].known else "", chosen
    )
    plain = "Outcomes by arm: how often each event happens, and what it costs"
    if not halts:
        return [plain]
    return [f"A halt comes in{halts[1:]}: outcomes by arm, and what they cost", f"A halt comes in{halts[1:]}", plain]


def _note(arms: Arms) -> str:
    """Return what marks, events and chances mean."""
    rule, names = arms.first.thresholds, arms.names
    return (
        f"Marks: estimates; lines{IN_TITLE}: {interval(arms.level)}; shaded: that of the base. "
        f"Halt: net gain of {names.attacker.name} under {format_number(rule.halt_rate, None)} km² per day on the mean "
        f"of {format_number(rule.halt_days)} days, as a map shows it. Reversal: {names.defender.name} gains "
        f"{format_number(rule.reversal_km2)} km² or more on a front of its own country. Chances: sampling error of a share "
        f"(Wilson), uncertainty of the parameters being inside the share itself; means: error of the mean of "
        f"{arms.replicates}. Whether a cease-fire lasts: median and interval over the replicates with one. Conditional: rests "
        f"on guessed coefficients. A dashed line marks {format_percent(rule.can)}, from which the verdict says “can”, where "
        "it is within reach. Arms are played in the same replicates: their paired differences tell whether two differ, not "
        "whether intervals overlap."
    )


def _panel(
    head: str, label: str, chosen: list[Arm], estimates: list[Estimate], missing: str = "", hollow: bool = False,
    can: float | None = None, shaded: bool = True,
) -> RowPanel:  # fmt: skip
    """Return a panel with one estimate per arm; its axis is as long as the estimates need, from zero for shares."""
    dots = [Dots(arm.style, [one if one is mine else None for one in estimates], hollow=hollow)
            for arm, mine in zip(chosen, estimates, strict=True)]  # fmt: skip
    top = max((one.high for one in estimates if one.known and np.isfinite(one.high)), default=1.0)
    share = "%" in label
    lines = [Line(can, DASHED, FAINT)] if can is not None and can <= 1.3 * top else []
    limits = (-0.02 * top, max(1.12 * top, 1.0, *(1.05 * line.x for line in lines))) if share else None
    base = estimates[0]
    if not share:
        lines = [Line(base.value, SOLID, FAINT)] if base.known and shaded else []
    inside = ["" if one.known else missing for one in estimates]
    return RowPanel(head, label, dots, lines, limits, inside=inside, shade=base if shaded else None)


def _durable(arms: Arms, arm: Arm) -> Estimate:
    """Return the spread of the chance that a cease-fire lasts, per cent, over the replicates that have one."""
    chance = arms.results[arm.result].outcomes()["durable"].sel(arm=arm.arm).to_numpy()
    return fan(100.0 * chance[:, None], arms.level).last(arms.level)


def _cost(row: ArmOutcomes) -> Estimate:
    """Return the money per km2 kept; unknown where its interval has no ends."""
    one = row.cost_per_km2_kept
    ends = np.isfinite([one.low, one.high]).all()
    return one if ends else Estimate(np.nan, np.nan, np.nan, one.level, one.n, COST.unit)

"""From stored accounts back to typed results: the way back from `sim.analysis.serialise`, as far as figures need it.

What is missing or of another type raises one of `MISSHAPEN`. Null is what is not known: nan for a value, an open end for
an interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, nan
from typing import Any

from sim.analysis.donors import Cell, Part
from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.frozen import QUANTILE, Change, Freezing
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import NOTHING, Bound, Finding
from sim.analysis.verdicts.claim_verdict import EventVerdict
from sim.analysis.verdicts.robustness import OF, Chart, Robustness, Scan, Turn, Variant

Account = Mapping[str, Any]

MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What an account of another shape than its command prints ends in."""


def estimate(values: Sequence[float | None], level: float = 0.9, unit: str = "1") -> Estimate:
    """Return the estimate that was written as ``[low, value, high]``."""
    low, value, high = (None if one is None else float(one) for one in values)
    known = nan if value is None else value
    return Estimate(known, -inf if low is None else low, inf if high is None else high, level, 0, unit)


# -- robustness -----------------------------------------------------------------


def robustness(account: Account) -> Robustness:
    """Return how robust a verdict is; thresholds without their answers, as shortened accounts have them, are left out."""
    level = float(account["interval"])
    return Robustness(
        title=str(account["title"]),
        replicates=int(account["replicates"]),
        seed=account["seed"],
        interval=level,
        shipped=account["shipped"],
        variants=tuple(_variant(one, level) for one in account["variants"]),
        thresholds=tuple(_scan(one, level) for one in account["thresholds"] if "at" in one),
        pairs=tuple(_chart(one) for one in account.get("pairs", ())),
        excluded=int(account.get("excluded", 0)),
    )


def _event(account: Account, level: float) -> EventVerdict:
    best = str(account["best_single_arm"])
    chances = {"base": account["base"], best: account["best_single"], "joint": account["joint"]}
    return EventVerdict(
        verdict=account["verdict"],
        chances={arm: estimate(one, level) for arm, one in chances.items()},
        best=best,
        joint="joint",
        gain=estimate(account["joint_minus_base"], level),
        reason=account["reason"],
        note=account.get("note", ""),
    )


def _variant(account: Account, level: float) -> Variant:
    name, group, label = (str(account[key]) for key in ("name", "group", "label"))
    verdicts = {question: _event(account[question], level) for question in OF}
    turns = {
        question: {name: {side: Turn(**turn) for side, turn in sides.items()} for name, sides in moved.items()}
        for question, moved in account["turns"].items()
    }
    needed = {arm: estimate(one, level, "km2/day") for arm, one in account["halt_rate_needed"].items()}
    date, net, kept = (account[key] for key in ("milestone", "net_km2", "kept_km2"))
    ground = (date, estimate(net, level, "km2"), estimate(kept, level, "km2")) if date else None
    return Variant(name, group, label, verdicts, turns, needed, ground, account["same_verdict"])


def _scan(account: Account, level: float) -> Scan:
    at = account["at"]
    values, answers = tuple(one["value"] for one in at), tuple(_event(one, level) for one in at)
    return Scan(account["question"], account["name"], account["shipped"], values, answers)


def _chart(account: Account) -> Chart:
    rows = zip(*(account[key] for key in ("verdicts", "reasons", "base", "joint")), strict=True)
    answers = tuple(tuple(_cell_of_chart(*cell) for cell in zip(*row, strict=True)) for row in rows)
    columns, downwards = (tuple(account[key]) for key in ("columns", "rows"))
    return Chart(account["question"], account["across"], account["down"], columns, downwards, answers)


def _cell_of_chart(verdict: str, reason: str, base: float | None, joint: float | None) -> EventVerdict:
    chances = {"base": estimate([None, base, None]), "joint": estimate([None, joint, None])}
    return EventVerdict(verdict, chances, "base", "joint", NOTHING, reason)


# -- donors, agents, claims -------------------------------------------------------


def part(account: Account) -> Part:
    """Return what a part of coordination among donors keeps and costs, as it is; not by the attacker's answer."""
    kept, nash = (estimate(account[key], unit="km2") for key in ("ground_km2", "ground_from_nash_km2"))
    delivered, casualties = (
        estimate(account["delivered_gusd"], unit="Gusd"),
        estimate(account["casualties"], unit="person"),
    )
    return Part(str(account["name"]), str(account["label"]), kept, nash, delivered, casualties)


def cell(account: Account) -> Cell:
    """Return what one planner keeps in a band of the donors' priors; not by the attacker's answer."""
    convexity, theta = ((float(low), inf if high is None else float(high)) for low, high in
                        (account["convexity"], account["theta"]))  # fmt: skip
    kept, nash = (estimate(account[key], unit="km2") for key in ("planner_ground_km2", "planner_ground_from_nash_km2"))
    return Cell(convexity, theta, estimate(account["price_of_anarchy"]), kept, nash)


def freezing(account: Account) -> Freezing:
    """Return what a frozen class of agents changes, in per cent of the base."""
    changes = (_change(estimate(account[f"{name}_pct"])) for name in ("ground", "casualties", "delivered"))
    return Freezing(str(account["agent"]), str(account["label"]), *changes)


def _change(found: Estimate) -> Change:
    return Change(found.value, (found.high - found.value) / QUANTILE, 100.0)


def answer(account: Account) -> Answer:
    """Return the answer to a claim with the test that carries its verdict alone."""
    bound = account["holds"] and Bound(account["holds"] == "above", float(account["threshold"]))
    found = estimate([account[key] for key in ("low", "estimate", "high")], unit=account["unit"])
    anyway = nan if account["anyway"] is None else float(account["anyway"])
    finding = Finding(
        account["verdict"], found, bound or None, anyway, account["unit"], account["metric"], reason=account["reason"]
    )
    return Answer(account["id"], account["paraphrase"], (finding,), ("",), ("",), wars=int(account["wars"]))

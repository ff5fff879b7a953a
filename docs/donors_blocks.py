"""The generated parts of the page on the donors' game: the stored study, and the priors as the scenario states them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docs.blocks import ROOT, Results, block, markdown_table, percent
from sim.analysis.verdicts.enemy import WORDS
from sim.foundation.format import format_interval, format_number

WORLD = ROOT / "scenarios" / "ukraine-2024-11-19.yaml"
PRIORS = (
    "benefit", "distance_decay", "theta", "private_share", "convexity", "yielding", "returns", "outlook", "sight",
    "front_response", "package_wait", "money_lag",
)  # fmt: skip
AS_PLAYED = "best_reply"
WIDE = 3.0
"""From how many times today's flow on a kind is called far beyond what is seen."""


@block("donors-anarchy")
def anarchy(results: Results) -> str:
    """Say what the price of anarchy is, what makes it, and how much the aid tables add."""
    stored = results["donors"]
    game, draws = stored["game"], stored["replicates"]
    lines = [
        f"Price of anarchy, the planner's welfare over Nash welfare: **{_of(game['price_of_anarchy'])}**; over today's giving "
        f"{_of(game['planner_over_today'])}. Each for itself gives {_of(game['nash_amounts'])} of today's money, one planner "
        f"{_of(game['planner_amounts'])} (medians with 90 % of {draws} draws).",
        f"By amounts alone it is {_of(game['anarchy_by_amounts'])}, by kinds alone {_of(game['anarchy_by_kinds'])}: "
        f"{_larger(game)}.",
        _stretched(game),
    ]
    again = game["reweighted"]
    if again:
        left = again["effective_draws"]
        says = "almost all of the rest is prior" if left > 0.9 * draws else "the tables move the draws"
        lines.append(
            f"Weighed by the aid tables: {_of(again['price_of_anarchy'])}. The weights leave {left:.0f} effective draws of {draws} "
            f"({percent(left / draws)}): {says}."
        )
    by = sorted(game["by_prior"].items(), key=lambda one: -abs(one[1]))
    named = ", ".join(f"`{name}` {value:+.2f}" for name, value in by)
    lines.append(f"Correlation of each prior with the logarithm of the price of anarchy: {named}.")
    return "\n".join(f"- {line}" for line in lines)


def _larger(game: dict[str, Any]) -> str:
    amounts, kinds = game["anarchy_by_amounts"], game["anarchy_by_kinds"]
    return "the mix makes its upper end" if kinds[2] > amounts[2] else "the amounts make its upper end"


def _stretched(game: dict[str, Any]) -> str:
    low, middle, high = game["largest_growth_of_a_kind"]
    said = f"Under one planner the kind that grows most is given {middle:.1f} ({low:.1f} to {high:.1f}) times as much as today."
    if high <= WIDE:
        return said
    return f"{said} That is far beyond what is seen, and its worth there is the concave form's, not the rules'."


@block("donors-parts")
def parts(results: Results) -> str:
    """Return what each part keeps, against Nash and today, and by the attacker's answer."""
    stored = results["donors"]["parts"]
    answers = [
        one for one in stored[0]["by_answer"] if one != AS_PLAYED
    ]  # whose ground is that of the first two columns
    head = ["part", "against today, km2", "against Nash, km2", "delivered, bn $"]
    head += [f"against today, attacker: {_word(one)}" for one in answers]
    rows = [
        [
            one["label"],
            format_interval(one["ground_km2"], signed=True),
            format_interval(one["ground_from_nash_km2"], signed=True),
            f"{_tidy(one['delivered_gusd'][1]):+.1f}",
            *(format_interval(one["by_answer"][answer]["ground_km2"], signed=True) for answer in answers),
        ]
        for one in stored
    ]
    return markdown_table(head, rows)


@block("donors-cells")
def cells(results: Results) -> str:
    """Return the price of anarchy, and what one planner keeps by the attacker's answer, by convexity and theta."""
    stored = results["donors"]["cells"]
    answers = list(stored[0]["by_answer"])
    head = ["k", "theta0", "draws", "price of anarchy"]
    head += [f"{_word(one)}: against {what}" for one in answers for what in ("today", "Nash")]
    rows = []
    for one in stored:
        kept = [
            format_interval(one["by_answer"][answer][key], signed=True)
            for answer in answers
            for key in ("ground_km2", "ground_from_nash_km2")
        ]
        rows.append(
            [_band(one["convexity"]), _band(one["theta"]), str(one["replicates"]), _of(one["price_of_anarchy"]), *kept]
        )
    return markdown_table(head, rows)


@block("donors-kinds")
def kinds(results: Results) -> str:
    """Return the worth of each kind and its share each for itself, today and under one planner."""
    rows = []
    for name, one in results["donors"]["game"]["kinds"].items():
        low, middle, high = (format_number(value) for value in one["km2_per_gusd"])
        shares = [f"{100 * one[end]:.1f} %" for end in ("nash", "today", "planner")]
        rows.append([name.replace("_", " "), f"{middle} ({low} to {high})", *shares])
    return markdown_table(["kind", "km2 per bn $", "Nash", "today", "one planner"], rows)


@block("donors-panel")
def panel(results: Results) -> str:
    """Return the estimates from the aid tables with their standard errors."""
    rows = [[one["label"], f"{one['estimate']:+.2f}", f"{one['error']:.2f}"] for one in results["donors"]["panel"]]
    return markdown_table(["estimate", "value", "standard error"], rows)


@block("donors-priors")
def priors(results: Results) -> str:
    """Return the priors of the game as the shipped scenario states them."""
    from sim.scenario import read
    from sim.scenario.schema.leaves import Choice

    stated = read(WORLD).world().donors
    rows = []
    for name in PRIORS:
        leaf = getattr(stated, name)
        if isinstance(leaf, Choice):
            value = ", ".join(f"{one} {weight:g}" for one, weight in zip(leaf.options, leaf.weights, strict=True))
        else:
            value = f"{leaf.value:g} ({leaf.low:g} to {leaf.high:g}) {leaf.written}, {leaf.law}".replace(" ,", ",")
        rows.append([f"`donors.{name}`", value, leaf.source, leaf.grade])
    return markdown_table(["prior", "value and range", "source", "grade"], rows)


def _of(three: Sequence[float]) -> str:
    low, middle, high = three
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def _tidy(value: float) -> float:
    return 0.0 if abs(value) < 0.05 else value


def _word(answer: str) -> str:
    return WORDS[answer]


def _band(ends: Sequence[float | None]) -> str:
    low, high = ends
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"

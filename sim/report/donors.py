"""The donors' game on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.donors import Cell, Part
from sim.analysis.estimate import Estimate
from sim.report.screen import Screen, Table

PARTS = ("part", "kept against today, km2", "against Nash, km2", "delivered, bn $", "killed and wounded, thousands")
CELLS = ("convexity of costs and today's theta", "draws", "price of anarchy", "planner keeps, km2", "against Nash, km2")
KINDS = ("kind", "km2 per bn $", "Nash", "today", "planner")
PANEL = ("what the aid tables say", "estimate", "standard error")


def screen(game: Mapping[str, Any], parts: Sequence[Part], cells: Sequence[Cell], panel: Sequence[Any]) -> Screen:
    """Return the screen of the donors' game."""
    tables = [
        Table(
            PARTS, [_part(one) for one in parts], title="What coordination keeps: means, 90 % intervals of the means"
        ),
        Table(CELLS, [_cell(one) for one in cells], title="By what nobody can observe"),
        Table(KINDS, [_kind(name, one) for name, one in game["kinds"].items()], title="What a further dollar keeps"),
        *([Table(PANEL, [_said(one) for one in panel])] if panel else []),
    ]
    nash, planner = game["nash_amounts"], game["planner_amounts"]
    value = game["value_of_ground_musd_per_km2"]
    notes = [
        f"Each for itself donors would give {_of(nash, 2)} of today's money, one planner {_of(planner, 2)}.",
        _weighed(game["reweighted"]),
        f"Ground is worth {_of(value, 1)} million dollars a km2 to donors, at the level of the rules' own slopes.",
        "The war goes on. Levels of prices are not identified, ratios are the rules' own; docs/donors.md.",
    ]
    title = (
        f"Price of anarchy (one planner's welfare over each donor's for itself): {_of(game['price_of_anarchy'], 2)}."
    )
    return Screen(title, tables, notes)


def _weighed(again: Mapping[str, Any] | None) -> str:
    if again is None:
        return "No table of observed aid is named (`aid_panel`): all of this is prior."
    anarchy = _of(again["price_of_anarchy"], 2)
    return f"Weighed by the aid tables the price of anarchy is {anarchy}: they say little, the rest is prior."


def _part(one: Part) -> list[str]:
    lives = one.casualties.times(1e-3, "thousand")
    return [one.label, _est(one.kept), _est(one.kept_from_nash), _est(one.delivered, 1), _est(lives, 1)]


def _cell(one: Cell) -> list[str]:
    anarchy = _of(one.anarchy.as_list(), 2)
    return [one.label, str(one.anarchy.n), anarchy, _est(one.kept), _est(one.kept_from_nash)]


def _kind(name: str, one: Mapping[str, Any]) -> list[str]:
    shares = [f"{100 * one[end]:.1f} %" for end in ("nash", "today", "planner")]
    return [name.replace("_", " "), _of(one["km2_per_gusd"], 0), *shares]


def _said(one: Mapping[str, Any]) -> list[str]:
    return [one["label"], f"{one['estimate']:+.2f}", f"{one['error']:.2f}"]


def _of(three: Sequence[float], digits: int) -> str:
    low, middle, high = three
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def _est(one: Estimate, digits: int = 0) -> str:
    return f"{one.value:+,.{digits}f} ({one.low:+,.{digits}f} to {one.high:+,.{digits}f})"

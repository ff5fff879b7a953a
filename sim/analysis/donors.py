"""What coordination among donors keeps: by part of it, and by priors that nobody can observe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from sim.analysis.estimate import Estimate


@dataclass(frozen=True)
class Kept:
    """Ground kept against today's giving, and against each donor for itself, km2: the mean over replicates."""

    today: Estimate
    nash: Estimate

    def account(self) -> dict[str, Any]:
        """Return plain values."""
        return {"ground_km2": self.today.as_list(), "ground_from_nash_km2": self.nash.as_list()}


@dataclass(frozen=True)
class Part:
    """What an arm keeps and costs, the mean over replicates with its interval.

    Parameters
    ----------
    name, label : str
    kept, kept_from_nash : Estimate
        Ground kept against today's giving, and against each donor for itself, km2.
    delivered : Estimate
        Aid delivered beyond today's by the end, Gusd.
    casualties : Estimate
        Killed and wounded of both sides beyond today's, person.
    by_answer : mapping of str to Kept
        Ground kept by the attacker's answer; empty where only one was played.
    """

    name: str
    label: str
    kept: Estimate
    kept_from_nash: Estimate
    delivered: Estimate
    casualties: Estimate
    by_answer: Mapping[str, Kept] = field(default_factory=dict)

    def account(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "label": self.label,
            "ground_km2": self.kept.as_list(),
            "ground_from_nash_km2": self.kept_from_nash.as_list(),
            "delivered_gusd": self.delivered.as_list(),
            "casualties": self.casualties.as_list(),
            "by_answer": _by_answer(self.by_answer),
        }


@dataclass(frozen=True)
class Cell:
    """Results for a band of convexity and of today's theta; `by_answer` holds what one planner keeps, as for a `Part`."""

    convexity: tuple[float, float]
    theta: tuple[float, float]
    anarchy: Estimate
    kept: Estimate
    kept_from_nash: Estimate
    by_answer: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The band in words."""
        return f"k {_band(self.convexity)}, theta {_band(self.theta)}"

    def account(self) -> dict[str, Any]:
        """Return plain values; an open end is null."""
        ends = [[end if isfinite(end) else None for end in pair] for pair in (self.convexity, self.theta)]
        return {
            "convexity": ends[0],
            "theta": ends[1],
            "replicates": self.anarchy.n,
            "price_of_anarchy": self.anarchy.as_list(),
            "planner_ground_km2": self.kept.as_list(),
            "planner_ground_from_nash_km2": self.kept_from_nash.as_list(),
            "by_answer": _by_answer(self.by_answer),
        }


def _band(ends: tuple[float, float]) -> str:
    low, high = ends
    return f"from {low:g}" if not isfinite(high) else f"{low:g} to {high:g}"


def _by_answer(found: Mapping[str, Kept]) -> dict[str, Any]:
    return {answer: kept.account() for answer, kept in found.items()}

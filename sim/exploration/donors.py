"""The donors' game of a scenario on its first morning: what each for itself, today's donors and one planner would give."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from sim.foundation.errors import UserError
from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.models.campaign import bargain
from sim.models.campaign.war import War
from sim.models.campaign.worth import worth
from sim.rules import donors
from sim.scenario.arms.combinations import with_arms
from sim.scenario.priors.draw import draw
from sim.scenario.reader import Changes, resolve
from sim.scenario.syntax.extends import read_chain
from sim.scenario.syntax.nodes import Map

ROUNDS = 60
"""Rounds of replies: far beyond what a war takes, so that what is reported is the equilibrium."""
AT_ONCE = 500
BASE = "base"

ARMS: dict[str, tuple[str, dict[str, float]]] = {
    "each_for_itself": ("Each donor for itself (Nash)", {"volume": -1, "kinds": -1}),
    "one_planner": ("One planner", {"volume": 1, "kinds": 1}),
    "volume": ("Volume alone", {"volume": 1}),
    "kinds": ("Kinds alone", {"kinds": 1}),
    "timing": ("Timing alone, inside the year", {"timing": 1}),
    "haste": ("Timing alone, from beyond the year", {"haste": 1}),
    "message": ("Message alone", {"message": 1}),
    "all_parts": ("Volume, kinds, timing and message", {"volume": 1, "kinds": 1, "timing": 1, "message": 1}),
}
"""What is played against the base: a label, and parts of the plan with their doses."""


@dataclass(frozen=True)
class Ends:
    """The game by replicate: its two ends and today, shape (replicate,) each but for kinds.

    Attributes
    ----------
    anarchy, today : ndarray
        The planner's welfare over that of each donor for itself, and over today's.
    by_amounts, by_kinds : ndarray
        The same over each donor for itself, where the planner sets the amounts alone, and the kinds alone.
    stretch : ndarray
        Largest flow of a kind under one planner over today's: how far beyond what is seen the concave form is asked.
    nash, planner : ndarray
        What all give at either end, over today's.
    mix : ndarray, shape (3, kind, replicate)
        Shares of kinds each for itself, today, under one planner.
    price : ndarray, shape (kind, replicate)
        Ground kept for 1 Gusd of each kind, km2, as the rules' own slopes have it.
    reaction : ndarray
        Elasticity of giving to the giving of the others.
    value : ndarray
        Money that donors give for a unit of ground at that level of prices, Gusd/km2.
    residual : ndarray
        How far the rounds that a war takes are from the equilibrium, under one planner, as a share of all that is given.
    theta, convexity, private, yielding, returns : ndarray
        Priors of the game as drawn.
    """

    anarchy: Array
    today: Array
    by_amounts: Array
    by_kinds: Array
    stretch: Array
    nash: Array
    planner: Array
    mix: Array
    price: Array
    reaction: Array
    value: Array
    residual: Array
    theta: Array
    convexity: Array
    private: Array
    yielding: Array
    returns: Array


def read_parts(file: Path, changes: Changes | None = None) -> Any:
    """Return the scenario of a file with the ends and the parts of coordination as its arms.

    Raises
    ------
    UserError
        If the scenario has no lever whose instrument is a plan.
    """
    document = read_chain(file)
    names = _plans(document)
    if not names:
        raise UserError([f"{file} has no lever with `instrument: plan` - the donors' game is played by one"])
    arms: dict[str, Any] = {BASE: {"label": "As things stand"}}
    for name, (label, parts) in ARMS.items():
        arms[name] = {"label": label, "patch": {f"levers.{names[0]}.{part}": dose for part, dose in parts.items()}}
    return resolve(with_arms(document, arms), file, changes)


def _plans(document: Map) -> list[str]:
    world = document.get("world")
    found = world.get("levers") if isinstance(world, Map) else None
    table = found if isinstance(found, Map) else {}
    return [
        name
        for name, lever in table.items()
        if isinstance(lever, Map) and getattr(lever.get("instrument"), "text", "").strip() == "plan"
    ]


def ends(scenario: Any, replicates: int, seed: int) -> Ends:
    """Return the game of the base's world on the first morning, replicate by replicate."""
    parts = [
        _ends_of(scenario, range(first, min(first + AT_ONCE, replicates)), seed)
        for first in range(0, replicates, AT_ONCE)
    ]
    return Ends(**{one.name: np.concatenate([getattr(part, one.name) for part in parts], -1) for one in fields(Ends)})


def _ends_of(scenario: Any, replicates: range, seed: int) -> Ends:
    lanes = Lanes.grid(1, replicates)
    p = draw(scenario, lanes, seed)
    state = War(p, lanes, Noise(seed, lanes.replicate), scenario.run.start).state
    game, own, today = bargain.game(state), bargain.benefit(state), p.donors.theta
    cold, usual = np.zeros_like(game.price), game.usual.sum(axis=0)
    _, shares, _ = game.as_today()
    found = [(np.ones_like(game.usual), shares)]
    for theta in (np.zeros_like(today), np.ones_like(today)):
        amounts, kinds, _ = game.equilibrium(donors.regard(own, today, theta), cold, ROUNDS)
        found.append((amounts, kinds))
    now, alone, planner = (game.welfare(own, today, *given) for given in found)
    given = [(game.usual * amounts).sum(axis=0) / np.maximum(usual, 1e-12) for amounts, _ in found]
    mixed = [_mix(game.usual * amounts, kinds) for amounts, kinds in (found[1], found[0], found[2])]
    regarded = donors.regard(own, today, np.ones_like(today))
    _, _, reached = game.equilibrium(regarded, cold, bargain.OPENING)
    level = worth(state)
    scale = (level * bargain.usual_mix(state)).sum(axis=0)
    return Ends(
        anarchy=planner / alone,
        today=planner / now,
        by_amounts=game.welfare(own, today, found[2][0], found[1][1]) / alone,
        by_kinds=game.welfare(own, today, found[1][0], found[2][1]) / alone,
        stretch=_stretch(game, *found[2]),
        nash=given[1],
        planner=given[2],
        mix=np.stack(mixed),
        price=level,
        reaction=game.reaction(),
        value=game.value_of_ground(own, today) / np.maximum(scale, 1e-12),
        residual=game.residual(regarded, reached),
        theta=today,
        convexity=p.donors.convexity,
        private=p.donors.private_share,
        yielding=p.donors.yielding,
        returns=p.donors.returns,
    )


def _mix(given: Array, kinds: Array) -> Array:
    return (given[:, None] * kinds).sum(axis=0) / np.maximum(given.sum(axis=0), 1e-12)


def _stretch(game: donors.Game, amounts: Array, kinds: Array) -> Array:
    """Return the largest flow of a kind over today's, (lane,)."""
    before, _, _ = game.as_today()
    after = add_up((game.usual * amounts)[:, None] * kinds)
    some = before > 0.0
    return np.asarray(np.where(some, after / np.where(some, before, 1.0), 1.0).max(axis=0))

"""How the attacker answers an arm: by his own choice, not at all, or by making up for the ground that he misses.

Not at all, and making up, are measured against the base: the same replicate played beside the arm, in which nothing was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.tree import Tree
from sim.models.campaign.orders import Order
from sim.models.campaign.state import State

ANSWERS = ("best_reply", "fixed", "compensating")
"""The answers, in the order of the choice `attacker.answer`."""
BEST_REPLY, FIXED, COMPENSATING = range(len(ANSWERS))

ANSWERING = ("attacker", "partner")
"""First words of the names of the agents whose decisions the answer is about."""


def needs_the_base(worlds: Iterable[Tree]) -> bool:
    """Return whether any lane of any of some parameters answers otherwise than by choice: the base is then played beside."""
    return any(bool((p.attacker.answer != BEST_REPLY).any()) for p in worlds)


def held(state: State, name: str, own: Order, of_base: Order, by_lane: Callable[[Array], Array]) -> Order:
    """Return the order of an agent: that of the base where the attacker's side is fixed by now, else its own.

    `by_lane` deals what is known of the base's wars out to the lanes.
    """
    if name.partition(".")[0] not in ANSWERING:
        return own
    fixed = (state.p.attacker.answer == FIXED) & (state.day >= state.p.attacker.answer_from)
    base = of_base.values()
    return replace(own, **{name: np.where(fixed, by_lane(base[name]), value) for name, value in own.values().items()})


def allowance(state: State, of_base: Array) -> Array:
    """Return how many times harder the attacker presses and recruits than he would, (lane,): 1 but where he makes up.

    As many times as the ground gained in the base, up to today, is more than his; at most one plus
    `attacker.answer_allowance`.

    Parameters
    ----------
    of_base : ndarray, shape (lane,)
        The attacker's net gain in the base up to now, km2.
    """
    p = state.p.attacker
    gained = add_up(state.theatre.net * state.facts.inside)
    behind = np.maximum(of_base, 0.0) / np.maximum(gained, 1e-3)
    making_up = (p.answer == COMPENSATING) & (state.day >= p.answer_from)
    return np.where(making_up, np.clip(behind, 1.0, 1.0 + p.answer_allowance), 1.0)

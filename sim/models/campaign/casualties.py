"""Casualties: from the line of the books to their fates."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.roles import ROLES
from sim.models.campaign.state import State
from sim.rules import manpower


def suffer(state: State, side: int, lost: Array) -> None:
    """Book killed and wounded of a side, person, shape (front, lane), to their fates."""
    name, own, side_state = ROLES[side], state.side_p[side], state.theatre.sides[side]
    killed, invalided, returning = manpower.fates(lost, own.killed_share, own.return_share)
    for account, share in (("killed", killed), ("invalided", invalided), ("hospital/1", returning)):
        state.books.post("person", f"{name}:line", f"{name}:{account}", share)
    side_state.permanent_today = side_state.permanent_today + add_up(killed) + add_up(invalided)
    lose_infantry(state, side, add_up(lost))
    side_state.casualties = side_state.casualties + add_up(lost)


def lose_infantry(state: State, side: int, gone: Array) -> None:
    """Take from the infantry its share of what the line of a side lost, person, shape (lane,)."""
    force = state.theatre.sides[side]
    force.infantry = np.maximum(force.infantry - state.side_p[side].infantry_losses * gone, 0.0)

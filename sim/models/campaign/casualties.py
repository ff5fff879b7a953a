"""Casualties: from the line of the books to their fates."""

from __future__ import annotations

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
    side_state.casualties = side_state.casualties + add_up(lost)

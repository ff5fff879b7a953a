"""Views: what each kind of agent sees of yesterday."""

from __future__ import annotations

from dataclasses import dataclass

from sim.foundation.lanes import Array


@dataclass(frozen=True)
class CommandView:
    """Fronts through fog; arrays ``(front, lane)`` unless said otherwise.

    The enemy's line, and with it `enemy_gap`, is an estimate; all else is exact, the enemy's effort and strain too.
    `own_gap` counts obstacles in: behind a river a thin line is no gap. `reserve_share`, `permanent_losses` and `inflow`
    are (lane,).
    """

    own_line: Array
    enemy_line: Array
    enemy_effort: Array
    enemy_strain: Array
    enemy_defence: Array
    enemy_gap: Array
    own_gap: Array
    reserve_share: Array
    open: Array
    permanent_losses: Array
    inflow: Array


@dataclass(frozen=True)
class UkraineView:
    """What Kyiv knows, each (lane,): the start's fill over today's minus one, and the share of the salient still held."""

    missing_fill: Array
    salient_left: Array


@dataclass(frozen=True)
class RussiaView:
    """What the Kremlin knows, each (lane,).

    Shortage of men (losses over inflow, or intake below what was expected, minus one), of shells, months of shortage,
    willing men left, the bonus paid (both over the start's), and how far missiles are permitted against it.
    """

    shortage: Array
    shell_shortage: Array
    months_short: Array
    pool: Array
    bonus: Array
    permitted: Array


@dataclass(frozen=True)
class StrikeView:
    """What is left to hit by target ``(target, lane)``, and how far missiles are permitted against Russia (lane,)."""

    worth: Array
    permitted: Array


@dataclass(frozen=True)
class AllyView:
    """What a donor sees, (lane,) each but for need by kind, ``(kind, lane)``: others' giving, the front, its own will's mood,
    the largest donor's giving, and its own standing: capacity over the largest donor's.
    """

    others: Array
    front_ratio: Array
    need: Array
    mood: Array
    leader: Array
    standing: Array


@dataclass(frozen=True)
class PartnerView:
    """What a partner sees, each (lane,): Russia's purchases, the Kremlin's belief less the start's, missiles' permission."""

    purchases: Array
    resolve: Array
    permitted: Array


@dataclass(frozen=True)
class MediatorView:
    """Uniform luck of the week (lane,)."""

    luck: Array

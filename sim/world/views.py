"""Views: what each kind of agent sees of yesterday."""

from __future__ import annotations

from dataclasses import dataclass

from sim.foundation.lanes import Array


@dataclass(frozen=True)
class CommandView:
    """Fronts through fog; arrays ``(front, lane)`` unless said otherwise.

    Own line, reserve share (lane,) and strain are known; the enemy's line, effort and strain are estimates. `own_gap`
    counts obstacles in: behind a river a thin line is no gap.
    """

    own_line: Array
    enemy_line: Array
    enemy_effort: Array
    own_strain: Array
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
    """What Kyiv knows: fill (lane,), share of the salient still held (lane,), belief that aid lasts (lane,)."""

    missing_fill: Array
    salient_left: Array
    belief: Array


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
    """Stocks (lane,) and what is left to hit by target ``(target, lane)``."""

    worth: Array
    permitted: Array


@dataclass(frozen=True)
class AllyView:
    """What a donor sees: others' giving (lane,), the front (lane,), need by kind ``(kind, lane)``, its own will's mood (lane,)."""

    others: Array
    front_ratio: Array
    need: Array
    mood: Array


@dataclass(frozen=True)
class PartnerView:
    """What a partner sees: Russia's purchases (lane,), the allies' resolve as belief over the start's (lane,)."""

    purchases: Array
    resolve: Array
    permitted: Array


@dataclass(frozen=True)
class MediatorView:
    """Uniform luck of the week (lane,)."""

    luck: Array

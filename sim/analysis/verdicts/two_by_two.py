"""The question behind the claim, as a table of four: one lever or all, without and with coordination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.analysis.estimate import Estimate
from sim.analysis.names import Roles
from sim.foundation.lanes import Array


@dataclass(frozen=True)
class Cell:
    """One of the four: the arm that stands for it, and the ground that it keeps beside the base, km2."""

    arm: str
    kept: Estimate


@dataclass(frozen=True)
class TwoByTwo:
    """The four cells and what one step adds to the other, paired by replicate.

    Parameters
    ----------
    alone, alone_coordinated : Cell
        The lever that keeps most, uncoordinated, and the same lever under coordination.
    together, together_coordinated : Cell
        All levers.
    adds_alone, adds_together : Estimate
        What coordination adds to that lever, and to all, km2.
    more : Estimate
        What coordination adds to all beyond what it adds to the one, km2: above zero, each is worth more with the other.
    """

    alone: Cell
    alone_coordinated: Cell
    together: Cell
    together_coordinated: Cell
    adds_alone: Estimate
    adds_together: Estimate
    more: Estimate

    def account(self) -> dict[str, object]:
        """Return plain values, intervals as ``[low, mean, high]``."""
        cells = {
            "alone": self.alone, "alone_coordinated": self.alone_coordinated,
            "together": self.together, "together_coordinated": self.together_coordinated,
        }  # fmt: skip
        return {name: {"arm": cell.arm, "kept_km2": cell.kept.as_list()} for name, cell in cells.items()} | {
            "coordination_adds_alone_km2": self.adds_alone.as_list(),
            "coordination_adds_together_km2": self.adds_together.as_list(),
            "more_together_km2": self.more.as_list(),
        }


def two_by_two(kept: Mapping[str, Mapping[str, Array]], roles: Roles, level: float) -> dict[str, TwoByTwo]:
    """Return the table of four against each answer of the enemy; empty where its arms are not there.

    The lever that stands for one alone is the one that keeps most on the mean without coordination, against the first answer;
    chosen by the same replicates, it is a little flattered, which makes it harder for all together to stand out.

    Parameters
    ----------
    kept : mapping of str to mapping of str to ndarray, shape (replicate,)
        By answer and arm, the ground kept beside the base, km2.
    roles : Roles
        Arms of one lever under coordination stand in the order of the arms of one lever.
    level : float
        Coverage of the intervals.
    """
    together, concert, coordinated = roles.uncoordinated, roles.joint, roles.singles_coordinated
    if not coordinated or len(roles.singles) != len(coordinated) or not together or not concert:
        return {}
    chosen = next(iter(kept.values()))
    most = max(range(len(coordinated)), key=lambda one: float(chosen[roles.singles[one]].mean()))
    arms = (roles.singles[most], coordinated[most], together, concert)
    return {answer: _table(arms, grounds, level) for answer, grounds in kept.items()}


def _table(arms: tuple[str, str, str, str], kept: Mapping[str, Array], level: float) -> TwoByTwo:
    alone, alone_coordinated, together, concert = (kept[arm] for arm in arms)
    one, everything = alone_coordinated - alone, concert - together
    first, second, third, fourth = (Cell(arm, Estimate.mean(kept[arm], level, "km2")) for arm in arms)
    adds_alone, adds_together, more = (Estimate.mean(x, level, "km2") for x in (one, everything, everything - one))
    return TwoByTwo(first, second, third, fourth, adds_alone, adds_together, more)

"""Who is who in a result: sides, fronts and arms by role, with the names that its scenario gives them.

Everything is read from the Dataset: the JSON attributes ``sides``, ``outside_fronts``, ``arm_roles`` and
``arm_labels``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import xarray as xr

from sim.foundation.errors import UserError, nearest

BASE, SINGLE, JOINT, UNCOORDINATED, COORDINATION = "base", "single", "joint", "joint_uncoordinated", "coordination"
SINGLE_COORDINATED = "single_coordinated"
"""What an arm may be for a verdict; other arms have no role."""


@dataclass(frozen=True)
class Side:
    """One of the two sides: its label in the Dataset, and words for it."""

    id: str
    name: str
    demonym: str
    leadership: str


@dataclass(frozen=True)
class Roles:
    """The arms of a design and what each of them is for a verdict.

    Parameters
    ----------
    arms : tuple of str
        In order; the first is the base.
    roles : dict of str to str
        By arm; arms without a role are not in it.
    """

    arms: tuple[str, ...]
    roles: dict[str, str]

    @classmethod
    def among(cls, arms: Iterable[str], given: Mapping[str, str]) -> Roles:
        """Return the roles of `arms` as `given`, by arm; the first is the base without saying so."""
        names = tuple(str(name) for name in arms)
        return cls(names, {name: given[name] for name in names if given.get(name)} | {names[0]: BASE})

    @property
    def base(self) -> str:
        """The arm that others are compared with."""
        return self.arms[0]

    @property
    def singles(self) -> tuple[str, ...]:
        """The arms with one lever each."""
        return self._all(SINGLE)

    @property
    def singles_coordinated(self) -> tuple[str, ...]:
        """The arms with one lever each under coordination, in the order of `singles`."""
        return self._all(SINGLE_COORDINATED)

    @property
    def joint(self) -> str | None:
        """The arm with all levers in concert."""
        return self._first(JOINT)

    @property
    def uncoordinated(self) -> str | None:
        """The arm with all levers and no coordination."""
        return self._first(UNCOORDINATED)

    @property
    def coordination(self) -> str | None:
        """The arm with coordination alone."""
        return self._first(COORDINATION)

    @property
    def claim(self) -> bool:
        """Whether the arms of the claim are there: single levers and all in concert."""
        return bool(self.joint and self.singles)

    def need_claim(self) -> None:
        """Refuse arms of which the verdict cannot speak.

        Raises
        ------
        UserError
        """
        if not self.claim:
            have = ", ".join(f"{arm} ({self.roles.get(arm, 'no role')})" for arm in self.arms)
            wanted = f"a base, arms of one lever ({SINGLE}), and one of all in concert ({JOINT})"
            raise UserError([f"the verdict needs {wanted}; the arms are {have}"])

    def arm(self, name: str) -> str:
        """Return `name` if it is an arm.

        Raises
        ------
        UserError
            With the nearest arm.
        """
        if name in self.arms:
            return name
        raise UserError([f"no arm '{name}' - the arms are {', '.join(self.arms)}{nearest(name, self.arms)}"])

    def _all(self, role: str) -> tuple[str, ...]:
        return tuple(name for name in self.arms if self.roles.get(name) == role)

    def _first(self, role: str) -> str | None:
        return next(iter(self._all(role)), None)


@dataclass(frozen=True)
class Names(Roles):
    """The names of one result by role.

    Parameters
    ----------
    attacker, defender : Side
    outside : tuple of str
        Fronts outside the defended country: ground there is no part of the total, and its change no reversal.
    labels : dict of str to str
        Of every arm.
    since, follows : dict of str to str
        Of arms that are in force only from a later day: that day, and the arm whose past they have.
    """

    attacker: Side
    defender: Side
    outside: tuple[str, ...]
    labels: dict[str, str]
    since: dict[str, str] = field(default_factory=dict)
    follows: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: xr.Dataset) -> Names:
        """Return the names that `data` carries."""
        among = Roles.among(data["arm"].to_numpy(), _json(data, "arm_roles"))
        given, outside = _json(data, "arm_labels"), tuple(_json(data, "outside_fronts"))
        labels = {name: given.get(name, name) for name in among.arms}
        branches = _json(data, "arm_since"), _json(data, "arm_follows")
        return cls(among.arms, among.roles, *sides_among(_json(data, "sides")), outside, labels, *branches)

    @property
    def sides(self) -> tuple[Side, Side]:
        """The attacker and the defender."""
        return self.attacker, self.defender

    @property
    def words(self) -> dict[str, str]:
        """The words that a text about this result may ask for, for `str.format`."""
        return {
            "attacker": self.attacker.name,
            "attackers": self.attacker.demonym,
            "leadership": self.attacker.leadership,
            "defender": self.defender.name,
            "defenders": self.defender.demonym,
        }

    def inside(self, fronts: Iterable[Any]) -> list[str]:
        """Return those of `fronts` that lie in the defended country, in order."""
        return [str(name) for name in fronts if str(name) not in self.outside]


def targets_of(data: xr.Dataset, side: Side) -> list[str]:
    """Return the strike targets that belong to a side."""
    owners = zip(data["target"].to_numpy(), data["target_side"].to_numpy(), strict=True)
    return [str(name) for name, owner in owners if str(owner) == side.id]


def sides_among(words: Mapping[str, Mapping[str, str]]) -> tuple[Side, Side]:
    """Return the attacker and the defender from the attribute ``sides``.

    Raises
    ------
    UserError
        If it does not say which side is which.
    """
    by_role = {
        one.get("role"): Side(name, *(one.get(key, name) for key in ("name", "demonym", "leadership")))
        for name, one in words.items()
    }
    if not {"attacker", "defender"} <= by_role.keys():
        raise UserError(["the result does not say which side attacks and which defends (`sides`) - play it again"])
    return by_role["attacker"], by_role["defender"]


def _json(data: xr.Dataset, name: str) -> Any:
    return json.loads(data.attrs.get(name, "{}"))

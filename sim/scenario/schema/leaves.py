"""The kinds of leaf and the section that holds them; `leaf` adds the field makers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from sim.foundation.errors import Fault
from sim.scenario.syntax.nodes import NOWHERE, Place

ABSENT = "not stated: there is none"
"""Source of a number that a file leaves out, where leaving it out says that there is nothing of the kind."""


class Section(BaseModel):
    """A branch of the scenario tree: named leaves and further sections, nothing unknown, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    made_by: ClassVar[tuple[Callable[..., Any], tuple[Any, ...]] | None] = None
    """How to make an empty one of a class that no module holds: what makes it, and its arguments."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle by class and state; a class that no module holds is made anew."""
        made_by = type(self).made_by
        if made_by is None:
            return super().__reduce_ex__(protocol)
        make, arguments = made_by
        return make, arguments, self.__getstate__()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a field allows; `ge` and `le` include their ends, `gt` and `lt` do not."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    def allow(self, value: float) -> bool:
        """Whether `value` may stand here."""
        return (
            (self.ge is None or value >= self.ge)
            and (self.gt is None or value > self.gt)
            and (self.le is None or value <= self.le)
            and (self.lt is None or value < self.lt)
        )

    @property
    def lower(self) -> float:
        """Smallest allowed number, -inf if there is none."""
        above = -math.inf if self.gt is None else math.nextafter(self.gt, math.inf)
        return above if self.ge is None else max(self.ge, above)

    @property
    def upper(self) -> float:
        """Largest allowed number, inf if there is none."""
        below = math.inf if self.lt is None else math.nextafter(self.lt, -math.inf)
        return below if self.le is None else min(self.le, below)

    def __str__(self) -> str:
        parts = ((">=", self.ge), (">", self.gt), ("<=", self.le), ("<", self.lt))
        return " and ".join(f"{sign} {bound:g}" for sign, bound in parts if bound is not None)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What every leaf has: its place in the file, for messages raised later; equality ignores it."""

    place: Place = field(default=NOWHERE, compare=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Refuse a leaf without a field maker: without one there is no unit and no bound to check."""
        name = cls.__name__
        raise TypeError(f"a {name} field needs its maker, like `x: {name} = {name.lower()}(...)`")


@dataclass(frozen=True, slots=True)
class Evidence(Leaf):
    """Where a statement about the world comes from: `source` is an id among the sources, or free text."""

    source: str = ""
    as_of: str = ""
    grade: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Number(Evidence):
    """A number of the world, with its uncertainty, in the schema's `unit`.

    `low` and `high` are the 5 % and 95 % quantiles (of uniform, loguniform, triangular, beta: ends); None
    when the law is fixed or set. Draws are clipped to `bounds`. `written` is the unit the file used.
    """

    value: float = 0.0
    low: float | None = None
    high: float | None = None
    law: str = "fixed"
    unit: str = ""
    written: str = field(default="", compare=False)
    luck: str = ""
    bounds: Bounds = Bounds()


@dataclass(frozen=True, slots=True)
class Knob(Leaf):
    """A control: a plain number that claims nothing about the world, in the schema's `unit`."""

    value: float = 0.0
    unit: str = ""
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Day(Leaf):
    """A calendar day."""

    date: date = date.min


@dataclass(frozen=True, slots=True)
class Choice(Evidence):
    """One of `options`; with several `weights` above zero it is drawn (uncertainty between structures)."""

    options: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    luck: str = ""


@dataclass(frozen=True, slots=True)
class Series(Evidence):
    """A quantity that changes with the date, in the schema's `unit`.

    Either `points` (dates ascending, held constant outside) times a `factor` (if any), or one `constant`.
    """

    points: tuple[tuple[date, float], ...] = ()
    interpolate: str = "linear"
    unit: str = ""
    written: str = field(default="", compare=False)
    factor: Number | None = None
    constant: Number | None = None
    bounds: Bounds = Bounds()


@dataclass(frozen=True, slots=True)
class Text(Leaf):
    """Words for people; not drawn."""

    value: str = ""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Name(Leaf):
    """A word that the model goes by: a role, a kind of thing, or the name of another thing; the same in every arm."""

    value: str = ""

    def __str__(self) -> str:
        return self.value


def refuse(where: Any, message: str) -> PydanticCustomError:
    """Return an error to raise in a section's own validator, located at a leaf (or what has a `place`)."""
    return PydanticCustomError("leaf", "{message}", {"message": message, "faults": (where.place.fault(message),)})


def refuse_all(faults: list[Fault]) -> PydanticCustomError:
    """Return one error that carries several located faults."""
    return PydanticCustomError("leaf", "{message}", {"message": faults[0].message, "faults": tuple(faults)})

"""The raw scenario tree: what the YAML said, and where it said it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.foundation.errors import Fault
from sim.foundation.text import for_terminal, shortened


class Place(NamedTuple):
    """Where something stands; line and column count from 1."""

    file: str | None = None
    line: int | None = None
    column: int | None = None

    def fault(self, message: str) -> Fault:
        """Return a fault at this place."""
        return Fault(message, self.file, self.line, self.column)


NOWHERE = Place()


class Scalar:
    """One plain value: its text, its YAML 1.2 meaning (str, int, float, bool or None), its place."""

    __slots__ = ("place", "text", "value")

    def __init__(self, text: str, value: str | int | float | bool | None, place: Place) -> None:
        self.text, self.value, self.place = text, value, place


class Map(dict[str, Any]):
    """A mapping of nodes; `spots` holds the place of every key."""

    __slots__ = ("place", "spots")

    def __init__(self, items: dict[str, Any], place: Place, spots: dict[str, Place]) -> None:
        super().__init__(items)
        self.place, self.spots = place, spots

    def spot(self, key: str) -> Place:
        """Return the place of `key`, or of the mapping when the key is not there."""
        return self.spots.get(key, self.place)

    def with_item(self, key: str, node: Any, place: Place) -> Map:
        """Return a shallow copy with one item put; everything else is shared."""
        spots = self.spots if key in self.spots else {**self.spots, key: place}
        return Map({**self, key: node}, self.place, spots)


class Seq(list[Any]):
    """A list of nodes."""

    __slots__ = ("place",)

    def __init__(self, items: list[Any], place: Place) -> None:
        super().__init__(items)
        self.place = place


@dataclass(frozen=True, eq=False)
class Restated:
    """A leaf said anew by a patch that leans on the leaf below it: ``1.5``, ``"x 1.2"``, ``"50 km"``.

    Parameters
    ----------
    base : node
        The leaf that the patch changes.
    change : Scalar
        What the patch says; the leaf type decides what it means.
    """

    base: Any
    change: Scalar

    @property
    def place(self) -> Place:
        """The patch's own place."""
        return self.change.place


Node = Scalar | Map | Seq | Restated


def as_node(value: Any, place: Place = NOWHERE) -> Any:
    """Wrap plain Python data (dict, list, str, number) as nodes at one place; nodes pass unchanged."""
    return _wrapped(value, lambda path: place, "")


def as_document(content: Mapping[str, Any]) -> Map:
    """Return plain Python data as the nodes of a file; the place of each is the path of its keys."""
    made: Map = _wrapped(content, lambda path: Place(path.removeprefix(".") or "scenario"), "")
    return made


def _wrapped(value: Any, place_at: Callable[[str], Place], path: str) -> Any:
    """Return plain data as nodes; paths begin with a point."""
    place = place_at(path)
    if isinstance(value, Scalar | Map | Seq | Restated):
        return value
    if isinstance(value, Mapping):
        items = {for_terminal(str(key)): _wrapped(item, place_at, f"{path}.{key}") for key, item in value.items()}
        return Map(items, place, {key: place_at(f"{path}.{key}") for key in items})
    if isinstance(value, list | tuple):
        return Seq([_wrapped(item, place_at, f"{path}.{index}") for index, item in enumerate(value)], place)
    if not isinstance(value, int | float | None):
        value = for_terminal(str(value))  # words; or a date and the like, by what they are written as
    return Scalar("" if value is None else str(value), value, place)


def plain(node: Any) -> Any:
    """Return the plain Python data behind a node; scalars that are not numbers come back as written."""
    if isinstance(node, Map):
        return {key: plain(item) for key, item in node.items()}
    if isinstance(node, Seq):
        return [plain(item) for item in node]
    if isinstance(node, Restated):
        return plain(node.change)
    return node.value


def describe(node: Any) -> str:
    """Return what a node is, in a few words, for an error message."""
    if isinstance(node, Map):
        return "a mapping with " + (", ".join(f"'{key}'" for key in list(node)[:4]) or "no keys")
    if isinstance(node, Seq):
        return f"a list of {len(node)}"
    scalar = node.change if isinstance(node, Restated) else node
    if scalar.value is None:
        return "nothing"
    return f"'{shortened(scalar.text)}'"


def below(node: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    """Yield the nodes along `path` from `node` down, ending where the path leaves the tree."""
    yield node
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return
        yield node

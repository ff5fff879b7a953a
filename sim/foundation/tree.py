"""A frozen tree of named values, read as attributes: ``parameters.combat.attacker_rate``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim.foundation.errors import nearest


class Tree(Mapping[str, Any]):
    """A read-only mapping whose keys are also attributes; branches are Trees, leaves are anything."""

    __slots__ = ("__dict__", "_items")

    def __init__(self, items: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_items", dict(items))
        # found without a call of ours: a day of war looks up a thousand leaves
        self.__dict__.update((key, item) for key, item in items.items() if not (key[:1] == "_" or hasattr(Tree, key)))

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._items[name]
        except KeyError:
            raise AttributeError(f"no '{name}' among {sorted(self._items)}{nearest(name, self._items)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a Tree is frozen; cannot set '{name}'")

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __reduce__(self) -> tuple[type[Tree], tuple[dict[str, Any]]]:
        return (Tree, (self._items,))

    def flat(self) -> Iterator[Any]:
        """Yield every leaf; this does not count as reading, since what is only copied is not read."""
        for item in self._items.values():
            yield from item.flat() if isinstance(item, Tree) else [item]

    def mapped(self, change: Callable[[Any], Any]) -> Tree:
        """Return a tree of the same names with what `change` makes of each leaf; this does not count as reading."""
        return Tree(
            {key: item.mapped(change) if isinstance(item, Tree) else change(item) for key, item in self._items.items()}
        )

    def replace(self, path: str, value: Any) -> Tree:
        """Return a copy with the leaf at dotted `path` replaced; the path must exist."""
        head, _, rest = path.partition(".")
        if head not in self._items:
            raise KeyError(f"no '{head}' among {sorted(self._items)}")
        return Tree({**self._items, head: self._items[head].replace(rest, value) if rest else value})

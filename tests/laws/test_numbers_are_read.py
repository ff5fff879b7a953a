"""No dead number: every leaf of the scenario is read by the world, or is there for figures only."""

from sim.foundation.tree import Tree
from tests.models.campaign.wars import begin, grid, leaves, parameters, replaced

#: leaves that only figures read
FOR_FIGURES = {"fronts.lon", "fronts.lat", "fronts.bearing"}


class Spied(Tree):
    """A tree that notes the paths of the leaves that are read."""

    __slots__ = ("_path", "_seen")

    def __init__(self, items, path="", seen=None):
        super().__init__(items)
        self.__dict__.clear()  # so that every look-up comes by here
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_seen", set() if seen is None else seen)

    def __getitem__(self, key):
        item, here = super().__getitem__(key), f"{self._path}.{key}".lstrip(".")
        if isinstance(item, Tree):
            return Spied(item._items, here, self._seen)
        self._seen.add(here)
        return item

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        super().__getattr__(name)  # raises where there is nothing of that name
        return self[name]


def test_a_number_that_is_not_read_is_seen():
    tree = Spied({"a": Tree({"b": 1, "c": 2}), "d": 3})
    assert tree.a.b == tree["a"]["b"] == 1
    assert list(tree.a.values()) == [1, 2]
    assert tree._seen == {"a.b", "a.c"}


def test_every_number_of_the_world_is_read_when_a_war_is_played():
    lanes = grid(1)
    p = parameters(lanes)
    p = replaced(p, attacker__answer=2)  # who makes up for ground reads all that the answers need
    spied = Spied(p._items)
    war = begin(lanes, spied, base=spied)
    for _ in range(35):
        war.step()
    # how far inputs wander is read when they are drawn, and goes with the series (tests/models/test_drift.py)
    unread = {path for path, _ in leaves(p) if not path.startswith("drift.")} - spied._seen
    assert unread == FOR_FIGURES, "drawn, documented and read by nobody - or read now, and no longer for figures only"

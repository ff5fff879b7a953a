"""No dead number: every leaf of the scenario is read by the world, or is there for figures only."""

from sim.exploration.equations import Watched
from sim.foundation.tree import Tree
from tests.models.campaign.wars import begin, grid, leaves, parameters, replaced

#: leaves that only figures read
FOR_FIGURES = {"fronts.lon", "fronts.lat", "fronts.bearing"}


def test_a_number_that_is_not_read_is_seen():
    seen = set()
    tree = Watched({"a": Tree({"b": 1, "c": 2}), "d": 3, "e": 4}, lambda path, frame: seen.add(path))
    assert tree.a.b == tree["a"]["b"] == 1
    assert list(tree.a.values()) == [1, 2]
    assert seen == {"a.b", "a.c"}
    assert tree.mapped(lambda leaf: -leaf).d == -3
    assert seen == {"a.b", "a.c", "d"}, "mapping reads nothing, and what it makes is watched"


def test_every_number_of_the_world_is_read_when_a_war_is_played():
    lanes = grid(1)
    p = parameters(lanes)
    p = replaced(p, attacker__answer=2)  # who makes up for ground reads all that the answers need
    seen = set()
    watched = Watched(p, lambda path, frame: seen.add(path))
    war = begin(lanes, watched, base=watched)
    for _ in range(35):
        war.step()
    # how far inputs wander is read when they are drawn, and goes with the series (tests/models/test_drift.py)
    unread = {path for path, _ in leaves(p) if not path.startswith("drift.")} - seen
    assert unread == FOR_FIGURES, "drawn, documented and read by nobody - or read now, and no longer for figures only"

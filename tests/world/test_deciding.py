"""Agents see and write orders; only the war acts. So deciding changes nothing and its order cannot matter."""

import ast
import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

from sim.world import orders
from tests.world.wars import after, begin, differences, grid, state

AGENTS = sorted((Path(orders.__file__).parent / "agents").glob("*.py"))


def digest(war):
    """Return a hash of all that agents did not write down for themselves."""
    total = hashlib.sha256()
    for name, array in sorted(state(war, orders=False).items()):
        total.update(name.encode() + array.tobytes())
    return total.hexdigest()


def test_deciding_changes_nothing():
    war = after(grid(3), 28)
    before = digest(war)
    war.decide()
    assert digest(war) == before
    war.resolve()
    assert digest(war) != before, "resolving does, or the digest sees nothing"


def test_orders_are_frozen_and_written_anew():
    war = after(grid(2), 8)
    for agent in war.deciders():
        order, view = agent.order, agent.view
        assert dataclasses.is_dataclass(order), agent.name
        assert type(order).__dataclass_params__.frozen, agent.name
        assert type(view).__dataclass_params__.frozen, agent.name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(order, dataclasses.fields(order)[0].name, None)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_activation_cannot_matter(seed):
    straight = after(grid(3), 35)
    shuffled = begin(grid(3))
    usual = shuffled.deciders
    rng = np.random.default_rng(seed)

    def any_order():
        cast = usual()
        return [cast[i] for i in rng.permutation(len(cast))]

    shuffled.deciders = any_order
    for _ in range(35):
        shuffled.step()
    assert differences(state(straight), state(shuffled)) == []


def test_an_order_stands_until_the_next_decision():
    war = begin(grid(2))
    for _ in range(30):
        orders_before = {agent.name: agent.order for agent in war.deciders()}
        day = war.day
        war.step()
        for agent in war.deciders():
            assert (agent.order is not orders_before[agent.name]) == agent.due(day), f"{agent.name} on day {day}"


@pytest.mark.parametrize("path", AGENTS, ids=lambda path: path.name)
def test_no_agent_acts(path):
    """No decision assigns to the model, posts to the ledger or draws luck of its own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("post", "advance", "shift_", "noise"), f"line {node.lineno}: {node.attr}"
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        for target in targets:
            assert "model" not in ast.unparse(target), f"line {node.lineno}"


def test_every_agent_of_the_scenario_is_there():
    war = begin(grid(1, arms=1))
    names = [agent.name for agent in war.deciders()]
    assert len(names) == len(set(names))
    assert set(war.p.allies.names) | set(war.p.partners.names) | set(war.p.mediators.names) <= set(names)
    assert len(war.allies) >= 12
    assert len(names) == len(war.agents)

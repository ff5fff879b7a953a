"""Agents see and write orders; only the war acts. So deciding changes nothing and its order cannot matter."""

import ast
import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.series import Series
from sim.scenario.priors.draw import Stack
from sim.world import orders, perceiving
from tests.world.wars import after, begin, differences, grid, leaves, parameters, replaced, state

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
            renewed = agent.due(day) and day > 0  # the first day's orders were written in setting up
            assert (agent.order is not orders_before[agent.name]) == renewed, f"{agent.name} on day {day}"


def acts(source):
    """Return (line, what) wherever a decision assigns to the model, posts to the ledger or draws luck of its own."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("post", "advance", "noise"):
            found.append((node.lineno, node.attr))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("shift", "open"):
            found.append((node.lineno, node.func.attr))
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        found += [(node.lineno, "model") for target in targets if "model" in ast.unparse(target)]
    return found


@pytest.mark.parametrize(
    "act",
    [
        "self.model.ledger.post('shell', 'a', 'b', 1.0)",
        "self.model.ledger.shift('person', 'a', x)",
        "self.model.theatre.bonus = 2.0",
        "self.model.theatre.shift[0] += 1.0",
        "u = self.model.noise.uniform('mine')",
    ],
)
def test_an_act_is_seen(act):
    assert acts(act)
    assert acts("left = self.model.theatre.shift * view.open") == []


@pytest.mark.parametrize("path", AGENTS, ids=lambda path: path.name)
def test_no_agent_acts(path):
    assert acts(path.read_text(encoding="utf-8")) == []


def test_every_agent_of_the_scenario_is_there():
    war = begin(grid(1, arms=1))
    names = [agent.name for agent in war.deciders()]
    assert len(names) == len(set(names))
    assert set(war.p.allies.names) | set(war.p.partners.names) | set(war.p.mediators.names) <= set(names)
    assert len(war.allies) >= 12
    assert len(names) == len(war.agents)


# --- fog: what an agent may know -----------------------------------------------------------------------------


def other_future(p, day):
    """Return parameters whose dated series are quite different after `day`."""

    def later(leaf):
        if isinstance(leaf, Stack):
            return Stack(tuple(later(part) for part in leaf.parts), leaf.axis)
        table = leaf.table.copy()
        table[day + 1 :] = 3.0 * table[day + 1 :] + 7.0
        return Series(table, leaf.arm, leaf.factor)

    for path, leaf in leaves(p):
        if isinstance(leaf, (Series, Stack)):
            p = p.replace(path, later(leaf))
    return p


def hidden_changed(war, side):
    """Change what a command of `side` cannot see: the enemy's men, stocks, quality, luck; all luck; and the future."""
    foe, t = ("ukraine", "russia")[1 - side], war.theatre
    for (commodity, account), held in war.ledger._accounts.items():
        if account.startswith(f"{foe}:"):
            war.ledger._accounts[commodity, account] = 1.7 * held + 3.0
    enemy = t.sides[1 - side]
    enemy.quality, enemy.fires = enemy.quality * 0.4, enemy.fires * 2.0
    for own in t.sides:
        own.luck, own.theatre_luck = own.luck + 2.0, own.theatre_luck + 1.0
    war.p = other_future(war.p, war.day)
    war.side_p = (war.p.sides.ukraine, war.p.sides.russia)
    return war


def unlike(order, other):
    pairs = ((f.name, getattr(order, f.name), getattr(other, f.name)) for f in dataclasses.fields(order))
    return [name for name, a, b in pairs if not np.array_equal(a, b, equal_nan=True)]


@pytest.mark.parametrize("role", ["command", "striker", "government", "ally", "mediator", "partner"])
def test_an_order_follows_from_the_view_and_not_from_what_is_hidden(role):
    """The same view with another enemy, other luck and another future behind it: the same order."""
    for side in (0, 1):
        war = after(grid(2), 28)
        agents = {
            "command": [war.commands[side]],
            "striker": [war.strikers[side]],
            "government": [(war.kyiv, war.kremlin)[side]],
            "ally": war.allies if side == 0 else [],
            "mediator": war.mediators if side == 0 else [],
            "partner": war.partners if side == 1 else [],
        }[role]
        views = [perceiving.view_for(war, agent) for agent in agents]
        before = [agent.decide(view, war.day) for agent, view in zip(agents, views, strict=True)]
        hidden_changed(war, side)
        for agent, view, order in zip(agents, views, before, strict=True):
            assert unlike(order, agent.decide(view, war.day)) == [], agent.name


def test_what_is_hidden_shows_once_it_is_seen():
    """Else the test above could not fail: a new view of the changed world gives another order."""
    war = after(grid(2), 28)
    command = war.commands[1]
    before = command.decide(perceiving.view_for(war, command), war.day)
    hidden_changed(war, 1)
    assert "wanted" in unlike(before, command.decide(perceiving.view_for(war, command), war.day))


@pytest.mark.parametrize("side", [0, 1])
def test_commands_see_the_enemy_through_fog(side):
    """Without fog the view is the truth; with it the estimate is off by the stated spread, either way alike."""
    name, foe = (("ukraine", "russia"), ("russia", "ukraine"))[side]
    lanes = grid(150, arms=1)
    for fog in (0.0, 0.3):
        war = begin(lanes, replaced(parameters(lanes), **{f"sides__{name}__fog": fog}))
        seen = perceiving.view_for(war, war.commands[side]).enemy_line
        error = np.log(seen / war.ledger.balance("person", f"{foe}:line"))
        assert error.std() == pytest.approx(fog, abs=4.5 * fog / np.sqrt(2 * error.size) + 1e-12)
        assert error.mean() == pytest.approx(-0.5 * fog**2, abs=4.5 * fog / np.sqrt(error.size) + 1e-12)
        gap = perceiving.view_for(war, war.commands[side]).enemy_gap
        true = begin(lanes, replaced(war.p, **{f"sides__{name}__fog": 0.0}))
        clear = perceiving.view_for(true, true.commands[side]).enemy_gap
        assert np.array_equal(gap, clear) == (fog == 0.0), "what is made of the estimate is as wrong as the estimate"


# --- closed forms of decisions ---------------------------------------------------------------------------------


def test_donors_answer_to_the_front_and_to_each_other():
    """Usual giving is capacity times will times (front ratio)^response times (1 + phi (others - 1)), a month."""
    lanes = grid(2, arms=1)
    for response, sign in ((0, 0.0), (1, 1.0), (2, -1.0)):
        p = replaced(
            parameters(lanes), donors__response=response, donors__response_size=0.4, donors__front_response=-0.5,
            donors__will_noise=0.0, allies__will=1.0, allies__turned=1.0,
        )  # fmt: skip
        war = begin(lanes, p)
        for ally in war.allies[:3]:
            view = dataclasses.replace(
                perceiving.view_for(war, ally), others=np.full(2, 1.5), front_ratio=np.full(2, 4.0), mood=np.ones(2)
            )
            expected = p.allies.capacity[ally.row] * 0.5 * (1.0 + sign * 0.4 * 0.5) / (365.25 / 12)
            np.testing.assert_allclose(ally.decide(view, 0).usual, expected, rtol=1e-9, err_msg=ally.name)


def test_russian_deep_strikes_grow_by_their_share_a_month():
    lanes = grid(2, arms=1)
    p = replaced(parameters(lanes), escalation__regardless=0.06, escalation__answer=0.5)
    war = begin(lanes, p)
    view = dataclasses.replace(perceiving.view_for(war, war.kremlin), permitted=np.array([0.0, 1.0]))
    tempo = war.kremlin.decide(view, 365).strike_tempo
    np.testing.assert_allclose(tempo, 1.0 + 0.06 * 365 / (365.25 / 12) + np.array([0.0, 0.5]), rtol=1e-9)


def test_a_mediator_calls_so_often_a_month():
    """Calls follow the exponential law a week; one voice makes them rarer, and after its day nobody calls."""
    lanes = grid(2000, arms=1)
    p = replaced(parameters(lanes), mediators__calls=2.0, mediators__until=50.0, mediators__credit=1.0)
    war = begin(lanes, p)
    mediator = war.mediators[0]
    called = mediator.decide(perceiving.view_for(war, mediator), 0).incoherence
    chance = -np.expm1(-2.0 * 7 / (365.25 / 12))
    assert called.mean() == pytest.approx(chance, abs=4.5 * np.sqrt(chance * (1 - chance) / 2000))
    assert (mediator.decide(perceiving.view_for(war, mediator), 51).incoherence == 0.0).all()

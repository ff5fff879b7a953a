"""Agents see and write orders; only the war acts. So deciding changes nothing and its order cannot matter."""

import ast
import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.roles import ROLES
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.models.campaign import orders, perceiving
from sim.scenario.priors.draw import Stack
from tests.models.campaign.wars import SIDES, after, begin, differences, grid, leaves, parameters, replaced, state

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


def standing(war):
    """Return {agent's name: its standing order}."""
    return {agent.name: war.state.orders.standing(agent.writes, agent.row) for agent in war.deciders()}


def test_views_and_orders_are_frozen():
    war = after(grid(2), 8)
    for agent in war.deciders():
        for written in (agent.view, standing(war)[agent.name]):
            assert type(written).__dataclass_params__.frozen, agent.name
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(written, dataclasses.fields(written)[0].name, None)


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
        before, day = standing(war), war.state.day
        war.step()
        for agent in war.deciders():
            renewed = agent.due(day) and day > 0  # the first day's orders were written in setting up
            assert (standing(war)[agent.name] is not before[agent.name]) == renewed, f"{agent.name} on day {day}"


def looks_beyond(source):
    """Return (line, what) wherever an agent reads or imports anything but its view, orders, rules and the calendar."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("model", "state", "books", "theatre"):
            found.append((node.lineno, node.attr))
        if isinstance(node, ast.ImportFrom):
            found += [(node.lineno, node.module)] if not str(node.module).startswith(ALLOWED) else []
        if isinstance(node, ast.Import):
            found += [(node.lineno, a.name) for a in node.names if a.name not in ("numpy", "mesa")]
    return found


CAMPAIGN = "sim.models.campaign"
ALLOWED = (
    "__future__", "collections.abc", "typing", "sim.rules.", "sim.foundation.lanes", f"{CAMPAIGN}.agents.decider",
    f"{CAMPAIGN}.calendar", f"{CAMPAIGN}.orders", f"{CAMPAIGN}.views",
)  # fmt: skip


@pytest.mark.parametrize(
    "look",
    [
        "x = self.model.state",
        "from sim.models.campaign.state import State",
        "from sim.models.campaign import levers",
        "import sim.models.campaign.war",
        "def decide(self, view, day):\n    return view.model.theatre.shift",
    ],
)
def test_a_look_beyond_the_view_is_seen(look):
    assert looks_beyond(look)
    assert looks_beyond("from sim.models.campaign.views import AllyView\nleft = view.capacity * 2.0") == []


@pytest.mark.parametrize("path", AGENTS, ids=lambda path: path.name)
def test_agents_know_their_view_and_nothing_else(path):
    assert looks_beyond(path.read_text(encoding="utf-8")) == []


def test_an_agent_decides_without_a_war():
    """A view is complete: an agent of another war, or of none that goes on, writes the same order from it."""
    war, other = after(grid(2), 28), begin(grid(1, arms=1))
    for agent, twin in zip(war.deciders(), other.deciders(), strict=True):
        view = perceiving.view_for(war.state, agent)
        assert unlike(agent.decide(view, 28), twin.decide(view, 28)) == [], agent.name


def test_every_agent_of_the_scenario_is_there():
    war = begin(grid(1, arms=1))
    names, p = [agent.name for agent in war.deciders()], war.state.p
    assert len(names) == len(set(names)) == len(war.agents)
    wanted = {f"{word}.{name}" for word in ("ally", "partner", "mediator") for name in p[WORDS[word]].names}
    assert wanted <= set(names)
    assert len(war.cast.allies) >= 12


WORDS = {"ally": "allies", "partner": "partners", "mediator": "mediators"}


# --- fog: what an agent may know -----------------------------------------------------------------------------


def other_future(p, day):
    """Return parameters whose dated series are quite different after `day`."""

    def later(leaf):
        if isinstance(leaf, Stack):
            return Stack(tuple(later(part) for part in leaf.parts), leaf.axis)
        table = leaf.table.copy()
        table[day + 1 :] = 3.0 * table[day + 1 :] + 7.0
        return dataclasses.replace(leaf, table=table)

    for path, leaf in leaves(p):
        if isinstance(leaf, (Series, Stack)):
            p = p.replace(path, later(leaf))
    return p


def hidden_changed(war, side):
    """Change what a command of `side` cannot see: the enemy's men, stocks, quality; all noise; and the future."""
    foe, t = ROLES[1 - side], war.state.theatre
    for (commodity, account), held in war.state.books._accounts.items():
        if account.startswith(f"{foe}:"):
            war.state.books._accounts[commodity, account] = 1.7 * held + 3.0
    enemy = t.sides[1 - side]
    enemy.quality, enemy.fires = enemy.quality * 0.4, enemy.fires * 2.0
    for own in t.sides:
        own.axis_noise, own.theatre_noise = own.axis_noise + 2.0, own.theatre_noise + 1.0
    war.state.p = other_future(war.state.p, war.state.day)
    return war


def unlike(order, other):
    pairs = ((f.name, getattr(order, f.name), getattr(other, f.name)) for f in dataclasses.fields(order))
    return [name for name, a, b in pairs if not np.array_equal(a, b, equal_nan=True)]


@pytest.mark.parametrize("role", ["command", "striker", "government", "ally", "mediator", "partner"])
def test_an_order_follows_from_the_view_and_not_from_what_is_hidden(role):
    """The same view with another enemy, other noise and another future behind it: the same order."""
    for side in (0, 1):
        war = after(grid(2), 28)
        agents = {
            "command": [war.cast.commands[side]],
            "striker": [war.cast.strikers[side]],
            "government": [war.cast.governments[side]],
            "ally": war.cast.allies if side == 0 else [],
            "mediator": war.cast.mediators if side == 0 else [],
            "partner": war.cast.partners if side == 1 else [],
        }[role]
        views = [perceiving.view_for(war.state, agent) for agent in agents]
        before = [agent.decide(view, war.state.day) for agent, view in zip(agents, views, strict=True)]
        hidden_changed(war, side)
        for agent, view, order in zip(agents, views, before, strict=True):
            assert unlike(order, agent.decide(view, war.state.day)) == [], agent.name


def test_what_is_hidden_shows_once_it_is_seen():
    """Else the test above could not fail: a new view of the changed world gives another order."""
    war = after(grid(2), 28)
    command = war.cast.commands[1]
    before = command.decide(perceiving.view_for(war.state, command), war.state.day)
    hidden_changed(war, 1)
    assert "wanted" in unlike(before, command.decide(perceiving.view_for(war.state, command), war.state.day))


@pytest.mark.parametrize("side", [0, 1])
def test_commands_see_the_enemy_through_fog(side):
    """Without fog the view is the truth; with it the estimate is off by the stated spread, either way alike."""
    name, foe = SIDES[side], ROLES[1 - side]
    lanes = grid(150, arms=1)
    for fog in (0.0, 0.3):
        war = begin(lanes, replaced(parameters(lanes), **{f"sides__{name}__fog": fog}))
        seen = perceiving.view_for(war.state, war.cast.commands[side]).enemy_line
        error = np.log(seen / war.state.books.balance("person", f"{foe}:line"))
        assert error.std() == pytest.approx(fog, abs=4.5 * fog / np.sqrt(2 * error.size) + 1e-12)
        assert error.mean() == pytest.approx(-0.5 * fog**2, abs=4.5 * fog / np.sqrt(error.size) + 1e-12)
        power = perceiving.view_for(war.state, war.cast.commands[side]).power
        true = begin(lanes, replaced(war.state.p, **{f"sides__{name}__fog": 0.0}))
        clear = perceiving.view_for(true.state, true.cast.commands[side]).power
        assert np.array_equal(power, clear) == (fog == 0.0), "what is made of the estimate is as wrong as the estimate"


def of_view(view):
    """Return every array of a view by name, those of what it holds in turn included."""
    found = {}
    for field in dataclasses.fields(view):
        value = getattr(view, field.name)
        if dataclasses.is_dataclass(value):
            found |= {f"{field.name}.{name}": array for name, array in of_view(value).items()}
        elif isinstance(value, Tree):
            assert not any(isinstance(leaf, (Series, Stack)) for _, leaf in leaves(value)), (
                "a dated series is the future"
            )
            found |= {f"{field.name}.{path}": leaf for path, leaf in leaves(value)}
        else:
            found[field.name] = value
    return found


def test_no_view_knows_the_future():
    """What will be stated of any input later changes nothing in what is seen today."""
    war = after(grid(2), 28)
    before = {agent.name: of_view(perceiving.view_for(war.state, agent)) for agent in war.deciders()}
    today = {name: leaf.at(28).copy() for name, leaf in leaves(war.state.p) if isinstance(leaf, (Series, Stack))}
    war.state.p = other_future(war.state.p, war.state.day)
    for agent in war.deciders():
        assert differences(before[agent.name], of_view(perceiving.view_for(war.state, agent))) == [], agent.name
    later = {name: leaf.at(29) for name, leaf in leaves(war.state.p) if isinstance(leaf, (Series, Stack))}
    assert sum(not np.array_equal(today[name], later[name]) for name in today) > 10, "the future did change"


# --- closed forms of decisions ---------------------------------------------------------------------------------


def test_donors_vote_by_their_means_their_will_and_the_front():
    """Today's giving is capacity times will times (front ratio)^response, a month; the plan multiplies it by the bargain."""
    lanes = grid(2, arms=1)
    p = replaced(parameters(lanes), donors__front_response=-0.5, allies__will=1.0, allies__turned=1.0)
    war = begin(lanes, p)
    success = p.settling.gain_reference
    war.state.theatre.gain_memory = 4.0 * (np.maximum(war.state.reference.gain, 0.0) + success) - success
    for ally in war.cast.allies[:3]:
        view = perceiving.view_for(war.state, ally)
        plan = dataclasses.replace(view.plan, extent=np.array([0.0, 0.5]))
        view = dataclasses.replace(view, amounts=np.full(2, 1.4), plan=plan)
        expected = p.allies.capacity[ally.row] * 0.5 * np.array([1.0, 1.2]) / (365.25 / 12)
        np.testing.assert_allclose(ally.decide(view, 0).voted, expected, rtol=1e-9, err_msg=ally.name)


def test_packages_take_what_is_released_of_all_that_is_voted():
    """Money voted waits for its package: nothing is lost, and over the years a donor pledges what it votes."""
    lanes = grid(300, arms=1)
    war = begin(lanes, replaced(parameters(lanes), allies__turned=1.0, donors__front_response=0.0))
    first = war.state.theatre.voted.copy()
    voted = pledged = 0.0
    for week in range(4):
        for _ in range(7):
            war.step()
        orders = war.state.orders.allies
        voted = voted + np.stack([order.voted for order in orders]) * 7
        pledged = pledged + np.stack([order.pledge for order in orders]) * 7
        np.testing.assert_allclose(
            war.state.theatre.voted, first + voted - pledged, rtol=1e-9, atol=1e-12, err_msg=str(week)
        )
    ratio = pledged.sum(axis=0) / voted.sum(axis=0)
    assert ratio.mean() == pytest.approx(1.0, abs=4.5 * ratio.std() / np.sqrt(300))
    assert ratio.std() > 0.2, "in lumps"


def test_russian_deep_strikes_grow_by_their_share_a_month():
    lanes = grid(2, arms=1)
    p = replaced(parameters(lanes), escalation__regardless=0.06, escalation__answer=0.5)
    war = begin(lanes, p)
    view = dataclasses.replace(perceiving.view_for(war.state, war.cast.governments[1]), permitted=np.array([0.0, 1.0]))
    tempo = war.cast.governments[1].decide(view, 365).strike_tempo
    np.testing.assert_allclose(tempo, 1.0 + 0.06 * 365 / (365.25 / 12) + np.array([0.0, 0.5]), rtol=1e-9)


def test_a_mediator_calls_so_often_a_month():
    """Calls follow the exponential law a week; one voice makes them rarer, and after its day nobody calls."""
    lanes = grid(2000, arms=1)
    p = replaced(parameters(lanes), mediators__calls=2.0, mediators__until=50.0, mediators__credit=1.0)
    war = begin(lanes, p)
    mediator = war.cast.mediators[0]
    called = mediator.decide(perceiving.view_for(war.state, mediator), 0).incoherence
    chance = -np.expm1(-2.0 * 7 / (365.25 / 12))
    assert called.mean() == pytest.approx(chance, abs=4.5 * np.sqrt(chance * (1 - chance) / 2000))
    assert (mediator.decide(perceiving.view_for(war.state, mediator), 51).incoherence == 0.0).all()

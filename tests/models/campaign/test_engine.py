"""The traced engine plays what numpy plays, lane for lane, from the same rules."""

import os
import pickle
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from sim.foundation import compile_cache, machine_code
from sim.foundation.lanes import Lanes
from sim.foundation.machine_code import NoCompiler, try_out
from sim.foundation.noise import Noise
from sim.models.campaign import engine
from sim.models.campaign.agents.partners import Partner
from sim.models.campaign.engine import Engine, Stretch
from sim.models.campaign.orders import OrderError
from sim.models.campaign.play import play, recorded
from sim.models.campaign.war import War
from sim.scenario import read
from sim.scenario.arms.branches import draw_stages
from sim.scenario.priors.draw import draw
from tests.models.campaign.wars import differences, state, taken

try:
    try_out()
except NoCompiler as reason:
    pytest.skip(str(reason), allow_module_level=True)

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
TOLERANCE = 1e-9
"""How far the state may be off after a year, over the greatest value of its array in any lane: stated in docs/engine.md."""


@lru_cache(maxsize=4)
def scenario(name, changes=()):
    """Return a shipped scenario with a calendar of a year."""
    return read(SCENARIOS / name, {"run.horizon": "364 day", **dict(changes)})


def war_of(name, lanes, traced, changes=()):
    """Return a war on its first morning."""
    world = scenario(name, changes)
    drawn = draw_stages(world, lanes, lambda some: draw(world, some, 11))
    noise = Noise(11, lanes.replicate)
    return War(
        drawn.first,
        lanes,
        noise,
        world.run.start,
        base=drawn.base,
        later=drawn.later,
        engine=Engine if traced else None,
    )


def grid(name, replicates, changes=()):
    """Return lanes of all arms of a scenario."""
    return Lanes.grid(len(scenario(name, changes).arms), range(replicates))


def both(name, replicates, days, changes=()):
    """Return (record, war) of the same lanes by numpy and by the traced engine."""
    found = []
    for traced in (False, True):
        war = war_of(name, grid(name, replicates, changes), traced, changes)
        found.append((recorded(war, days), war))
    return found


def assert_alike(name, replicates, days, changes=()):
    """Play by both engines and compare all that is recorded, and the whole state at the end."""
    (right, by_numpy), (found, by_programs) = both(name, replicates, days, changes)
    for variable, array in right.arrays.items():
        scale = np.nanmax(np.abs(array), initial=1e-30)
        np.testing.assert_allclose(found.arrays[variable], array, rtol=1e-6, atol=1e-6 * scale, err_msg=variable)
    for variable in ("war", "mobilised"):  # what happened, happened in the same week of the same war
        assert np.array_equal(found.arrays[variable], right.arrays[variable])
    ends = state(by_programs)
    for place, array in state(by_numpy).items():
        if ".view." not in place and array.dtype == np.float64:  # programs keep no views
            scale = np.nanmax(np.abs(array), initial=1e-30)
            assert np.array_equal(np.isnan(ends[place]), np.isnan(array)), place
            off = np.nanmax(np.abs(ends[place] - array), initial=0.0)
            assert off <= TOLERANCE * scale, f"{place}: off by {off / scale:.1e}"


@pytest.mark.parametrize("name", ["claim.yaml", "abstract-claim.yaml"])
def test_nothing_is_left_to_numpy(name, monkeypatch):
    """All that is done daily, weekly and monthly is lane-local and free of branches on a lane and of writes in place."""
    monkeypatch.setattr(compile_cache, "read", lambda file: None)  # traced here, and not by an earlier process
    engine._known.clear()
    recorded(war_of(name, grid(name, 1), traced=True), 29)
    assert {work: known.refused for (_, work), known in engine._known.items() if known.refused} == {}
    assert len(engine._known) >= 8


@pytest.mark.parametrize("name", ["claim.yaml", "abstract-claim.yaml"])
def test_eight_weeks_are_those_of_numpy(name):
    assert_alike(name, 2, 57)


def test_an_order_that_cannot_be_carried_out_is_refused_by_name(monkeypatch):
    decide = Partner.decide

    def too_little(self, view, day):
        order = decide(self, view, day)
        return replace(order, sales=order.sales - 1e9 * np.minimum(day, 1))

    monkeypatch.setattr(Partner, "decide", too_little)
    monkeypatch.setattr(compile_cache, "read", lambda file: None)
    monkeypatch.setattr(compile_cache, "write", lambda file, known: None)
    engine._known.clear()
    try:
        with pytest.raises(OrderError, match=r"PartnerOrder.sales: found -.* to -.* - at least 0 is allowed"):
            recorded(war_of("claim.yaml", grid("claim.yaml", 1), traced=True), 36)  # partners decide every four weeks
    finally:
        engine._known.clear()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["claim.yaml", "abstract-claim.yaml"])
def test_a_year_is_that_of_numpy(name):
    assert_alike(name, 6, 364)


@pytest.mark.parametrize("answer", ["fixed", "compensating"])
def test_a_base_played_beside_is_traced_too(answer):
    assert_alike("claim.yaml", 2, 36, (("attacker.answer", answer),))


@lru_cache(maxsize=1)
def whole():
    """Return (record, war) of every arm of the claim by the traced engine."""
    war = war_of("claim.yaml", grid("claim.yaml", 3), traced=True)
    return recorded(war, 36), war


@pytest.mark.parametrize("index", [[0], [17], [3, 1], range(0, 36, 3), range(35, -1, -1)], ids=str)
def test_a_lane_alone_equals_itself_in_the_ensemble(index):
    record, war = whole()
    index = np.array(index)
    apart = war_of("claim.yaml", grid("claim.yaml", 3).take(index), traced=True)
    alone = recorded(apart, 36)
    assert differences({name: taken(array, index) for name, array in record.arrays.items()}, alone.arrays) == []
    ends = {name: taken(array, index) for name, array in state(war).items()}
    assert differences(ends, state(apart)) == []


def test_a_week_in_pieces_is_the_whole_week():
    """What comes into force within a week cuts it in two; that alone changes nothing."""
    record, _ = whole()
    lanes = grid("claim.yaml", 3)
    world = scenario("claim.yaml")
    drawn = draw_stages(world, lanes, lambda some: draw(world, some, 11))
    again = play(
        drawn.first,
        lanes,
        Noise(11, lanes.replicate),
        start=world.run.start,
        days=36,
        base=drawn.base,
        later=[(3, drawn.first), (14, drawn.first), (33, drawn.first)],
        traced=True,
    )
    assert differences(record.arrays, again.arrays) == []


def test_policies_are_refused():
    lanes, world = Lanes.grid(1, range(1)), scenario("claim.yaml")
    p = draw(world, lanes, 11)
    with pytest.raises(ValueError, match="policies"):
        War(p, lanes, Noise(11, lanes.replicate), world.run.start, {"ally.usa": lambda view, day: None}, engine=Engine)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache of the test, and a process that knows nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(engine, "_known", {})
    return tmp_path / "in-concert" / "compiled"


def weeks_of_abstract():
    """Play the abstract war as a new process would; return its record."""
    engine._known.clear()
    return recorded(war_of("abstract-claim.yaml", grid("abstract-claim.yaml", 2), traced=True), 15).arrays


def test_what_was_traced_once_is_not_traced_again(own_cache, monkeypatch):
    first = weeks_of_abstract()
    assert len(list(own_cache.glob("*.trace"))) == len(engine._known)
    with monkeypatch.context() as patched:
        patched.setattr(Stretch, "__init__", lambda *args: pytest.fail("traced again"))
        again = weeks_of_abstract()
    for name, array in first.items():
        assert np.array_equal(again[name], array, equal_nan=array.dtype.kind == "f"), name


def library_of_trace(trace):
    """Return the name of the library of what was traced once."""
    [library] = {one.program._library for one in pickle.loads(trace.read_bytes()).stretches}
    return library


def test_traces_that_are_damaged_of_other_code_or_open_to_others_are_made_anew(own_cache, monkeypatch):
    first = weeks_of_abstract()
    # works that do the same have one library, which is made with the first of them
    by_library = {library_of_trace(trace): trace for trace in sorted(own_cache.glob("*.trace"))}
    (_, damaged), (_, open_to_others), (library, _), *_ = by_library.items()
    damaged.write_bytes(b"\x80\x05no pickle")
    open_to_others.chmod(0o666)
    (own_cache / library).unlink()
    made = []
    traces = Stretch.__init__
    monkeypatch.setattr(Stretch, "__init__", lambda self, *args: (made.append(1), traces(self, *args))[1])
    again = weeks_of_abstract()
    assert len(made) == 3
    monkeypatch.setattr(compile_cache, "source_digest", lambda: "other code")
    weeks_of_abstract()
    assert len(made) == 3 + len(engine._known)
    for name, array in first.items():
        assert np.array_equal(again[name], array, equal_nan=array.dtype.kind == "f"), name


def test_what_nobody_has_used_for_long_is_removed_from_the_cache(own_cache):
    weeks_of_abstract()
    old, read_now, library = own_cache / "old.trace", own_cache / "read.trace", next(own_cache.glob("*.so"))
    read_now.write_bytes(pickle.dumps("kept"))
    old.write_bytes(b"")
    for file in (old, read_now, library):
        os.utime(file, (0, 0))
    assert compile_cache.read("read.trace") == "kept"
    machine_code._loaded(library)
    compile_cache.write("new.trace", "made anew")
    assert not old.exists()
    assert read_now.exists()
    assert library.exists()


def test_worlds_that_do_the_same_share_what_is_compiled(own_cache):
    """A choice that no phase reads makes another world, with traces of its own, and the same programs."""
    for answer in ("best_reply", "fixed"):
        recorded(war_of("claim.yaml", grid("claim.yaml", 1), True, (("attacker.answer", answer),)), 8)
        found = len(list(own_cache.glob("*.so"))), len(list(own_cache.glob("*.trace")))
        if answer == "best_reply":
            programs, traces = found
    assert found[0] == programs
    assert found[1] > traces


def test_work_that_cannot_be_traced_is_left_to_numpy(own_cache):
    def counted(some):
        if some.theatre.war.sum() >= 0.0:  # asks all lanes together
            some.theatre.bonus = some.theatre.bonus + 1.0
        return []

    war = war_of("claim.yaml", grid("claim.yaml", 1), traced=True)
    before = war.state.theatre.bonus.copy()
    war.engine._do("a count of lanes", counted, 3)
    assert np.array_equal(war.state.theatre.bonus, before + 3.0)
    refused = engine._known[war.engine.world, "a count of lanes"].refused
    assert "reduce" in refused

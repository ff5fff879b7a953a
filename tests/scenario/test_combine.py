"""`factorial` and `doses`: what they make is what would have been written out, and what they refuse they refuse in place."""

import re
from importlib import util
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.models.campaign.play import play
from sim.scenario import read
from sim.scenario.priors.draw import draw
from tests.models.campaign.wars import CLAIM

SHIPPED = CLAIM.parent
PATCHES = {"a": "levers.help.dose: 1", "b": 'combat.rate: "x 0.5"', "c": "levers.help.ramp: 10 day, mix.drone: 0.5"}


def small(base: str, arms: dict[str, str], extra: str = "") -> str:
    """Return a scenario text with these arms (name -> patch)."""
    head = base.partition("arms:")[0]
    lines = [f'  "{name}": {{label: {name.upper()}, patch: {{{patch}}}}}' for name, patch in arms.items()]
    return "\n".join([head + "arms:", *lines, extra, ""])


@pytest.fixture
def base() -> str:
    """Return the small world's text, which test modules cannot import under importlib mode."""
    spec = util.spec_from_file_location("scenario_conftest", Path(__file__).with_name("conftest.py"))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.BASE


def faults(read_text, text: str) -> list[str]:
    with pytest.raises(UserError) as told:
        read_text(text)
    return [re.sub(r"^.*s\.yaml", "s.yaml", str(fault)) for fault in told.value.faults]


def test_every_set_is_what_would_have_been_written_out(read_text, base):
    short = read_text(small(base, {"base": "", **PATCHES}, "factorial: [a, b, c]"))
    sets = [one for size in (1, 2, 3) for one in combinations("abc", size)]
    written = {"base": ""} | {"+".join(one): ", ".join(PATCHES[name] for name in one) for one in sets}
    long = read_text(small(base, written))
    assert list(short.arms) == ["base", "a", "b", "c", "a+b", "a+c", "b+c", "a+b+c"] == list(long.arms)
    for name in long.arms:
        assert short.worlds[name] == long.worlds[name], name
    same = re.compile(r'"?label"?: .*')
    assert same.sub("", short.text) == same.sub("", long.text)
    assert short.arms["a+c"].label == "A + C"


def test_the_canonical_text_reads_back_to_the_same_hash(read_text, base):
    short = read_text(small(base, {"base": "", **PATCHES}, "factorial: [a, b, c]"))
    assert read_text(short.text).hash == short.hash


def test_doses_are_shares_of_an_arm_on_top_of_another(read_text, base):
    arms = {"base": "", "under": "combat.rate: x 2", "b": "levers.help.dose: 2, levers.help.ramp: 20"}
    found = read_text(small(base, arms, "doses: {over: under, of: [b], levels: [0.25, 1]}"))
    written = {
        "base": "", "under": "combat.rate: x 2",
        "b@25": "combat.rate: x 2, levers.help.dose: 0.5, levers.help.ramp: 5",
        "b@100": "combat.rate: x 2, levers.help.dose: 2, levers.help.ramp: 20",
    }  # fmt: skip
    long = read_text(small(base, written))
    assert list(found.arms) == list(long.arms)
    assert all(found.worlds[name] == long.worlds[name] for name in long.arms)
    assert found.arms["b@25"].label == "B, dose 0.25"


def test_a_change_of_a_factor_reaches_every_set_with_it(read_text, base):
    text = small(base, {"base": "", **PATCHES}, "factorial: [a, b]")
    found = read_text(text, set={"arms.a.levers.help.dose": 0.5})
    doses = {name: world.levers["help"].dose.value for name, world in found.worlds.items()}
    assert doses == {"base": 0, "a": 0.5, "b": 0, "a+b": 0.5}


@pytest.mark.parametrize(
    ("short", "told"),
    [
        ("factorial: [a, bb]", "unknown arm 'bb' - allowed: a, b, c - did you mean 'b'?"),
        ("factorial: [a, base]", "found 'base', the base"),
        ("factorial: [a, a]", "found 'a' twice"),
        ("factorial: a", "`factorial` is a list of arms"),
        ("factorial: []", "`factorial` is a list of arms"),
        ("factorial: [{a: 1}]", "unknown arm"),
        ("doses: [a]", "found a list of 1 - a mapping with over, of, levels"),
        ("doses: {over: a, off: [b], levels: [1]}", "unknown key 'off'"),
        ("doses: {over: a, of: [b]}", "`levels` is missing"),
        ("doses: {over: aa, of: [a], levels: [1]}", "unknown arm 'aa'"),
        ("doses: {over: base, of: [a], levels: [0.5, 0.25]}", "doses ascend"),
        ("doses: {over: base, of: [a], levels: [0, 1]}", "doses ascend"),
        ("doses: {over: base, of: [a], levels: [true]}", "doses ascend"),
        ("doses: {over: base, of: [a], levels: [2]}", "doses ascend"),
        ("doses: {over: base, of: [b], levels: [1]}", "only a plain number can be given by degrees"),
        ("factorial: [a]\ndoses: {over: base, of: [a], levels: [1]}", "`factorial` and `doses` in one scenario"),
    ],
)
def test_what_is_wrong_is_told_in_its_place(read_text, base, short, told):
    found = faults(read_text, small(base, {"base": "", **PATCHES}, short))
    assert any(told in fault for fault in found), found
    assert all(re.match(r"s\.yaml:\d+:\d+: ", fault) for fault in found), found


def test_arms_that_change_the_same_thing_make_no_set(read_text, base):
    arms = {"base": "", "a": "levers.help.dose: 1", "b": "levers.help: {dose: 2}", "c": "levers.help.dose: 2"}
    found = faults(read_text, small(base, arms, "factorial: [a, b, c]"))
    assert sum("both change" in fault for fault in found) == 3


def test_without_arms_there_is_nothing_to_combine(read_text, base):
    assert any("without `arms`" in one for one in faults(read_text, base.partition("arms:")[0] + "factorial: [a, b]\n"))


# --- the shipped ones ----------------------------------------------------------


def test_the_shipped_factorial_has_all_sets_of_six_and_the_shipped_doses_four_curves():
    arms = list(read(SHIPPED / "factorial.yaml").arms)
    assert len(arms) == 64
    assert arms[0] == "base"
    assert len({frozenset(name.split("+")) for name in arms}) == 64
    assert {f"{name}@{dose}" for name in ("timing", "kinds", "message") for dose in (25, 50, 75, 100)} <= set(
        read(SHIPPED / "coordination.yaml").arms
    )


def test_a_set_plays_bit_for_bit_as_the_arm_that_the_claim_writes_out():
    """The claim's own joint arms, and the factorial's and the doses' arms of the same patch."""
    short = {"run.horizon": "28 day"}
    five = "atacms+us_arms+nordic_production+kursk_exit+training_deployment"
    twins = [
        ("factorial.yaml", five, "all_without_coordination"),
        ("factorial.yaml", f"{five}+coordination", "all_with_coordination"),
        ("coordination.yaml", "coordination@100", "all_with_coordination"),
    ]
    told = _played(read(CLAIM, short), [arm for *_, arm in twins])
    for place, (file, name, _) in enumerate(twins):
        again = _played(read(SHIPPED / file, short), [name])
        for variable, array in again.items():
            assert np.array_equal(array, told[variable][..., 2 * place : 2 * place + 2], equal_nan=True), (
                name,
                variable,
            )


def _played(scenario, arms):
    """Return the record of two replicates of some arms."""
    names = list(scenario.arms)
    lanes = Lanes(np.repeat([names.index(arm) for arm in arms], 2), np.tile([0, 3], len(arms)))
    parameters = draw(scenario, lanes, scenario.run.seed)
    noise = Noise(scenario.run.seed, lanes.replicate)
    return play(parameters, lanes, noise, start=scenario.run.start, days=28).arrays

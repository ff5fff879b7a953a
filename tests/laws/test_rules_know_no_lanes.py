"""Law 2: permuting or cutting lanes commutes with every public rule; and rules work on plain floats."""

import numpy as np
import pytest

from tests.models.campaign.wars import taken
from tests.rules.catalogue import ACROSS, DAY, FRONTS, arguments, rules, unknown

LANES = 67  # odd and larger than any vector register
RULES = rules()
CUTS = {
    "reversed": np.arange(LANES)[::-1],
    "shuffled": np.random.default_rng(3).permutation(LANES),
    "first": np.array([0]),
    "last": np.array([LANES - 1]),
    "three": np.array([5, 41, 6]),
    "repeated": np.array([2, 2, 9, 2, 11]),
    "odd": np.arange(1, LANES, 2),
}
each_rule = pytest.mark.parametrize("name", RULES)


def parts(result):
    """Return a rule's result as a list of arrays: some return several."""
    return [np.asarray(item) for item in (result if isinstance(result, tuple) else (result,))]


def call(name, made):
    return parts(RULES[name](**made))


def values(made):
    return {parameter: value for parameter, (_, value) in made.items()}


def test_there_are_rules_to_check():
    rooms = {name.partition(".")[0] for name in RULES}
    assert {"combat", "movement", "supply", "manpower", "strike", "politics", "perception"} <= rooms
    assert len(RULES) > 30
    assert RULES.keys() >= ACROSS


@each_rule
def test_the_catalogue_can_make_its_arguments(name):
    missing = unknown(name, RULES[name])
    assert not missing, (
        f"{name} has parameters unknown to tests/rules/catalogue.py: {missing} - add their shape and range"
    )


@each_rule
@pytest.mark.parametrize("cut", CUTS)
def test_cutting_and_permuting_lanes_commutes(name, cut):
    index = CUTS[cut]
    made = arguments(name, RULES[name], LANES)
    whole = call(name, values(made))
    cut_first = call(name, {p: v if kind == DAY else taken(v, index) for p, (kind, v) in made.items()})
    for before, after in zip(whole, cut_first, strict=True):
        assert before.shape[-1] == LANES, "the lane axis is last"
        assert np.array_equal(taken(before, index), after), name


@each_rule
def test_a_lane_minds_only_itself(name):
    """Other values in lane 4 leave all other lanes as they are, bit for bit."""
    made, other = (arguments(name, RULES[name], LANES, seed) for seed in (0, 1))
    changed = {}
    for parameter, (kind, value) in made.items():
        changed[parameter] = value
        if kind != DAY:
            changed[parameter] = value.copy()
            changed[parameter][..., 4] = other[parameter][1][..., 4]
    rest = np.delete(np.arange(LANES), 4)
    for before, after in zip(call(name, values(made)), call(name, changed), strict=True):
        assert np.array_equal(taken(before, rest), taken(after, rest)), name


@each_rule
def test_no_rule_gives_nonsense(name):
    """Finite for every value in range, zeros included (warnings are errors under `sim`)."""
    for seed in range(3):
        with np.errstate(all="raise", under="ignore"):
            for result in call(name, values(arguments(name, RULES[name], LANES, seed))):
                assert np.isfinite(result).all(), name


@each_rule
@pytest.mark.parametrize("lane", [0, 7, 66])
def test_one_war_needs_no_lane_axis(name, lane):
    """Rows of fronts and plain floats give what the array gives, but for the last bits of other code paths."""
    made = arguments(name, RULES[name], LANES)
    whole = call(name, values(made))
    plain = {p: v if kind == DAY else _plain(v[..., lane]) for p, (kind, v) in made.items()}
    for before, after in zip(whole, call(name, plain), strict=True):
        np.testing.assert_allclose(after, before[..., lane], rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", sorted(RULES.keys() - ACROSS))
def test_elementwise_rules_work_on_plain_floats(name):
    made = arguments(name, RULES[name], LANES)
    whole = call(name, values(made))
    for front in range(FRONTS):
        plain = {p: v if kind == DAY else _plain(v[front, 9] if v.ndim == 2 else v[9]) for p, (kind, v) in made.items()}
        assert all(isinstance(value, (float, int)) for value in plain.values())
        for before, after in zip(whole, call(name, plain), strict=True):
            expected = before[front, 9] if before.ndim == 2 else before[9]
            assert after.ndim == 0
            np.testing.assert_allclose(after, expected, rtol=1e-12, atol=1e-300)


def _plain(value):
    return value if getattr(value, "ndim", 0) else value.item()

"""Expressions over the record: values against numpy, units, faults in their place, and no text that does anything else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.foundation.expressions import compile_expression
from sim.foundation.expressions.parts import ExpressionError, Record, Recorded, Vocabulary, at_day

WORDS = Vocabulary(
    {
        "net_km2": Recorded((), "km2"),
        "belief": Recorded((), "1"),
        "hazard": Recorded((), "1/month"),
        "casualties": Recorded(("side",), "person"),
        "stock": Recorded(("side", "commodity"), "own unit"),
        "delivered": Recorded(("ally",), "Gusd"),
    },
    {"side": ("south", "north"), "commodity": ("shell", "glide_bomb", "money"), "ally": ("league", "far-isles")},
    {"attacker": "north", "defender": "south"},
)
SIZES = {"side": 2, "commodity": 3, "ally": 2}
DAYS = np.arange(0.0, 36.0, 7.0)
ARRAYS = {
    name: np.random.default_rng(n).uniform(0.1, 2.0, (3, 4, *(SIZES[dim] for dim in one.dims), len(DAYS)))
    for n, (name, one) in enumerate(WORDS.variables.items())
}


def read(name, labels):
    found = ARRAYS[name]
    for dim in WORDS.variables[name].dims:  # the first open dimension is always axis 2
        label = labels[dim]
        found = found.sum(axis=2) if label is None else found[:, :, WORDS.labels[dim].index(label)]
    return found


def day_of(date):
    return float((np.datetime64(date) - np.datetime64("2001-01-01")) / np.timedelta64(1, "D"))


RECORD = Record(DAYS, day_of, read)


def worth(text, unit):
    return compile_expression(text, unit, WORDS).value(RECORD)


net, belief, hazard = (ARRAYS[name] for name in ("net_km2", "belief", "hazard"))
north = ARRAYS["casualties"][:, :, 1]


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("net_km2", "km2", net[..., -1]),
        ("net_km2", "m**2", net[..., -1] * 1e6),
        ("casualties[attacker] / net_km2", "person/km2", north[..., -1] / net[..., -1]),
        ("casualties[north]", "person", north[..., -1]),
        ("total(casualties)", "person", ARRAYS["casualties"].sum(axis=2)[..., -1]),
        ("delivered['far-isles']", "Musd", ARRAYS["delivered"][:, :, 1, -1] * 1e3),
        ("stock[glide_bomb, defender]", "bomb", ARRAYS["stock"][:, :, 0, 1, -1]),
        ("stock[attacker, money]", "Gusd", ARRAYS["stock"][:, :, 1, 2, -1]),
        ("mean(net_km2) - start(net_km2)", "km2", net.mean(axis=-1) - net[..., 0]),
        ("most(net_km2) / least(net_km2)", "1", net.max(axis=-1) / net.min(axis=-1)),
        ("change(net_km2)", "km2", net[..., -1] - net[..., 0]),
        ("at(net_km2, '2001-01-11')", "km2", net[..., 1] + 3 / 7 * (net[..., 2] - net[..., 1])),
        ("change(net_km2, '2001-01-08', '2001-01-15')", "km2", net[..., 2] - net[..., 1]),
        ("share(belief < 1)", "percent", 100 * (belief < 1).mean(axis=-1)),
        ("ever(belief < 0.4 and not net_km2 > '1 km2')", "1", ((belief < 0.4) & (net <= 1)).any(axis=-1)),
        ("always(0.1 < belief < 2)", "1", np.ones((3, 4))),
        ("where(belief > 1, net_km2, '1e6 m**2')", "km2", np.where(belief > 1, net, 1.0)[..., -1]),
        ("where(ever(belief > 1.9), end(net_km2), net_km2)", "km2", net[..., -1]),
        ("max(net_km2, '1 km2') + min(net_km2, '1 km2')", "km2", net[..., -1] + 1),
        ("abs(-net_km2) ** 2", "km**4", net[..., -1] ** 2),
        ("sqrt(net_km2)", "km", np.sqrt(net[..., -1])),
        ("exp(log(belief)) + 1", "1", belief[..., -1] + 1),
        ("hazard * '1 year'", "1", hazard[..., -1] * 12),
        ("3 + 0.5", "1", np.full((3, 4), 3.5)),
    ],
)
def test_the_value_is_that_of_numpy(text, unit, expected):
    np.testing.assert_allclose(np.broadcast_to(worth(text, unit), (3, 4)), expected, rtol=1e-12)


def test_the_day_that_never_comes_is_the_records_last():
    found = worth("until(belief > 1.5)", "day")
    for one, (arm, replicate) in zip(found.ravel(), np.ndindex(3, 4), strict=True):
        held = np.flatnonzero(belief[arm, replicate] > 1.5)
        assert one == (DAYS[held[0]] if held.size else DAYS[-1])
    np.testing.assert_allclose(worth("until(belief > 99)", "week"), DAYS[-1] / 7, rtol=1e-12)


def test_needs_are_the_variables_read():
    found = compile_expression("ever(belief < 0.3) or net_km2 > '3 km2'", "1", WORDS)
    assert found.event
    assert set(found.needs) == {"belief", "net_km2"}


@pytest.mark.parametrize(
    ("text", "unit", "offset", "words"),
    [
        ("1 + casualtes[north]", "1", 4, "did you mean 'casualties'"),
        ("casualties", "person", 0, "casualties[attacker], or total(casualties)"),
        ("casualties[nort]", "person", 11, "did you mean 'north'"),
        ("casualties[north, south]", "person", 18, "no further dimension"),
        ("net_km2[north]", "km2", 8, "no labels"),
        ("stock[attacker]", "shell", 0, "commodity (shell"),
        ("total(stock[attacker])", "shell", 6, "do not add up"),
        ("net_km2 + 3", "km2", 0, "km**2 and a plain number do not add up"),
        ("net_km2", "km", 0, "its `unit` says 'km' (dimensional mismatch)"),
        ("net_km2", "kmm2", 0, "did you mean 'km2'"),
        ("casualties[north]", "shell", 0, "dimensional mismatch"),
        ("meen(net_km2)", "km2", 0, "did you mean 'mean'"),
        ("mean", "km2", 0, "write mean(...)"),
        ("mean(mean(net_km2))", "km2", 5, "one value already"),
        ("mean(net_km2, belief)", "km2", 0, "takes 1 argument"),
        ("log(net_km2)", "1", 4, "divide by a quantity"),
        ("ever(belief)", "1", 5, "a comparison is needed"),
        ("belief + (belief < 1)", "1", 10, "where(it, 1, 0)"),
        ("belief < 1", "km2", 0, "yes or no"),
        ("belief == 1", "1", 0, "< <= > >= compare"),
        ("belief ** 9", "1", 10, "a whole number up to 4"),
        ("belief ** belief", "1", 10, "a whole number up to 4"),
        ("9 ** 9 ** 9", "1", 10, "a whole number up to 4"),
        ("at(net_km2, '2001-13-01')", "km2", 12, "a day in quotes"),
        ("net_km2 + '3 kmm'", "km2", 10, "unknown"),
        ("net_km2 + 'many'", "km2", 10, "a quantity in quotes"),
        ("belief // 2", "1", 0, "not allowed"),
        ("True", "1", 0, "a number"),
        ("1e999", "1", 0, "finite"),
        ("net_km2.real", "km2", 0, "not allowed"),
        ("[belief]", "1", 0, "not allowed"),
        ("(lambda: 1)()", "1", 1, "no such function"),
        ("__import__('os').system('id')", "1", 0, "no such function"),
        ("mean(x=belief)", "1", 0, "in order"),
        ("mean(net_km2)/(", "km2", 14, "no expression"),
        ("", "1", 0, "no expression"),
        ("+".join(["belief"] * 71), "1", 0, "at most"),
        ("+".join(["1"] * 150), "1", 0, "parts"),
    ],
)
def test_a_fault_says_where_and_what_is_allowed(text, unit, offset, words):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, unit, WORDS)
    assert words in str(caught.value)
    assert caught.value.offset == offset


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [*WORDS.variables, "(", ")", "[", "]", ",", "+", "-", "/", "**", "<", " and ", " not ", "attacker",
                 "shell", "'2 km2'", "3", "mean", "until", "where", "total", "ever", "if", "else", "lambda", ":", "."]
            ),
            max_size=12,
        ).map("".join),
    ),
    st.sampled_from(["1", "km2", "person", "nonsense", ""]),
)  # fmt: skip
def test_any_text_is_a_number_for_each_replicate_or_a_fault(text, unit):
    try:
        found = compile_expression(text, unit, WORDS)
    except ExpressionError as error:
        offset = error.offset
    else:
        assert np.broadcast_to(found.value(RECORD), (3, 4)).dtype == float
        offset = 0
    assert 0 <= offset <= len(text)


def test_outside_the_record_there_is_no_value():
    days, values = np.array([0.0, 7.0, 14.0]), np.array([[0.0, 7.0, 14.0]])
    assert at_day(values, days, 10.0) == 10.0
    assert at_day(values, days, 16.0) == 14.0  # up to half a step beyond
    assert np.isnan(at_day(values, days, 18.0)).all()
    assert np.isnan(at_day(values, days, -1.0)).all()

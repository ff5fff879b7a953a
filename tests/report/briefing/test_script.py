"""The page's script and Python judge the same wars the same way, and write the same numbers."""

import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.claim import judge_event
from sim.foundation.format import format_in_100, format_number
from sim.report.briefing.argue import argue, argue_data
from sim.report.briefing.map import draw_map
from sim.report.briefing.message import sentence
from sim.report.briefing.series import fitting, quantised
from tests.report.briefing.made import mapped
from tests.report.briefing.made_up import claim, one_arm
from tests.report.briefing.script import needs_node, run

pytestmark = needs_node

RULES = [
    {"halt_rate": rate, "halt_days": days, "halt_within_days": within, "can": can, "cannot": can}
    for rate, days, within, can in itertools.product(
        (0.0, 0.5, 1.0, 1.7, 3.0), (7, 30, 60, 61), (7, 182, 300, 364), (0.1, 0.5)
    )
]
JUDGE = """
    const wars = it.unpack(inflate(given.argue.series.packed), given.argue.arms.length, given.argue.series);
    const singles = given.argue.arms.map((_, i) => i).filter((i) => given.argue.arms[i].role === "single");
    return given.rules.map((rule) => {
        const found = it.judge(given.argue, wars, rule, singles);
        const halts = Array.from(it.halts(wars, given.argue.series, rule));
        return { ...found, halts, says: it.sentence(given.argue, found, rule) };
    });
"""


def ends(one):
    return [one["low"], one["value"], one["high"]]


def same(found, estimate):
    assert [np.nan if x is None else x for x in ends(found)] == pytest.approx(
        estimate.as_list(), abs=1e-12, nan_ok=True
    )


@pytest.mark.parametrize(("replicates", "noise"), [(5, 0.0), (40, 0.0), (40, 25.0)])
def test_every_verdict_and_sentence_of_a_grid_of_thresholds_is_pythons(replicates, noise):
    result = claim(replicates, verdict_map_noise_km2=noise)
    series = quantised(result.data, result.thresholds)
    found = run(JUDGE, {"argue": argue_data(result, series, "sim claim"), "rules": RULES})
    told = set()
    for said, there in zip(RULES, found, strict=True):
        rule = replace(result.thresholds, **said)
        happened = series.halts(rule)
        here = judge_event(happened, result.names, rule)
        told.add(here.verdict)
        assert there["verdict"] == here.verdict
        for one, arm in zip(there["chances"], result.arms, strict=True):
            same(one, here.chances[arm])
        assert there["says"] == sentence(result, here, here.of_base, rule)
        if not np.isnan(happened).any():
            assert there["halts"] == happened.astype(int).ravel().tolist()
            same(there["gain"], here.gain)
    assert told == ({"undecided"} if replicates < 30 else {"undecided", "contradicted", "supported"})


def test_without_a_claim_the_sentence_speaks_of_the_base():
    result = one_arm()
    series = quantised(result.data, result.thresholds)
    rule = {name: getattr(result.thresholds, name) for name in RULES[0]}
    (found,) = run(JUDGE, {"argue": argue_data(result, series, "sim run FILE"), "rules": [rule]})
    chance = Estimate.rate(series.halts(result.thresholds)[0], result.thresholds.interval)
    assert found["says"] == sentence(result, None, chance, result.thresholds)


def test_fewer_single_levers_change_the_best_of_them_only():
    result = claim()
    series = quantised(result.data, result.thresholds)
    rule = RULES[20] | {"halt_rate": 3.0, "halt_days": 30}
    body = JUDGE.replace('role === "single"', 'id === "letters"')
    (found,) = run(body, {"argue": argue_data(result, series, ""), "rules": [rule]})
    arms = list(result.arms)
    assert arms[found["best"]] == "letters"
    data = result.data.assign_attrs(arm_roles=json.dumps(dict(result.names.roles) | {"bridge": "", "grain": ""}))
    names = Result(data).names
    here = judge_event(series.halts(replace(result.thresholds, **rule)), names, replace(result.thresholds, **rule))
    assert (found["verdict"], here.best) == (here.verdict, "letters")


def test_the_series_come_back_whole_and_within_half_a_step():
    result = claim(7)
    series = quantised(result.data, result.thresholds)
    body = """
        const wars = it.unpack(inflate(given.series.packed), given.arms.length, given.series);
        return { net: Array.from(wars.net), war: Array.from(wars.war) };
    """
    found = run(body, argue_data(result, series, ""))
    assert found["net"] == series.steps.ravel().tolist()
    assert found["war"] == series.war.astype(int).ravel().tolist()
    net = result.data["net_km2"].transpose("arm", "replicate", "time").to_numpy()
    np.testing.assert_allclose(series.net, net, atol=0.05 + 1e-6)


def test_numbers_are_written_as_python_writes_them():
    values = [*np.linspace(-1.2, 1.2, 241), 0.005, 0.015, 0.025, -0.005, -0.004, 12.34567, 123.0]
    written = run("return given.map((x) => [it.formatWhole(100 * x), it.formatWhole(100 * x, true)]);", values)
    assert written == [[format_number(100 * x), format_number(100 * x, signed=True)] for x in values]
    thousands = [0, 999, 1000, -1234567, 1e9]
    assert run("return given.map((x) => it.formatWhole(x));", thousands) == [format_number(float(x)) for x in thousands]
    triples = [{"low": 0.071, "value": 0.105, "high": 0.135}]
    estimates = [Estimate(0.105, 0.071, 0.135)]
    assert run("return given.map((x) => it.formatIn100(x));", triples) == [format_in_100(one) for one in estimates]


def test_a_fragment_carries_the_state_and_nothing_else():
    argue = argue_data(claim(3), quantised(claim(3).data, Thresholds()), "sim claim --seed 5")
    body = """
        const limits = { halt_rate: [0, 20], halt_days: [7, 182], halt_within_days: [7, 364], can: [0.01, 0.99] };
        return given.texts.map((text) => {
            const state = it.fromFragment(given.argue, text, limits);
            return [state, it.fragment(given.argue, state.rule, state.without), it.command(given.argue, state.rule)];
        });
    """
    texts = [
        "", "#halt_rate=3&halt_days=30&can=0.29&without=grain,letters", "#halt_rate=99&halt_days=30.4&other=1",
        "#halt_rate=x&without=start,%E0%A4%A,nobody&can=", "#adds",
    ]  # fmt: skip
    found = run(body, {"argue": argue, "texts": texts})
    assert found[0] == [{"rule": argue["rule"], "without": []}, "", "sim claim --seed 5"]
    assert found[1][0]["without"] == ["grain", "letters"]
    assert found[1][1] == "halt_rate=3&halt_days=30&can=0.29&without=grain,letters"
    assert found[1][2].endswith(
        "--set verdict.halt_rate=3 --set verdict.halt_days=30 --set verdict.can=0.29 --set verdict.cannot=0.29"
    )
    assert (found[2][0]["rule"]["halt_rate"], found[2][0]["rule"]["halt_days"]) == (20, 30)
    assert found[3][0] == found[4][0] == {"rule": argue["rule"], "without": []}


def test_the_settings_of_the_command_are_settings_of_a_scenario():
    argue = argue_data(claim(3), quantised(claim(3).data, Thresholds()), "sim claim")
    rule = dict.fromkeys(argue["rule"], 0.29) | {"halt_rate": 2.5, "halt_days": 45, "halt_within_days": 120}
    command = run("return it.command(given.argue, given.rule);", {"argue": argue, "rule": rule})
    changes = command.split(" --set ")[1:]
    argued = argue | {"command": "sim claim --set verdict.halt_rate=7 --seed 3"}
    again = run(
        "return it.command(given.argue, given.rule);", {"argue": argued, "rule": argue["rule"] | {"halt_rate": 9}}
    )
    assert again == "sim claim --seed 3 --set verdict.halt_rate=9"
    verdict = sim.read("shipped:claim").set(*changes).scenario.verdict
    assert {name: getattr(verdict, name) for name in rule} == rule


def test_all_replicates_in_the_finest_step_that_fits_then_fewer_of_them():
    series = quantised(claim(60).data, Thresholds())
    whole = len(series.packed())
    assert fitting(series, whole) is series
    some = fitting(series, whole * 9 // 10)
    assert (some.replicates, some.step > series.step) == (60, True)
    assert np.abs(some.net - series.net).max() <= some.step / 2 + 1e-9
    few = fitting(series, whole // 5)
    assert 1 < few.replicates < 60
    assert few.step == pytest.approx(2.0)
    coarse = series.coarser(20)
    assert len(few.packed()) <= whole // 5 < len(coarse.first(few.replicates + 1).packed())
    np.testing.assert_array_equal(few.steps, coarse.steps[:, : few.replicates])


def test_where_all_replicates_are_carried_the_part_opens_on_the_headline():
    result = claim(60)
    part = argue(result, "sim claim")
    table = result.table()
    assert "As defined, every arm halts as often here as in the headline" in part.note
    for row, arm in zip(part.rows, result.arms, strict=True):
        assert row.number == format_in_100(table.arms[arm].chances["halt"])
    sample = argue(result, "sim claim", 8_000)
    carried = fitting(quantised(result.data, result.thresholds), 8_000)
    assert f"the first {carried.replicates} of 60 stored wars" in sample.note
    assert "standard error" in sample.note or "as in the headline" in sample.note


def test_the_map_of_a_week_is_drawn_as_python_draws_it():
    drawn = draw_map(mapped(claim(9)), "whole")
    body = """
        const bytes = inflate(given.packed);
        return given.fronts.map((frame, front) => given.kinds.map((_, arm) => {
            const km = it.shiftQuantiles(given, bytes, arm, given.dates.length - 1, front);
            const path = it.arrowPath(frame, arm, given.kinds.length, km[2] * given.reach);
            return [path, km.map((x) => given.axis[0] + given.axis[1] * x)];
        }));
    """
    found = run(body, drawn.data)
    assert len(drawn.dates) == 53
    for front, shifts in zip(drawn.fronts, found, strict=True):
        for shift, (path, places) in zip(front.shifts, shifts, strict=True):
            assert numbers(path) == pytest.approx(numbers(shift.arrow), abs=0.11)  # halves round either way
            assert places == pytest.approx(shift.places, abs=0.006)


def test_an_arrow_is_as_long_as_the_median_shift_and_the_row_holds_the_wars():
    result = mapped(claim(9))
    drawn = draw_map(result, "whole")
    shift = result.data["shift_km"].sel(arm=["start", "whole"]).isel(time=-1)
    quantiles = np.quantile(shift, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    for k, front in enumerate(drawn.fronts):
        for arm, one in enumerate(front.shifts):
            foot, tip = np.array(numbers(one.arrow)[:4]).reshape(2, 2)
            ahead = (tip - foot) @ drawn.data["fronts"][k][2:] / (drawn.scale_bar / 100) / drawn.stretch
            assert ahead == pytest.approx(quantiles[2, arm, k], abs=0.2)
            km = (np.array(one.places) - drawn.zero) / drawn.data["axis"][1]
            np.testing.assert_allclose(km, quantiles[:, arm, k], atol=0.06)
            assert float(one.median) == pytest.approx(quantiles[2, arm, k], abs=0.051)


def numbers(path):
    return [float(x) for x in re.findall(r"-?\d+\.\d", path)]


def test_weeks_too_large_for_two_bytes_take_a_coarser_step():
    result = claim(3)
    data = result.data.assign(net_km2=result.data["net_km2"] * 1e4)
    series = quantised(data, Thresholds())
    assert series.step > 0.1
    assert np.abs(np.diff(series.steps, axis=-1)).max() <= np.iinfo(np.int16).max
    found = run(
        "return Array.from(it.unpack(inflate(given.series.packed), 7, given.series).net);",
        argue_data(result, series, ""),
    )
    assert found == series.steps.ravel().tolist()


def test_the_rule_given_is_the_results_own():
    assert (
        argue_data(claim(3), quantised(claim(3).data, Thresholds()), "")["rule"]["halt_days"] == Thresholds().halt_days
    )


def test_the_words_of_the_map_keep_away_from_fronts_and_names():
    drawn = draw_map(mapped(claim(9)), "whole")
    points = [front.dot for front in drawn.fronts] + [(one.x, one.y) for one in drawn.places]
    assert 0 < drawn.words_at < drawn.height - 50
    assert not [(x, y) for x, y in points if x < 330 and drawn.words_at - 22 < y < drawn.words_at + 56]

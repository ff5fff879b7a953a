"""What arms do against an attacker who answers: paired with the base, in the replicates that all answers share."""

import json

import numpy as np
import pytest

from sim.analysis.verdicts.enemy import BEST_REPLY, COMPENSATING, FIXED, enemy_answers
from sim.plotting.enemy import EnemyStudy, two_by_two
from sim.report.experiment import _against, _two_by_two
from tests.analysis.wars import result, steady


def played(rates, losses, replicates=6):
    """Return wars of a base, a lever and the concert with steady gains (km2/day) and the attacker's casualties by arm."""
    shape = (3, replicates)
    data = result(
        steady(np.broadcast_to(np.array(rates, dtype=float)[:, None], shape)),
        arms=["base", "lever", "concert"],
        arm_roles='{"base": "base", "lever": "single", "concert": "joint"}',
        sides='{"us": {"role": "defender", "name": "Us", "demonym": "Our", "leadership": "we", "colour": ""},'
        ' "them": {"role": "attacker", "name": "Them", "demonym": "Their", "leadership": "they", "colour": ""}}',
    )  # fmt: skip
    lost = np.zeros((*data["net_km2"].shape, 2), dtype=np.float32)
    lost[..., 1] = np.array(losses)[:, None, None]
    data["casualties"] = ("arm", "replicate", "time", "side"), lost
    return data.assign_coords(side=["us", "them"], role=("side", ["defender", "attacker"]))


def test_ground_kept_and_losses_are_those_of_the_arm_less_the_base_of_the_same_answer():
    results = {
        BEST_REPLY: played([10.0, 9.0, 6.0], [100e3, 101e3, 103e3], replicates=9),
        FIXED: played([10.0, 9.5, 8.0], [100e3, 102e3, 106e3]),
        COMPENSATING: played([10.0, 10.0, 9.0], [100e3, 105e3, 110e3]),
    }
    found = enemy_answers(results, 6, 0.9)
    weeks = 53 * 7
    kept = [found.effects[answer]["concert"].kept.value for answer in results]
    assert kept == pytest.approx([4.0 * weeks, 2.0 * weeks, 1.0 * weeks])
    assert [found.effects[answer]["lever"].casualties.value for answer in results] == pytest.approx([1e3, 2e3, 5e3])
    assert found.effects[FIXED]["concert"].kept.n == 6, "only what all have is compared"
    for words in ("costs Them if it answers", "1,484 km2", "+3.0 thousand", "+10.0 thousand", "6 replicates"):
        assert words in found.sentence
    table = _against(found)
    assert [row[0] for row in table.rows] == ["lever", "concert"]
    assert set(found.account()) == {"replicates", "sentence", "answers"}


def crossed(rates, replicates=8):
    """Return steady wars of a base, two levers alone and under coordination, and all without and with it; in that order."""
    arms = ["base", "lesser", "greater", "lesser_c", "greater_c", "all", "all_c"]
    roles = ["base", "single", "single", "single_coordinated", "single_coordinated", "joint_uncoordinated", "joint"]
    data = played([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], replicates).isel(arm=[0] * len(arms)).assign_coords(arm=arms)
    gains = steady(np.broadcast_to(np.array(rates, dtype=float)[:, None], (len(arms), replicates)))
    made = result(
        gains, arms=arms, arm_roles=json.dumps(dict(zip(arms, roles, strict=True))), sides=data.attrs["sides"]
    )
    made["casualties"] = data["casualties"]
    return made.assign_coords(side=data["side"], role=("side", ["defender", "attacker"]))


def test_what_coordination_adds_to_one_lever_and_to_all():
    """Gains a day of 10 in the base, 8 with the greater lever, 7 with it coordinated, 6 with all, 3 with all coordinated."""
    weeks = 53 * 7
    wars = crossed([10.0, 9.0, 8.0, 9.5, 7.0, 6.0, 3.0])
    found = enemy_answers(dict.fromkeys((BEST_REPLY, FIXED, COMPENSATING), wars), 8, 0.9)
    table = found.two_by_two[BEST_REPLY]
    assert (table.alone.arm, table.alone_coordinated.arm) == ("greater", "greater_c")
    assert table.alone.kept.value == pytest.approx(2 * weeks)
    assert table.adds_alone.value == pytest.approx(1 * weeks)
    assert table.adds_together.value == pytest.approx(3 * weeks)
    assert table.more.value == pytest.approx(2 * weeks)
    assert "adds more to all than to one" in found.of_coordination
    assert found.account()["two_by_two"][BEST_REPLY]["together_coordinated"]["kept_km2"][1] == pytest.approx(7 * weeks)
    assert len(_two_by_two(found).rows) == 2
    assert _drawn(two_by_two(EnemyStudy(found, "made up"))) == pytest.approx(
        [weeks * kept for kept in (2, 3, 4, 7, 1, 3, 2)]
    )


def _drawn(figure):
    """Return the marks of the first answer, from the top row."""
    marks = [line.get_xydata() for line in figure.axes[0].lines if line.get_marker() == "o"]
    places = np.concatenate(marks)
    return places[places[:, 1].argsort(), 0]


def test_without_levers_under_coordination_there_is_no_table_of_four():
    found = enemy_answers({BEST_REPLY: played([10.0, 9.0, 6.0], [0.0, 0.0, 0.0])}, 6, 0.9)
    assert not found.two_by_two
    assert found.of_coordination == ""
    assert two_by_two(EnemyStudy(found, "made up")) is None

"""What arms do against an attacker who answers: paired with the base, in the replicates that all answers share."""

import numpy as np
import pytest

from sim.analysis.verdicts.enemy import BEST_REPLY, COMPENSATING, FIXED, enemy_answers
from sim.report.experiment import _against
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

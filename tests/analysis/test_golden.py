"""The public JSON of verdicts, factorials, doses and robustness: every key and number of the kept transcripts stands.

New keys may be added; sentences may be worded otherwise.
"""

import json
import math
from pathlib import Path

import pytest

from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.result import judge
from sim.analysis.serialise import plain
from sim.analysis.statistics.doses import analyse_doses
from sim.analysis.statistics.factorial import analyse
from sim.analysis.verdicts.robustness import robustness
from tests.analysis import golden_data

GOLDEN = Path(__file__).parent / "golden"
WORDING = {"sentence", "more", "label"}
GRIDS = {"halt_rate": (0.5, 1.0, 4.0), "halt_days": (28.0, 60.0), "reversal_km2": (5.0, 25.0), "can": (0.2, 0.5)}
PAIRS = [("halt_rate", "halt_days"), ("halt_rate", "can")]


def _robustness():
    claim = golden_data.claim()
    results = {"a": claim, "b": claim.assign(net_km2=claim["net_km2"] * 0.0)}
    return robustness(results, [("a", "g", "A"), ("b", "g", "B")], GRIDS, PAIRS)


MADE = {
    "claim": lambda: judge(golden_data.claim()),
    "factorial": lambda: analyse(outcomes_by_replicate(golden_data.factorial())),
    "doses": lambda: analyse_doses(outcomes_by_replicate(golden_data.doses())),
    "robustness": _robustness,
}


def differences(kept, now, path="", scale=0.0):
    """Yield the places at which `now` lacks or changes what is in `kept`.

    The ends of an interval are compared on the interval's own `scale`: an end near zero is a small difference of large
    numbers, and quantiles of Student's law differ in the tenth digit between the lowest and the newest scipy.
    """
    if isinstance(kept, dict):
        for key in kept:
            if key not in WORDING:
                yield from (
                    differences(kept[key], now[key], f"{path}.{key}") if key in now else [f"{path}.{key} is gone"]
                )
    elif isinstance(kept, list):
        if not isinstance(now, list) or len(now) != len(kept):
            yield f"{path}: {kept} is {now}"
        else:
            scale = max((abs(one) for one in kept if isinstance(one, float)), default=0.0)
            for place, (one, other) in enumerate(zip(kept, now, strict=True)):
                yield from differences(one, other, f"{path}[{place}]", scale)
    elif isinstance(kept, float) and isinstance(now, (int, float)):
        if not math.isclose(kept, now, rel_tol=1e-9, abs_tol=max(1e-9, 1e-8 * scale)):
            yield f"{path}: {kept} is {now}"
    elif kept != now:
        yield f"{path}: {kept} is {now}"


@pytest.mark.parametrize("name", MADE)
def test_json_keeps_its_shape_and_numbers(name):
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    now = plain(MADE[name]())
    assert json.loads(json.dumps(now, allow_nan=False)) == now
    assert list(differences(kept, now)) == []

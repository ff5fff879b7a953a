"""A result says who is who: sides by role, fronts outside, labels, and what each arm is for a verdict."""

import json

import sim
from sim.experiment.run import run
from sim.scenario import read
from tests.models.campaign.wars import CLAIM


def test_a_stored_result_says_who_is_who(tmp_path):
    scenario = read(CLAIM, {"run.horizon": "2 week", "run.replicates": 2})
    data = sim.load(run(scenario, tmp_path / "out")).data
    sides = json.loads(data.attrs["sides"])
    assert dict(zip(data["side"].values.tolist(), data["role"].values.tolist(), strict=True)) == {
        name: words["role"] for name, words in sides.items()
    }
    assert sorted(words["role"] for words in sides.values()) == ["attacker", "defender"]
    assert set(data["target_side"].values.tolist()) == set(sides)
    outside = json.loads(data.attrs["outside_fronts"])
    inside = [name for name in data["front"].values.tolist() if name not in outside]
    whole = data["net_km2_front"].sel(front=inside).sum("front")
    assert abs(whole - data["net_km2"]).max() < 1e-3, "the total leaves out what is outside"
    labels = json.loads(data.attrs["labels"])
    for dim in ("front", "ally", "partner", "target"):
        assert list(labels[dim]) == data[dim].values.tolist()
        assert all(labels[dim].values()), dim
    assert json.loads(data.attrs["arm_roles"]).keys() == set(data["arm"].values.tolist())

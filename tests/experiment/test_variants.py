"""The file of variants: every fault at its place; voices that read, are dated, and change what they say."""

from functools import cache
from pathlib import Path

import pytest

from sim.experiment import play_variants as variant_runs
from sim.experiment.variants import read_variants, scenario_of
from sim.foundation.errors import UserError
from sim.scenario import reader

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
CLAIM, SHIPPED = SCENARIOS / "claim.yaml", SCENARIOS / "robustness" / "variants.yaml"
VOICES = sorted((SCENARIOS / "voices").glob("*.yaml"))
SHORT = {"run.horizon": "14 day", "run.replicates": 2}
read = cache(reader.read)  # scenarios are frozen


def faults(tmp_path, text):
    path = tmp_path / "variants.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_variants(path)
    return [(fault.line, fault.message) for fault in error.value.faults]


def test_every_fault_is_told_at_its_place(tmp_path):
    found = faults(
        tmp_path,
        "format: 2\nvariants:\n  a: {label: A, set: {combat.law: square}}\n  b: {lable: B}\n  c: {overlay: no.yaml}\n"
        "thresholds:\n  halt_rat: [1]\n  can: [0, x]\npairs:\n  - [can, halts]\n",
    )
    told = dict(found)
    assert "may change nothing" in told[2]
    assert "did you mean 'label'" in told[4]
    assert "no such file" in told[5]
    assert "did you mean 'halt_rate'" in told[7]
    assert "numbers above zero" in told[8]
    assert "unknown threshold 'halts'" in told[10]


def test_the_shipped_file_covers_what_it_promises():
    study = read_variants(SHIPPED)
    forced = {path: set() for variant in study.variants for path in variant.set}
    for variant in study.variants:
        for path, node in variant.set.items():
            forced[path].add(node.text)
    assert len(forced["combat.law"]) >= 3
    assert forced["movement.response"] == {"contest", "power", "product"}
    assert forced["donors.benefit"] == {"flow", "near", "equal"}
    assert forced["escalation.pressure"] == {"yields", "defies"}
    assert forced["posterior"] == {"none"}
    assert {variant.overlay.name for variant in study.variants if variant.overlay} == {v.name for v in VOICES}


def test_each_variant_is_another_scenario_with_the_same_arms():
    study = read_variants(SHIPPED)
    found = variant_runs.check(study, CLAIM, SHORT)
    shipped = found["shipped"]
    assert shipped.hash == reader.read(CLAIM, SHORT).hash
    assert len({one.hash for one in found.values()}) == len(study.variants)
    assert all(list(one.arms) == list(shipped.arms) for one in found.values())
    assert found["prior"].posterior is None


def test_a_wrong_variant_is_told_with_the_others(tmp_path):
    path = tmp_path / "variants.yaml"
    path.write_text(
        "format: 2\nvariants:\n  a: {label: A}\n  b: {set: {combat.lw: square}}\n  c: {set: {combat.law: sqare}}\n",
        encoding="utf-8",
    )
    with pytest.raises(UserError) as error:
        variant_runs.check(read_variants(path), CLAIM, SHORT)
    told = "\n".join(map(str, error.value.faults))
    assert "unknown path part 'lw'" in told
    assert f"{path}:5:" in told
    assert "did you mean 'square'" in told


@pytest.mark.parametrize("file", VOICES, ids=lambda file: file.stem)
def test_a_voice_says_nothing_after_the_day_and_changes_what_it_says_only(file):
    voice, base = read(file), read(CLAIM)
    late = [one.path for one in voice.numbers() if one.as_of[:10] > "2024-11-19"]
    assert late == []
    before = {one.path: one for one in base.numbers()}
    changed = [one for one in voice.numbers() if one != before[one.path]]
    assert changed
    assert all(one.source and one.as_of and one.grade for one in changed)


@pytest.mark.parametrize("file", VOICES, ids=lambda file: file.stem)
def test_laid_over_the_claim_a_voice_is_the_scenario_that_it_is_alone(file):
    study = read_variants(SHIPPED)
    variant = next(v for v in study.variants if v.overlay and v.overlay.name == file.name)
    laid, alone = scenario_of(variant, CLAIM, {}), read(file)
    assert laid.numbers() == alone.numbers()
    assert laid.posterior is not None


def test_an_overlay_stays_in_the_tree(tmp_path):
    (tmp_path / "voice.yaml").write_text("format: 2\n")
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "variants.yaml"
    file.write_text("format: 2\nvariants:\n  a: {label: A}\n  b: {label: B, overlay: ../voice.yaml}\n")
    with pytest.raises(UserError, match=r"variants.yaml:4:26: found '../voice.yaml', which leads outside"):
        read_variants(file)

"""Law 9: no name of a side, ally, front, target, lever or arm stands in the code.

The shipped abstract world is played with every name changed, as `sed` would do it; whatever the program then says, draws or
stores has the new names, and no word of the abstract world or of the first war.
"""

import json
import re
from pathlib import Path

import pytest

import sim
from sim.plotting import Arms, figures
from tests.plotting.test_figures import texts

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
RENAMED = {
    # sides and what they are called
    "north": "reds", "North": "Redland", "Northern": "Reddish", "court": "citadel", "south": "blues", "South": "Blueland",
    "Southern": "Bluish", "council": "assembly",
    # fronts, targets, allies and partners
    "coast": "delta", "Coast": "Delta", "plain": "marsh", "Plain": "Marsh", "hills": "woods", "Hills": "Woods",
    "magazines": "arsenals", "refineries": "wells", "dams": "grids", "islands": "guild", "Islands": "Guild",
    "league": "union", "League": "Union", "steppe": "desert", "Steppe": "Desert",
    # levers and arms
    "long_range": "reach", "surge": "flood", "workshops": "forges", "one_plan": "accord", "strikes": "alpha",
    "arms_surge": "beta", "own_make": "gamma", "all_three": "delta_epsilon", "plan_alone": "zeta", "in_concert": "omega",
}  # fmt: skip
NEW = ("Redland", "Reddish", "Blueland", "Bluish", "Delta", "Marsh", "Woods", "Guild", "Desert")
OLD = ("Northern", "Southern", "the Coast", "the Plain", "Hills", "Islands", "League", "Steppe")
FIRST_WAR = re.compile(
    r"ukrain|russia|kyiv|kremlin|moscow|kursk|pokrovsk|donbas|atacms|nordic|us_arms|kursk_exit|united states|north korea|dprk|iran",
    re.IGNORECASE,
)


def renamed(text):
    """Return a scenario's text with every name changed, whole words only."""
    return re.sub(r"\b[A-Za-z_]+\b", lambda word: RENAMED.get(word[0], word[0]), text)


def written(folder):
    """Write the abstract world and its claim into `folder` with every name changed; return the folder."""
    for name in ("abstract.yaml", "abstract-claim.yaml"):
        text = renamed((SCENARIOS / name).read_text(encoding="utf-8"))
        # neither the comments nor the titles: they are the file's own
        text = text.replace("# yaml-language-server: $schema=schema/scenario.json", "# a file of one's own")
        (folder / name).write_text(
            text.replace("milestones: [2001-07-02, 2001-12-31]", "milestones: [2001-07-02]"), "utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return written(tmp_path_factory.mktemp("named"))


@pytest.fixture
def call(sim_command, monkeypatch, world):
    monkeypatch.chdir(world)
    return sim_command


def check(text, *wanted):
    found = FIRST_WAR.search(text)
    assert not found, text[max(found.start() - 60, 0) : found.end() + 60]
    for word in OLD:
        assert word not in text, text[max(text.find(word) - 60, 0) : text.find(word) + 60]
    for word in wanted:
        assert word in text


@pytest.fixture(scope="module")
def result(world):
    made = sim.read(world / "abstract-claim.yaml").run(replicates=4, horizon="30 week", jobs=1, out=world / "result")
    return sim.load(made.folder) if hasattr(made, "folder") else made


def test_what_is_stored_has_the_names_of_the_file(result):
    data = result.data
    assert list(data["front"].to_numpy()) == ["delta", "marsh", "woods"]
    assert dict(zip(data["side"].to_numpy(), data["role"].to_numpy(), strict=True)) == {
        "blues": "defender",
        "reds": "attacker",
    }
    assert list(data["arm"].to_numpy())[1:] == ["alpha", "beta", "gamma", "delta_epsilon", "zeta", "omega"]
    said = [json.dumps({key: str(value) for key, value in data.attrs.items()}, ensure_ascii=False)]
    for name, variable in data.variables.items():
        labels = " ".join(map(str, variable.to_numpy())) if variable.dtype.kind in "UO" else ""
        said.append(f"{name} {dict(variable.attrs)} {labels}")
    check("\n".join(said), "Reddish", "Bluish", "Guild")


def test_figures_say_them_too(result):
    said = {name: texts(figure) for name, figure in figures("result", Arms.of({"claim": result.data}))}
    assert len(said) > 8
    check("\n".join(said.values()), "Redland", "Reddish", "Marsh", "Guild")


def test_sentences_say_them_too(call, result):
    outputs = []
    for words in (
        ("claim", "abstract-claim.yaml", "--replicates", 30, "--horizon", "40 week", "--jobs", 1, "--no-plots", "--out", "c"),
        ("compare", "abstract-claim.yaml", "c", "--replicates", 4, "--horizon", "30 week", "--jobs", 1, "--no-plots", "--out", "d"),
        ("replay", "abstract-claim.yaml", "--arm", "omega", "--replicate", 1, "--horizon", "30 week"),
        ("validate", "abstract.yaml", "abstract-claim.yaml"),
        ("evidence", "abstract-claim.yaml"),
    ):  # fmt: skip
        code, out, err = call(*words)
        assert code == 0, err
        outputs.append(out + err)
    check("\n".join(outputs), *NEW, "omega", "alpha")
    assert "the Reddish advance in the last quarter" in outputs[0]
    assert "The Bluish assembly saw its line" in outputs[2]

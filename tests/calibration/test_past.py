"""The past replayed: nothing observed after an origin, and no input dated after it, may reach a forecast."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.calibration.calibrate import Study, open_study, play_past
from sim.calibration.features import windows
from sim.calibration.past import frozen, replay
from sim.calibration.setting import claims_of, read_setting, statements
from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.scenario.priors.draw import Stack, _Draw, draw
from sim.scenario.schema.leaves import Series as Dated
from sim.scenario.schema.paths import leaves as stated_leaves
from tests.models.campaign.wars import leaves

FILE = Path(__file__).parents[2] / "scenarios" / "history" / "calibration.yaml"
ORIGIN = dt.date(2023, 4, 4)
UNTIL = dt.date(2023, 6, 6)


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(FILE, read_setting(FILE))


def gains(study: Study, expected: bool) -> np.ndarray:
    run = play_past(study, None, Lanes.grid(1, range(3)), [ORIGIN], UNTIL, 8, as_expected=expected)
    return run.branches[0].gain


def test_what_happened_later_does_not_matter(study: Study) -> None:
    later = study.observed.ends > np.datetime64(ORIGIN)
    changed = np.where(later[:, None], 999.0, study.observed.gain)
    other = replace(study, observed=replace(study.observed, gain=changed))
    assert np.array_equal(gains(study, True), gains(other, True))


def test_what_happened_before_does_matter(study: Study) -> None:
    earlier = study.observed.ends <= np.datetime64(ORIGIN)
    changed = np.where(earlier[:, None], 2.0 * study.observed.gain, study.observed.gain)
    other = replace(study, observed=replace(study.observed, gain=changed))
    assert not np.array_equal(gains(study, True), gains(other, True))


def test_expected_inputs_stay_as_they_were_known(study: Study) -> None:
    parameters = draw(study.scenario, Lanes.grid(1, range(2)), 1)
    day = (ORIGIN - study.setting.start).days
    known = frozen(parameters, day)
    bombs = known.sides.russia.bomb_plan
    last = int(parameters.sides.russia.bomb_plan.stated.last[day, 0])
    assert last <= day
    assert np.array_equal(bombs.at(day), parameters.sides.russia.bomb_plan.at(last))
    drift = bombs.drift.factor * np.sqrt(300 / 182)
    assert np.allclose(bombs.at(day + 300), bombs.at(day) * np.exp(drift)), "it stays as it was, but for its drift"
    assert np.array_equal(known.movement.pace, parameters.movement.pace)


def test_what_turned_out_does_not_drift(study: Study) -> None:
    parameters = draw(study.scenario, Lanes.grid(1, range(2)), 1)
    end = (study.setting.until - study.setting.start).days
    told = frozen(parameters, end)
    for day in (0, 200, end):
        assert np.array_equal(
            told.sides.russia.bomb_plan.at(day), replace(told.sides.russia.bomb_plan, drift=None).at(day)
        )
        assert np.array_equal(told.sides.ukraine.shell_output.at(day), told.sides.ukraine.shell_output.at(0))
    early = frozen(parameters, 100).sides.ukraine.shell_output
    assert np.array_equal(early.at(100), early.at(0))
    assert not np.array_equal(early.at(200), early.at(0))


@pytest.mark.parametrize("day", range(0, 600, 45))
def test_the_next_point_of_an_input_is_not_known_before_its_day(study: Study, day: int) -> None:
    """A path between two points leans towards the next; of two futures the same must be known on the day."""
    start = study.setting.start

    def other(node: Any) -> Any:
        first, *rest = node.points  # the first holds before its day as well: nothing else is known of then
        late = [(when, value if (when - start).days <= day else 3.0 * value + 1.0) for when, value in rest]
        late.insert(0, first)
        return replace(node, points=tuple(late), bounds=replace(node.bounds, le=None, lt=None))

    def known(change: bool) -> list[np.ndarray]:
        drawing = _Draw(Lanes.grid(1, range(2)), 1, start, 700)
        found = []
        for path, leaf in stated_leaves(study.scenario.world()):
            if isinstance(leaf, Dated) and leaf.constant is None:
                series = drawing.leaf([other(leaf) if change else leaf], path)
                found.append(series.frozen(day).table)
        return found

    one, two = known(False), known(True)
    assert len(one) > 20
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def with_later_inputs(study: Study, day: int, change: float) -> Tree:
    """Return parameters of three wars whose dated inputs after `day` are `change` times what they were."""

    def later(leaf: Any) -> Any:
        if isinstance(leaf, Stack):
            return Stack(tuple(later(part) for part in leaf.parts), leaf.axis)
        table = leaf.table.copy()
        table[day + 1 :] *= change
        return replace(leaf, table=table, stated=None)

    p = draw(study.scenario, Lanes.grid(1, range(3)), study.setting.seed)
    for path, leaf in leaves(p):
        if isinstance(leaf, Series | Stack):
            p = p.replace(path, later(leaf))
    return p


@pytest.mark.parametrize("expected", [True, False])
def test_inputs_dated_after_the_origin_enter_only_where_they_are_let_in(study: Study, expected: bool) -> None:
    """Of two futures of bombs, shells, aid and recruits a forecast of the day knows neither; the other column knows its own."""
    lanes, day = Lanes.grid(1, range(3)), (ORIGIN - study.setting.start).days
    found = [
        replay(
            with_later_inputs(study, day, change), lanes, Noise(1, lanes.replicate), start=study.setting.start,
            until=UNTIL, origins=[ORIGIN], weeks=8, observed=study.observed,
            anchor=study.setting.anchoring(), as_expected=expected,
        ).branches[0].gain
        for change in (1.0, 4.0)
    ]  # fmt: skip
    assert np.array_equal(*found) is expected


def test_claims_after_the_day_are_unknown(study: Study) -> None:
    known = study.known(ORIGIN)
    assert 0 < len(known.losses) < len(study.claims.losses)
    assert len(known.force) < len(study.claims.force)
    assert all(last <= ORIGIN for _, last, _ in known.losses)
    assert all(day <= ORIGIN for day, _, _ in known.force)


def test_a_source_that_is_not_believed_is_left_out_and_only_that_one() -> None:
    setting = read_setting(FILE)
    everyone = claims_of(FILE.parent, setting.start, setting.until)
    believed = claims_of(FILE.parent, setting.start, setting.until, setting.exclude_sources)
    assert setting.exclude_sources
    gone = [one for one in everyone.force if one not in believed.force]
    assert len(gone) == 1
    assert gone[0][2] == max(people for _, side, people in everyone.force if side == 1)
    assert everyone.losses == believed.losses


def test_windows_are_whole() -> None:
    weekly = np.arange(11.0)[:, None]
    assert windows(weekly, 4)[:, 0].tolist() == [0 + 1 + 2 + 3, 4 + 5 + 6 + 7]


def test_a_wrong_calibration_file_is_named(tmp_path: Path) -> None:
    text = FILE.read_text().replace("members: 1000", "members: 3\nmenbers: 9")
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        read_setting(tmp_path / "c.yaml")
    wrong, unknown = (f"c.yaml:{text[: text.index(mark)].count(chr(10)) + 1}:" for mark in ("members: 3", "menbers"))
    said = str(caught.value)
    assert f"{wrong}10: `members`: found '3' - input should be greater than or equal to 50" in said
    assert f"{unknown}1: unknown key 'menbers'" in said
    assert "did you mean 'members'?" in said


def test_a_parameter_that_is_no_leaf_is_named_with_the_nearest(tmp_path: Path) -> None:
    """Else it would be drawn, moved, and read by nothing."""
    text = FILE.read_text().replace("- movement.pace\n", "- movement.pacce\n")
    file = shutil.copytree(FILE.parents[1], tmp_path / "scenarios") / "history" / "c.yaml"
    file.write_text(text)
    line = text.splitlines().index("  - movement.pacce") + 1
    said = rf"c\.yaml:{line}:5: unknown parameter .*'movement\.pacce'.* mean 'movement\.pace'"
    with pytest.raises(UserError, match=said):
        open_study(file, read_setting(file))


def test_a_table_with_a_wrong_number_is_named_by_line(tmp_path: Path) -> None:
    text = (FILE.parent / "manpower.csv").read_text()
    (tmp_path / "manpower.csv").write_text(text.replace("190000", "many", 1))
    with pytest.raises(UserError, match=r"manpower\.csv:9:.*'many' is not a number"):
        statements(tmp_path / "manpower.csv")


@pytest.mark.parametrize("way", ["absolute", "upwards", "link"])
def test_a_calibration_file_names_a_scenario_of_its_own_tree(tmp_path, way):
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text("format: 2\n")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(elsewhere)
    name = {"absolute": str(elsewhere), "upwards": "../elsewhere.yaml", "link": "link.yaml"}[way]
    lines = FILE.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if line.startswith("scenario:"))
    lines[number] = f"scenario: {name}"
    (folder / "calibration.yaml").write_text("\n".join(lines))
    with pytest.raises(UserError, match=rf"calibration.yaml:{number + 1}:11: found .*only files inside"):
        read_setting(folder / "calibration.yaml")

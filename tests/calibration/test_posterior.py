"""A posterior file: what is written is read, what is wrong is named, and replicates keep their draws."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.scenario import read
from sim.scenario.priors.distributions import quantile
from sim.scenario.priors.draw import draw
from sim.scenario.priors.posterior import load, posterior, write
from sim.scenario.schema.leaves import Number

CLAIM = Path(__file__).parents[2] / "scenarios" / "claim.yaml"


def test_written_is_read(tmp_path: Path) -> None:
    made = posterior(("movement.pace", "season.frost"), np.array([[0.25, 0.5], [0.75, 0.9]]))
    write(tmp_path / "p.csv", made, "a header\nof two lines")
    again = load(tmp_path / "p.csv")
    assert again.names == made.names
    assert again.digest == made.digest
    assert again.table == pytest.approx(made.table)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no draws"),
        ("a,b\n", "no draws"),
        ("a,b\n0.5\n", "2 numbers"),
        ("a\n1.5\n", "strictly between"),
        ("a\nx\n", "1 numbers"),
    ],
)
def test_wrong_files_are_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(text)
    with pytest.raises(UserError, match=said):
        load(file)


def test_missing_file_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        load(tmp_path / "none.csv")


def test_draws_move_only_the_leaves_they_name_and_do_not_depend_on_the_block() -> None:
    scenario = read(CLAIM, {"posterior": "none"})
    known = posterior(("movement.pace",), np.array([[0.1], [0.5], [0.9]]))
    whole = draw(scenario, Lanes.grid(2, range(6)), 1, known)
    part = draw(scenario, Lanes.grid(2, range(4, 6)), 1, known)
    prior = draw(scenario, Lanes.grid(2, range(6)), 1)
    assert np.array_equal(whole.movement.pace[4:6], part.movement.pace[:2])
    assert np.array_equal(whole.movement.pace[:3], whole.movement.pace[3:6])  # three draws, taken in turn
    assert not np.array_equal(whole.movement.pace, prior.movement.pace)
    assert np.array_equal(whole.season.frost, prior.season.frost)


def test_a_scenario_is_drawn_from_the_posterior_it_names() -> None:
    """Replicate k has row k of the shipped file: the leaf's prior at that uniform, and no other."""
    shipped, lanes = read(CLAIM), Lanes.grid(2, range(5))
    assert shipped.posterior is not None
    drawn = draw(shipped, lanes, 1)
    prior = draw(read(CLAIM, {"posterior": "none"}), lanes, 1)
    checked = 0
    for column, name in enumerate(shipped.posterior.names):
        section, _, leaf = name.partition(".")
        number = getattr(getattr(shipped.world(), section, None), leaf, None)
        if isinstance(number, Number) and number.low != number.high:
            expected = quantile(number, shipped.posterior.table[:5, column])
            assert drawn[section][leaf] == pytest.approx(np.tile(expected, 2)), name
            assert not np.array_equal(drawn[section][leaf], prior[section][leaf]), name
            checked += 1
    assert checked > 5


def test_the_hash_knows_the_posterior() -> None:
    prior = read(CLAIM, {"posterior": "none"})
    shipped = read(CLAIM)
    assert shipped.posterior is not None
    assert shipped.hash != prior.hash


def test_a_column_that_no_leaf_draws_is_refused(tmp_path: Path) -> None:
    """Else a leaf with a new name would fall back to its prior without a word."""
    folder = tmp_path / "scenarios"
    shutil.copytree(CLAIM.parent, folder)
    table = folder / "history" / "posterior.csv"
    table.write_text(table.read_text().replace("movement.pace,", "movement.pcae,", 1))
    with pytest.raises(UserError, match=r"unknown column of the posterior 'movement\.pcae'.* mean 'movement\.pace'"):
        read(folder / "claim.yaml")


def test_a_fifo_as_posterior_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "draws.csv")
    with pytest.raises(UserError, match="not an ordinary file"):
        load(tmp_path / "draws.csv")


def test_writing_a_posterior_leaves_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "draws.partial").write_text("mine")
    write(tmp_path / "draws.csv", posterior(("a",), np.array([[0.5]])), "made up")
    assert (tmp_path / "draws.partial").read_text() == "mine"

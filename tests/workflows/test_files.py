"""Where output goes: a failure of the disk is the user's to mend, a failure of drawing costs only the figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.foundation.errors import Stopped, UserError
from sim.workflows.files import draw, prepare, write_text
from sim.workflows.options import Options


@pytest.fixture
def below_a_file(tmp_path: Path) -> Path:
    """A place that cannot be, because its parent is a file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    return tmp_path / "file" / "below"


@pytest.mark.parametrize(
    "act",
    [
        lambda path: prepare(Options(plots_to=path)),
        lambda path: prepare(Options(), path),
        lambda path: write_text(path, "text"),
    ],
)
def test_a_place_that_cannot_be_is_told_as_a_fault_in_what_was_given(act, below_a_file):
    with pytest.raises(UserError, match=r"cannot write .*below: (Not a directory|File exists)"):
        act(below_a_file)


def test_a_folder_is_no_place_for_a_text(tmp_path):
    with pytest.raises(UserError, match="it is a folder"):
        prepare(Options(), tmp_path)


def test_making_sure_of_a_file_leaves_it_as_it_is(tmp_path):
    page = tmp_path / "deep" / "page.md"
    prepare(Options(), page)
    assert not list(page.parent.iterdir())
    write_text(page, "text")
    prepare(Options(), page)
    assert [one.name for one in page.parent.iterdir()] == ["page.md"]
    assert page.read_text(encoding="utf-8") == "text"


def test_figures_that_fail_are_reported_and_not_the_end(tmp_path):
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    assert draw(Options(), tmp_path, lambda folder: None).folder == tmp_path
    found = draw(Options(), tmp_path, full)
    assert found.folder is None
    assert isinstance(found.error, OSError)
    assert draw(Options(plots=False), tmp_path, full).error is None


def test_a_stop_in_the_midst_of_drawing_is_said(tmp_path):
    def stopped(folder: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped, match="stopped while drawing"):
        draw(Options(), tmp_path, stopped)

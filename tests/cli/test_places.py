"""Where output goes: a failure of the disk is the user's to mend, a failure of drawing costs only the figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.ending import STOPPED, Stop
from sim.cli.places import end_if, make_ready, save, trouble_in, writable
from sim.foundation.errors import UserError


@pytest.fixture
def below_a_file(tmp_path: Path) -> Path:
    """A place that cannot be, because its parent is a file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    return tmp_path / "file" / "below"


@pytest.mark.parametrize("act", [make_ready, writable, lambda path: save(path, "text")])
def test_a_place_that_cannot_be_is_told_as_a_fault_in_what_was_given(act, below_a_file):
    with pytest.raises(UserError, match=r"cannot write .*below: (Not a directory|File exists)"):
        act(below_a_file)


def test_a_folder_is_no_place_for_a_text(tmp_path):
    with pytest.raises(UserError, match="it is a folder"):
        writable(tmp_path)


def test_making_sure_of_a_file_leaves_it_as_it_is(tmp_path):
    page = tmp_path / "deep" / "page.md"
    writable(page)
    assert not list(page.parent.iterdir())
    save(page, "text")
    writable(page)
    assert [one.name for one in page.parent.iterdir()] == ["page.md"]
    assert page.read_text(encoding="utf-8") == "text"


def test_figures_that_fail_are_trouble_and_not_the_end(tmp_path):
    def full() -> None:
        raise OSError(28, "No space left on device")

    assert trouble_in(lambda: None, tmp_path) is None
    trouble = trouble_in(full, tmp_path)
    assert trouble == f"cannot write figures to {tmp_path}: No space left on device"
    end_if(None)
    with pytest.raises(Stop, match="the result is safe, but drawing failed: cannot write"):
        end_if(trouble)


def test_a_stop_in_the_midst_of_drawing_is_said(tmp_path):
    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stop, match="stopped while drawing") as ended:
        trouble_in(stopped, tmp_path)
    assert ended.value.code == STOPPED

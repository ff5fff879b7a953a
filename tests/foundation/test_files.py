"""Files that would hang or mislead a reader are refused; writing is whole or not at all, and touches nothing else."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sim.foundation import files
from sim.foundation.errors import UserError


def message(path: Path, most: int = 100) -> str:
    with pytest.raises(UserError) as caught:
        files.read_bytes(path, most)
    (fault,) = caught.value.faults
    return str(fault)


def test_an_ordinary_file_is_read_and_a_link_to_one(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbftext")
    (tmp_path / "b").symlink_to("a")
    assert files.read_bytes(tmp_path / "b", 7) == b"\xef\xbb\xbftext"
    assert files.read_text(tmp_path / "b", 7) == "text"


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        assert "socket: cannot be read" in message(tmp_path / "socket")
    assert message(tmp_path / "fifo").endswith("fifo: is not an ordinary file")
    assert message(Path(os.devnull)).endswith("is not an ordinary file")
    assert message(tmp_path).endswith(files.FOLDER)
    assert message(tmp_path / "none").endswith(files.MISSING)
    assert "cannot be read: File name too long" in message(tmp_path / ("n" * 300))
    assert "null byte" in message(tmp_path / "a\0b")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 2_000_001)
    assert message(tmp_path / "large", 2_000_000).endswith("is 2.0 MB - at most 2 MB is allowed")


def test_a_byte_that_is_no_text_has_its_place(tmp_path):
    (tmp_path / "a").write_bytes(b"one\ntw\xff")
    with pytest.raises(UserError, match=r"a:2:3: is not UTF-8"):
        files.read_text(tmp_path / "a", 100)


def test_writing_that_fails_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    files.write_text(tmp_path / "deep" / "page", "old")

    def fail() -> None:
        with files.replacing(tmp_path / "deep" / "page") as file:
            file.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["page"]
    assert (tmp_path / "deep" / "page").read_text() == "old"


def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "page").symlink_to("precious")
    files.write_text(tmp_path / "page", "new")
    assert (tmp_path / "precious").read_text() == "mine"
    assert (tmp_path / "page").read_text() == "new"
    assert not (tmp_path / "page").is_symlink()


def test_devices_fifos_and_folders_are_no_targets(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for target in (Path(os.devnull), tmp_path / "fifo", tmp_path):
        with pytest.raises(OSError, match="it is"):
            files.write_text(target, "new")
        with pytest.raises(OSError, match="it is"):
            files.check_writable(target)
    assert not Path(os.devnull).is_file()


def test_no_file_of_the_user_is_a_scratch_file(tmp_path):
    """The names of old scratch files, with content and as links that lead elsewhere."""
    (tmp_path / "precious").write_text("mine")
    for name in ("page.partial", ".page.new", "page.new", "page.tmp"):
        (tmp_path / name).symlink_to("precious")
    before = sorted(one.name for one in tmp_path.iterdir())
    files.check_writable(tmp_path / "page")
    assert sorted(one.name for one in tmp_path.iterdir()) == before
    files.write_text(tmp_path / "page", "new")
    assert (tmp_path / "precious").read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([*before, "page"])


def test_new_files_have_the_rights_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    files.write_text(tmp_path / "page", "new")
    assert (tmp_path / "page").stat().st_mode == (tmp_path / "plain").stat().st_mode

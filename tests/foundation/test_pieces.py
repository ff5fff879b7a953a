"""Pieces of long work are kept whole, found again, and never taken for those of other work."""

import os
from pathlib import Path

import numpy as np
import pytest

from sim.foundation.errors import UserError
from sim.foundation.pieces import PieceStore, each
from tests.foundation.at_once import AtOnce

PIECE = (np.arange(3.0), np.eye(2))


def test_a_piece_comes_back_as_it_was(tmp_path: Path) -> None:
    PieceStore(tmp_path / "pieces", "work").put("a", PIECE)
    found = PieceStore(tmp_path / "pieces", "work").take("a")
    assert found is not None
    for one, other in zip(found, PIECE, strict=True):
        assert np.array_equal(one, other)


def test_other_work_and_other_keys_find_nothing(tmp_path: Path) -> None:
    PieceStore(tmp_path, "work").put("a", PIECE)
    assert PieceStore(tmp_path, "other work").take("a") is None
    assert PieceStore(tmp_path, "work").take("b") is None
    assert PieceStore().take("a") is None


def test_a_damaged_piece_is_computed_again(tmp_path: Path) -> None:
    pieces = PieceStore(tmp_path, "work")
    pieces.put("a", PIECE)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for place in range(0, len(whole), 37):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert pieces.take("a") is None, f"byte {place}"
    file.write_bytes(whole[:-40])
    assert pieces.take("a") is None
    file.write_bytes(whole)
    assert pieces.take("a") is not None


def test_a_fifo_in_place_of_a_piece_is_no_piece(tmp_path: Path) -> None:
    pieces = PieceStore(tmp_path, "work")
    pieces.put("a", PIECE)
    (file,) = tmp_path.iterdir()
    file.unlink()
    os.mkfifo(file)
    assert pieces.take("a") is None


def test_what_else_is_in_the_folder_stays(tmp_path: Path) -> None:
    pieces = PieceStore(tmp_path, "work")
    pieces.put("a", PIECE)
    (tmp_path / "mine.txt").write_text("mine")
    pieces.clear()
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_only_what_is_missing_is_played(tmp_path: Path) -> None:
    pieces = PieceStore(tmp_path, "work")
    tasks = [(f"{n}", lambda n: (np.full(2, float(n)),), (n,)) for n in range(4)]
    first, second = AtOnce(), AtOnce()
    for _ in zip(range(2), each(first, pieces, tasks[:2]), strict=True):
        pass
    found = [piece.tolist() for (piece,) in each(second, pieces, tasks)]
    assert found == [[n, n] for n in range(4)]
    assert (first.plays, second.plays, pieces.count) == (2, 2, 4)
    pieces.clear()
    assert not tmp_path.exists()


def test_a_refusing_disk_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UserError, match="give the same command again"):
        PieceStore(tmp_path / "file" / "pieces", "work").put("a", PIECE)

"""Fonts that are read once: the figures are the same, and matplotlib is as it was afterwards."""

import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure

from sim.plotting.frame import fonts
from sim.plotting.frame.fonts import fonts_in_memory
from sim.plotting.frame.page import save


def made():
    figure = Figure(figsize=(4, 2))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1200])
    axes.set_title("Ground, km² - “as it stands”, Überblick ∆", weight="bold")
    return figure


def test_a_figure_is_the_same_bytes_and_each_font_is_read_once(tmp_path, monkeypatch):
    (apart,) = save(made(), tmp_path, "apart")
    read = []
    monkeypatch.setattr(fonts, "_content", lambda file: (read.append(str(file)), file_content(file))[1])
    with fonts_in_memory():
        (together,) = save(made(), tmp_path, "together")
    assert together.read_bytes() == apart.read_bytes()
    assert any(name.endswith("DejaVuSans-Bold.ttf") for name in read)


def file_content(file):
    with open(file, "rb") as opened:
        return opened.read()


@pytest.mark.parametrize("fails", [False, True])
def test_matplotlib_is_as_it_was_afterwards(fails, tmp_path):
    before = font_manager.ft2font
    try:
        with fonts_in_memory():
            assert font_manager.ft2font is not before
            save(made(), tmp_path, "any")
            if fails:
                raise OSError
    except OSError:
        assert fails
    assert font_manager.ft2font is before
    (drawn,) = save(made(), tmp_path, "any", ["pdf"])  # which asks each font for its file
    assert b"DejaVu" in drawn.read_bytes()


def test_where_matplotlib_is_built_otherwise_nothing_is_changed(monkeypatch, tmp_path):
    monkeypatch.setattr(font_manager, "_get_font", lambda *args, **settings: None)
    before = font_manager.ft2font
    with fonts_in_memory():
        assert font_manager.ft2font is before

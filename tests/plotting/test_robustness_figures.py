"""Figures of how firm a verdict is: each row says the verdict that it was given, each cell its letter."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

from sim.analysis.serialise import plain
from sim.analysis.verdicts.robustness import robustness
from sim.plotting import robustness as drawing
from sim.plotting.gallery import draw_all
from sim.report.robustness import page

GRIDS = {"halt_rate": (0.5, 1.0, 4.0), "halt_days": (28.0, 60.0), "halt_within_days": (182.0,), "can": (0.2, 0.5)}


@pytest.fixture(scope="module")
def found(made):
    data = made.synthetic(replicates=30)
    results: dict[str, xr.Dataset] = {"shipped": data, "other": data.assign(net_km2=data["net_km2"] * 0.0)}
    names = [("shipped", "as shipped", "As shipped"), ("other", "law of combat", "No movement")]
    return robustness(results, names, GRIDS, [("halt_rate", "halt_days"), ("halt_rate", "can")])


def test_files_are_written(found, tmp_path: Path):
    files = draw_all("robustness", found, tmp_path / "plots")
    assert [file.name for file in files] == ["robustness.png", "rate_needed.png", "verdict_maps.png"]
    assert all(file.stat().st_size > 10_000 for file in files)


def test_every_row_tells_its_verdict(found):
    figure = drawing.chances(found)
    shown = [text.get_text() for text in figure.findobj(Text) if text.get_gid() == "verdict"]
    rows = [row for rows in (drawing.variant_rows(found), drawing.threshold_rows(found)) for row in rows]
    given = [row.verdict for row in rows if row.verdict is not None]
    assert [text.split(" ")[0] for text in shown] == [answer.verdict for answer in given]
    assert [" (anyway)" in text for text in shown] == [answer.reason == "anyway" for answer in given]
    assert [row.verdict.verdict for row in rows if row.label == "No movement"] == ["contradicted"], "it halts anyway"


def test_every_cell_of_a_map_has_its_letter(found):
    figure = drawing.verdict_maps(found)
    cells = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert len(cells) == sum(np.size(pair.answers) for pair in found.pairs)
    letters = {kind: letter for kind, (_, letter, _) in drawing.KINDS.items()}
    expected = [letters[one.verdict, one.reason] for pair in found.pairs for row in pair.answers for one in row]
    assert [cell.split(" ")[-1] for cell in cells] == expected


def test_the_page_holds_a_row_for_each_variant_and_threshold(found):
    told = plain(found)
    text = page(told)
    for row in told["variants"]:
        assert f"| {row['label']} |" in text
    for scan in told["thresholds"]:
        assert f"| {scan['name']} |" in text
    assert told["sentence"] in text

"""Figures of how firm a verdict is: each row says the verdict that it was given, each cell its letter."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

from sim.analysis.serialise import plain
from sim.analysis.verdicts.robustness import robustness
from sim.plotting import firmness
from sim.report.robustness import page

GRIDS = {"halt_rate": (0.5, 1.0, 4.0), "halt_days": (28.0, 60.0), "halt_within_days": (182.0,), "can": (0.2, 0.5)}


@pytest.fixture(scope="module")
def told(made):
    data = made.synthetic(replicates=30)
    results: dict[str, xr.Dataset] = {"shipped": data, "other": data.assign(net_km2=data["net_km2"] * 0.0)}
    names = [("shipped", "as shipped", "As shipped"), ("other", "law of combat", "No movement")]
    return plain(robustness(results, names, GRIDS, [("halt_rate", "halt_days"), ("halt_rate", "can")]))


def test_files_are_written(told, tmp_path: Path):
    files = firmness.draw_all(told, tmp_path / "plots")
    assert [file.name for file in files] == ["firmness.png", "rate_needed.png", "verdict_maps.png"]
    assert all(file.stat().st_size > 10_000 for file in files)


def test_every_row_tells_its_verdict(told):
    figure = firmness.chances(told)
    shown = [text.get_text() for text in figure.findobj(Text) if text.get_gid() == "verdict"]
    rows = [row for rows in (firmness.variant_rows(told), firmness.threshold_rows(told)) for row in rows]
    given = [row.answer for row in rows if row.answer is not None]
    assert [text.split(" ")[0] for text in shown] == [answer["verdict"] for answer in given]
    assert [" (anyway)" in text for text in shown] == [answer["reason"] == "anyway" for answer in given]
    assert [row.answer["verdict"] for row in rows if row.label == "No movement"] == ["contradicted"], "it halts anyway"


def test_every_cell_of_a_map_has_its_letter(told):
    figure = firmness.maps(told)
    cells = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert len(cells) == sum(np.size(pair["verdicts"]) for pair in told["pairs"])
    letters = {kind: letter for kind, (_, letter, _) in firmness.KINDS.items()}
    expected = [
        letters[verdict, reason]
        for pair in told["pairs"]
        for row, reasons in zip(pair["verdicts"], pair["reasons"], strict=True)
        for verdict, reason in zip(row, reasons, strict=True)
    ]
    assert [cell.split(" ")[-1] for cell in cells] == expected


def test_the_page_holds_a_row_for_each_variant_and_threshold(told):
    text = page(told)
    for row in told["variants"]:
        assert f"| {row['label']} |" in text
    for scan in told["thresholds"]:
        assert f"| {scan['name']} |" in text
    assert told["sentence"] in text

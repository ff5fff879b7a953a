"""The strip of claims: what stands on which side of the threshold, and nothing lost."""

import numpy as np
import pytest
from matplotlib.text import Text

from sim.analysis.estimate import Estimate
from sim.analysis.sources import source_notes
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import Bound, Finding, outside
from sim.plotting.claims import STYLES, Claims, strip
from sim.plotting.claims import scaled as scaled_estimate
from sim.plotting.gallery import draw_all
from tests.analysis.wars import result, steady


def scaled(finding):
    one = scaled_estimate(finding)
    return one.low, one.value, one.high


def finding(low, value, high, bound):
    return Finding(bound.verdict(Estimate(value, low, high)), Estimate(value, low, high), bound, 1.0, "km2", "ground")


SOURCE = source_notes({"r": result(steady([[1, 2]]))})


def answers():
    found = [
        finding(2, 3, 5, Bound(True, 1)), finding(2, 3, 5, Bound(False, 1)), finding(0, 1, 5, Bound(True, 2)),
        outside("terms are not modelled"),
    ]  # fmt: skip
    return [Answer(f"C{n}", f"Claim {n}.", (one,), ("level",), ("",)) for n, one in enumerate(found, 1)]


def test_right_of_the_threshold_is_as_claimed():
    assert scaled(finding(2, 3, 5, Bound(True, 1))) == pytest.approx((0.25, 0.5, 1.0))
    assert scaled(finding(2, 3, 5, Bound(False, 1))) == pytest.approx((-1.0, -0.5, -0.25))
    assert scaled(finding(-1, 0, 1, Bound(False, 0))) == pytest.approx((-1, 0, 1))
    assert np.isnan(scaled(outside("x"))).all()
    assert scaled(finding(0, 0, 0, Bound(True, 0))) == (0, 0, 0)


def test_every_claim_has_its_row_its_colour_and_its_numbers():
    figure = strip(Claims(answers(), SOURCE))
    (axes,) = figure.axes
    drawn = {line.get_color() for line in axes.lines if line.get_gid() == "interval"}
    assert drawn == {STYLES[word].colour for word in ("supported", "contradicted", "undecided")}
    told = " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))
    for words in ("C1 Claim 1.", "C4 Claim 4.", "terms are not modelled", "3 (2 to 5) km²", "> 1 km²", "seed 1"):
        assert words in told
    assert len({look.colour for look in STYLES.values()}) == len({look.marker for look in STYLES.values()}) == 4


def test_text_stays_on_the_sheet():
    figure = strip(Claims(answers(), SOURCE))
    figure.canvas.draw()
    sheet = figure.bbox
    for text in figure.findobj(Text):
        if text.get_text().strip():
            box = text.get_window_extent()
            assert box.x0 >= sheet.x0 - 1, text.get_text()
            assert box.x1 <= sheet.x1 + 1, text.get_text()


def test_without_wars_there_is_nothing_to_draw(tmp_path):
    assert draw_all("claims", Claims(answers(), ""), tmp_path) == []
    (file,) = draw_all("claims", Claims(answers(), SOURCE), tmp_path / "new", suffix="_some")
    assert file.name == "claims_some.png"

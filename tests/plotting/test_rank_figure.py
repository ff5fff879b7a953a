"""The figure of the rank test says what its numbers say."""

import numpy as np
import pytest
from matplotlib.text import Text

from sim.plotting.rank_test import MOST, RankStudy, ranks


def rows(dispersion: float, bias: float, count: int = 3) -> list[dict[str, object]]:
    return [{"parameter": f"movement.one{n}", "bias": bias, "dispersion": dispersion} for n in range(count)]


@pytest.mark.parametrize(
    ("dispersion", "bias", "inside"), [(1.0, 0.0, 3), (1.6, 0.0, 0), (0.6, 0.0, 0), (1.0, 0.5, 0), (1.1, 0.1, 3)]
)
def test_the_title_counts_what_lies_inside_the_band(dispersion, bias, inside):
    figure = ranks(RankStudy(rows(dispersion, bias), 60, "source"))
    assert figure is not None
    said = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert f"{inside} of 3 parameters" in said
    assert "movement.one2" in said


def test_only_what_moves_most_is_drawn_and_nothing_of_nothing():
    assert ranks(RankStudy([], 60, "source")) is None
    figure = ranks(RankStudy(rows(1.0, 0.0, MOST + 5), 60, "source"))
    assert figure is not None
    low, high = figure.axes[0].get_ylim()
    assert np.isclose(abs(high - low), MOST)

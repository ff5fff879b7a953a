"""Statistics of observed tables: by hand, with and without noise."""

import numpy as np
import pytest

from sim.analysis.observations.table_statistics import STATISTICS, Rows, rows_of, sample
from sim.foundation.errors import UserError

TABLE = """\
# unit: km2
month,period_start,period_end,net_km2_gain,confidence
2024-01,2024-01-01,2024-01-31,310,low
2024-02,2024-02-01,2024-02-29,29,high
2024-03,2024-03-01,2024-03-31,62,high
2024-04,2024-04-01,2024-04-10,50,high
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def observed(name, rows, since="", on=""):
    return STATISTICS[name].of(rows, sample(rows, 1), since, on)


def test_rates_are_by_the_day_and_the_noise_by_the_row(table):
    rows = rows_of(table, "net_km2_gain", {"low": 100, "high": 1}, "confidence")
    assert rows.noise.tolist() == [100, 1, 1, 1]
    assert observed("lead_over_fastest", rows, since="2024-02-01")[0] == pytest.approx(5 - 2)
    assert observed("lead_over_fastest", rows)[0] == pytest.approx(5 - 10)
    assert observed("mean_rate", rows, since="2024-02-01", on="2024-03-31")[0] == pytest.approx(91 / 60)
    assert observed("rate_rise", rows, since="2024-03-01")[0] == pytest.approx(112 / 41 - 339 / 60)
    assert STATISTICS["mean_rate"].unit(rows) == "km2/day"


def test_the_sample_has_the_noise_of_the_rows(table):
    rows = rows_of(table, "net_km2_gain", {"low": 100, "high": 1}, "confidence")
    draws = sample(rows, 1)[1:]
    np.testing.assert_allclose(draws.std(axis=0), rows.noise, rtol=5 / np.sqrt(2 * len(draws)))
    np.testing.assert_array_equal(sample(rows, 1), sample(rows, 1))


def test_the_side_that_gains_changes_only_beyond_the_noise():
    months = np.arange("2023-01", "2024-01", dtype="datetime64[M]")
    starts, ends = months.astype("datetime64[D]") - 1, (months + 1).astype("datetime64[D]") - 1
    values = np.array([9.0] * 4 + [-9.0] * 4 + [9.0] * 4)
    turns = STATISTICS["changes_of_sign"].of
    for noise, count in ((0.0, 2), (20.0, 0)):
        rows = Rows(starts, ends, values, np.full(12, noise))
        assert turns(rows, values[None], "", "")[0] == count


def test_what_is_wrong_with_a_table_is_told(table):
    with pytest.raises(UserError, match="no column of numbers 'net_gain'"):
        rows_of(table, "net_gain", {})
    with pytest.raises(UserError, match="no noise is given for low"):
        rows_of(table, "net_km2_gain", {"high": 1}, "confidence")
    rows = rows_of(table, "net_km2_gain", {})
    with pytest.raises(ValueError, match="no whole period"):
        observed("mean_rate", rows, since="2025-01-01")
    assert np.isnan(observed("rate_rise", rows, since="2024-01-01")).all()  # nothing before to compare with


def test_a_bias_is_shared_by_the_rows_of_a_word_and_by_no_other(table):
    rows = rows_of(table, "net_km2_gain", {"low": 1, "high": 1}, "confidence", {"high": 100})
    errors = sample(rows, 1)[1:] - rows.values
    assert np.corrcoef(errors[:, 1], errors[:, 2])[0, 1] > 0.99, "one error of a map"
    assert abs(np.corrcoef(errors[:, 0], errors[:, 1])[0, 1]) < 5 / np.sqrt(len(errors))
    assert errors[:, 1].std() == pytest.approx(np.hypot(100, 1), rel=5 / np.sqrt(2 * len(errors)))

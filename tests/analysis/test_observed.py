import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sim.analysis import cells, observed
from sim.analysis.observations.matching import Weeks, ahead, behind, joined, noise_shares, read_at, with_map_noise
from sim.foundation.errors import UserError

HISTORY = Path(__file__).resolve().parents[2] / "scenarios" / "history"
TABLES = sorted(HISTORY.glob("*.csv"))
NOT_OBSERVED = {
    "aid_panel.csv",
    "posterior.csv",
    "screening.csv",
    "arithmetic.csv",
}  # estimates, draws, a ranking, checks
TABLES = [path for path in TABLES if path.name not in NOT_OBSERVED]
LAST_DAY = np.datetime64("2024-11-19")


@pytest.fixture
def write(tmp_path):
    def go(text, name="seen.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return go


def faults(path):
    with pytest.raises(UserError) as error:
        observed.read(path)
    return [(fault.line, fault.column, fault.message) for fault in error.value.faults]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_shipped_tables_are_right_and_end_in_time(path):
    table = observed.read(path)
    assert table.ends.max() <= LAST_DAY
    for key in ("unit", "source", "method", "noise", "vintage", "last_day"):
        assert table.header[key]
    assert "2024-11-19" in table.header["last_day"]


def test_all_tables_are_shipped():
    names = ("front_weekly", "front_weekly_by_axis", "losses_monthly", "aid_by_donor_group", "strikes_monthly",
             "manpower", "contact_line")  # fmt: skip
    assert {f"{name}.csv" for name in names} <= {path.name for path in TABLES}


def test_axes_add_up_to_the_total():
    total = observed.read(HISTORY / "front_weekly.csv")
    axes = observed.read(HISTORY / "front_weekly_by_axis.csv")
    assert np.array_equal(total.ends, axes.ends)
    assert np.abs(total.total() - axes.total(("kursk",))).max() < 0.1  # km2, rounding
    assert observed.describe(total)["gaps"] == []


def test_losses_are_marked_as_claims_and_cut_at_the_last_day():
    table = observed.read(HISTORY / "losses_monthly.csv")
    assert table.kind == observed.LOSSES
    assert str(table.ends[-1]) == "2024-11-19"
    assert str(table.starts[-1]) == "2024-10-31"
    assert float(table.data["attacker_losses_claim"][-1]) == 29100


def test_comments_extra_columns_quotes_and_missing_values_pass(write):
    path = write(
        '\ufeff# Title: a colon\n# unit: km2\n\nweek_end,note,net_change_km2\n2024-11-26,"a, b ""c""",10\n'
        "2024-12-03,,\n2024-12-17,x,-5.5\n"
    )
    table = observed.read(path)
    assert (table.kind, table.column, table.ignored) == ("front", "net_change_km2", ("note",))
    assert table.header["unit"] == "km2"
    np.testing.assert_array_equal(table.total(("kursk",)).values, [10, np.nan, -5.5])
    account = observed.describe(table)
    assert account["gaps"] == [["2024-12-03", "2024-12-10"]]
    assert (account["missing"], account["totals"]) == (1, {"net_km2": 4.5})


def test_the_adjusted_column_wins(write):
    path = write("week_end,net_change_km2,net_change_adj_km2\n2024-11-26,1,2\n")
    assert observed.read(path).total(("kursk",)).values == [2]


def test_all_faults_at_once_each_at_its_place(write):
    path = write(
        "# c\nweek_end,axis,net_change_km2\n2024-11-26,a,NaN\n2024-11-26,b,ten\n2024-13-01,a,1\n2024-11-26,b,1\n"
        '2024-11-19,a,1\n2024-12-03,"",1\n2024-12-03,a\n2024-12-10,a,1e9\n2024-12-12,a,"1,5"\n2024-12-17,a,inf\n'
    )
    found = faults(path)
    assert [(line, column) for line, column, _ in found] == [
        (3, 14), (4, 14), (5, 1), (6, 1), (7, 1), (8, 12), (9, 1), (10, 14), (11, 1), (11, 14), (12, 14),
    ]  # fmt: skip
    words = ("number", "number", "date", "line 4", "forward", "axis", "2 cells", "slip of the pen", "days after", "number",
             "number")  # fmt: skip
    for (_, _, message), word in zip(found, words, strict=True):
        assert word in message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no table"),
        ("# only\n", "no table"),
        ("week_end,net_change_km2\n", "no row"),
        ("week,net_change_km2\n2024-11-26,1\n", "week_end"),
        ("week_end,net_km2\n2024-11-26,1\n", "net_change_km2"),
        ("week_end;net_change_km2\n2024-11-26;1\n", "comma"),
        ("week_end,net_change_km2,net_change_km2\n2024-11-26,1,1\n", "twice"),
        (b"week_end,net_change_km2\n2024-11-26,\xff\n", "UTF-8"),
        ("month,attacker_losses_claim\n2024-10,-3\n", "below zero"),
        ("month,attacker_losses_claim\n2024-10,3\n2024-10,4\n", "already"),
        ("month,period_end,attacker_losses_claim\n2024-10,2024-11-02,3\n", "not in the month"),
        ("month,attacker_losses_claim\n2024-10,3\n2024-11,many\n", "number"),
    ],
)
def test_bad_files(write, text, word):
    assert any(word in message for _, _, message in faults(write(text)))


def test_unreadable_places(tmp_path, write, monkeypatch):
    assert "folder" in faults(tmp_path)[0][2]
    assert "no such file" in faults(tmp_path / "none.csv")[0][2]
    monkeypatch.setattr(cells, "LIMIT_BYTES", 10)
    assert "MB is allowed" in faults(write("week_end,net_change_km2\n2024-11-26,1\n"))[0][2]


def test_many_faults_are_cut_short(write):
    text = "week_end,net_change_km2\n" + "x,1\n" * 80
    found = faults(write(text))
    assert len(found) == cells.MOST_FAULTS + 1
    assert "30 more" in found[-1][2]


def test_axes_unknown_to_a_scenario_are_named_with_their_line(write):
    path = write("week_end,axis,net_change_km2\n2024-11-26,kupiansk,1\n2024-11-26,pokrovks,1\n")
    with pytest.raises(UserError) as error:
        observed.check_axes(observed.read(path), ["pokrovsk", "kupiansk"])
    (fault,) = error.value.faults
    assert fault.line == 3
    assert "did you mean 'pokrovsk'" in fault.message


def test_kursk_is_not_in_the_total(write):
    path = write("week_end,axis,net_change_km2\n2024-11-26,kursk,100\n2024-11-26,lyman,3\n")
    assert observed.read(path).total(("kursk",)).values == [3]


def front(write, days, values):
    rows = "".join(f"{day},{value}\n" for day, value in zip(days, values, strict=True))
    return observed.read(write("week_end,net_change_km2\n" + rows))


def test_ahead_and_behind_split_at_the_origin_and_fill_gaps(write):
    table = front(write, ["2024-11-12", "2024-11-19", "2024-11-26", "2024-12-10"], [1, 2, 3, 4])
    origin = dt.date(2024, 11, 19)
    np.testing.assert_array_equal(behind(table, origin).gain, [1, 2])
    after = ahead(table, origin)
    np.testing.assert_array_equal(after.gain, [3, np.nan, 4])
    assert str(after.starts[0]) == "2024-11-19"
    # an origin in mid-week waits for the next map
    assert str(ahead(table, dt.date(2024, 11, 14)).starts[0]) == "2024-11-19"
    # a file that begins late does not shift
    late = front(write, ["2024-12-10"], [4])
    np.testing.assert_array_equal(ahead(late, origin).gain, [np.nan, np.nan, 4])


def test_histories_are_joined_with_their_gap():
    day = np.datetime64("2024-01-02")
    week = np.timedelta64(7, "D")
    old = Weeks(day + week * np.arange(3), day + week * np.arange(1, 4), np.array([1.0, 2, 3]))
    new = Weeks(day + week * np.arange(4, 6), day + week * np.arange(5, 7), np.array([8.0, 9]))
    both = joined(old, new)
    np.testing.assert_array_equal(both.gain, [1, 2, 3, np.nan, 8, 9])
    assert np.array_equal(both.starts[1:], both.ends[:-1])


def test_curves_are_read_between_their_records():
    time = np.datetime64("2024-11-19", "ns") + np.arange(3) * np.timedelta64(7, "D")
    curves = np.array([[0.0, 70, 210], [0, 7, 7]])
    days = np.array(["2024-11-21", "2024-11-26", "2024-12-01", "2024-12-10"], dtype="datetime64[D]")
    found = read_at(curves, time, days)
    np.testing.assert_allclose(found[:, :3], [[20, 70, 170], [2, 7, 7]])
    assert np.isnan(found[:, 3]).all()


def test_map_noise_is_on_the_level():
    """One week and four weeks are equally uncertain: sd 20, to five standard errors of 4000 members."""
    noisy = with_map_noise(np.zeros((4000, 8)), 20.0, seed=3)
    slack = 5 * 20 / np.sqrt(2 * 4000)
    assert abs(noisy[:, 3].std() - 20) < slack
    assert abs(noisy[:, 2:6].sum(axis=1).std() - 20) < slack
    axes = with_map_noise(np.zeros((4000, 2, 2)), 20.0, 3, np.array([1.0, 0.0]))
    assert abs(axes[:, 0, 0].std() - 20) < slack
    assert not axes[..., 1].any()
    np.testing.assert_array_equal(noisy[:10], with_map_noise(np.zeros((10, 8)), 20.0, seed=3))


def test_quiet_axes_have_no_noise():
    gain = np.stack([np.zeros(60), np.tile([1.0, -1.0], 30)], axis=1)
    days = np.arange(60).astype("datetime64[D]")
    np.testing.assert_allclose(noise_shares(Weeks(days, days, gain, ("a", "b"))), [0, 1])
    gain[:, 0] = 3.0
    np.testing.assert_allclose(noise_shares(Weeks(days, days, gain, ("a", "b"))), [0.75, 0.25])

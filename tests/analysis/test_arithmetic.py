"""The war's arithmetic: a leak in a book is found, sums are those of the record, faults of a table have their place."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from sim.analysis.observations.checks import MONTH, QUANTITIES, Check, Found, closings, compare, read_checks
from sim.analysis.observed import read
from sim.foundation.errors import UserError
from tests.naming import named

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "scenarios" / "history" / "arithmetic.csv"
SIDES, GOODS, WARS, WEEKS = ["ukraine", "russia"], ["shell", "vehicle"], 3, 27


def record() -> xr.Dataset:
    """Return a result in which everything flows evenly and every book closes."""
    time = np.datetime64("2024-01-02", "ns") + np.arange(WEEKS) * np.timedelta64(7, "D")
    day = 7.0 * np.arange(WEEKS) * np.ones((1, WARS, 1))
    side = {name: day[..., None] * np.array(rate) for name, rate in {
        "recruits": [600.0, 1000.0], "permanent": [500.0, 700.0], "casualties": [500.0, 1200.0], "killed": [80.0, 250.0],
    }.items()}  # fmt: skip
    goods = {name: day[..., None, None] * np.array([[rate[0], 0.0], [rate[1], 0.0]]) for name, rate in {
        "made": [100.0, 8000.0], "received": [6000.0, 8000.0], "used": [6100.0, 15000.0],
    }.items()}  # fmt: skip
    goods["stock"] = 1e6 + goods["made"] + goods["received"] - goods["used"]
    side["force"] = np.array([880_000.0, 480_000.0]) + side["recruits"] - side["permanent"]
    aid = {"pledged": day[..., None] * [0.05, 0.02], "delivered": day[..., None] * [0.04, 0.02]}
    dims = ("arm", "replicate", "time")
    data = xr.Dataset(
        {name: ((*dims, "side"), x) for name, x in side.items()}
        | {name: ((*dims, "side", "commodity"), x) for name, x in goods.items()}
        | {name: ((*dims, "ally"), x) for name, x in aid.items()},
        {"arm": ["base"], "time": time, "side": SIDES, "commodity": GOODS, "ally": ["us", "germany"]},
    )
    return named(data)


def check(quantity: str, of: str = "russia", **rest: object) -> Check:
    span = (dt.date(2024, 2, 1), dt.date(2024, 6, 1))
    return Check("it", "x.yaml", quantity, of, *span, float("nan"), float("nan"), "", "", **rest)


@pytest.mark.parametrize(
    ("quantity", "of", "value"),
    [
        ("recruits", "russia", 1000.0 * MONTH),
        ("growth of the force", "ukraine", 100.0 * MONTH),
        ("exchange of casualties", "russia", 2.4),
        ("shells fired", "russia", 15_000.0),
        ("ratio of fires", "russia", 15.0 / 6.1),
        ("imported over fired", "russia", 8.0 / 15.0),
        ("aid pledged", "all", 0.07 * MONTH),
        ("aid delivered", "us", 0.04 * MONTH),
        ("delivered over pledged", "all", 6.0 / 7.0),
    ],
)
def test_quantities_are_those_of_the_record(quantity: str, of: str, value: float) -> None:
    found = compare(record(), [check(quantity, of)])[0]
    assert found.median == pytest.approx(value)


def test_losses_over_claims_use_the_claims_of_the_span() -> None:
    claims = read(ROOT / "scenarios" / "history" / "losses_monthly.csv")
    span = (dt.date(2024, 2, 1), dt.date(2024, 3, 31))
    one = check("permanent losses over claims", claims=(span[0] - dt.timedelta(days=1), span[1]))
    claimed = (28_530 + 28_410) * MONTH / 60.0
    assert compare(record(), [one], claims)[0].median == pytest.approx(700.0 * MONTH / claimed)


def test_books_close_and_a_leak_is_found() -> None:
    data = record()
    assert all(book.gap < 1e-6 for book in closings(data))
    data["stock"][0, 1, 20, 1, 0] -= 5_000.0
    data["force"][0, 2, 9, 0] += 40.0
    gaps = {book.name.split(":")[0]: book.gap for book in closings(data)}
    assert gaps["shells of Russia"] == pytest.approx(5_000.0)
    assert gaps["people of Ukraine"] == pytest.approx(40.0)
    assert gaps["shells of Ukraine"] == pytest.approx(0.0, abs=1e-6)


def test_verdicts_compare_the_median_then_the_interval() -> None:
    one = check("recruits")
    ranged = Check(**{**vars(one), "low": 10.0, "high": 20.0})
    assert Found(ranged, 12.0, 15.0, 30.0).verdict == "inside"
    assert Found(ranged, 15.0, 25.0, 30.0).verdict == "touches"
    assert Found(ranged, 22.0, 25.0, 30.0).verdict == "outside"
    assert Found(one, 22.0, 25.0, 30.0).verdict == "inside"  # open at both ends


def test_the_shipped_table_is_right_and_knows_nothing_of_later_days() -> None:
    checks = read_checks(TABLE)
    assert len(checks) > 25
    assert {one.name[:3] for one in checks} >= {"M20", "M21"}
    assert all(one.low <= one.high and one.source for one in checks)
    assert all(one.claims[1] <= dt.date(2024, 11, 19) for one in checks if one.claims)


def test_faults_of_a_table_have_their_place(tmp_path: Path) -> None:
    text = TABLE.read_text().replace("recruits,russia,2024-01-02,2024-07-02", "recroits,russia,2024-07-02,2024-01-02")
    file = tmp_path / "a.csv"
    file.write_text(text.replace(",400000,440000,", ",440000,400000,"))
    with pytest.raises(UserError) as caught:
        read_checks(file)
    said = str(caught.value)
    assert "did you mean 'recruits'" in said
    assert "440000 is above the high end 400000" in said
    assert "2024-01-02 is not after 2024-07-02" in said
    assert f"{file}:15:" in said
    assert set(QUANTITIES) > {"recruits"}

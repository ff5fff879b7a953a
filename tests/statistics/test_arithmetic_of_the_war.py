"""The identities of the evidence list hold in the past and in the base world, and every recorded book closes."""

from pathlib import Path

import pytest

from sim.workflows.check import check
from sim.workflows.options import Options

TABLE = Path(__file__).resolve().parents[2] / "scenarios" / "history" / "arithmetic.csv"
#: what the war cannot be without: men in, men lost, men there; rates of fire are told in docs/arithmetic.md, misses first
BOUND = ("M20", "M21", "force", "growth of the force", "recruits", "casualties over claims", "aid")


@pytest.mark.slow
def test_men_and_aid_add_up() -> None:
    told = check(TABLE, Options(replicates=40, jobs=1)).account
    books = [book for some in told["books"].values() for book in some]
    assert len(books) > 20
    assert max(book["share"] for book in books) < 1e-5  # single precision
    bound = [row for row in told["checks"] if row["check"].startswith(BOUND)]
    assert len(bound) > 15
    assert [row for row in bound if row["verdict"] == "outside"] == []
    identities = [row["verdict"] for row in told["checks"] if row["check"].startswith(("M20", "M21"))]
    assert identities == ["inside"] * 4

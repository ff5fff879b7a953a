"""Law 3: the books balance for every commodity, lane and day; nothing real is ever below nothing."""

import numpy as np
import pytest

from sim.foundation.lanes import add_up
from sim.foundation.roles import ROLES
from sim.models.campaign.accounts import seller
from sim.models.campaign.ledger import Ledger
from tests.models.campaign.wars import accounts, begin, grid

DAYS = 84
HELD = ("stock", "line", "rear", "reserve", "absent", "killed", "invalided", "deserted", "discharged", "used")
ROUNDING = 1e-9


def is_held(account):
    """Return whether an account holds real people or things, so that it may not be below nothing."""
    return account.endswith(("/1", "/2")) or account.partition(":")[2] in HELD


@pytest.fixture(scope="module")
def diary():
    """Return, day by day, (imbalance over turnover by commodity, least balance over scale by account)."""
    war = begin(grid(3))
    days = []
    for _ in range(DAYS):
        war.step()
        ledger = war.state.books
        off = {c: np.abs(ledger.imbalance(c)) / np.maximum(ledger.turnover(c), 1e-12) for c in ledger.commodities}
        least = {
            key: float((held / np.maximum(ledger.turnover(key[0]), 1e-12)).min())
            for key, held in accounts(war).items()
            if is_held(key[1])
        }
        days.append((off, least))
    return days


def test_books_balance_every_day_in_every_lane(diary):
    commodities = set(diary[0][0])
    assert {"person", "shell", "vehicle", "drone", "interceptor", "missile", "money", "aid"} <= commodities
    for day, (off, _) in enumerate(diary):
        for commodity, share in off.items():
            assert share.max() < ROUNDING, f"{commodity} on day {day}, lane {share.argmax()}"


def test_no_holder_is_ever_below_nothing(diary):
    watched = set(diary[0][1])
    for side in ROLES:
        for account in (
            "line",
            "reserve",
            "absent",
            "rear",
            "training/1",
            "training/2",
            "hospital/1",
            "hospital/2",
        ):
            assert ("person", f"{side}:{account}") in watched
        assert ("shell", f"{side}:stock") in watched
    assert ("aid", "allies:pledged/1") in watched
    for day, (_, least) in enumerate(diary):
        below = {key: share for key, share in least.items() if share < -1e-12}
        assert not below, f"day {day}"


def test_people_are_somewhere():
    """Whoever was there at the start or came from outside is on the line, behind it, or lost: counted apart."""
    war = begin(grid(2))
    people = [account for (commodity, account) in accounts(war) if commodity == "person"]

    def counted(side):
        held = [war.state.books.balance("person", name) for name in people if name.startswith(f"{side}:")]
        return add_up(np.stack([row if row.ndim == 1 else add_up(row) for row in held]))

    start = [counted(side) for side in ROLES]
    for _ in range(30):
        war.step()
    sent = add_up(
        np.stack([-war.state.books.balance("person", f"{seller(n)}:outside") for n in war.state.p.partners.names])
    )
    np.testing.assert_allclose(counted("defender"), start[0], rtol=1e-12)
    np.testing.assert_allclose(counted("attacker"), start[1] + sent, rtol=1e-12)


def test_casualties_are_what_their_fates_add_up_to():
    """Killed, invalided and those who went to hospital: no one is both, no one is lost from view."""
    war = begin(grid(2))
    for _ in range(30):
        war.step()
    for row, side in enumerate(ROLES):
        own = war.state.side_p[row]
        gone = war.state.books.balance("person", f"{side}:killed") + war.state.books.balance(
            "person", f"{side}:invalided"
        )
        permanent = own.killed_share + (1.0 - own.killed_share) * (1.0 - own.return_share)
        np.testing.assert_allclose(gone, war.state.theatre.sides[row].casualties * permanent, rtol=1e-9)


def test_ground_is_shift_times_length():
    war = begin(grid(2))
    for _ in range(30):
        war.step()
    np.testing.assert_allclose(
        war.state.theatre.net, war.state.theatre.shift * war.state.p.fronts.length, rtol=1e-9, atol=1e-9
    )


def test_an_error_in_the_books_would_show():
    """Things out of nothing, or a redeployment that does not add up, are seen by `imbalance`."""
    ledger = Ledger(3)
    ledger.open("shell", "a", np.full(3, 10.0))
    ledger.open("shell", "b", rows=2)
    ledger.post("shell", "a", "b", np.full((2, 3), 2.0))
    assert ledger.imbalance("shell").tolist() == [0.0, 0.0, 0.0]
    assert ledger.balance("shell", "a").tolist() == [6.0, 6.0, 6.0]
    ledger.shift("shell", "b", np.array([[1.0, 1.0, 1.0], [-1.0, -1.0, 0.0]]))
    assert ledger.imbalance("shell").tolist() == [0.0, 0.0, 1.0]

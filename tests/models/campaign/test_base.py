"""The base world against what was known on the day: medians of the first quarter inside the evidence's ranges.

Ids in brackets stand in the evidence: F force, C casualties, M manpower, V movement.
"""

import numpy as np
import pytest

from tests.models.campaign.wars import grid, monthly, played

CLAIMED = 35_500.0  # General Staff's claims a month, February to November 2024: the denominator of M20 itself
DEFENDER, ATTACKER = 0, 1
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def quarter():
    """Return the base's monthly medians over thirteen weeks, and the start's."""
    record, _ = played(grid(400, arms=1), 91)
    arrays = {name: array.astype(float) for name, array in record.arrays.items()}
    rates = {name: np.median(monthly(array, 0, 13), axis=-1) for name, array in arrays.items()}
    starts = {name: np.median(array[0], axis=-1) for name, array in arrays.items()}
    return rates, starts


def within(value, low, high):
    """Return True, or a sentence that a failing test shows."""
    return True if low <= value <= high else f"{value:,.2f} is outside {low:,} .. {high:,}"


def test_russian_casualties_a_month(quarter):
    """[C01a, C01d] 22,100 (UK and others' discount of the claims) .. 45,450 (the claim of November)."""
    assert within(quarter[0]["casualties"][ATTACKER], 22_100, 45_450) is True


def test_russian_dead_a_month(quarter):
    """[C02, C03] 7,300 .. 13,000."""
    assert within(quarter[0]["killed"][ATTACKER], 7_300, 13_000) is True


def test_ukrainian_casualties_and_dead_a_month(quarter):
    """[C09] 9,000 .. 25,000 and [C07] 1,300 .. 4,000."""
    assert within(quarter[0]["casualties"][DEFENDER], 9_000, 25_000) is True
    assert within(quarter[0]["killed"][DEFENDER], 1_300, 4_000) is True


def test_exchange_ratio(quarter):
    """[C10] 1.3 .. 5."""
    assert within(quarter[0]["casualties"][ATTACKER] / quarter[0]["casualties"][DEFENDER], 1.3, 5.0) is True


def test_identity_m20_permanent_russian_losses_over_the_claims(quarter):
    assert within(quarter[0]["permanent"][ATTACKER] / CLAIMED, 0.40, 0.75) is True


def test_identity_m21_ukraines_total_outflow(quarter):
    assert within(quarter[0]["permanent"][DEFENDER], 12_000, 25_000) is True


def test_forces_at_the_start(quarter):
    """[F01] 560,000 .. 600,000 and [F06] 800,000 .. 1,050,000."""
    assert within(quarter[1]["force"][ATTACKER], 560_000, 600_000) is True
    assert within(quarter[1]["force"][DEFENDER], 800_000, 1_050_000) is True


def test_net_growth_of_the_russian_grouping(quarter):
    """[F05] 8,000 .. 15,000 a month."""
    assert within(quarter[0]["force"][ATTACKER], 8_000, 15_000) is True


def test_monthly_gain(quarter):
    """[V01, V03] 350 (DeepState, August) .. 670 (ISW, October, high); with the winter's going, 250 .. 700."""
    assert within(quarter[0]["net_km2"], 250, 700) is True


def test_recruits_a_month(quarter):
    """[M04] 20,000 .. 37,000 in Russia; [M07, M08] 12,000 .. 25,000 in Ukraine."""
    assert within(quarter[0]["recruits"][ATTACKER], 20_000, 37_000) is True
    assert within(quarter[0]["recruits"][DEFENDER], 12_000, 25_000) is True

"""People: losses, return, absence, intake, quality."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array


def fates(casualties: Array, killed_share: Array, return_share: Array) -> tuple[Array, Array, Array]:
    """Split casualties into killed, invalided and wounded who will return; the three add up to the casualties.

    Parameters
    ----------
    casualties : ndarray, (..., lane)
        Killed and wounded, person/day.
    killed_share, return_share : ndarray, (lane,)
    """
    killed = casualties * killed_share
    wounded = casualties - killed
    returning = wounded * return_share
    return killed, wounded - returning, returning


def absence(line: Array, fill: Array, start_fill: Array, rate: Array, response: Array) -> Array:
    """Return people who leave the line without leave a day: more where units are thin and go unrelieved.

    ``rate * line * exp(response * (start_fill - fill))``.
    """
    return line * rate * np.exp(response * (start_fill - fill))


def reassigned(support: Array, infantry: Array, full: Array, rate: Array) -> Array:
    """Return men of the support who are made infantry a day: ``rate * support * (1 - infantry/full)``, none where none lack.

    Parameters
    ----------
    support, infantry : ndarray, shape (lane,)
        Men of the line apart from the infantry, and the infantry, person.
    full : ndarray, shape (lane,)
        Infantry that a line of this size should have, person.
    rate : ndarray, shape (lane,)
        1/day for each unit of missing infantry.
    """
    missing = np.maximum(1.0 - infantry / np.maximum(full, 1.0), 0.0)
    return support * np.minimum(rate * missing, 1.0)


def shares(weights: Array) -> Array:
    """Return weights over their sum along the first axis, ``(front, lane)``; nothing anywhere gives nothing."""
    total = weights[0]
    for row in weights[1:]:
        total = total + row
    some = total > 0.0
    return np.where(some, weights / np.where(some, total, 1.0), 0.0)


def moved(line: Array, wanted: Array, rate: Array) -> tuple[Array, Array]:
    """Return (leaving, arriving) people for a force that shifts towards `wanted`; both add up to the same total.

    Parameters
    ----------
    line, wanted : ndarray, shape (front, lane)
        Troops now and the share of the force wanted on each front (adds up to 1).
    rate : ndarray, shape (lane,)
        Share of the misplaced that moves a day.
    """
    total = line[0]
    for row in line[1:]:
        total = total + row
    surplus = np.maximum(line - wanted * total, 0.0)
    leaving = surplus * rate
    gone = leaving[0]
    for row in leaving[1:]:
        gone = gone + row
    missing = np.maximum(wanted * total - line, 0.0)
    return leaving, shares(missing) * gone


def quality(now: Array, line: Array, arriving: Array, quality_in: Array, seasoning: Array) -> Array:
    """Return mean worth of a soldier on each front after new men came and all had a day to learn.

    Experience brings the raw up to the mean; what better training gave is thinned by those who come later, not forgotten.

    Parameters
    ----------
    now : ndarray, shape (front, lane)
        Worth over a seasoned soldier of the start.
    line, arriving : ndarray, shape (front, lane)
        Troops after arrival, and those who arrived today.
    quality_in : ndarray, shape (lane,)
    seasoning : ndarray, shape (lane,)
        Days.
    """
    share_new = np.where(line > 0.0, np.minimum(arriving / np.maximum(line, 1.0), 1.0), 0.0)
    mixed = now + (quality_in - now) * share_new
    return mixed + np.maximum(1.0 - mixed, 0.0) / seasoning


def incoming_quality(new_unit: Array, new_unit_share: Array, usual_share: Array, skill: Array) -> Array:
    """Return worth of the men who arrive over those who used to: some go to new formations, the rest to veteran ones.

    New brigades fight worse than the same men sent to veteran ones. At the usual share and skill the result is one:
    the army's mean worth at the start already knows its usual recruits.

    Parameters
    ----------
    new_unit : ndarray, shape (lane,)
        Worth of a man in a new formation over the same man in a veteran one.
    new_unit_share, usual_share : ndarray, shape (lane,)
        Share of new men sent to new formations now, and at the start.
    skill : ndarray, shape (lane,)
        Worth of their training over today's.
    """
    return skill * (1.0 - new_unit_share * (1.0 - new_unit)) / (1.0 - usual_share * (1.0 - new_unit))

"""Choosing: a few options, what each is worth, and how surely the better one is taken.

An agent weighs options by what it expects of them and takes each with a chance that grows with its worth (a logit choice:
McFadden 1974; as quantal response, McKelvey & Palfrey 1995, Games and Economic Behavior 10). What is carried out is the mean
over the options, since staffs of thousands decide and not one man. What an option is worth is known only up to a scale; the
scale is read from what was chosen before the first day (revealed preference): usual conduct is then what the agent prefers
as long as things stay as they are.
"""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up


def weigh(values: Array, rationality: Array) -> Array:
    """Return the chance that each option is taken, ``exp(b v) / sum exp(b v)``, ``(option, lane)``.

    Parameters
    ----------
    values : ndarray, shape (option, lane)
        What each option is worth, on the agent's own scale.
    rationality : ndarray, shape (lane,)
        b, >= 0: at 0 every option is as likely, without bound the best is taken.
    """
    best = values[0]
    for row in values[1:]:
        best = np.maximum(best, row)
    odds = np.exp(rationality * (values - best))
    return odds / add_up(odds)


def mean_of(options: Array, chances: Array) -> Array:
    """Return the mean over options, each ``(option, lane)``, that is carried out."""
    return add_up(options * chances)


def attended(weights: Array, worth: Array, rationality: Array) -> Array:
    """Return shares of effort among many places: ``w v^b / sum w v^b``, ``(front, lane)``; nothing anywhere gives nothing.

    The logit of logarithms about usual shares, as of one who knows the usual well and pays for closer attention (Matejka &
    McKay 2015, American Economic Review 105).

    Parameters
    ----------
    weights : ndarray, shape (front, lane)
        Usual shares, or the worth of each place; 0 is never chosen.
    worth : ndarray, shape (front, lane)
        What is expected there, > 0.
    rationality : ndarray, shape (lane,)
        b.
    """
    pull = weights * np.exp(rationality * np.log(np.maximum(worth, 1e-12)))
    total = add_up(pull)
    some = total > 0.0
    return np.where(some, pull / np.where(some, total, 1.0), 0.0)


def expectation(usual: Array, promised: Array, trust: Array) -> Array:
    """Return what is expected between two forecasts, ``usual^(1-t) promised^t`` (a logarithmic pool), any shape (..., lane)."""
    logs = (1.0 - trust) * np.log(np.maximum(usual, 1e-12)) + trust * np.log(np.maximum(promised, 1e-12))
    return np.exp(logs)


def price(scarcity: Array, elasticity: Array) -> Array:
    """Return the price of a thing over its price at the start: ``scarcity^elasticity``, scarcity over the start's."""
    return np.exp(np.minimum(elasticity * np.log(np.maximum(scarcity, 1e-3)), 50.0))


def revealed(yields: Array, costs: Array) -> Array:
    """Return the worth of a unit of yield at which an agent goes neither up nor down, (lane,): what its conduct reveals.

    ``worth * yield - cost`` is then alike at the first option and at the last, so that the middle one, its usual conduct,
    stands. Nothing to gain reveals nothing: 0.

    Parameters
    ----------
    yields, costs : ndarray, shape (option, lane)
        Of the options in ascending order.
    """
    more = yields[-1] - yields[0]
    some = more > 0.0
    return np.where(some, (costs[-1] - costs[0]) / np.where(some, more, 1.0), 0.0)

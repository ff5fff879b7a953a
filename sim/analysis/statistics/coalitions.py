"""Cooperative games: how the worth of a whole is made of its parts and of what they do to each other.

A game gives every set S of n players a worth v(S); here a player is a lever that is on, and the worth is what an
arm gains over the base. All functions take an array whose first axis counts the 2^n sets, player i being bit i of the
index, and whose other axes are free (usually one number a war). All are linear, so that they can be taken war by
war and averaged afterwards; v of the empty set need not be zero.

*Dividends* (Harsanyi 1959; the Moebius transform of v): d(S) is what S has as a whole beyond all that its parts have,
so that v(S) is the sum of d over the subsets of S. *Shapley value* (1953): every dividend shared equally among its
members, which is the player's mean contribution over all orders of joining. *Main effect* and *interaction* of two
(the Banzhaf forms; in the design of experiments, a full factorial's contrasts): the mean effect of a player, and the
mean change of one player's effect by another, over all settings of the rest.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def players(worth: Floats) -> int:
    """Return the number of players n of a game (2^n, ...).

    Raises
    ------
    ValueError
        If the first axis is no power of two.
    """
    n = len(worth).bit_length() - 1
    if len(worth) != 1 << n:
        raise ValueError(f"a game has a worth for each of 2^n sets, not for {len(worth)}")
    return n


def members(index: int) -> tuple[int, ...]:
    """Return the players in the set with this index."""
    return tuple(player for player in range(index.bit_length()) if index >> player & 1)


def sizes(n: int) -> npt.NDArray[np.int64]:
    """Return how many players each set has, shape (2^n,)."""
    return np.array([index.bit_count() for index in range(1 << n)], dtype=np.int64)


def dividends(worth: Floats) -> Floats:
    """Return the dividend of every set, in the shape of `worth`; that of the empty set is its worth."""
    found = np.array(worth, dtype=float)
    for player in range(players(worth)):
        halves = _halves(found, player)
        halves[:, 1] -= halves[:, 0]
    return found


def worths(dividend: Floats) -> Floats:
    """Return the game that has these dividends: the inverse of `dividends`."""
    found = np.array(dividend, dtype=float)
    for player in range(players(dividend)):
        halves = _halves(found, player)
        halves[:, 1] += halves[:, 0]
    return found


def shapley(worth: Floats) -> Floats:
    """Return the Shapley value of every player, shape (n, ...)."""
    n = players(worth)
    size = np.maximum(sizes(n), 1).reshape(-1, *[1] * (worth.ndim - 1))
    share = dividends(worth) / size
    return np.stack([share[_with(n, player)].sum(axis=0) for player in range(n)])


def alone(worth: Floats) -> Floats:
    """Return what each player adds to nobody, shape (n, ...)."""
    return np.stack([worth[1 << player] - worth[0] for player in range(players(worth))])


def last(worth: Floats) -> Floats:
    """Return what each player adds to all the others, shape (n, ...)."""
    whole = len(worth) - 1
    return np.stack([worth[whole] - worth[whole ^ 1 << player] for player in range(players(worth))])


def main_effects(worth: Floats) -> Floats:
    """Return the mean effect of each player over all settings of the others, shape (n, ...)."""
    n = players(worth)
    joined = (_with(n, player) for player in range(n))
    return np.stack([(worth[sets] - worth[sets ^ 1 << player]).mean(axis=0) for player, sets in enumerate(joined)])


def pair_effects(worth: Floats) -> dict[tuple[int, int], Floats]:
    """Return the interaction of every two players, ``{(i, j): (...)}``, over all settings of the rest.

    It is the mean of v(S+i+j) - v(S+i) - v(S+j) + v(S); where it is above zero they help each other.
    """
    n = players(worth)
    found = {}
    for i, j in combinations(range(n), 2):
        both = np.intersect1d(_with(n, i), _with(n, j))
        second = worth[both] - worth[both ^ 1 << i] - worth[both ^ 1 << j] + worth[both ^ 1 << i ^ 1 << j]
        found[i, j] = second.mean(axis=0)
    return found


def excess(worth: Floats) -> Floats:
    """Return how far the whole exceeds the sum of its parts: v(N) - v(0) less all of `alone`, shape (...)."""
    surplus: Floats = worth[-1] - worth[0] - alone(worth).sum(axis=0)
    return surplus


def by_order(worth: Floats) -> Floats:
    """Return the sum of dividends over the sets of one, two, ... n players, shape (n, ...)."""
    n = players(worth)
    dividend, size = dividends(worth), sizes(n)
    return np.stack([dividend[size == order].sum(axis=0) for order in range(1, n + 1)])


def disjoint_pairs(n: int) -> npt.NDArray[np.int64]:
    """Return every two sets that share no player, neither of them empty, shape (pair, 2)."""
    pairs = [(one, other) for one in range(1, 1 << n) for other in range(one + 1, 1 << n) if not one & other]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def superadditivity(worth: Floats) -> Floats:
    """Return for each of `disjoint_pairs` how far their union exceeds the two apart, shape (pair, ...).

    A game in which none of these is below zero is superadditive.
    """
    one, other = disjoint_pairs(players(worth)).T
    surplus: Floats = worth[one | other] - worth[one] - worth[other] + worth[0]
    return surplus


def _halves(worth: Floats, player: int) -> Floats:
    """Return a view (., 2, 2^player, ...) with the sets without and with a player side by side."""
    return worth.reshape(-1, 2, 1 << player, *worth.shape[1:])


def _with(n: int, player: int) -> npt.NDArray[np.int64]:
    """Return the indices of the sets that hold a player."""
    every = np.arange(1 << n)
    return every[every >> player & 1 == 1]

"""The double-entry ledger: everything that passes between actors is a posting from one account to another."""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules.supply import outflow

Account = tuple[str, str]


class Ledger:
    """Accounts by commodity, each an array ``(lane,)`` or ``(row, lane)``; their sum never changes.

    Production, use and loss are accounts too: what is made leaves the account ``made`` (which goes negative),
    what is used enters ``used``. So for every commodity, lane and day the books balance.
    """

    def __init__(self, lanes: int) -> None:
        self._lanes = lanes
        self._accounts: dict[Account, Array] = {}
        self._opening: dict[str, Array] = {}
        self._lags: dict[Account, tuple[Account, Account]] = {}

    def open(self, commodity: str, account: str, balance: Array | None = None, rows: int | None = None) -> None:
        """Open an account, empty or with an opening balance that counts into the commodity's total.

        Parameters
        ----------
        commodity, account : str
        balance : ndarray, shape (lane,) or (row, lane), optional
        rows : int, optional
            Rows of an empty account; without it the account is a single row of lanes.
        """
        if (commodity, account) in self._accounts:
            raise ValueError(f"account {account!r} of {commodity!r} is open already")
        shape = (self._lanes,) if rows is None else (rows, self._lanes)
        start = np.zeros(shape) if balance is None else np.array(balance, dtype=np.float64)
        self._accounts[commodity, account] = start
        known = self._opening.get(commodity, np.zeros(self._lanes))
        self._opening[commodity] = known + _flat(start)

    def open_pipeline(self, commodity: str, name: str, balance: Array | None = None, rows: int | None = None) -> None:
        """Open a two-stage pipeline; an opening balance stands half in each stage."""
        half = None if balance is None else 0.5 * np.asarray(balance)
        for stage in (1, 2):
            self.open(commodity, f"{name}/{stage}", half, rows)

    def balance(self, commodity: str, account: str) -> Array:
        """Return the balance of an account; not a copy, and not to be written to."""
        return self._accounts[commodity, account]

    def in_pipeline(self, commodity: str, name: str) -> Array:
        """Return what is under way in a pipeline, both stages together."""
        return self._accounts[commodity, f"{name}/1"] + self._accounts[commodity, f"{name}/2"]

    def post(self, commodity: str, source: str, target: str, amount: Array) -> None:
        """Move `amount` from `source` to `target`, today.

        Parameters
        ----------
        amount : ndarray, shape (lane,) or (row, lane), >= 0
            A single-row account takes the sum over the rows.
        """
        accounts = self._accounts
        giving, taking = accounts[commodity, source], accounts[commodity, target]
        whole = _flat(amount) if giving.ndim == 1 or taking.ndim == 1 else amount
        accounts[commodity, source] = giving - (whole if giving.ndim == 1 else amount)
        accounts[commodity, target] = accounts[commodity, target] + (whole if taking.ndim == 1 else amount)

    def post_row(self, commodity: str, source: tuple[str, int], target: tuple[str, int], amount: Array) -> None:
        """Move `amount`, shape (lane,), from one row of an account to one row of another; each is (account, row)."""
        for (account, row), signed in ((source, -amount), (target, amount)):
            held = self._accounts[commodity, account].copy()
            held[row] = held[row] + signed
            self._accounts[commodity, account] = held

    def shift(self, commodity: str, account: str, change: Array) -> None:
        """Move amounts between the rows of one account; `change` (row, lane) adds up to nothing over the rows."""
        self._accounts[commodity, account] = self._accounts[commodity, account] + change

    def advance(self, commodity: str, name: str, target: str, lag: Array) -> Array:
        """Let a pipeline run for a day: stage 2 delivers to `target`, stage 1 moves up.

        Parameters
        ----------
        lag : ndarray, (lane,) or (row, lane)
            Mean time from posting to arrival, days; arrivals follow an Erlang-2 law about it.

        Returns
        -------
        ndarray
            What arrived today.
        """
        arriving = outflow(self._accounts[commodity, f"{name}/2"], 0.5 * lag)
        moving = outflow(self._accounts[commodity, f"{name}/1"], 0.5 * lag)
        self.post(commodity, f"{name}/2", target, arriving)
        self.post(commodity, f"{name}/1", f"{name}/2", moving)
        return arriving

    @property
    def commodities(self) -> tuple[str, ...]:
        """Every commodity with an account."""
        return tuple(self._opening)

    def imbalance(self, commodity: str) -> Array:
        """Return the sum of all accounts minus what was opened, shape (lane,): zero but for rounding."""
        rows = [_flat(held) for (name, _), held in self._accounts.items() if name == commodity]
        return add_up(np.stack(rows)) - self._opening[commodity]

    def turnover(self, commodity: str) -> Array:
        """Return the sum of absolute balances, shape (lane,): the scale against which an imbalance is judged."""
        rows = [_flat(np.abs(held)) for (name, _), held in self._accounts.items() if name == commodity]
        return add_up(np.stack(rows))


def _flat(x: Array) -> Array:
    return x if x.ndim == 1 else add_up(x)

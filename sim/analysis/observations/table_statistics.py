"""Statistics of observed tables, with the error that the table states for its rows.

Each returns a sample: what the statistic could be, given the noise of the rows. The first element is the value as
observed, without noise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.analysis.cells import cut
from sim.analysis.observed import FRONT, read
from sim.foundation.errors import Fault, UserError, nearest
from sim.foundation.noise import Noise

Floats = npt.NDArray[np.float64]
SAMPLE = 4000
QUARTER = 3  # periods that are looked at together where single months are too noisy


@dataclass(frozen=True)
class Rows:
    """An observed table as periods.

    Parameters
    ----------
    starts, ends : ndarray of datetime64[D], shape (row,)
        A period is (start, end].
    values : ndarray, shape (row,)
        Sums over the periods.
    noise : ndarray, shape (row,)
        Sd of each sum.
    unit : str
        Of the sums; nothing for things counted.
    shared : mapping of str to ndarray, shape (row,)
        Sd of errors that rows have in common, by name; 0 for rows that have no part in one.
    """

    starts: npt.NDArray[np.datetime64]
    ends: npt.NDArray[np.datetime64]
    values: Floats
    noise: Floats
    unit: str = "km2"
    shared: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def days(self) -> Floats:
        """Length of each period, days."""
        return (self.ends - self.starts) / np.timedelta64(1, "D")


@dataclass(frozen=True)
class Statistic:
    """A statistic, its unit over that of the rows, and what it means; it takes rows, a sample (draw, row), `since` and `on`."""

    of: Callable[[Rows, Floats, str, str], Floats]
    per: str
    meaning: str

    def unit(self, rows: Rows) -> str:
        """Return the unit of the statistic for such rows."""
        return f"{rows.unit}{self.per}" if self.per.startswith("/") else self.per


def rows_of(
    path: Path, column: str, noise: Mapping[str, float], noise_by: str = "", bias: Mapping[str, float] | None = None
) -> Rows:
    """Read a column of an observed table as rows.

    Parameters
    ----------
    path : Path
    column : str
    noise : mapping of str to float
        Sd of a row by the word in the column `noise_by`; without that column one entry for all rows, or none.
    bias : mapping of str to float, optional
        Sd, per row, of an error that all rows with a word share: another map, another rule of what counts.

    Raises
    ------
    UserError
        If the table has no such column, a word has no noise, or a value is missing.
    """
    table, sheet = read(path), cut(path)
    faults: list[Fault] = []
    at = sheet.need(noise_by) if noise_by else -1
    name = "net_km2" if table.kind.startswith(FRONT) and column == table.column else column
    if name not in table.data:
        faults.append(Fault(f"no column of numbers '{column}'{nearest(column, map(str, table.data))}", str(path)))
    if at >= 0 and (unknown := {row[at].text for row in sheet.rows} - noise.keys()):
        faults.append(Fault(f"no noise is given for {', '.join(sorted(unknown))}", str(path)))
    if sheet.faults or faults:
        raise UserError([*sheet.faults, *faults])
    values = table.data[name].to_numpy().astype(float)
    if values.ndim != 1 or np.isnan(values).any():
        raise UserError([Fault(f"the column '{column}' has missing values or parts", str(path))])
    words = [row[at].text for row in sheet.rows] if at >= 0 else []
    sds = [noise[word] for word in words] or [next(iter(noise.values()), 0.0)] * len(values)
    unit = "km2" if "km2" in name else ""
    shared = {
        word: sd * np.array([found == word for found in words], dtype=float) for word, sd in (bias or {}).items() if sd
    }
    return Rows(table.starts, table.ends, values, np.array(sds), unit, shared)


def sample(rows: Rows, seed: int) -> Floats:
    """Return the rows' sums with noise, shape (draw, row); the first draw is as observed."""
    noise = Noise(seed, np.arange(SAMPLE))
    errors = noise.normal("observed", 0, len(rows.values)).T * rows.noise
    for word, sds in rows.shared.items():
        errors = errors + noise.normal(f"bias of {word}", 0, 1).T * sds
    return np.concatenate([rows.values[None], rows.values + errors])


def lead_over_fastest(rows: Rows, draws: Floats, since: str, on: str) -> Floats:
    """Return the daily rate of the last period by `on`, less the fastest of the earlier ones from `since`."""
    at = _inside(rows, since, on)
    rates = draws[:, at] / rows.days[at]
    return np.asarray(rates[:, -1] - rates[:, :-1].max(axis=1))


def mean_rate(rows: Rows, draws: Floats, since: str, on: str) -> Floats:
    """Return the mean daily rate over the periods from `since` to `on`."""
    at = _inside(rows, since, on)
    return np.asarray(draws[:, at].sum(axis=1) / rows.days[at].sum())


def rate_rise(rows: Rows, draws: Floats, since: str, on: str) -> Floats:
    """Return the daily rate after `since` up to `on`, less that of as many periods before."""
    late = _inside(rows, since, on)
    early = np.arange(late[0] - len(late), late[0])
    if early[0] < 0:
        return np.full(len(draws), np.nan)
    after = draws[:, late].sum(axis=1) / rows.days[late].sum()
    return np.asarray(after - draws[:, early].sum(axis=1) / rows.days[early].sum())


def changes_of_sign(rows: Rows, draws: Floats, since: str, on: str) -> Floats:
    """Return how often the side that gains over three periods changes; a sum within its noise (two sd) changes nothing."""
    at = _inside(rows, since, on)
    if len(at) <= QUARTER:
        return np.full(len(draws), np.nan)
    window = np.lib.stride_tricks.sliding_window_view
    sums = window(draws[:, at], QUARTER, axis=1).sum(axis=-1)
    sd = np.sqrt(window(rows.noise[at] ** 2, QUARTER).sum(axis=-1))
    sign = np.where(np.abs(sums) > 2.0 * sd, np.sign(sums), 0.0)
    return np.array([_turns(row) for row in sign])


def _turns(signs: Floats) -> float:
    clear = signs[signs != 0.0]
    return float((clear[1:] != clear[:-1]).sum())


def _inside(rows: Rows, since: str, on: str) -> npt.NDArray[np.int64]:
    """Return the periods that begin on or after `since` and end by `on`."""
    first = np.datetime64(since) if since else rows.starts.min() + 1
    last = np.datetime64(on) if on else rows.ends.max()
    found = np.flatnonzero((rows.starts + 1 >= first) & (rows.ends <= last))
    if found.size == 0:
        raise ValueError(f"the table has no whole period between {first} and {last}")
    return found


STATISTICS: dict[str, Statistic] = {
    "lead_over_fastest": Statistic(lead_over_fastest, "/day", "last rate less the fastest since"),
    "mean_rate": Statistic(mean_rate, "/day", "mean rate observed"),
    "rate_rise": Statistic(rate_rise, "/day", "rate observed after the day less before"),
    "changes_of_sign": Statistic(changes_of_sign, "times", "changes of the side that gains"),
}
"""Every statistic that an observed test may name."""

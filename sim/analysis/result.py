"""One result: the stored Dataset, read as far as a question needs it, with everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import numpy as np
import xarray as xr

from sim.analysis.names import Names
from sim.analysis.outcomes.contrast import Contrast, contrast
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.own_metrics import values
from sim.analysis.outcomes.replicates import in_pieces, outcomes_by_replicate
from sim.analysis.outcomes.table import OutcomeTable, outcome_table
from sim.analysis.verdicts.claim import judge_claim
from sim.analysis.verdicts.claim_verdict import ClaimVerdict
from sim.foundation.errors import UserError, nearest

T = TypeVar("T")


class Result:
    """A result, judged block by block.

    Parameters
    ----------
    data : Dataset
        The record, lazily read; dimensions ``arm`` (base first), ``replicate``, ``time`` and more by variable.
    folder : path, optional
        Where it is stored; by default what its attributes say.
    """

    def __init__(self, data: xr.Dataset, folder: str | Path | None = None) -> None:
        self.data = data
        where = folder or data.attrs.get("folder")
        self.folder = Path(where) if where else None
        self.names = Names.of(data)
        self.thresholds = Thresholds.of(data)
        self._computed: dict[str, Any] = {}

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of the arms, the base first."""
        return self.names.arms

    @property
    def base(self) -> str:
        """The arm that others are compared with."""
        return self.names.base

    @property
    def complete(self) -> bool:
        """Whether every replicate of the design is in."""
        return bool(self.data.attrs.get("complete", True))

    def outcomes(self) -> xr.Dataset:
        """Return what became of every replicate, over (arm, replicate); computed once, and not to be changed.

        See `sim.analysis.outcomes.replicates.outcomes_by_replicate`.
        """
        return self._once("outcomes", lambda: outcomes_by_replicate(self.data, self.thresholds))

    def judged_by(self, **thresholds: float) -> Self:
        """Return the same result judged by other thresholds, as ``halt_rate=3.0``; nothing is played again.

        Raises
        ------
        UserError
            If there is no such threshold, with the nearest one.
        """
        known = list(Thresholds.__dataclass_fields__)
        faults = [f"no threshold '{name}'{nearest(name, known)}" for name in thresholds if name not in known]
        if faults:
            raise UserError(faults)
        other = copy(self)
        other.data = self.data.assign_attrs({f"verdict_{name}": value for name, value in thresholds.items()})
        other.thresholds, other._computed = Thresholds.of(other.data), {}
        return other

    def until(self, day: np.datetime64) -> Self:
        """Return the same result as it stands on a day, as if its horizon ended there."""
        time = self.data["time"].to_numpy().astype("datetime64[D]")
        if time[-1] <= day:
            return self
        other = copy(self)
        days = int((day - time[0]).astype(int))
        other.data = self.data.isel(time=slice(0, int((time <= day).sum()))).assign_attrs(horizon_days=days)
        other._computed = {}
        return other

    def metric(self, expression: str, unit: str = "1") -> xr.DataArray:
        """Return an expression over recorded variables in every replicate, over (arm, replicate), in `unit`.

        ``result.metric("casualties[attacker] / net_km2", "person/km2")``; the grammar is that of metrics in a scenario, see
        `sim.foundation.expressions`.

        Raises
        ------
        UserError
            If it names what the result has not (with the nearest name), or its unit is another.
        """
        found = [values(piece, expression, unit) for piece in in_pieces(self.data)]
        coords = {"arm": self.data["arm"], "replicate": self.data["replicate"]}
        return xr.DataArray(
            np.concatenate(found, axis=1), coords, ("arm", "replicate"), attrs={"units": unit, "long_name": expression}
        )

    def table(self) -> OutcomeTable:
        """Return what became of every arm, each number with its interval, beside the base."""
        return self._once("table", lambda: outcome_table(self.outcomes()))

    def verdict(self) -> ClaimVerdict:
        """Return the verdict on the claim that it takes all levers in concert; its `verdict` is None without them."""
        return self._once("verdict", lambda: judge_claim(self.outcomes(), self.table()))

    def contrast(self, reference: str | Result, arm: str | None = None, *, of: Result | None = None) -> Contrast:
        """Return every arm against a reference, or one arm: paired differences in every outcome.

        Parameters
        ----------
        reference : str or Result
            An arm; or another result, whose base is meant.
        arm : str, optional
            By default every arm but the reference.
        of : Result, optional
            Another result that `reference` is an arm of. Replicates are paired where start, seed and parameters
            agree; if not, the contrast says ``paired=False`` and why.

        Raises
        ------
        UserError
            If there is no such arm, with the nearest one.
        """
        if isinstance(reference, Result):
            of = reference
        name = (of or self).names.arm(reference.base if isinstance(reference, Result) else reference)
        own = of is None or of is self
        arms = [self.names.arm(arm)] if arm is not None else [one for one in self.arms if not own or one != name]
        return contrast(self.outcomes(), arms, name, None if of is None or own else of.outcomes())

    def _once(self, name: str, compute: Callable[[], T]) -> T:
        """Return what `compute` returns, computed once for this result."""
        if name not in self._computed:
            self._computed[name] = compute()
        return cast("T", self._computed[name])

    def __repr__(self) -> str:
        sizes, title = self.data.sizes, self.data.attrs.get("title", "")
        where = f" in {self.folder}" if self.folder else ""
        return f"<Result '{title}': {sizes['arm']} arms, {sizes['replicate']} replicates{where}>"

    def _repr_html_(self) -> str:
        return f"<h3>{self.data.attrs.get('title', '')}</h3>{self.table()._repr_html_()}{self.verdict()._repr_html_()}"


def judge(data: xr.Dataset | Result) -> dict[str, Any]:
    """Return the summary of a result for JSON: its outcome table and its verdict."""
    from sim.analysis.serialise import plain

    found: dict[str, Any] = plain((data if isinstance(data, Result) else Result(data)).verdict())
    return found

"""The answer to a claim: what it came to, beside what would have happened anyway, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.analysis.serialise import plain
from sim.analysis.verdicts.assessment import Finding, combined, decisive, holds_in


@dataclass(frozen=True)
class Answer:
    """One claim with its findings.

    Parameters
    ----------
    id, says : str
        Of the claim.
    findings : tuple of Finding
        One a test, in the order of the file.
    kinds, because : tuple of str
        Of each test.
    conditional_on : mapping of str to float
        Sections of the world or sources that the answer rests on, with the share of their numbers that are guesses
        (nan for a source).
    reversion, caveat : str
        What the file tells the reader.
    command : str
        One line that gives this answer again.
    wars : int
        Replicates played an arm; 0 if none.
    counts : tuple of bool
        Whether the verdict hangs on each test; all of them where it is empty.
    hangs_on : str
        Why the answer is no finding of its own; empty if it is.
    """

    id: str
    says: str
    findings: tuple[Finding, ...]
    kinds: tuple[str, ...]
    because: tuple[str, ...]
    conditional_on: Mapping[str, float] = field(default_factory=dict)
    reversion: str = ""
    caveat: str = ""
    command: str = ""
    wars: int = 0
    counts: tuple[bool, ...] = ()
    hangs_on: str = ""

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that the verdict hangs on; the others are told beside."""
        counts = self.counts or (True,) * len(self.findings)
        return tuple(finding for finding, yes in zip(self.findings, counts, strict=True) if yes)

    @property
    def verdict(self) -> str:
        """The verdict from all tests."""
        return combined(self.counted)

    @property
    def decisive(self) -> Finding:
        """The test that carries the verdict."""
        return decisive(self.counted)

    @property
    def holds_in(self) -> float:
        """Share of wars or draws in which every inequality holds; nan where nothing was tested."""
        return holds_in(self.counted)

    @property
    def reason(self) -> str:
        """Why nothing more can be said, where a test gave a reason."""
        return next((finding.reason for finding in self.counted if finding.verdict == self.verdict), "")

    def account(self) -> dict[str, Any]:
        """Return the answer for JSON: plain values, None where nothing is known."""
        told = self.decisive
        whole = {
            "id": self.id,
            "verdict": self.verdict,
            **_numbers(told),
            "holds_in": self.holds_in,
            "conditional_on": list(self.conditional_on),
            "command": self.command,
            "paraphrase": self.says,
            "guess_share": dict(self.conditional_on),
            "reason": self.reason,
            "reversion": self.reversion,
            "caveat": self.caveat,
            "wars": self.wars,
            "hangs_on": self.hangs_on,
            "tests": [self._test(number) for number in range(len(self.findings))],
        }
        cleaned: dict[str, Any] = plain(whole)
        return cleaned

    def _test(self, number: int) -> dict[str, Any]:
        finding = self.findings[number]
        held = float(finding.held.mean()) if finding.held.size else float("nan")
        counts = self.counts[number] if self.counts else True
        words = {"kind": self.kinds[number], "counts": counts, "verdict": finding.verdict, "holds_in": held}
        return words | _numbers(finding) | {"because": self.because[number], "reason": finding.reason}


def _numbers(finding: Finding) -> dict[str, Any]:
    bound = finding.bound
    return {
        "estimate": finding.estimate.value,
        "low": finding.estimate.low,
        "high": finding.estimate.high,
        "anyway": finding.anyway,
        "metric": finding.meaning,
        "unit": finding.unit,
        "holds": None if bound is None else "above" if bound.above else "below",
        "threshold": None if bound is None else bound.threshold,
    }

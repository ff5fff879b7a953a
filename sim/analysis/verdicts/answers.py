"""The answer to a claim: what it came to, beside what would have happened anyway, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    reversion, caveat, restated : str
        What the file tells the reader.
    command : str
        One line that gives this answer again.
    wars : int
        Replicates played an arm; 0 if none.
    counts : tuple of bool
        Whether the verdict hangs on each test; all of them where it is empty.
    hangs_on : str
        Why the answer is no finding of its own, as its file says; empty if it says nothing.
    decided_by : tuple of str
        Guesses each of which turns the verdict by itself.
    """

    id: str
    says: str
    findings: tuple[Finding, ...]
    kinds: tuple[str, ...]
    because: tuple[str, ...]
    conditional_on: Mapping[str, float] = field(default_factory=dict)
    reversion: str = ""
    caveat: str = ""
    restated: str = ""
    command: str = ""
    wars: int = 0
    counts: tuple[bool, ...] = ()
    hangs_on: str = ""
    decided_by: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether the answer is a finding of its own: it hangs on no input or other claim, and no single guess decides it."""
        return not self.hangs_on and not self.decided_by

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that the verdict hangs on; the others are shown beside them."""
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

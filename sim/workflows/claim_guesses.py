"""Which single guess decides a claim: where its thirds, low and high, give opposite verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sim.analysis.verdicts.assessment import Assessor, Question, combined
from sim.analysis.verdicts.claim_verdict import CONTRADICTED, SUPPORTED
from sim.experiment.inputs import Inputs
from sim.scenario.claims.file import ClaimFile

LEVEL = 0.99
"""Coverage of the intervals by which thirds are judged: a hundred guesses are looked at, and few may decide by chance."""
FEWEST = 90
"""Replicates below which thirds say nothing."""


def deciding_guesses(
    claim: ClaimFile, questions: Sequence[Question], anyway: str, wars: Assessor, inputs: Inputs
) -> tuple[str, ...]:
    """Return the guesses each of which decides a claim by itself, by their paths.

    A guess decides where the claim is supported in the third of the replicates that drew it low and contradicted in the third
    that drew it high, or the other way round. Looked at are the guesses in the sections that the claim is conditional on; all
    others are drawn along with them, so what is found holds whatever they are.

    Parameters
    ----------
    questions : sequence of Question
        The claim's tests on which the verdict hangs.
    anyway : str
        The arm of what happens anyway.
    """
    if wars.data.sizes["replicate"] < FEWEST or inputs.replicates != wars.data.sizes["replicate"]:
        return ()
    found = []
    for path, values in _guesses(claim, inputs):
        order, third = np.argsort(values, kind="stable"), len(values) // 3
        ends = {
            _verdict(wars.among(np.sort(part), LEVEL), questions, anyway) for part in (order[:third], order[-third:])
        }
        if ends == {SUPPORTED, CONTRADICTED}:
            found.append(path)
    return tuple(found)


def _guesses(claim: ClaimFile, inputs: Inputs) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    """Yield every guess that is drawn in a section the claim is conditional on, with its draws by replicate."""
    for row in inputs.scenario.numbers():
        if row.grade == "guess" and row.path.split(".")[0] in claim.conditional_on:
            try:
                values = inputs.values(row.path)
            except KeyError:  # what is no number: a choice between rivals
                continue
            if values.ndim == 1 and np.ptp(values) > 0.0:
                yield row.path, values


def _verdict(wars: Assessor, questions: Sequence[Question], anyway: str) -> str:
    return combined([wars.assess(question, anyway) for question in questions])

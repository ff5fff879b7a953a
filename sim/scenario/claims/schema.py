"""What may stand in a claim file: its tests, their conditions, and what each kind of test needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from sim.scenario.schema.document import ArmSection
from sim.scenario.schema.fields import KnobSpec, TextSpec, choice, day, knob, text
from sim.scenario.schema.leaves import Bounds, Choice, Day, Knob, Section, Text
from sim.scenario.syntax.version import FORMAT

KINDS = ("level", "contrast", "synergy", "observed", "input", "outside")
SIDES = ("above", "below")
PLAYED = ("level", "contrast", "synergy")

NEEDS: dict[str, tuple[str, ...]] = {
    "level": ("metric", "arm", "threshold"),
    "contrast": ("metric", "arm", "against", "threshold"),
    "synergy": ("metric", "arm", "against", "parts", "threshold"),
    "observed": ("metric", "table", "column", "threshold"),
    "input": ("of",),
    "outside": ("because",),
}
"""Keys without which a kind of test means nothing."""

MAY: dict[str, tuple[str, ...]] = {
    "level": ("on", "since", "side", "goods", "given"),
    "contrast": ("on", "since", "side", "goods", "given", "scale"),
    "synergy": ("on", "since", "side", "goods", "given", "scale"),
    "observed": ("on", "since", "noise", "bias", "noise_by"),
    "input": ("than", "threshold"),
    "outside": (),
}
"""Further keys that a kind of test may have; `kind`, `holds`, `counts` and `because` always may stand."""

SCALES: dict[str, tuple[str, ...]] = {"contrast": ("plain", "share"), "synergy": ("plain", "product")}
"""How a kind of test may be measured: by differences, by a share of the other arm's mean, or beside a product."""

NONE = date.min


def _texts(doc: str) -> Any:
    """Make a field for a list of texts, empty where it is not said."""
    made: Any = Field(default_factory=list, description=doc)
    made.metadata.append(TextSpec(doc=doc))
    return made


def _knobs(doc: str) -> Any:
    """Make a field for numbers by name, none below zero, empty where it is not said."""
    made: Any = Field(default_factory=dict, description=doc)
    made.metadata.append(KnobSpec(unit="", bounds=Bounds(ge=0.0), doc=doc))
    return made


class ConditionSection(Section):
    """Only the wars in which this holds are looked at."""

    metric: Text = text("a measure")
    arm: Text = text("in which arm")
    holds: Choice = choice(*SIDES, doc="above or below the threshold", default="above")
    threshold: Text = text("a number in the measure's unit, or verdict.NAME")
    on: Day = day("day it is read", default=NONE)
    since: Day = day("first day of the span it is read over", default=NONE)
    side: Text = text("a side of the scenario, by its name", default="")
    goods: list[Text] = _texts("goods it counts")


class TestSection(Section):
    """One thing that must hold if the claim does."""

    kind: Choice = choice(*KINDS, doc="what is compared with what")
    metric: Text = text("a measure of the wars, or a statistic of a table", default="")
    arm: Text = text("the arm that the claim is about", default="")
    against: Text = text("the arm it is compared with", default="")
    parts: list[Text] = _texts("the arms whose effects are added up")
    holds: Choice = choice(*SIDES, doc="on which side of the threshold the claim holds", default="above")
    threshold: Text = text("a number in the measure's unit, or verdict.NAME", default="0")
    on: Day = day("day it is read", default=NONE)
    since: Day = day("first day of the span it is read over", default=NONE)
    side: Text = text("a side of the scenario, by its name", default="")
    goods: list[Text] = _texts("goods it counts")
    given: list[ConditionSection] = Field(default_factory=list)
    scale: Choice = choice(
        "plain",
        "share",
        "product",
        doc="differences; a share of the other arm's mean; parts that multiply",
        default="plain",
    )
    counts: Choice = choice(
        "yes",
        "beside",
        doc="whether the verdict rests on this test, or the test is only shown beside the verdict",
        default="yes",
    )
    table: Text = text("an observed table, by a path from the claim file", default="")
    column: Text = text("its column", default="")
    noise: dict[str, Knob] = _knobs("sd of a row of the table, in its unit, by the word in `noise_by`")
    bias: dict[str, Knob] = _knobs(
        "sd of an error that all rows with a word in `noise_by` share, in the unit of the table, per row"
    )
    noise_by: Text = text("the column that says which noise and bias apply to a row", default="")
    of: Text = text("a leaf of the world, or evidence.ID.N: the N-th number of a source", default="")
    than: Text = text("what it is compared with, said likewise", default="")
    because: Text = text("why this test speaks for the claim", default="")


class ClaimSection(Section):
    """A claim file."""

    format: Knob = knob(ge=FORMAT, le=FORMAT, whole=True, doc="format of the file")
    id: Text = text("C and two digits")
    says: Text = text("the claim in our own words")
    plays: Text = text("the scenario it is tested in, by a path from the claim file", default="")
    arms: dict[str, ArmSection] = Field(default_factory=dict, description="arms beyond the scenario's")
    anyway: Text = text("the arm that tells what would have happened anyway", default="")
    tests: list[TestSection]
    conditional_on: list[Text] = _texts("sections of the world, or sources, that the answer rests on")
    reversion: Text = text("what would have happened anyway, in words", default="")
    caveat: Text = text("what a reader should know before quoting the answer", default="")
    restated: Text = text("what was changed in how the claim is tested since it was first, and why", default="")
    hangs_on: Text = text(
        "why the answer is no finding of its own (an input, another claim's number); empty if it is", default=""
    )

"""The mappings that a leaf may be written as, key by key: what the readers allow, and what JSON Schema shows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sim.scenario.syntax.quantity import GRADES, LAWS

DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Quantity = float | str
Grade = Annotated[str, Field(json_schema_extra={"enum": [*GRADES]})]
When = Annotated[str, StringConstraints(pattern="^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")] | int


class EvidenceForm(BaseModel):
    """Where a statement comes from, and how well it is known."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(description="an id among the sources, or free text of several words")
    as_of: When = Field("", description="year, month or day of it")
    grade: Grade = Field("", description="how well it is known")
    note: str = Field("", description="what a reader should know of it")


class NumberForm(EvidenceForm):
    """A number of the world with its range and its source."""

    value: Quantity = Field(description="the central value, with its unit or without")
    low: Quantity = Field(0.0, description="5 % quantile, or the lower end")
    high: Quantity = Field(0.0, description="95 % quantile, or the upper end")
    unit: str = Field("", description="unit of the three")
    law: Annotated[str, Field(json_schema_extra={"enum": [*LAWS]})] = Field("", description="law of the prior")
    luck: str = Field("", description="leaves with the same word here are drawn together")


class ChoiceForm(EvidenceForm):
    """One of several structures, by weights that add up to one."""

    choose: dict[str, Quantity] = Field(description="option -> weight")
    luck: str = Field("", description="leaves with the same word here are drawn together")


class SeriesForm(EvidenceForm):
    """A quantity that changes with the date."""

    series: dict[Annotated[str, StringConstraints(pattern=DAY)], Quantity] = Field(
        description="day -> value, ascending"
    )
    unit: str = Field("", description="unit of the values")
    interpolate: Literal["linear", "step"] = Field("linear", description="what holds between two days")
    factor: NumberForm | str = Field("", description="what multiplies all values: their common uncertainty")


FORMS = (NumberForm, ChoiceForm, SeriesForm)


def reference(form: type[BaseModel]) -> dict[str, str]:
    """Return a mark that `json_schema` makes into a reference: pydantic itself refuses one to what it did not make."""
    return {"x-form": form.__name__}

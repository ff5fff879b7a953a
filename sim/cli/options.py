"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Replicates = Annotated[int | None, typer.Option(min=1, metavar="N", help="Wars an arm.", show_default="the scenario's")]
Seed = Annotated[int | None, typer.Option(min=0, metavar="N", help="Seed of the luck.", show_default="the scenario's")]
Horizon = Annotated[
    str | None,
    typer.Option(metavar="TIME", help='Length of each war, as "26 week".', show_default="the scenario's"),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change the base world; may be given often."),
]
Out = Annotated[Path | None, typer.Option(help="Folder for the result.", show_default="one under results/")]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Worker processes.", show_default="usable cores")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the closing sentence only.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue a stopped run; an error if there is none.")]
NoPlots = Annotated[bool, typer.Option("--no-plots", help="Draw nothing.")]
PlotsTo = Annotated[Path | None, typer.Option(help="Folder for figures.", show_default="plots/ in the result")]

"""The command line: its commands in four groups."""

from __future__ import annotations

from typing import Annotated

import typer

from sim._version import __version__
from sim.cli import commands_judge, commands_past, commands_play, commands_stored

app = typer.Typer(
    name="sim",
    help="Play a scenario as an ensemble of wars and compare its arms.",
    epilog="Begin with: sim claim --replicates 50",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quick, and the same in a pipe
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"in-concert {__version__}")
        raise typer.Exit


@app.callback()
def _front(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Play a scenario as an ensemble of wars and compare its arms."""


for _group in (commands_play, commands_judge, commands_past, commands_stored):
    app.add_typer(_group.commands)

"""The generated part that lists the commands, from the commands themselves."""

from __future__ import annotations

import typer

from docs.blocks import Results, block, markdown_table
from sim.cli.app import app
from sim.cli.options import SHARED
from sim.scenario.moved_keys import MOVED


@block("commands")
def commands(results: Results) -> str:
    """Return what each command does, its own options and an example."""
    rows = []
    for name, one in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        own = [
            max(param.opts, key=len)
            for param in one.params
            if param.name not in SHARED and param.opts[0].startswith("-")
        ]
        example = str(one.epilog or "").removeprefix("Example: ").split(", or ")[0]
        options = ", ".join(f"`{option}`" for option in own if option != "--help") or "-"
        rows.append([f"`sim {name}`", " ".join(str(one.help).split("\n\n")[0].split()), options, f"`{example}`"])
    return markdown_table(["command", "does", "options of its own", "example"], rows)


@block("shared-options")
def shared_options(results: Results) -> str:
    """Return the options that mean the same in every command that takes them."""
    return markdown_table(
        ["option", "meaning"],
        [
            [f"`{(names or ('--' + name.replace('_', '-'),))[0]}`", settings["help"]]
            for name, (_, names, settings) in SHARED.items()
        ],
    )


@block("moved-keys")
def moved_keys(results: Results) -> str:
    """Return where each key of format 1 is in format 2."""
    return markdown_table(["format 1", "format 2"], [[f"`{old}`", f"`{new}`"] for old, new in MOVED])

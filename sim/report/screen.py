"""What a command ends with: tables, notes, one sentence, and where the result lies."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.foundation.text import for_markdown, for_terminal, on_one_line

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 160
"""Columns of a pipe or file, which have no width of their own."""


@dataclass(frozen=True)
class Table:
    """A table for the terminal or a page.

    Parameters
    ----------
    head : sequence of str
        Headings; they may hold line breaks.
    rows : sequence of sequence of str
        Cells as text, which may come from users.
    title : str
    text_columns : int
        Leading columns that hold text; the others are numbers, to the right.
    groups : sequence of str
        One per row; on a terminal each stands above its rows.
    styles : mapping of str to str
        Style of the cells that read so, on a terminal.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    text_columns: int = 1
    groups: Sequence[str] = ()
    styles: Mapping[str, str] = field(default_factory=dict)

    def for_rich(self) -> Any:
        """Return the table for a terminal."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable(title=Text(on_one_line(self.title)) if self.title else None, box=SIMPLE_HEAD, padding=(0, 1))
        for column, heading in enumerate(self.head):
            side: Any = "left" if column < self.text_columns else "right"
            table.add_column(Text(for_terminal(heading)), justify=side, no_wrap=column == 0)
        for place, row in enumerate(self.rows):
            if self.groups and self.groups[place] != (self.groups[place - 1] if place else ""):
                table.add_section()
                table.add_row(Text(on_one_line(self.groups[place]), style="italic"))
            table.add_row(*(Text(for_terminal(cell), style=self.styles.get(cell, "")) for cell in row))
        return table

    def for_markdown(self) -> str:
        """Return the table for a page; cells that are `Markup` keep their marks."""
        marks = ["---" if column < self.text_columns else "---:" for column in range(len(self.head))]
        rows = [[" ".join(heading.split()) for heading in self.head], marks]
        rows += [[cell if isinstance(cell, Markup) else for_markdown(cell) for cell in row] for row in self.rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


class Markup(str):
    """Text of ours that holds Markdown on purpose."""


@dataclass(frozen=True)
class Screen:
    """What is printed of a result.

    Parameters
    ----------
    sentence : str
        The answer; all that ``--quiet`` leaves.
    tables : sequence of Table
    notes : sequence of str
        What a reader of the tables must know.
    details : sequence of str
        Lines below the sentence.
    places : mapping of str to str or Path
        Where results and figures lie.
    """

    sentence: str = ""
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    details: Sequence[str] = ()
    places: Mapping[str, str | Path | None] = field(default_factory=dict)

    def show(self, *, quiet: bool = False) -> None:
        """Print it on standard output; with `quiet` the sentence only."""
        console = _console()
        if not quiet:
            for table in self.tables:
                console.print(table.for_rich())
            _print(console, self.notes, "dim")
        _print(console, [self.sentence] if self.sentence else [], "bold")
        if not quiet:
            _print(console, self.details)
            width = 2 + max((len(name) for name in self.places), default=0)
            _print(console, [f"{name + ':':{width}}{place}" for name, place in self.places.items() if place])


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False)


def _print(console: Console, lines: Iterable[str], style: str = "") -> None:
    """Print lines; they are broken on a terminal only, and not where they are indented: one may be copied as a command."""
    for line in lines:
        whole = not console.is_terminal or line.startswith("  ")
        console.print(for_terminal(line), style=style or None, markup=False, soft_wrap=whole)

"""Options that commands share, each declared once, and the decorator that gives them to a command."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.ending import DrawingFailed, command_words
from sim.foundation.progress import progress_bar
from sim.workflows.options import Options, no_progress

SHARED: dict[str, tuple[Any, tuple[str, ...], dict[str, Any]]] = {
    "replicates": (
        int,
        (),
        {"min": 1, "metavar": "N", "help": "Replicates per arm.", "show_default": "the scenario's"},
    ),
    "seed": (int, (), {"min": 0, "metavar": "N", "help": "Seed of the noise.", "show_default": "the scenario's"}),
    "horizon": (
        str,
        (),
        {"metavar": "TIME", "help": 'Length of each war, as "26 week".', "show_default": "the scenario's"},
    ),
    "changes": (
        list[str],
        ("--set",),
        {"metavar": "PATH=VALUE", "help": "Change the base world; may be given often."},
    ),
    "out": (Path, (), {"help": "Folder for the result.", "show_default": "one under results/"}),
    "jobs": (int, (), {"min": 1, "metavar": "N", "help": "Worker processes.", "show_default": "usable cores"}),
    "scheduler": (
        str,
        (),
        {
            "metavar": "ADDRESS",
            "help": "Dask scheduler whose workers play, as tcp://host:8786; or local.",
            "show_default": "none",
        },
    ),
    "engine": (
        str,
        (),
        {"metavar": "NAME", "help": "What plays: auto, numpy or traced (compiled).", "show_default": "auto"},
    ),
    "as_json": (bool, ("--json",), {"help": "Print the result as JSON, and nothing else."}),
    "quiet": (bool, ("--quiet", "-q"), {"help": "Print the closing sentence only."}),
    "resume": (bool, ("--resume",), {"help": "Continue a stopped run; an error if there is none."}),
    "no_plots": (bool, ("--no-plots",), {"help": "Draw nothing."}),
    "plots_to": (Path, (), {"help": "Folder for figures.", "show_default": "plots/ in the result"}),
}
"""Type, names and settings of each shared option."""

INSPECT = ("changes", "as_json", "quiet")
PLAY = (
    "replicates", "seed", "horizon", "changes", "out", "jobs", "scheduler", "engine", "as_json", "quiet", "no_plots", "plots_to",
)  # fmt: skip
PAST = ("seed", "out", "jobs", "as_json", "quiet")


@dataclass(frozen=True)
class Request:
    """What was asked for besides a command's own arguments."""

    options: Options
    as_json: bool = False
    quiet: bool = False

    def answer(self, result: Any, screens: Callable[[], Any]) -> None:
        """Print a workflow's result: as JSON, or the screen or screens that `screens` makes of it."""
        if self.as_json:
            from sim.workflows.files import json_text

            print(json_text(result.account))
        else:
            found = screens()
            for screen in found if isinstance(found, list) else [found]:
                screen.show(quiet=self.quiet)
        if result.drawing.error is not None:
            raise DrawingFailed(result.drawing.error)

    def write(self, result: Any, text: Callable[[], str]) -> None:
        """Write a workflow's result, as text or JSON, to the file asked for; print it without one."""
        from sim.workflows.files import json_text, write_text

        written = json_text(result.account) if self.as_json else text()
        if self.options.out is None:
            print(written.rstrip("\n"))
        else:
            write_text(self.options.out, written.rstrip("\n") + "\n")

    def write_page(self, path: Path | None, page: Callable[[], str]) -> None:
        """Write a page to `path` if one was asked for."""
        if path is not None:
            from sim.workflows.files import write_text

            write_text(path, page())


def command(
    app: typer.Typer, shared: tuple[str, ...], short_help: str, example: str, **changed: dict[str, Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that registers a function as a command with shared options.

    Parameters
    ----------
    app : Typer
    shared : tuple of str
        Names in `SHARED`; the function takes them together as its argument `request`.
    short_help, example : str
        For the list of commands; for the end of the command's help.
    changed : dict
        Settings of a shared option that differ for this command, as its help.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        own = [one for one in inspect.signature(function, eval_str=True).parameters.values() if one.name != "request"]
        parameters = [*own, *(_parameter(name, changed.get(name, {})) for name in shared)]

        def run(**given: Any) -> None:
            mine = {one.name: given.pop(one.name) for one in own}
            function(**mine, request=_request(given))

        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        run.__doc__ = function.__doc__
        name = function.__name__.rstrip("_")
        app.command(name=name, short_help=short_help, epilog=f"Example: {example}")(run)
        return function

    return decorate


def _parameter(name: str, changed: dict[str, Any]) -> inspect.Parameter:
    kind, names, settings = SHARED[name]
    option = typer.Option(*names, **{**settings, **changed})
    is_flag = kind is bool
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=False if is_flag else None,
        annotation=Annotated[kind if is_flag else kind | None, option],
    )


def _request(given: dict[str, Any]) -> Request:
    as_json, quiet = given.pop("as_json", False), given.pop("quiet", False)
    options = Options(
        plots=not given.pop("no_plots", False),
        changes=tuple(given.pop("changes", None) or ()),
        command=tuple(command_words()),
        progress=no_progress if quiet else progress_bar,
        **given,
    )
    return Request(options, as_json, quiet)

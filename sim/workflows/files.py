"""Where output goes: places checked before the work, texts written, figures drawn without risk to the result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.foundation import files
from sim.foundation.errors import Stopped, UserError
from sim.workflows.options import Options

SUMMARY = "summary.json"
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Drawing:
    """Figures: the folder with them, or None and what went wrong."""

    folder: Path | None = None
    error: Exception | None = None


@dataclass(frozen=True, kw_only=True)
class WorkflowResult:
    """What every workflow returns.

    Parameters
    ----------
    account : dict or list
        The result in plain values, as ``--json`` prints it.
    drawing : Drawing
    """

    account: Any
    drawing: Drawing = field(default_factory=Drawing)


def prepare(options: Options, *paths: Path | None) -> None:
    """Make the folder for figures and try the files to be written, so that a wrong place costs no work.

    Raises
    ------
    UserError
        For a place that cannot be written.
    """
    if options.plots and options.plots_to is not None:
        with writing("write figures to", options.plots_to):
            options.plots_to.mkdir(parents=True, exist_ok=True)
    for path in filter(None, paths):
        with writing("write to", path):
            files.check_writable(path)


def write_text(path: Path, text: str) -> None:
    """Write a text, in a folder that is made if need be."""
    with writing("write to", path):
        files.write_text(path, text.encode("utf-8", "backslashreplace").decode())


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON."""
    write_text(path, json_text(value) + "\n")


def write_account(folder: Path, account: Any, command: str, source: str) -> None:
    """Write the account of a study into its folder, with the command that made it and what its figures rest on."""
    from sim.analysis.serialise import plain

    write_json(folder / SUMMARY, {"command": command, "source": source, "account": plain(account)})


def json_text(value: Any) -> str:
    """Return plain values as JSON, one key per line."""
    return json.dumps(value, ensure_ascii=False, indent=1)


@contextmanager
def writing(what: str, path: Path) -> Iterator[None]:
    """Turn a failure of the disk into a fault in what was given: `cannot WHAT PATH: why`."""
    try:
        yield
    except OSError as error:
        raise files.refusal(error, f"cannot {what} {path}: {error.strerror or error}") from error


def draw(options: Options, folder: Path, act: Callable[[Path], object]) -> Drawing:
    """Draw into `folder` if figures are wanted; what goes wrong is returned, since it must cost no result.

    Raises
    ------
    Stopped
        On Ctrl-C.
    """
    if not options.plots:
        return Drawing()
    try:
        act(folder)
    except KeyboardInterrupt:
        raise Stopped("stopped while drawing; what is stored is safe") from None
    except Exception as error:
        return Drawing(error=error)
    return Drawing(folder)


def draw_study(
    options: Options, kind: str, study: Callable[[], object], folder: Path | None, suffix: str = ""
) -> Drawing:
    """Draw a kind of figures (`sim.plotting.gallery.GALLERY`) of what `study` returns, as `draw`; without a folder nothing.

    What the options say of the folder goes before `folder`.
    """

    def act(place: Path) -> None:
        from sim.plotting.gallery import draw_all

        draw_all(kind, study(), place, suffix=suffix)

    place = options.plots_to or folder
    return draw(options, place, act) if place else Drawing()


def shipped(name: str) -> Path | None:
    """Return the file or folder `name` of the shipped scenarios: from here, the checkout or the package; None without."""
    places = (place / "scenarios" / name for place in (Path(), PACKAGE.parent, PACKAGE / "shipped"))
    return next((place for place in places if place.exists()), None)


def shipped_scenario(name: str) -> Path:
    """Return a shipped scenario file.

    Raises
    ------
    UserError
        If it is nowhere.
    """
    found = shipped(name)
    if found is None:
        raise UserError([f"no scenarios/{name} here or beside the program - name a scenario file"])
    return found

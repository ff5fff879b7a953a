"""The command that finds out which leaves matter: screen."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.ending import command_line
from sim.cli.past import kept, open_file
from sim.cli.places import save, writable
from sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from sim.calibration.calibrate import Study
    from sim.calibration.screening import Screening

SHOWN = 40  # rows of the printed table


def screen(
    file: Path, out: Path | None, count: int, cut: float, seed: int | None, jobs: int | None, as_json: bool, quiet: bool
) -> None:
    """Screen every doubtful leaf of a calibration's scenario; print the ranking and write it to `out` (CSV)."""
    from sim.calibration import screening
    from sim.experiment.design import usable_cores

    study = open_file(file, None, seed)
    if out is not None:
        writable(out)
    began = time.monotonic()
    pieces = None if out is None else out.with_suffix(".pieces")
    with kept(study, pieces) as shelf, progress_bar("screening", hidden=quiet) as tell:
        found = screening.screen(study, count, jobs or usable_cores(), tell, shelf)
    told = account(found, study, cut) | {"seconds": round(time.monotonic() - began)}
    if out is not None:
        _write(out, told, file)
    shelf.clear()
    if as_json:
        print(json.dumps(told, indent=1))
        return
    print("\n".join(_lines(told, quiet)))
    if out is not None and not quiet:
        print(f"all {len(told['leaves'])} leaves in {out}")


def account(found: Screening, study: Study, cut: float) -> dict[str, Any]:
    """Return the ranking in plain values, and where it and the calibration file's list differ."""
    from sim.calibration.calibrate import FACTOR
    from sim.calibration.screening import GROUPS

    listed, matters, strongest = {*study.setting.parameters, FACTOR}, found.matters(cut), found.strongest()
    error = found.error
    rows = []
    for n in sorted(range(len(found.names)), key=lambda n: (-strongest[n], found.names[n])):
        best = int(found.mean[n].argmax())
        rows.append(
            {
                "leaf": found.names[n],
                "effect": round(float(strongest[n]), 4),
                "error": round(float(error[n, best]), 4) if len(found.effects) > 1 else None,
                "on": GROUPS[best],
                "matters": bool(matters[n]),
                "listed": found.names[n] in listed,
            }
            | {group: round(float(x), 4) for group, x in zip(GROUPS, found.mean[n], strict=True)}
        )
    return {
        "command": command_line(),
        "scenario": study.setting.scenario,
        "seed": study.setting.seed,
        "paths": len(found.effects),
        "cut": cut,
        "leaves": rows,
        "listed_without_effect": [row["leaf"] for row in rows if row["listed"] and not row["matters"]],
        "effect_without_listing": [row["leaf"] for row in rows if row["matters"] and not row["listed"]],
        "unknown_in_list": sorted(listed - set(found.names)),
    }


def _write(out: Path, told: dict[str, Any], file: Path) -> None:
    """Write the ranking as CSV with a header that says how it came about."""
    stream = io.StringIO(
        f"# Elementary effects of every doubtful leaf of {told['scenario']} on the features of {file.name}, strongest first.\n"
        "# unit: errors: how far the features of a group move (root mean square, in their observation error and "
        "discrepancy) from the leaf's 5 % to its 95 % quantile\n"
        f"# method: Morris, {told['paths']} paths, seed {told['seed']}, common luck; matters: more than {told['cut']:g} in "
        "some group, 1.645 standard errors allowed for\n"
    )
    stream.seek(0, io.SEEK_END)
    rows = csv.DictWriter(stream, list(told["leaves"][0]), lineterminator="\n")
    rows.writeheader()
    rows.writerows(told["leaves"])
    save(out, stream.getvalue())


def _lines(told: dict[str, Any], quiet: bool) -> list[str]:
    rows = told["leaves"]
    many = sum(row["matters"] for row in rows)
    lines = [
        f"{many} of {len(rows)} doubtful leaves move some group of features by more than {told['cut']:g} errors "
        f"({told['paths']} paths, {told['seconds']} s)"
    ]
    if quiet:
        return lines
    lines.append(f"{'leaf':<44} {'effect':>7} {'error':>7}  on        listed")
    for row in rows[:SHOWN]:
        error = "" if row["error"] is None else f"{row['error']:.2f}"
        mark = "yes" if row["listed"] else "-"
        lines.append(f"{row['leaf']:<44} {row['effect']:>7.2f} {error:>7}  {row['on']:<9} {mark}")
    for key, what in (
        ("effect_without_listing", "matter, but are not in the calibration file's list"),
        ("listed_without_effect", "are in the list, but matter little by this measure"),
        ("unknown_in_list", "are in the list, but are no doubtful leaf of the scenario"),
    ):
        if told[key]:
            lines.append(f"{len(told[key])} {what}: {', '.join(told[key])}")
    return lines

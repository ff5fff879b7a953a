"""What a figure or a study rests on, in the sentence that stands below it."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from sim.foundation.format import format_count, format_date

CAUTION = "Simulated under the scenario's assumptions; not a forecast and not an observation."


def source_line(data: xr.Dataset, key: str = "") -> str:
    """Return title, seed, replicates, start and version of the code of a result in one sentence."""
    attrs = data.attrs
    parts = [
        f"“{attrs.get('title', key)}”",
        f"seed {attrs.get('seed', 'not stated')}",
        format_count(data.sizes["replicate"], "replicate") + ("" if attrs.get("complete", True) else " (unfinished)"),
        f"start {format_date(str(attrs.get('start', data['time'].to_numpy()[0])))}",
        f"in-concert {attrs.get('code_version', 'version not stated')}",
    ]
    return ", ".join(parts) + "."


def source_note(data: xr.Dataset) -> str:
    """Return what a figure of one result rests on, and a caution."""
    return source_notes({"": data})


def source_notes(results: Mapping[str, xr.Dataset]) -> str:
    """Return what a figure of results rests on, a line for each, by name where there are several, and a caution."""
    lines = [
        (f"{key} = " if len(results) > 1 else "Source: ") + source_line(data, key) for key, data in results.items()
    ]
    return "\n".join([*lines, CAUTION])

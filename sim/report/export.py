"""A result as plain tables for other programs: CSV, Parquet or netCDF, with a dictionary of the data beside them.

A table holds all variables of the same dimensions: one row per arm, replicate, time and further coordinate. A result is
read a few replicates at a time, so that memory does not grow with it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from sim.analysis.outcomes.own_metrics import own_metrics, values
from sim.analysis.outcomes.replicates import in_pieces
from sim.analysis.record import for_the_rest
from sim.foundation import files
from sim.foundation.errors import UserError, nearest
from sim.foundation.extras import optional

SUFFIXES = {"csv": (".csv",), "parquet": (".parquet", ".pq"), "netcdf": (".nc", ".nc4", ".netcdf")}
"""Formats, and the suffixes of their files; the first is the usual one."""

LIBRARIES = {"parquet": "pyarrow", "netcdf": "h5netcdf"}
"""What each format is written with, where that is optional: the extra ``export``."""

LANES_AT_ONCE = 1_024
SHARED = ("arm", "replicate", "time")
DICTIONARY = ("table", "name", "kind", "meaning", "unit", "dimensions", "type", "source", "hash")


@dataclass(frozen=True)
class DataTable:
    """The variables of a result that have the same dimensions.

    Parameters
    ----------
    file : Path
        Where they are written.
    dims : tuple of str
    names : tuple of str
        Of the variables.
    """

    file: Path
    dims: tuple[str, ...]
    names: tuple[str, ...]


def check_format(to: str, out: Path) -> None:
    """Refuse, before anything is read, a format that is not known or not installed, and a path of another format.

    Raises
    ------
    UserError
    """
    if to not in SUFFIXES:
        raise UserError([f"--to {to}: unknown - allowed: {', '.join(SUFFIXES)}{nearest(to, SUFFIXES)}"])
    other = next((name for name, suffixes in SUFFIXES.items() if name != to and out.suffix.lower() in suffixes), None)
    if other:
        raise UserError([f"--out {out}: is the name of a {other} file - write {SUFFIXES[to][0]} or --to {other}"])
    if to in LIBRARIES:
        optional(LIBRARIES[to])


def export(data: xr.Dataset, to: str, out: Path, only: Sequence[str] = (), source: str = "") -> list[Path]:
    """Write a result and its data dictionary; return the files, the dictionary last.

    Parameters
    ----------
    data : Dataset
        A stored result, lazily read.
    to : str
        A format of `SUFFIXES`.
    out : Path
        A file with a suffix of the format; tables of further dimensions and the dictionary stand beside it under names that
        begin alike. Any other path is a folder for them.
    only : sequence of str
        Variables to be written; all without.
    source : str
        The result's name in the dictionary.

    Raises
    ------
    UserError
        For an unknown format or variable (with the nearest one), or a format of which the library is missing.
    OSError
        If the disk refuses.
    """
    check_format(to, out)
    data = _chosen(data, only)
    stem = out.with_suffix("") if out.suffix.lower() in SUFFIXES[to] else out / "data"
    suffix = out.suffix or SUFFIXES[to][0] if stem != out / "data" else SUFFIXES[to][0]
    stem.parent.mkdir(parents=True, exist_ok=True)
    if to == "netcdf":
        whole = Path(f"{stem}{suffix}")
        tables = [DataTable(whole, one.dims, one.names) for one in _tables(data, stem, suffix)]
        _write_netcdf(data, whole)
    else:
        tables = list(_tables(data, stem, suffix))
        for table in tables:
            (_write_csv if to == "csv" else _write_parquet)(data, table)
    written = list(dict.fromkeys(table.file for table in tables))
    return [*written, *_write_dictionary(data, tables, stem, source)]


def with_metrics(data: xr.Dataset) -> xr.Dataset:
    """Return a result with the metrics of its scenario as variables over (arm, replicate)."""
    for one in own_metrics(data):
        pieces = [values(piece, one.expression, one.unit) for piece in in_pieces(data)]
        attributes = {"long_name": f"{one.label}: {one.expression}", "units": one.unit}
        data = data.assign({one.name: (("arm", "replicate"), np.concatenate(pieces, axis=1), attributes)})
    return data


def _chosen(data: xr.Dataset, only: Sequence[str]) -> xr.Dataset:
    known = [str(name) for name in data.data_vars]
    wrong = [f"no variable '{name}' in the result{nearest(name, known)}" for name in only if name not in known]
    if wrong:
        raise UserError([*wrong, *filter(None, [for_the_rest(data)])])
    return data[list(only)] if only else data


def _tables(data: xr.Dataset, stem: Path, suffix: str) -> Iterator[DataTable]:
    """Yield a table for each set of dimensions, that of arm, replicate and time alone first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, variable in data.data_vars.items():
        groups.setdefault(tuple(map(str, variable.dims)), []).append(str(name))
    for dims in sorted(groups, key=lambda dims: (dims[: len(SHARED)] != SHARED, len(dims), dims)):
        further = [dim for dim in dims if dim not in SHARED]
        kind = "constant" if "arm" not in dims else "metrics" if "time" not in dims else ""
        words = [*([kind] if kind else []), *further]
        yield DataTable(Path("-".join([str(stem), *words]) + suffix), dims, tuple(groups[dims]))


def _frames(data: xr.Dataset, table: DataTable) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table, some replicates at a time and one arm after the other."""
    chosen = data[list(table.names)]
    if "replicate" not in table.dims:
        yield _frame(chosen.load(), table)
        return
    for piece in in_pieces(chosen, LANES_AT_ONCE):
        piece = piece.load()
        for at in range(piece.sizes.get("arm", 1)):
            yield _frame(piece.isel(arm=slice(at, at + 1)) if "arm" in piece.dims else piece, table)


def _frame(piece: xr.Dataset, table: DataTable) -> pd.DataFrame:
    """Return the rows of a piece: its coordinates, then its variables."""
    shape = tuple(piece.sizes[dim] for dim in table.dims)
    columns: dict[str, Any] = {}
    for axis, dim in enumerate(table.dims):
        spread = [1] * len(shape)
        spread[axis] = shape[axis]
        rows = np.broadcast_to(np.arange(shape[axis]).reshape(spread), shape).ravel()
        for name in [dim, *_beside(piece, dim)]:
            labels = piece[name].to_numpy()
            text = labels.dtype.kind in "UOS"
            columns[name] = pd.Categorical.from_codes(rows, pd.Index(labels)) if text and name == dim else labels[rows]
    for name in table.names:
        columns[name] = piece[name].transpose(*table.dims).to_numpy().ravel()
    return pd.DataFrame(columns)


def _beside(data: xr.Dataset, dim: str) -> list[str]:
    """Return the further coordinates along a dimension, as the role of each side."""
    return [str(name) for name, one in data.coords.items() if one.dims == (dim,) and name != dim]


def _write_csv(data: xr.Dataset, table: DataTable) -> None:
    with files.replacing(table.file) as file:
        for place, frame in enumerate(_frames(data, table)):
            if "time" in frame:
                frame["time"] = frame["time"].dt.strftime("%Y-%m-%d")
            frame.to_csv(file, mode="wb", index=False, header=place == 0, lineterminator="\n")


def _write_parquet(data: xr.Dataset, table: DataTable) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    with ExitStack() as stack:
        file = stack.enter_context(files.replacing(table.file))
        writer = None
        for frame in _frames(data, table):
            rows = pa.Table.from_pandas(frame, preserve_index=False)
            if writer is None:
                fields = [field.with_metadata(_said(data, field.name)) for field in rows.schema]
                about = {**(rows.schema.metadata or {}), **{str(key): str(one) for key, one in data.attrs.items()}}
                schema = pa.schema(fields, about)
                writer = stack.enter_context(parquet.ParquetWriter(file, schema))
            writer.write_table(rows.cast(schema))


def _write_netcdf(data: xr.Dataset, file: Path) -> None:
    """Write all variables to one file: coordinates and constants at once, the rest a few replicates at a time."""
    import h5netcdf

    varied = [str(name) for name, one in data.data_vars.items() if "replicate" in one.dims]
    with (
        tempfile.TemporaryDirectory(prefix=".sim-export-", dir=file.parent) as scratch,
        files.replacing(file) as target,
    ):
        path = Path(scratch) / "data.nc"
        frame = data.drop_vars(varied).assign_attrs({key: _plain(one) for key, one in data.attrs.items()})
        frame = frame.assign_coords({dim: data[dim] for dim in data.dims})
        frame.to_netcdf(path, engine="h5netcdf")
        with h5netcdf.File(path, "a") as store:
            for name in varied:
                one = data[name]
                made = store.create_variable(
                    name, one.dims, one.dtype, fillvalue=np.array(np.nan, one.dtype)[()], compression="gzip",
                    compression_opts=1, shuffle=True,
                )  # fmt: skip
                made.attrs.update({key: _plain(each) for key, each in one.attrs.items()})
                beside = [name for dim in one.dims for name in _beside(data, str(dim))]
                if beside:
                    made.attrs["coordinates"] = " ".join(beside)
                at = 0
                for piece in in_pieces(data[[name]], LANES_AT_ONCE):
                    size = piece.sizes["replicate"]
                    where = tuple(slice(at, at + size) if dim == "replicate" else slice(None) for dim in one.dims)
                    made[where] = piece[name].to_numpy()
                    at += size
        with path.open("rb") as written:
            shutil.copyfileobj(written, target)


def _plain(value: Any) -> Any:
    """Return an attribute as netCDF holds it: it knows no truth values."""
    return int(value) if isinstance(value, (bool, np.bool_)) else value


def _said(data: xr.Dataset, name: str) -> Mapping[str, str]:
    return {
        key: str(data[name].attrs[key]) for key in ("long_name", "units") if name in data and key in data[name].attrs
    }


def _write_dictionary(data: xr.Dataset, tables: Sequence[DataTable], stem: Path, source: str) -> list[Path]:
    """Write what every column means, as JSON and as CSV."""
    code = str(data.attrs.get("scenario_hash", ""))
    rows = [
        dict(zip(DICTIONARY, (table.file.name, *row, source, code), strict=True))
        for table in tables
        for row in _columns(data, table)
    ]
    about = {key: _json(data.attrs[key]) for key in data.attrs if key != "map"}
    whole = {"result": source, "scenario_hash": code, "attributes": about, "columns": rows}
    paths = [Path(f"{stem}-dictionary.json"), Path(f"{stem}-dictionary.csv")]
    files.write_text(paths[0], json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n")
    text = io.StringIO()
    writer = csv.DictWriter(text, DICTIONARY, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "dimensions": " ".join(row["dimensions"])} for row in rows)
    files.write_text(paths[1], text.getvalue())
    return paths


COORDINATES = {
    "arm": "what is changed; the first is the base",
    "replicate": "one possible world: the same noise and parameters in every arm",
    "time": "day of the record; the first is the start",
    "role": "what the side is: attacker or defender",
    "target_side": "the side that owns the target",
}


def _columns(data: xr.Dataset, table: DataTable) -> Iterator[tuple[Any, ...]]:
    """Yield name, kind, meaning, unit, dimensions and type of each column."""
    for dim in table.dims:
        for name in [dim, *_beside(data, dim)]:
            kind = {"M": "date", "U": "text", "O": "text"}.get(data[name].dtype.kind, str(data[name].dtype))
            unit = "day" if kind == "date" else ""
            yield name, "coordinate", COORDINATES.get(name, f"name of the {name}"), unit, [dim], kind
    for name in table.names:
        said = _said(data, name)
        dims = list(table.dims)
        yield name, "variable", said.get("long_name", ""), said.get("units", ""), dims, str(data[name].dtype)


def _json(value: Any) -> Any:
    """Return an attribute as plain data; those that hold JSON are read."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value.isoformat() if isinstance(value, dt.date) else value

"""A result for other programs: what is read back is what is stored, in every format."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import sim
from sim.report import export as exporting
from sim.workflows.export import export
from sim.workflows.options import Options

CLAIM = Path(__file__).resolve().parents[2] / "scenarios" / "claim.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A short result of the whole claim."""
    place = tmp_path_factory.mktemp("export") / "short"
    sim.read(CLAIM).set("verdict.milestones=[2024-12-10]").run(replicates=3, horizon="4 week", jobs=1, out=place)
    return place


@pytest.fixture(autouse=True)
def pieces(monkeypatch):
    monkeypatch.setattr(exporting, "LANES_AT_ONCE", 18)  # two replicates at a time, so that there are several pieces


def check_table(frame, data, dims):
    """Compare a table with the Dataset, cell by cell."""
    frame = frame.assign(time=pd.to_datetime(frame["time"]))
    assert not frame.duplicated(list(dims)).any()
    assert len(frame) == np.prod([data.sizes[dim] for dim in dims])
    rows = tuple(xr.DataArray(frame[dim].to_numpy(), dims="row") for dim in dims)
    names = [str(name) for name, one in data.data_vars.items() if one.dims == dims]
    assert set(names) <= set(frame)
    for name in names:
        stored = data[name].sel(dict(zip(dims, rows, strict=True))).to_numpy()
        np.testing.assert_array_equal(frame[name].to_numpy().astype(stored.dtype), stored)


TABLES = {
    "data": ("arm", "replicate", "time"),
    "data-front": ("arm", "replicate", "time", "front"),
    "data-side-front": ("arm", "replicate", "time", "side", "front"),
    "data-ally": ("arm", "replicate", "time", "ally"),
}


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_tables_hold_what_the_result_holds(call, folder, to):
    code, out, err = call("export", folder, "--to", to, "--out", "there", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["files"] == [str(path) for path in export(folder, to, Options(out=Path("there"))).files]
    assert found["bytes"] == sum(Path(path).stat().st_size for path in found["files"])
    data = sim.load(folder).data
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}[to]
    for name, dims in TABLES.items():
        check_table(read(f"there/{name}.{to}"), data, dims)
    sides = read(f"there/data-side.{to}")
    roles = dict(zip(data["side"].to_numpy(), data["role"].to_numpy(), strict=True))
    assert (sides["role"] == sides["side"].map(roles)).all()


def test_netcdf_holds_what_the_result_holds(call, folder):
    assert call("export", folder, "--to", "netcdf", "--out", "war.nc")[0] == 0
    data = sim.load(folder).data
    with xr.open_dataset("war.nc", engine="h5netcdf") as read:
        xr.testing.assert_equal(read.load(), data.load())
        for name in data.data_vars:
            assert read[name].attrs["units"] == data[name].attrs["units"]
            assert read[name].attrs["long_name"] == data[name].attrs["long_name"]
        assert read.attrs["scenario_hash"] == data.attrs["scenario_hash"]


def test_parquet_says_units_and_meaning_itself(call, folder):
    parquet = pytest.importorskip("pyarrow.parquet")
    call("export", folder, "--to", "parquet", "--out", "war.parquet")
    field = parquet.read_schema("war.parquet").field("net_km2")
    assert field.metadata[b"units"] == b"km2"
    assert b"gain" in field.metadata[b"long_name"]


def test_the_dictionary_names_every_column_of_every_table(folder, tmp_path):
    result = sim.load(folder)
    written = result.export(tmp_path / "war.csv")
    tables = [path for path in written if "dictionary" not in path.name]
    about = json.loads((tmp_path / "war-dictionary.json").read_text(encoding="utf-8"))
    with (tmp_path / "war-dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(one["table"], one["name"]) for one in rows] == [(one["table"], one["name"]) for one in about["columns"]]
    for table in tables:
        assert [one["name"] for one in rows if one["table"] == table.name] == list(pd.read_csv(table, nrows=1))
    for one in about["columns"]:
        assert one["meaning"], one
        assert (one["source"], one["hash"]) == (folder.name, result.data.attrs["scenario_hash"])
        assert one["kind"] == "coordinate" or one["unit"] == result.data[one["name"]].attrs["units"]
    assert about["attributes"]["sides"]


def test_only_some_variables(call, folder):
    assert call("export", folder, "--only", "net_km2", "--only", "casualties", "--out", "some")[0] == 0
    assert {path.name for path in Path("some").glob("data*.csv")} == {
        "data.csv",
        "data-side.csv",
        "data-dictionary.csv",
    }
    assert list(pd.read_csv("some/data.csv")) == ["arm", "replicate", "time", "net_km2"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "parqet"), "did you mean 'parquet'"),
        (("--to", "csv", "--out", "war.nc"), "is the name of a netcdf file"),
        (("--only", "net_km"), "did you mean 'net_km2'"),
        (("--out", "file/below"), "cannot write to"),
    ],
)
def test_wrong_words_are_told(call, folder, words, said):
    Path("file").write_text("")
    code, out, err = call("export", folder, *words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(("to", "library"), [("parquet", "pyarrow"), ("netcdf", "h5netcdf")])
def test_a_missing_library_names_the_extra(call, folder, monkeypatch, to, library):
    monkeypatch.setitem(sys.modules, library, None)
    code, _, err = call("export", folder, "--to", to)
    assert code == 2
    assert library in err
    assert "in-concert[export]" in err
    assert not (folder / "export").exists()


def test_tables_are_read_in_r(folder, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    sim.load(folder).export(tmp_path / "war.csv")
    expression = f"d <- read.csv('{tmp_path / 'war.csv'}'); cat(nrow(d), is.numeric(d$net_km2))"
    done = subprocess.run(["Rscript", "-e", expression], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(pd.read_csv(tmp_path / "war.csv"))), "TRUE"]

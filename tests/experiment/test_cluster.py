"""The same result from every executor, to the bit; a worker of a Dask cluster that is killed at work costs nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

import sim
from sim.experiment import design as designs
from sim.experiment import run as runs
from sim.experiment.blocks import PackedBlock
from sim.experiment.delivery import Address
from sim.experiment.store import load
from sim.experiment.verify import verify
from sim.foundation.cluster import cluster
from sim.foundation.errors import UserError
from sim.foundation.executor import WorkerError, in_order, in_process
from sim.foundation.machine_code import NoCompiler, try_out
from sim.foundation.worker import advance
from sim.foundation.workers import pool
from tests.experiment.fakes import fake_draw, fake_play, play_at_leisure, scenario
from tests.foundation.dask_cluster import loopback

pytest.importorskip("distributed")
MARK = "SIM_TEST_MARK"


@pytest.fixture(scope="module")
def dask():
    with loopback(2) as made:
        yield made


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(runs, "design", lambda sc, jobs: designs.design(sc, jobs, lanes_at_once=4))


def chunks(folder: Path) -> dict[str, str]:
    """Return a sum of every chunk of a result, by block and variable."""
    found = (path for path in (folder / "data.zarr").rglob("*") if path.is_file() and path.name[0].isdigit())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def played(folder: Path, **options) -> dict[str, str]:
    runs.run(scenario(), folder, **({"play": fake_play, "draw": fake_draw} | options))
    return chunks(folder)


def play_and_be_killed_once(parameters, lanes, noise, **rest):
    """End this process the first time that the replicate 4 is played anywhere; a file says that it was."""
    mark = Path(os.environ.get(MARK, "/"))
    if 4 in lanes.replicate and not mark.exists():
        mark.touch()
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)
    return play_at_leisure(parameters, lanes, noise, **rest)


@pytest.mark.parametrize("open_it", ["in process", "processes", "dask"])
def test_every_executor_keeps_the_protocol(open_it, dask):
    heard = []
    opened = {
        "in process": lambda: in_process(heard.append),
        "processes": lambda: pool(2),
        "dask": lambda: cluster(dask.address, 1),
    }
    with opened[open_it]() as workers:
        shared = workers.share({"a": 5})
        tasks = [workers.submit(dict.get, shared, "a"), workers.submit(abs, -3)]
        assert list(in_order(workers, tasks)) == [5, 3]
        assert workers.finished([]) == set()
        assert workers.room >= 1
        list(in_order(workers, [workers.submit(advance, 2.5)]))
        until = time.monotonic() + 10
        while workers.progress < 2.5 and time.monotonic() < until:
            time.sleep(0.05)
        assert workers.progress == 2.5
        with pytest.raises(ZeroDivisionError):
            list(in_order(workers, [workers.submit(divmod, 1, 0)]))
        with pytest.raises(UserError, match="mine"):
            list(in_order(workers, [workers.submit(refuse, "mine")]))


def refuse(word):
    raise UserError([word])


def test_the_same_bits_from_every_executor(tmp_path, small_blocks, dask):
    here = played(tmp_path / "here", jobs=1)
    assert len(here) == 25
    assert played(tmp_path / "processes", jobs=2) == here
    seen = []
    assert played(tmp_path / "dask", scheduler=dask.address, progress=seen.append) == here
    assert seen[-1] == 1.0
    whole = load(tmp_path / "here")
    assert whole.identical(load(tmp_path / "dask").assign_attrs(folder=whole.attrs["folder"]))
    assert not list((tmp_path / "dask" / "data.zarr").glob(".new-*"))


def test_workers_of_a_local_cluster_are_not_profiled():
    """There is no dashboard to show it; it would take processor time from play."""
    with cluster("local", 1) as workers:
        [profiled] = in_order(workers, [workers.submit(is_profiled)])
    assert profiled is False


def is_profiled():
    import dask.config
    from distributed import get_worker

    worker = get_worker()
    assert dask.config.get("distributed.worker.profile.enabled") == ("profile" in worker.periodic_callbacks)
    return "profile" in worker.periodic_callbacks


@pytest.mark.parametrize("engine", ["numpy", "traced"])
def test_a_real_war_on_a_cluster_of_its_own(tmp_path, engine):
    """The abstract world by `--scheduler local`: workers are started, used, and gone; each compiles or reads what is compiled."""
    if engine == "traced":
        try:
            try_out()
        except NoCompiler as reason:
            pytest.skip(str(reason))
    war = sim.read("shipped:abstract-claim").set("run.horizon=3 week", "run.replicates=4")
    one = war.run(out=tmp_path / "here", jobs=1, engine=engine)
    two = war.run(out=tmp_path / "local", jobs=2, scheduler="local", engine=engine)
    assert one.data.identical(two.data.assign_attrs(folder=one.data.attrs["folder"]))


def test_a_worker_killed_in_mid_run_loses_nothing(tmp_path, small_blocks, monkeypatch):
    """The scheduler gives its block to the other worker; the result is the same to the bit, and nobody has to do anything."""
    mark = tmp_path / "killed"
    monkeypatch.setenv(MARK, str(mark))
    with loopback(2) as dask:
        found = played(tmp_path / "dask", scheduler=dask.address, play=play_and_be_killed_once)
        assert sum(process.poll() is not None for process in dask.workers) == 1
    assert mark.exists()
    monkeypatch.delenv(MARK)
    assert found == played(tmp_path / "here", jobs=1)


def test_workers_that_do_not_see_the_folder_send_their_blocks(tmp_path, small_blocks, monkeypatch):
    """Without the mark in it a folder of the same name is another one; what travels then is packed, and the bits are the same."""
    kinds = []
    deliver = Address.deliver

    def blind(self, block, record):
        kinds.append(type(found := deliver(Address(self.data, "", self.arms), block, record)))
        return found

    seen = played(tmp_path / "seen", jobs=1)
    monkeypatch.setattr(Address, "deliver", blind)
    assert played(tmp_path / "blind", jobs=1) == seen
    assert set(kinds) == {PackedBlock}
    assert verify(tmp_path / "blind").sound


def test_no_scheduler_no_dask_no_workers(tmp_path, monkeypatch):
    with monkeypatch.context() as quick:
        quick.setattr("sim.foundation.cluster.CONNECT_TIMEOUT", 1.0)
        with pytest.raises(UserError, match=r"--scheduler tcp://127\.0\.0\.1:1: no Dask scheduler answers there \(\S"):
            played(tmp_path / "a", scheduler="tcp://127.0.0.1:1")
        with pytest.raises(UserError, match="--scheduler nonsense://x: no Dask scheduler answers there"):
            played(tmp_path / "b", scheduler="nonsense://x")
    monkeypatch.setattr("sim.foundation.cluster._LOOK", 0.0)
    with loopback(0) as dask, pytest.raises(WorkerError, match=r"no worker has joined .* for 0.1 s"):
        wait_for_nobody(dask.address)


def wait_for_nobody(address):
    with cluster(address, 1, worker_timeout=0.1) as workers:
        list(in_order(workers, [workers.submit(abs, 1)]))


def test_other_code_on_a_worker_is_refused(tmp_path, monkeypatch):
    job = runs.Job(scenario(), designs.design(scenario()), fake_play, fake_draw, code="other")
    with pytest.raises(UserError, match="has other code, Python or numpy than this program"):
        job.check_code()

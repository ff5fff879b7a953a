"""A stored result damaged at random: it is reported with the remedy, and mended by the same command, which plays no more again."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import xarray as xr

from sim.experiment import manifest as manifests
from sim.experiment.blocks import GROUP
from sim.experiment.design import design
from sim.experiment.manifest import DATA, NAME, POSTERIOR
from sim.experiment.run import Job
from sim.experiment.store import load
from sim.experiment.verify import verify
from sim.experiment.writing import open_for_writing, sole_writer
from sim.foundation.errors import UserError
from sim.models.campaign import play
from sim.scenario import read
from tests.trials.common import Series, Trouble, lasting_folder

CLAIM = Path(__file__).parents[2] / "scenarios" / "claim.yaml"
UNREAD = "(not read by load) "
BLOCKS, EACH = 3, 2  # blocks of a result, and the replicates in each
EVERY = (".zgroup", ".zattrs", ".zarray")


@dataclass
class Damage:
    """What was done to a result.

    Parameters
    ----------
    said : str
    blocks : set of str
        Names of the blocks that have to be played again; nothing else may be.
    """

    said: str
    blocks: set[str] = field(default_factory=set)


def damage(rng: random.Random, folder: Path) -> None:
    """Damage a stored result in one way, see it reported, and give the same command again."""
    result = copied(folder)
    done = rng.choice(WAYS)(rng, result)
    try:
        _demand_report(result, done)
        played = command(result)
        _demand_health(result, done, played)
    except Trouble:
        raise
    except Exception as error:
        raise Trouble(f"{done.said}: {type(error).__name__}: {error}") from error


def damage_and_seal(rng: random.Random, folder: Path) -> None:
    """Change a part of the manifest or of a receipt, with a checksum that agrees: it is refused, or read, and never a fault."""
    result = copied(folder)
    path = rng.choice([result / NAME, *sorted((result / DATA).glob("*/.zattrs"))])
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("sum")
    said = f"{path.relative_to(result)}: {_changed(rng, content)}"
    path.write_bytes(manifests.sealed(content)[0])
    try:
        for use in (lambda: load(result).load(), lambda: verify(result), lambda: command(result)):
            try:
                use()
            except UserError as error:
                _demand_plain(error, said)
    except Trouble:
        raise
    except Exception as error:
        raise Trouble(f"{said}: {type(error).__name__}: {error}") from error


def _demand_report(result: Path, done: Damage) -> None:
    """Demand that loading and verifying say what is damaged, and what to do about it."""
    found = verify(result)
    if found.sound or "again" not in found.remedy:
        raise Trouble(f"{done.said}: verify says {found.damage}, {found.remedy!r}")
    if not done.said.startswith(UNREAD):
        try:
            load(result).load()
        except UserError as error:
            _demand_plain(error, done.said)
            if "again" not in str(error):
                raise Trouble(f"{done.said}: load names no remedy: {error}") from None
        else:
            raise Trouble(f"{done.said}: load says nothing")


def _demand_plain(error: UserError, said: str) -> None:
    text = str(error)
    if not text.strip() or "Traceback" in text or "<class" in text:
        raise Trouble(f"{said}: reported as {text!r}")


def _demand_health(result: Path, done: Damage, played: list[tuple[int, ...]]) -> None:
    """Demand that only the damaged blocks were played again, and that the result is what it was."""
    names = {f"{first:07d}-{first + EACH - 1:07d}" for first in range(0, BLOCKS * EACH, EACH)}
    wanted = sorted(tuple(range(int(name[:7]), int(name[8:15]) + 1)) for name in done.blocks & names)
    if sorted(played) != wanted:
        raise Trouble(f"{done.said}: replicates {played} were played again, not {wanted}")
    if not (found := verify(result)).sound or not found.complete:
        raise Trouble(f"{done.said}: after mending verify says {found.damage}")
    if not _plain(load(result)).identical(_plain(load(original()))):
        raise Trouble(f"{done.said}: the result is another than before")


def _plain(data: xr.Dataset) -> xr.Dataset:
    return data.load().assign_attrs(folder="")


@cache
def scenario(seed: int = 7) -> Any:
    """Return the scenario that is played: the claim, two arms, four weeks."""
    found = read(CLAIM, {"run.replicates": BLOCKS * EACH, "run.seed": seed, "run.horizon": "8 week"})
    arms = dict(list(found.arms.items())[:2])
    return replace(found, arms=arms, worlds={arm: found.worlds[arm] for arm in arms})


def command(folder: Path, seed: int = 7) -> list[tuple[int, ...]]:
    """Play what is missing in a result, as `run` does; return the replicates of each block that was played."""
    asked = scenario(seed)
    plan = design(asked, 1, lanes_at_once=EACH * len(asked.arms))
    job, played = Job(asked, plan, play, None), []
    with sole_writer(folder):
        store = open_for_writing(folder, asked, plan, "sim claim")
        with store.address() as address:
            for block in store.missing:
                record = job(block.lanes, lambda day: None)
                store.take_in(block, lambda block=block, record=record: address.deliver(block, record))
                played.append(tuple(block.replicates))
    return played


@cache
def original(seed: int = 7) -> Path:
    """Return a whole result, which nobody may change."""
    folder = lasting_folder("original") / "out"
    command(folder, seed)
    return folder


def copied(folder: Path) -> Path:
    """Return a copy of the original in `folder`."""
    result = folder / "out"
    shutil.copytree(original(), result)
    return result


def unsealed(result: Path) -> dict[str, Any]:
    """Return what the manifest of a result says."""
    return manifests.unsealed((result / NAME).read_bytes())


def seal(result: Path, content: dict[str, Any]) -> None:
    """Write another manifest, with its checksum."""
    (result / NAME).write_bytes(manifests.sealed(content)[0])


# --- ways to damage it -----------------------------------------------------------------------------------------------


def _bits(rng: random.Random, path: Path) -> str:
    content = bytearray(path.read_bytes())
    for _ in range(rng.choice((1, 1, 3))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return "bits flipped" if _rewritten(path, bytes(content)) else _cut(rng, path)


def _bytes(rng: random.Random, path: Path) -> str:
    content = bytearray(path.read_bytes())
    at, size = rng.randrange(len(content)), rng.choice((1, 16, 512, 4096))
    part = content[at : at + size]
    content[at : at + size] = rng.choice((bytes(len(part)), rng.randbytes(len(part)), b"\xff" * len(part)))
    return "bytes overwritten" if _rewritten(path, bytes(content)) else _cut(rng, path)


def _cut(rng: random.Random, path: Path) -> str:
    content = path.read_bytes()
    path.write_bytes(content[: rng.choice((0, 1, len(content) // 2, len(content) - 1, rng.randrange(len(content))))])
    return "cut"


def _grown(rng: random.Random, path: Path) -> str:
    path.write_bytes(path.read_bytes() + rng.choice((b"}", b"\0", rng.randbytes(64))))
    return "grown"


def _deleted(rng: random.Random, path: Path) -> str:
    path.unlink()
    return "deleted"


def _replaced(rng: random.Random, path: Path) -> str:
    """Put something that is no ordinary file in the place of a file."""
    kind = rng.choice(("a folder", "a fifo", "a link to itself", "a link to nothing"))
    path.unlink()
    if kind == "a folder":
        path.mkdir()
    elif kind == "a fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "a link to itself" else path.with_name("nothing"))
    return f"replaced by {kind}"


def _linked(rng: random.Random, path: Path) -> str:
    """Put a link to a copy in the place of a file: what is read through a link may change behind the result's back."""
    copy = next(one for one in path.parents if one.name == "out").parent / f"copy-{path.name}"
    shutil.move(path, copy)
    path.symlink_to(copy)
    return "replaced by a link to a copy"


def _rewritten(path: Path, content: bytes) -> bool:
    """Write a file's new content and return whether it is another."""
    other = content != path.read_bytes()
    path.write_bytes(content)
    return other


SPOILT = (_bits, _bits, _bytes, _bytes, _cut, _deleted, _grown, _replaced)


def chunk(rng: random.Random, result: Path) -> Damage:
    """Spoil a chunk."""
    return _spoil(rng, rng.choice([path for path in _files(result) if path.name not in EVERY]))


def receipt(rng: random.Random, result: Path) -> Damage:
    """Spoil a receipt."""
    return _spoil(rng, rng.choice(_blocks(result)) / ".zattrs")


def metadata(rng: random.Random, result: Path) -> Damage:
    """Spoil a file that is there for zarr."""
    return _spoil(rng, rng.choice([path for path in _files(result) if path.name in EVERY]))


def _spoil(rng: random.Random, path: Path) -> Damage:
    block = next(one.name for one in (path, *path.parents) if one.parent.name == DATA)
    return Damage(f"{block}/{path.parent.name}/{path.name} {rng.choice((*SPOILT, _linked))(rng, path)}", {block})


def manifest(rng: random.Random, result: Path) -> Damage:
    """Spoil the manifest: every block says itself what it is, so nothing is played again."""
    return Damage(f"{NAME} {rng.choice(SPOILT)(rng, result / NAME)}")


def top(rng: random.Random, result: Path) -> Damage:
    """Spoil the metadata of the folder of blocks."""
    return Damage(f"{DATA}/{GROUP} {rng.choice(SPOILT)(rng, result / DATA / GROUP)}")


def posterior(rng: random.Random, result: Path) -> Damage:
    """Spoil the posterior that is kept for playing again."""
    return Damage(
        f"{UNREAD}{POSTERIOR} {rng.choice((_bits, _bytes, _cut, _deleted, _replaced))(rng, result / POSTERIOR)}"
    )


def swapped_chunks(rng: random.Random, result: Path) -> Damage:
    """Swap two chunks of a variable, or of a block."""
    one, other = rng.sample(_blocks(result), 2)
    name = rng.choice(_variables(one))
    if rng.random() < 0.5:
        paths = [next((block / name).glob("0*")) for block in (one, other)]
        lost = {one.name, other.name}
    else:
        paths = [next((one / each).glob("0*")) for each in rng.sample(_variables(one), 2)]
        lost = {one.name}
    contents = [path.read_bytes() for path in paths]
    if contents[0] == contents[1]:
        return swapped_chunks(rng, result)
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
    return Damage(f"chunks swapped, {paths[0].parent.parent.name}/{paths[0].parent.name}", lost)


def swapped_blocks(rng: random.Random, result: Path) -> Damage:
    """Swap the names of two blocks, or their receipts: the blocks know what they are, the receipts lost theirs."""
    one, other = rng.sample(_blocks(result), 2)
    if rng.random() < 0.5:
        _swap(one / ".zattrs", other / ".zattrs")
        return Damage(f"receipts of {one.name} and {other.name} swapped", {one.name, other.name})
    _swap(one, other)
    return Damage(f"blocks {one.name} and {other.name} swapped", {one.name, other.name})


def _swap(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def lost_block(rng: random.Random, result: Path) -> Damage:
    """Delete a block, an array of one, or all of them."""
    block = rng.choice(_blocks(result))
    what = rng.choice(("block", "array", "data"))
    if what == "data":
        blocks = {one.name for one in _blocks(result)}
        shutil.rmtree(result / DATA)
        return Damage(f"{DATA} deleted", blocks)
    shutil.rmtree(block if what == "block" else block / rng.choice(_variables(block)))
    return Damage(f"{what} of {block.name} deleted", {block.name})


def foreign_chunk(rng: random.Random, result: Path) -> Damage:
    """Put a chunk of another study in the place of one."""
    while True:
        block = rng.choice(_blocks(result))
        path = next((block / rng.choice(_variables(block))).glob("0*"))
        content = (original(8) / path.relative_to(result)).read_bytes()
        if content != path.read_bytes():
            path.write_bytes(content)
            return Damage(f"foreign chunk in {block.name}/{path.parent.name}", {block.name})


def foreign_block(rng: random.Random, result: Path) -> Damage:
    """Put a block of another study in the place of one, or beside them."""
    block = rng.choice(_blocks(result))
    foreign = original(8) / DATA / block.name
    if rng.random() < 0.5:
        shutil.rmtree(block)
        shutil.copytree(foreign, block)
        return Damage(f"foreign block in the place of {block.name}", {block.name})
    shutil.copytree(foreign, result / DATA / rng.choice(("0000900-0000901", f"{block.name}.7")))
    return Damage("foreign block beside the others")


def stray(rng: random.Random, result: Path) -> Damage:
    """Put something that does not belong there into the data, or into a block."""
    block = rng.choice(_blocks(result))
    where = rng.choice((result / DATA, block, block / rng.choice(_variables(block))))
    path = where / rng.choice((".DS_Store", "notes.txt", "0.0.0.0.0.0", "net_km2 (copy)", "\u00fcber", "c"))
    path.write_bytes(rng.randbytes(20))
    return Damage(f"stray {path.relative_to(result)}", set() if where == result / DATA else {block.name})


def _files(result: Path) -> list[Path]:
    return sorted(path for block in _blocks(result) for path in block.rglob("*") if path.is_file())


def _blocks(result: Path) -> list[Path]:
    return sorted(path for path in (result / DATA).iterdir() if path.is_dir())


def _variables(block: Path) -> list[str]:
    return sorted(path.name for path in block.iterdir() if path.is_dir())


WAYS: tuple[Callable[[random.Random, Path], Damage], ...] = (
    *(5 * (chunk,)), *(2 * (receipt,)), *(2 * (metadata,)), *(4 * (manifest,)), top, posterior, swapped_chunks,
    swapped_blocks, lost_block, foreign_chunk, foreign_block, stray,
)  # fmt: skip

ODD = (
    None, True, -1, 0, 1, 3, 10**9, 10**30, 1.5, float("nan"), float("inf"), "", "x", "2024-02-30", "../..", "a/b", "0" * 64,
    [], {}, [None], [-1], {"": {}}, [[[]]], "\ud800", "x" * 10_000,
)  # fmt: skip


def _changed(rng: random.Random, content: Any) -> str:
    """Change, remove or add one part of plain data in place; return what was done."""
    steps: list[str] = []
    while True:
        keys = list(content) if isinstance(content, dict) else list(range(len(content)))
        if not keys:
            return f"nothing at {'.'.join(steps)}"
        key = rng.choice(keys)
        steps.append(str(key)[:40])
        if isinstance(content[key], (dict, list)) and content[key] and rng.random() < 0.7:
            content = content[key]
            continue
        what = rng.choice(("set", "set", "remove", "add", "copy"))
        if what == "set":
            content[key] = rng.choice(ODD)
        elif what == "remove":
            del content[key]
        elif what == "copy":
            content[key] = content[rng.choice(keys)]
        elif isinstance(content, dict):
            content[rng.choice(("x", "time", "..", ""))] = rng.choice(ODD)
        else:
            content.append(rng.choice(ODD))
        return f"{what} {'.'.join(steps)}, now {str(content)[:80]!r}"


SERIES = (
    Series(
        "damage",
        "a stored result damaged: bits, bytes, cut, grown, deleted, replaced, swapped, foreign and stray; chunks, receipts, "
        "metadata, manifest, posterior",
        "`load` and `verify` report it with the remedy; the same command mends it to the same bits and plays nothing else again",
        60,
        4,
        damage,
        apart=True,
    ),
    Series(
        "damage-sealed",
        "manifests and receipts with a part changed, removed or added, and a checksum that agrees",
        "refused in plain words, or read; no other exception",
        200,
        4,
        damage_and_seal,
        apart=True,
    ),
)

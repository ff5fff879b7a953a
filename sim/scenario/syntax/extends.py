"""`extends`: a scenario stands on another one, in the same folder tree or shipped with the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.foundation.errors import UserError, nearest
from sim.foundation.text import shortened
from sim.scenario.syntax.nodes import Map, Place, Restated, Scalar, as_document, describe
from sim.scenario.syntax.version import check_versions
from sim.scenario.syntax.yaml_text import parse_file

MAX_CHAIN = 8
SHIPPED = "shipped:"
OVERLAID = ("sources", "posterior", "world")
LEAF_KEYS = ("value", "series", "choose")


def read_chain(source: str | Path | Mapping[str, Any]) -> Map:
    """Return a scenario merged onto everything it extends; keys keep their own files' places.

    `source` is a file, ``shipped:NAME``, or the content of a file as plain data, as if it stood in the folder at hand.
    """
    if isinstance(source, Mapping):
        top = Path("scenario").resolve()
        return _merged(_chain(as_document(source), top, "", root_of(top)))
    path = file_of(source)
    try:
        top = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of symbolic links, a name that cannot be one
        raise UserError([Place(str(path)).fault("there is no such file")]) from error
    return _merged(_chain(parse_file(top, str(path)), top, str(path), root_of(top)))


def file_of(source: str | Path) -> Path:
    """Return the file that a person means by a path, or by ``shipped:NAME``.

    Raises
    ------
    UserError
        If the program comes with no such file.
    """
    said = str(source)
    return shipped(said.removeprefix(SHIPPED), Place()) if said.startswith(SHIPPED) else Path(source)


def root_of(top: Path) -> Path:
    """Return the folder that `extends` may not leave: the nearest `scenarios` above, else the file's own."""
    return next((folder for folder in top.parents if folder.name == "scenarios"), top.parent)


def shipped_folder() -> Path:
    """Return the folder of the scenarios that come with the program: in a checkout, or in the installed package."""
    package = Path(__file__).resolve().parents[2]
    beside = package.parent / "scenarios"
    return beside if (package.parent / "pyproject.toml").is_file() else package / "shipped" / "scenarios"


def shipped(name: str, place: Place) -> Path:
    """Return the shipped file that ``shipped:NAME`` means, with or without its suffix."""
    folder = shipped_folder()
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.rglob("*.yaml"))]
    wanted = name.strip().removesuffix(".yaml")
    if wanted not in names:
        shown = ", ".join(known for known in names if "/" not in known)
        message = f"found '{SHIPPED}{shortened(name)}' - the program comes with {shown}{nearest(wanted, names)}"
        raise UserError([place.fault(message)])
    return folder / f"{wanted}.yaml"


def overlaid(document: Map, overlay: Path) -> Map:
    """Return the document with the world, sources and posterior that the file `overlay` itself states on top of it.

    What `overlay` extends is not read: a variant of one scenario can so be laid on another.
    """
    node = parse_file(overlay.resolve(), str(overlay))
    said = {key: node[key] for key in OVERLAID if key in node}
    merged: Map = merge(document, Map(said, node.place, node.spots))
    return merged


def _merged(chain: list[Map]) -> Map:
    """Return what files say, each merged onto the next."""
    check_versions(*chain)
    *others, merged = chain
    for node in reversed(others):
        merged = merge(merged, node)
    return merged


def _chain(node: Map, path: Path, shown: str, root: Path) -> list[Map]:
    """Return what a file says, and what each file says that it extends."""
    nodes, files = [node], [path]
    while "extends" in node:
        target = node["extends"]
        place = target.place
        if not isinstance(target, Scalar) or not isinstance(target.value, str):
            raise UserError([place.fault(f"found {describe(target)} - `extends` names one file, like base.yaml")])
        path, shown = inside(target.text, files[-1], root, place), str(Path(shown).parent / target.text)
        if target.text.startswith(SHIPPED):
            root, shown = shipped_folder(), str(path)
        if path in files:
            names = " -> ".join(item.name for item in (*files[files.index(path) :], path))
            raise UserError([place.fault(f"`extends` goes in a circle: {names}")])
        if len(files) > MAX_CHAIN:
            raise UserError([place.fault(f"`extends` is more than {MAX_CHAIN} files deep")])
        node = parse_file(path, shown)
        nodes.append(node)
        files.append(path)
    return nodes


def inside(name: str, path: Path, root: Path, place: Place) -> Path:
    """Return the file that `name` means in the file `path`, links followed: one in `root`, or ``shipped:NAME``."""
    if name.startswith(SHIPPED):
        return shipped(name.removeprefix(SHIPPED), place)
    found = f"found '{shortened(name)}'"
    allowed = f"only files inside the folder '{root.name}', by a relative path, or {SHIPPED}NAME"
    if Path(name).is_absolute() or name.startswith("~") or "\\" in name or ":" in name or "\x00" in name:
        raise UserError([place.fault(f"{found} - {allowed}")])
    try:
        base = (path.parent / name).resolve()
        is_file = base.is_file()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links, a name too long to be one
        raise UserError([place.fault(f"{found} - there is no such file")]) from error
    if not base.is_relative_to(root):
        raise UserError([place.fault(f"{found}, which leads outside - {allowed}")])
    if not is_file:
        raise UserError([place.fault(f"{found} - there is no such file")])
    return base


def root_for(said_in: Path, top: Path) -> Path:
    """Return the folder that a file named in `said_in` may not leave, when the scenario `top` is read."""
    folder = shipped_folder()
    return folder if said_in.is_relative_to(folder) else root_of(top)


def merge(base: Any, child: Any) -> Any:
    """Return `child` on top of `base`: mappings merge key by key, lists and leaves are replaced whole."""
    if not (is_branch(base) and is_branch(child)):
        return child
    items, spots = dict(base), dict(base.spots)
    for key, node in child.items():
        items[key] = merge(base[key], node) if key in base else node
        spots[key] = child.spots[key]
    return Map(items, child.place, spots)


def is_branch(node: Any) -> bool:
    """Whether a node is a mapping of further names, not the mapping of one leaf."""
    return isinstance(node, Map) and not isinstance(node, Restated) and not any(key in node for key in LEAF_KEYS)

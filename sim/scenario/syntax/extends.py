"""`extends`: a scenario stands on another one in the same folder tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.foundation.errors import UserError
from sim.scenario.syntax.nodes import Map, Place, Restated, Scalar, describe
from sim.scenario.syntax.yaml_text import parse_file

MAX_CHAIN = 8
OVERLAID = ("sources", "posterior", "world")
LEAF_KEYS = ("value", "series", "choose")


def read_chain(path: Path) -> Map:
    """Return the scenario at `path` merged onto everything it extends; keys keep their own files' places."""
    top = path.resolve() if path.exists() else path
    return _read(top, str(path), root_of(top), ())


def root_of(top: Path) -> Path:
    """Return the folder that `extends` may not leave: the nearest `scenarios` above, else the file's own."""
    return next((folder for folder in top.parents if folder.name == "scenarios"), top.parent)


def overlaid(document: Map, overlay: Path) -> Map:
    """Return the document with the world, sources and posterior that the file `overlay` itself states on top of it.

    What `overlay` extends is not read: a variant of one scenario can so be laid on another.
    """
    node = parse_file(overlay.resolve(), str(overlay))
    said = {key: node[key] for key in OVERLAID if key in node}
    merged: Map = merge(document, Map(said, node.place, node.spots))
    return merged


def _read(path: Path, shown: str, root: Path, above: tuple[Path, ...]) -> Map:
    node = parse_file(path, shown)
    if "extends" not in node:
        return node
    target, place = node["extends"], node.spot("extends")
    if not isinstance(target, Scalar) or not isinstance(target.value, str):
        raise UserError([place.fault(f"found {describe(target)} - `extends` names one file, like base.yaml")])
    place = target.place
    base = inside(target.text, path, root, place)
    chain = (*above, path)
    if base in chain:
        names = " -> ".join(item.name for item in (*chain[chain.index(base) :], base))
        raise UserError([place.fault(f"`extends` goes in a circle: {names}")])
    if len(chain) > MAX_CHAIN:
        raise UserError([place.fault(f"`extends` is more than {MAX_CHAIN} files deep")])
    base_shown = str(Path(shown).parent / target.text)
    if not base.is_file():
        raise UserError([place.fault(f"`extends` found '{target.text}' - there is no such file ({base_shown})")])
    return merge(_read(base, base_shown, root, chain), node)


def inside(name: str, path: Path, root: Path, place: Place, key: str = "extends") -> Path:
    """Return the file that `name` means in the file `path`, links followed; it must lie in `root`; `key` named it."""
    said = f"`{key}` found '{name}'" if key else f"found '{name}'"
    allowed = f"only files inside the folder '{root.name}', by a relative path"
    if Path(name).is_absolute() or name.startswith("~") or "\\" in name or ":" in name or "\x00" in name:
        raise UserError([place.fault(f"{said} - {allowed}")])
    try:
        base = (path.parent / name).resolve()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links
        raise UserError([place.fault(f"{said} - it cannot be followed")]) from error
    if not base.is_relative_to(root):
        raise UserError([place.fault(f"{said}, which leads outside - {allowed}")])
    return base


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

"""From YAML 1.2 text to nodes that know their place; bounded in size and depth, without anchors or tags."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from sim.foundation import files
from sim.foundation.errors import Fault, UserError, nearest
from sim.foundation.text import for_terminal, shortened
from sim.scenario.syntax.nodes import Map, Place, Scalar, Seq

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 50_000

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_bytes(path: Path, shown: str) -> bytes:
    """Return the content of an ordinary file of at most `MAX_BYTES`; UserError otherwise."""
    try:
        return files.read_bytes(path, MAX_BYTES, shown)
    except UserError as error:
        (fault,) = error.faults
        hints = {files.MISSING: _nearest_file(path), files.FOLDER: " - a scenario file is needed"}
        raise UserError([Place(shown).fault(fault.message + hints.get(fault.message, ""))]) from error


def _nearest_file(path: Path) -> str:
    """Return a hint at a file of a similar name in the same folder."""
    try:
        names = sorted(item.name for item in path.parent.iterdir() if item.suffix in (".yaml", ".yml"))
    except OSError:
        return ""
    return nearest(path.name, names)


def parse_file(path: Path, shown: str) -> Map:
    """Return the top mapping of a scenario file; `shown` is how messages name the file."""
    place = Place(shown)
    node = parse_text(files.as_text(read_bytes(path, shown), shown), shown)
    if node is None:
        raise UserError([place.fault("is empty - a scenario needs at least `format: 2`, `title` and `world`")])
    if not isinstance(node, Map):
        raise UserError([node.place.fault("found a list or a bare value - a scenario is a mapping at its top")])
    return node


@lru_cache(maxsize=32)  # a command reads a scenario several times, with other changes; nodes are never written to
def parse_text(text: str, shown: str) -> Any:
    """Return the node in a YAML text, or None when there is none; UserError at the first wrong thing."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    _refuse_directives(text, shown)
    try:
        return _Builder(shown, text).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        raise UserError([_fault_of(error, text, shown)]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        message = f"not valid YAML: the character U+{ord(text[error.position]):04X} is not allowed"
        raise UserError([Place(shown, line, column).fault(message)]) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise UserError([Place(shown).fault(f"not valid YAML: {str(error).splitlines()[0]}")]) from error


def _refuse_directives(text: str, shown: str) -> None:
    """Refuse ``%YAML`` and its like before the library sees them: it fails on versions that it does not know."""
    may_stand = True  # directives stand before a document: at the top, or after the line that ends another
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if may_stand and line.startswith("%"):
            raise UserError([Place(shown, number, 1).fault("found a directive (%YAML or %TAG) - none are allowed")])
        may_stand = line.startswith("...") or (may_stand and not line.partition("#")[0].strip())


def _fault_of(error: Any, text: str, shown: str) -> Fault:
    """Return what ruamel found, in words for the person who wrote the file, at the place where it is to be mended."""
    problem, context = error.problem or "", error.context or ""
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    words = ", ".join(part for part in (context, problem) if part)
    if "quoted scalar" in context and "end of stream" in problem:
        mark, words = opened, "the quote that opens here is never closed"
    elif mark is not None and (quote := _quote_before(text, mark.index)) is not None:
        mark, words = (
            quote[0],
            f"the quote that opens here closes only on line {quote[1].line + 1} - is one missing here?",
        )
    elif "flow" in context and opened is not None:
        sign = text[opened.index : opened.index + 1]
        words = f"the '{sign}' of line {opened.line + 1}, column {opened.column + 1} is not closed before this"
    elif "mapping values are not allowed" in problem and ": " in text[: mark.index].rpartition("\n")[2]:
        words = "found a second ': ' in one line - put text that holds ': ' in quotes"
    elif "mapping values are not allowed" in problem:
        words = "found ':' after text that is no key - the lines of a mapping begin in the same column"
    elif r"'\t'" in problem:
        words = "found a tab - indent with spaces"
    elif found := re.search(r"found character '(.)' that cannot start", problem):
        words = f"found '{found[1]}' at the beginning of a value - put the text in quotes"
    elif "expected <block end>" in problem and mark is not None and opened is not None:
        words = _indentation(text, mark, opened)
    elif "could not find expected ':'" in problem:
        mark, words = opened, "found a line without 'key: value'"
    place = Place(shown) if mark is None else Place(shown, mark.line + 1, mark.column + 1)
    return place.fault(f"not valid YAML: {words}")


def _indentation(text: str, mark: Any, opened: Any) -> str:
    """Return that a line begins in a column of its own, and in which it could begin."""
    columns = {opened.column: opened.line + 1}
    least = sys.maxsize
    for number, line in reversed(
        list(enumerate(text.splitlines()[: mark.line], 1))
    ):  # up, from what is open to its parents
        column = len(line) - len(line.lstrip(" "))
        if line.strip() and not line.lstrip().startswith("#") and column < least:
            least = column
            columns.setdefault(column, number)
        if column <= opened.column and line.strip():
            break
    could = " or ".join(
        f"{column} (as line {beside})" for column, beside in sorted(columns.items()) if column != mark.column
    )
    return f"this line is indented by {mark.column} - what it stands beside is indented by {could}"


def _quote_before(text: str, index: int) -> tuple[Any, Any] | None:
    """Return start and end of the quoted text that runs over lines and ends on the line of `index`, if there is one."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.tokens import ScalarToken

    found = None
    try:
        for token in YAML(typ="safe", pure=True).scan(text):
            if token.start_mark.index > index:
                break
            if isinstance(token, ScalarToken) and token.style in ('"', "'"):
                found = token
    except YAMLError:
        pass  # the fault that is being explained
    if found is None or found.start_mark.line == found.end_mark.line or "\n" in text[found.end_mark.index : index]:
        return None
    return found.start_mark, found.end_mark


class _Builder:
    """Builds the tree from parser events without recursion, stopping at the first breach of a limit."""

    def __init__(self, shown: str, text: str) -> None:
        self.shown, self.text = shown, text
        self.count = 0
        self.stack: list[tuple[Map | Seq, list[Any]]] = []  # open collections; for a Map, the key that waits
        self.root: Any = None

    def build(self, events: Iterator[Any]) -> Any:
        """Return the root node."""
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._refuse(event, "found a second document - one scenario a file")
            elif kind == "AliasEvent":
                self._refuse(
                    event,
                    f"found the alias *{event.anchor} - aliases are not allowed; use `extends` or patches",
                )
            elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
                self._node(event, kind)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self.stack.pop()
        return None if isinstance(self.root, Scalar) and self.root.value is None else self.root

    def _node(self, event: Any, kind: str) -> None:
        """Add the node that starts with `event`."""
        if event.anchor:
            self._refuse(event, f"found the anchor &{event.anchor} - anchors are not allowed; use `extends` or patches")
        if event.tag:
            self._refuse(event, f"found the tag {event.tag} - tags are not allowed; write plain values")
        self.count += 1
        if self.count > MAX_NODES:
            self._refuse(event, f"more than {MAX_NODES} values - split the scenario")
        place = self._place(event)
        if kind == "ScalarEvent":
            self._put(self._scalar(event, place), event)
            return
        node: Map | Seq = Map({}, place, {}) if kind == "MappingStartEvent" else Seq([], place)
        self._put(node, event)
        self.stack.append((node, []))
        if len(self.stack) > MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep")

    def _scalar(self, event: Any, place: Place) -> Scalar:
        """Return a plain value; what a terminal would obey is spelled out, so that it is text wherever it is shown."""
        try:  # JSON writers spell the characters beyond U+FFFF as two halves
            text = for_terminal(event.value.encode("utf-16", "surrogatepass").decode("utf-16"))
        except UnicodeDecodeError:
            self._refuse(event, f"found half of a surrogate pair in '{shortened(event.value)}' - it is no character")
        parent, waiting = self.stack[-1] if self.stack else (None, [])
        if not text and event.style is None and waiting and isinstance(parent, Map):
            place = parent.spot(waiting[0])  # ruamel puts nothing where the next thing stands
        return Scalar(text, text if event.style is not None else meaning(text), place)

    def _put(self, node: Any, event: Any) -> None:
        """Put a finished or just opened node where it belongs."""
        if not self.stack:
            self.root = node
            return
        parent, waiting = self.stack[-1]
        if isinstance(parent, Seq):
            parent.append(node)
        elif waiting:
            parent[waiting.pop()] = node
        else:
            if not isinstance(node, Scalar):
                self._refuse(event, "found a list or mapping as a key - keys are plain words")
            at = event.start_mark.index
            if self.text[max(0, at - MAX_DEPTH) : at].rstrip(" ").endswith("?"):
                self._refuse(event, f"found '?' before the key '{node.text}' - write 'key: value'")
            if node.text in parent.spots:
                first = parent.spots[node.text].line
                self._refuse(event, f"the key '{node.text}' is here twice (first on line {first})")
            parent.spots[node.text] = node.place
            waiting.append(node.text)

    def _place(self, event: Any) -> Place:
        return Place(self.shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, message: str) -> NoReturn:
        raise UserError([self._place(event).fault(message)])


def meaning(text: str) -> str | int | float | bool | None:
    """Return what a plain scalar means in the core schema of YAML 1.2; dates stay text."""
    if text in _WORDS:
        found: bool | None = _WORDS[text]
        return found
    if len(text) <= 40 and _INT.fullmatch(text):
        return int(text)
    if len(text) <= 40 and _FLOAT.fullmatch(text):
        return float(text)
    return text

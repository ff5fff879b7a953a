"""The JSON Schema that editors use says of every shipped file what the program says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.cli import front
from sim.scenario.schema.json_schema import json_schemas
from sim.scenario.syntax.nodes import Map, Scalar, Seq
from sim.scenario.syntax.yaml_text import parse_file

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SCHEMAS = {name: jsonschema.Draft202012Validator(schema) for name, schema in json_schemas().items()}


def content(node: Any) -> Any:
    """Return a parsed file as an editor has it: plain data of JSON."""
    if isinstance(node, Map):
        return {key: content(item) for key, item in node.items()}
    if isinstance(node, Seq):
        return [content(item) for item in node]
    assert isinstance(node, Scalar)
    return node.value


def kind_of(data: dict[str, Any]) -> str:
    """Return which schema a file is to be held against; an empty string for the files of other commands."""
    if "says" in data:
        return "claim"
    return "scenario" if data.keys() & {"world", "arms", "sources"} else ""


FILES = [path for path in sorted(SCENARIOS.rglob("*.yaml")) if kind_of(content(parse_file(path, path.name)))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SCENARIOS).as_posix())
def test_a_shipped_file_obeys_the_schema_that_its_first_line_names(path: Path) -> None:
    data = content(parse_file(path, path.name))
    errors = [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in SCHEMAS[kind_of(data)].iter_errors(data)
    ]
    assert errors == []
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    up = "../" * (len(path.relative_to(SCENARIOS).parts) - 1)
    assert first == f"# yaml-language-server: $schema={up}schema/{kind_of(data)}.json"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_stored_schema_is_the_one_of_the_models(name: str) -> None:
    stored = json.loads((SCENARIOS / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    assert stored == json_schemas()[name], f"sim schema {name} --out scenarios/schema/{name}.json"
    jsonschema.Draft202012Validator.check_schema(stored)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("titel",), "x"),
        (("run", "horizon"), 52),
        (("run", "start"), "tomorrow"),
        (("run", "replicates"), 1.5),
        (("world", "combat", "own_exponent"), 0.4),
        (("world", "combat", "own_exponent"), "0.4"),
        (("world", "combat", "own_exponent"), {"value": 0.4, "lawe": "normal"}),
        (("world", "combat", "own_exponent"), {"value": 0.4, "law": "gauss"}),
        (("world", "combat", "law"), "cubic"),
        (("world", "combat", "law"), {"choose": {"cubic": 1}}),
        (("world", "combat", "exponent"), "1; DEF"),
        (("world", "sides"), []),
        (("sources", "X"), {"grade": "sure"}),
        (("arms", "base"), {"lable": "x"}),
        (("format",), 3),
    ],
)
def test_what_the_program_refuses_is_marked(path: tuple[str, ...], value: Any) -> None:
    data: dict[str, Any] = {"format": content(parse_file(FILES[0], "x"))["format"]}
    assert SCHEMAS["scenario"].is_valid(data)
    node = data
    for key in path[:-1]:
        node = node.setdefault(key, {})
    node[path[-1]] = value
    assert not SCHEMAS["scenario"].is_valid(data)


@pytest.mark.parametrize("value", ["0.4 (0.3 .. 0.5); DEF", {"value": "0.4", "low": 0.3, "high": 0.5, "source": "DEF"}])
def test_short_and_long_forms_are_right(value: Any) -> None:
    data = {"format": content(parse_file(FILES[0], "x"))["format"], "world": {"combat": {"own_exponent": value}}}
    assert SCHEMAS["scenario"].is_valid(data)


def test_every_field_says_what_it_means() -> None:
    silent = [
        f"{name}.{key}"
        for name, section in json_schemas()["scenario"]["$defs"].items()
        for key, field in section.get("properties", {}).items()
        if "description" not in field and "$ref" not in json.dumps(field)  # what a section means, it says itself
    ]
    assert silent == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_command_prints_the_schema(kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "argv", ["sim", "schema", kind])
    with pytest.raises(SystemExit) as end:
        front.main()
    assert not end.value.code
    assert json.loads(capsys.readouterr().out) == json_schemas()[kind]

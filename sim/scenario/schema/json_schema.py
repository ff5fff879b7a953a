"""JSON Schema of the file formats, made by pydantic from the models themselves: editors complete and mark by it.

What a leaf may look like is said by its field (`Spec.form`); a file may leave to `extends` whatever it does not say, so
nothing but the format is required.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from sim.scenario.claims.schema import ClaimSection
from sim.scenario.schema.document import document_of
from sim.scenario.schema.long_forms import FORMS
from sim.scenario.schema.naming import any_names

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of file by its name: ``scenario`` and ``claim``."""
    kinds = {"scenario": document_of(any_names()), "claim": ClaimSection}
    return {name: _schema(name, kind) for name, kind in kinds.items()}


def _schema(name: str, kind: Any) -> dict[str, Any]:
    """Return the schema of one kind of file, with the long forms of leaves among its definitions."""
    made = kind.model_json_schema()
    _, forms = models_json_schema([(form, "validation") for form in FORMS])
    made["$defs"] = {**made.get("$defs", {}), **forms["$defs"]}
    return {"$schema": DIALECT, **_adapted(made), "title": f"In Concert {name}", "required": ["format"]}


def _adapted(node: Any) -> Any:
    """Return a schema with references to the long forms, without pydantic's titles, and without required keys.

    A section may leave any key to the file that it extends, and a patch any key of a long form to what it changes.
    """
    if isinstance(node, list):
        return [_adapted(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "x-form" in node:
        return {"$ref": f"#/$defs/{node['x-form']}"}
    dropped = {"title"} if isinstance(node.get("title"), str) else set()
    dropped |= {"required"} if isinstance(node.get("required"), list) else set()
    return {key: _adapted(item) for key, item in node.items() if key not in dropped}

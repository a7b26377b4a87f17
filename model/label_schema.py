"""Label sets of a person's own: entity types, relations and their endpoints, read from a TOML file. For any named-entity data.

    name = "covid"
    entities = ["PATIENT_ID", "LOCATION", "DATE"]
    ignore = ["JOB"]                      # tags that the data has and that are read as O

    [relations.lives_in]
    from = ["PATIENT_ID"]
    to = ["LOCATION"]
    at_most_one = true                    # of one head; false where it is left out

    [columns]                             # of CoNLL files, counted from 1, or from the end with a minus; these are the usual ones
    word = 1
    tag = -1
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import ThanhtichError
from model.labels import Labels

_NAME = re.compile(r"[^\W\d][\w./&+-]*")
_KEYS = ("name", "entities", "ignore", "relations", "columns")
_ENDS = ("from", "to", "at_most_one")


@dataclass(frozen=True, slots=True)
class RelationRule:
    """A relation and what it may lead from and to."""

    name: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    at_most_one: bool = False

    def allows(self, head: str, tail: str) -> bool:
        """True where the relation may lead from an entity of the one type to one of the other."""
        return head in self.heads and tail in self.tails


@dataclass(frozen=True, slots=True)
class LabelSchema:
    """The labels of one data set. ``ignore`` are tags read as O; the columns are counted from 1, or from the end where negative."""

    name: str
    entities: tuple[str, ...]
    relations: tuple[RelationRule, ...] = ()
    ignore: tuple[str, ...] = ()
    word_column: int = 1
    tag_column: int = -1

    @property
    def labels(self) -> Labels:
        """The tags in the order of a model's outputs."""
        return Labels(self.entities, ())

    def row(self) -> dict[str, Any]:
        """Ready for JSON; :func:`schema_of` reads it back."""
        relations = {r.name: {"from": list(r.heads), "to": list(r.tails), "at_most_one": r.at_most_one} for r in self.relations}
        columns = {"word": self.word_column, "tag": self.tag_column}
        return {"name": self.name, "entities": list(self.entities), "ignore": list(self.ignore), "relations": relations, "columns": columns}


def read_schema(path: Path) -> LabelSchema:
    """The schema of a TOML file; its name is the file's where it gives none.

    Raises:
        ThanhtichError: not there, not TOML, or a mistake in it: names the key, what was found and what is allowed.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThanhtichError(f"{path}: cannot be read ({error}); give a TOML file with entities = [\"PERSON\", …]; docs/training.md shows one") from error
    except tomllib.TOMLDecodeError as error:
        raise ThanhtichError(f"{path}: not TOML ({error})") from error
    return schema_of(values, str(path), path.stem)


def schema_of(values: dict[str, Any], where: str, name: str = "labels") -> LabelSchema:
    """A schema from plain values.

    Raises:
        ThanhtichError: every mistake in it, a line each.
    """
    findings = [f"unknown key {key!r}; allowed are {', '.join(_KEYS)}" for key in values if key not in _KEYS]
    entities = _names(values.get("entities", []), "entities", findings)
    ignore = _names(values.get("ignore", []), "ignore", findings)
    if not entities and not findings:
        findings.append('no entities; needed is a list of types as entities = ["PERSON", "PLACE"]')
    findings += [f"ignore names {kind!r}, which entities has too; a type is either learned or ignored" for kind in ignore if kind in entities]
    relations = _relations(values.get("relations", {}), entities, findings)
    word, tag = _columns(values.get("columns", {}), findings)
    stated = values.get("name", name)
    if not isinstance(stated, str) or not stated.strip():
        findings.append(f"name = {stated!r}; needed is a word in quotes")
    if findings:
        raise ThanhtichError(f"{where}:\n  " + "\n  ".join(findings))
    return LabelSchema(stated, entities, relations, ignore, word, tag)


def _names(value: Any, key: str, findings: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        findings.append(f'{key} = {value!r}; needed is a list of words in quotes as {key} = ["PERSON", "PLACE"]')
        return ()
    for name in value:
        if not _NAME.fullmatch(name):
            findings.append(f"{key}: {name!r} is no name of a type; allowed are letters, digits and _ - . / & +, a letter first")
    findings += [f"{key}: {name!r} stands twice" for name in dict.fromkeys(value) if value.count(name) > 1]
    prefixed = [name for name in value if re.match(r"[BIES]-", name)]
    findings += [f"{key}: {name!r} begins as a tag does; give the type alone, {name[2:]!r}" for name in prefixed]
    return tuple(dict.fromkeys(value))


def _relations(value: Any, entities: tuple[str, ...], findings: list[str]) -> tuple[RelationRule, ...]:
    if not isinstance(value, dict):
        findings.append(f"relations = {value!r}; needed is a table for each, as [relations.works_for] with from and to")
        return ()
    return tuple(rule for name, ends in value.items() if (rule := _rule(name, ends, entities, findings)))


def _rule(name: str, ends: Any, entities: tuple[str, ...], findings: list[str]) -> RelationRule | None:
    where = f"relations.{name}"
    if not isinstance(ends, dict):
        findings.append(f"{where} = {ends!r}; needed is a table [{where}] with from and to")
        return None
    findings += [f"{where}: unknown key {key!r}; allowed are {', '.join(_ENDS)}" for key in ends if key not in _ENDS]
    sides = [_names(ends.get(side, []), f"{where}.{side}", findings) for side in ("from", "to")]
    for side, found in zip(("from", "to"), sides, strict=True):
        if not ends.get(side):
            findings.append(f"{where}: no {side}; needed are the entity types that it may lead {side}")
        findings += [f"{where}.{side}: {kind!r} is no entity type; allowed are {', '.join(entities)}" for kind in found if kind not in entities]
    once = ends.get("at_most_one", False)
    if not isinstance(once, bool):
        findings.append(f"{where}: at_most_one = {once!r}; allowed are true and false")
    return RelationRule(name, sides[0], sides[1], bool(once))


def _columns(value: Any, findings: list[str]) -> tuple[int, int]:
    if not isinstance(value, dict):
        findings.append(f"columns = {value!r}; needed is a table [columns] with word and tag")
        return 1, -1
    findings += [f"columns: unknown key {key!r}; allowed are word, tag" for key in value if key not in ("word", "tag")]
    found = {"word": 1, "tag": -1} | {key: value[key] for key in ("word", "tag") if key in value}
    for key, column in found.items():
        if type(column) is not int or column == 0:
            findings.append(f"columns: {key} = {column!r}; needed is a whole number: 1 is the first column, -1 the last")
    if found["word"] == found["tag"]:
        findings.append(f"columns: word and tag are both {found['word']!r}; they are different columns")
    return found["word"], found["tag"]

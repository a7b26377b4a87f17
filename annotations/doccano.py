"""doccano's JSONL, a document a line: ``text``, ``entities`` and ``relations`` of its relation export, ``label`` of the span export.

Offsets are code points. doccano cannot mark kinds, codes, names and days; it hands on what else a line holds, so they go along
under the key ``thanhtich``, each with the place of its span, and come back where the span still stands.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from annotations.foreign import KEY, REMARKS, Draft, Link, Region, Remark, document_row, links_of, remarks_of
from annotations.store import Finding
from model.errors import AnnotationError
from model.schema import AnnotatedArticle

_SPANS = ("entities", "label", "labels")


def read(path: Path, losses: Counter[str]) -> Iterator[Draft | Finding]:
    """Every document of a JSONL file, or of all such files of a folder; a broken line is a finding."""
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        # Bytes, so that a line of another encoding costs only itself; not splitlines: JSON leaves Unicode's other line breaks as they are.
        for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
            if not line.strip():
                continue
            place = f"{file}:{number}"
            try:
                yield _draft(json.loads(line), place, losses)
            except (AnnotationError, ValueError, KeyError, TypeError, AttributeError) as error:
                yield Finding(place, str(error) if isinstance(error, AnnotationError) else f"not a document of doccano ({type(error).__name__}: {error})")


def _draft(row: dict[str, Any], place: str, losses: Counter[str]) -> Draft:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise AnnotationError("no text; a line is an object with id, text, entities and relations, or id, text and label")
    key = next((key for key in _SPANS if key in row), None)
    if key is None:
        raise AnnotationError(f"no spans; found the keys {', '.join(sorted(row))}, allowed is one of {', '.join(_SPANS)}")
    name = str(row.get("id", place.rpartition("/")[2]))
    draft = Draft(place, name, row["text"], [_region(number, found) for number, found in enumerate(row[key])])
    draft.links = [Link(str(r["type"]), str(r["from_id"]), str(r["to_id"]), f"relation {r.get('id', '')}") for r in row.get("relations", [])]
    losses["comments on documents"] += len(row.get("Comments") or [])
    draft.header = dict(row.get(KEY) or {})
    draft.remarks = list(_remarks(draft, draft.header.pop("spans", []), losses))
    return draft


def _region(number: int, found: Any) -> Region:
    """``{"id", "label", "start_offset", "end_offset"}``, or ``[start, end, label]``, which no relation can name."""
    if isinstance(found, dict):
        return Region(str(found["id"]), str(found["label"]), int(found["start_offset"]), int(found["end_offset"]), f"entity {found['id']}")
    start, end, label = found
    return Region(f"span {number}", str(label), int(start), int(end), f"span {number}")


def _remarks(draft: Draft, rows: Iterable[Any], losses: Counter[str]) -> Iterator[Remark]:
    """What was said of spans when doccano was given the text; spans that were moved there no longer have it."""
    keys = {(region.start, region.end): region for region in draft.regions}
    for start, end, label, what, value in rows:
        region = keys.get((start, end))
        if region is None or region.label != label or what not in REMARKS:
            losses["kinds, codes, names and days of spans that were moved or taken away in doccano"] += 1
        else:
            yield Remark(region.key, what, str(value), f"{KEY} at {start}")


def files(articles: Iterable[AnnotatedArticle], losses: Counter[str]) -> str:
    """The content of the JSONL file; ids of entities and relations are unique in it, as in doccano's own exports."""
    entity_ids, relation_ids = count(1), count(1)
    return "".join(json.dumps(_row(annotated, entity_ids, relation_ids), ensure_ascii=False) + "\n" for annotated in articles)


def _row(annotated: AnnotatedArticle, entity_ids: Iterator[int], relation_ids: Iterator[int]) -> dict[str, Any]:
    entities = [{"id": next(entity_ids), "label": str(e.type), "start_offset": e.span.start, "end_offset": e.span.end} for e in annotated.entities]
    relations = [
        {"id": next(relation_ids), "from_id": entities[head]["id"], "to_id": entities[tail]["id"], "type": kind} for kind, head, tail in links_of(annotated)
    ]
    spans = [[(e := annotated.entities[place]).span.start, e.span.end, str(e.type), what, value] for place, what, value in remarks_of(annotated)]
    own = document_row(annotated) | ({"spans": spans} if spans else {})
    return {"id": annotated.article.id, "text": annotated.article.text, "entities": entities, "relations": relations, "Comments": []} | ({KEY: own} if own else {})

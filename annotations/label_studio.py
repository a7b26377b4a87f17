"""Label Studio's JSON export ("JSON", not "JSON-MIN", which has no relations): a list of tasks with their annotations.

Offsets are code points since Label Studio 1.4 (its editor turns the browser's UTF-16 units into them before it saves); older
versions, and some exports since, count UTF-16 units, where an emoji is two. A task whose words stand where code points say is read
so; else, where UTF-16 units say so for all its spans, it is read so; else it is a finding. Kind, code and certain are choices per
region, full name and days are text areas per region; :func:`labelling` is the configuration that asks for them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from annotations.foreign import KEY, REMARKS, SAME, Draft, Link, Region, Remark, document_row, links_of, remarks_of, standard
from annotations.store import Finding
from model.errors import AnnotationError
from model.schema import AnnotatedArticle, EntityType, Kind, RelationType

_CHOICES, _AREAS = REMARKS[:3], REMARKS[3:]


def read(path: Path, losses: Counter[str], annotator: str | None = None) -> Iterator[Draft | Finding]:
    """Every annotated task; a broken one is a finding.

    Args:
        path: the export.
        losses: counts what cannot be held; tasks without annotation are among it.
        annotator: whose annotations, as ``completed_by`` has it (a number, or an e-mail address); None takes a task's only one.

    Raises:
        AnnotationError: the file is no list of tasks.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise AnnotationError(f"{path}: cannot be read ({error}); give Label Studio's export in its format JSON") from error
    if not isinstance(tasks, list):
        raise AnnotationError(f"{path}: not a list of tasks; give Label Studio's export in its format JSON")
    for number, task in enumerate(tasks, 1):
        place = f"{path}: task {task.get('id', number) if isinstance(task, dict) else number}"
        try:
            chosen = _chosen(task, annotator, losses)
            if chosen is not None:
                yield _draft(task, chosen, place, losses)
        except (AnnotationError, KeyError, TypeError, ValueError, AttributeError) as error:
            yield Finding(place, str(error) if isinstance(error, AnnotationError) else f"not a task of Label Studio ({type(error).__name__}: {error})")


def _chosen(task: dict[str, Any], annotator: str | None, losses: Counter[str]) -> dict[str, Any] | None:
    """The annotation to read: not a skipped one, of the annotator who is asked for."""
    if "annotations" not in task:
        raise AnnotationError(f"no annotations; found the keys {', '.join(sorted(task))}. JSON-MIN has no relations: export as JSON")
    losses["predictions beside the annotations"] += len(task.get("predictions") or [])
    valid: list[dict[str, Any]] = [one for one in task["annotations"] if not one.get("was_cancelled")]
    if annotator is not None:
        valid = [one for one in valid if annotator in _who(one)]
    if len(valid) > 1:
        valid = [one for one in valid if one.get("ground_truth")] or valid
    if len(valid) > 1:
        raise AnnotationError(f"{len(valid)} annotations, by {', '.join('/'.join(_who(one)) for one in valid)}; choose one annotator")
    losses["tasks without an annotation" + (f" by {annotator}" if annotator else "")] += not valid
    return valid[0] if valid else None


def _who(annotation: dict[str, Any]) -> tuple[str, ...]:
    """``completed_by`` is a number, or an object with id and email."""
    by = annotation.get("completed_by")
    return tuple(str(by[key]) for key in ("id", "email") if by.get(key)) if isinstance(by, dict) else (str(by),)


def _draft(task: dict[str, Any], annotation: dict[str, Any], place: str, losses: Counter[str]) -> Draft:
    data = task["data"]
    draft = Draft(place, str(data.get("id", task.get("id"))), _text(data), header=dict(data.get(KEY) or {}))
    for result in annotation["result"]:
        _take(draft, result, losses)
    draft.regions = _counted(draft, losses)
    return draft


def _text(data: dict[str, Any]) -> str:
    """``text``, as the usual templates call it; else the only string there."""
    strings = [value for key, value in data.items() if isinstance(value, str) and key != "id"]
    if isinstance(data.get("text"), str):
        return str(data["text"])
    if len(strings) != 1:
        raise AnnotationError(f"no text; found the data {', '.join(sorted(data))}, allowed is `text`, or one string alone")
    return strings[0]


def _take(draft: Draft, result: dict[str, Any], losses: Counter[str]) -> None:
    kind, key = result["type"], str(result.get("id", ""))
    where = f"result {key}" if key else f"relation {result.get('from_id')} -> {result.get('to_id')}"
    value = result.get("value", {})
    asked = result.get("from_name")
    if kind == "labels":
        draft.regions.append(_region(key, value, where))
        losses["notes in free words"] += bool((result.get("meta") or {}).get("text"))
    elif kind == "relation":
        draft.links += _links(result, where)
    elif kind in ("choices", "textarea") and asked in REMARKS and "start" in value:
        draft.remarks += [Remark(key, asked, str(said), where) for said in value["choices" if kind == "choices" else "text"]]
    elif kind in ("choices", "textarea", "rating", "number", "taxonomy"):
        losses["answers to questions that are not asked here"] += 1
    else:
        raise AnnotationError(f"{where}: a region of type {kind!r}; allowed are labels over a Text, relation, and per region choices and textarea")


def _region(key: str, value: dict[str, Any], where: str) -> Region:
    labels = value.get("labels", [])
    if len(labels) != 1:
        raise AnnotationError(f"{where}: labels {labels}; allowed is one of {', '.join(EntityType)}")
    surface = value.get("text")
    return Region(key, str(labels[0]), int(value["start"]), int(value["end"]), where, str(surface) if surface is not None else None)


def _links(result: dict[str, Any], where: str) -> list[Link]:
    labels = result.get("labels") or []
    if len(labels) != 1 or result.get("direction", "right") not in ("right", "left"):
        found = f"labels {labels}, direction {result.get('direction')!r}"
        raise AnnotationError(f"{where}: {found}; allowed is one label ({', '.join((*RelationType, SAME))}), and direction right or left")
    ends = (str(result["from_id"]), str(result["to_id"]))
    return [Link(str(labels[0]), *(ends if result.get("direction", "right") == "right" else ends[::-1]), where)]


def _counted(draft: Draft, losses: Counter[str]) -> list[Region]:
    """The regions by code points, whichever way this task counts."""
    regions = draft.regions
    losses["spans without their words, which only their offsets vouch for"] += sum(region.surface is None for region in regions)
    if all(_agrees(region, draft.text) for region in regions):
        return [_verified(region, draft.text) for region in regions]
    units = [0, *accumulate(2 if ord(letter) > 0xFFFF else 1 for letter in draft.text)]
    points = {unit: point for point, unit in enumerate(units)}
    moved = [replace(region, start=points.get(region.start, -1), end=points.get(region.end, -1)) for region in regions]
    if not all(_agrees(region, draft.text) for region in moved):
        return regions
    losses["tasks whose offsets counted UTF-16 units"] += 1
    return [_verified(region, draft.text) for region in moved]


def _agrees(region: Region, text: str) -> bool:
    """True where the words stand at the offsets; a line break inside them may be written as a backslash and an n."""
    if not 0 <= region.start < region.end <= len(text):
        return False
    words = standard(text[region.start : region.end], True)
    return region.surface is None or words in {standard(region.surface, True), standard(region.surface.replace("\\n", "\n"), True)}


def _verified(region: Region, text: str) -> Region:
    return replace(region, surface=text[region.start : region.end]) if region.surface is not None else region


def files(articles: Iterable[AnnotatedArticle]) -> str:
    """The content of the JSON file: a task for each article, as Label Studio imports it."""
    return json.dumps([_task(number, annotated) for number, annotated in enumerate(articles, 1)], ensure_ascii=False, indent=1) + "\n"


def _task(number: int, annotated: AnnotatedArticle) -> dict[str, Any]:
    article = annotated.article
    own = document_row(annotated)
    annotation = {"id": number, "completed_by": 1, "result": _results(annotated), "was_cancelled": False, "ground_truth": False, "lead_time": None}
    return {"id": number, "data": {"id": article.id, "text": article.text} | ({KEY: own} if own else {}), "annotations": [annotation], "predictions": []}


def _results(annotated: AnnotatedArticle) -> list[dict[str, Any]]:
    places = [{"start": e.span.start, "end": e.span.end, "text": e.span.of(annotated.article.text)} for e in annotated.entities]
    asked = {"to_name": "text", "origin": "manual"}
    results: list[dict[str, Any]] = [
        {"value": place | {"labels": [str(entity.type)]}, "id": f"r{number}", "from_name": "label", "type": "labels"} | asked
        for number, (place, entity) in enumerate(zip(places, annotated.entities, strict=True))
    ]
    for place, what, value in remarks_of(annotated):
        given = {"choices": [value]} if what in _CHOICES else {"text": [value]}
        results.append({"value": places[place] | given, "id": f"r{place}", "from_name": what, "type": "choices" if what in _CHOICES else "textarea"} | asked)
    for kind, head, tail in links_of(annotated):
        results.append({"from_id": f"r{head}", "to_id": f"r{tail}", "type": "relation", "direction": "right", "labels": [kind]})
    return results


def labelling(codes: Iterable[str]) -> str:
    """The labelling configuration that gives annotations as they are read here; paste it under Settings, Labeling Interface."""
    labels = "".join(f"    <Label value={quoteattr(kind)}/>\n" for kind in EntityType)
    relations = "".join(f"    <Relation value={quoteattr(kind)}/>\n" for kind in (*RelationType, SAME))
    offered: dict[str, Iterable[str]] = {"kind": Kind, "code": codes, "certain": ("yes", "no")}
    choices = "".join(
        f'  <Choices name="{what}" toName="text" perRegion="true" choice="single-radio">\n'
        + "".join(f"    <Choice value={quoteattr(value)}/>\n" for value in offered[what])
        + "  </Choices>\n"
        for what in _CHOICES
    )
    areas = "".join(f'  <TextArea name="{what}" toName="text" perRegion="true" maxSubmissions="1"/>\n' for what in _AREAS)
    return (
        "<View>\n"
        f"  <Relations>\n{relations}  </Relations>\n"
        f'  <Labels name="label" toName="text">\n{labels}  </Labels>\n'
        # Without pre-wrap the editor trims white space, and offsets no longer fit the text.
        '  <Style>.htx-text{ white-space: pre-wrap; }</Style>\n  <Text name="text" value="$text"/>\n'
        f"{choices}{areas}</View>\n"
    )

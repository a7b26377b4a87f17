"""Data with a person's own labels: CoNLL files (annotations/conll.py), doccano's JSON lines and brat folders, checked against a schema.

A label or a relation that the schema does not have stops the reading; a broken document costs only itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from annotations import brat, doccano
from annotations.conll import SHOWN, Labelled, read_conll
from annotations.foreign import Draft, standard
from annotations.store import Finding, digest
from model.errors import AnnotationError
from model.label_schema import LabelSchema
from model.labeller import Document, LabelRelation, LabelSpan
from model.schema import Span
from model.text import sentences

CONLL = (".conll", ".iob", ".iob2", ".bio", ".tsv", ".txt", ".muc")
DEV_SHARE = 0.1
"""Of the train documents that is held back where there is no dev file."""
_SPLITS = {"train": ("train",), "dev": ("dev", "valid", "validation", "val"), "test": ("test",)}


def split_files(paths: Sequence[Path]) -> dict[str, list[Path]]:
    """The files of each split, by their names: `train_word.conll`, `dev.jsonl`, `test/` for brat.

    Raises:
        AnnotationError: nothing is there, a name says no split, or a folder holds several files for one.
    """
    found: dict[str, list[Path]] = {"train": [], "dev": [], "test": []}
    for path in paths:
        if not path.exists():
            raise AnnotationError(f"{path}: not there; give a folder with train, dev and test files, or the files")
        inside = _members(path)
        for split, files in inside.items():
            if len(files) > 1:
                names = ", ".join(file.name for file in files)
                raise AnnotationError(f"{path}: {len(files)} files for {split} ({names}); give the ones you mean, each with --data")
            found[split] += files
    if not found["train"]:
        raise AnnotationError(f"{', '.join(map(str, paths))}: no file to learn from; a file's name says its split: train, dev (or valid), test, as train.conll")
    return found


def _members(path: Path) -> dict[str, list[Path]]:
    if path.is_file() or _is_brat(path):
        split = _split(path)
        if split is None:
            raise AnnotationError(f"{path}: its name says no split; allowed is a name with train, dev (or valid) or test in it, as train.conll")
        return {split: [path]}
    found: dict[str, list[Path]] = {}
    for file in sorted(path.iterdir()):
        split = _split(file)
        if split and (_is_brat(file) or file.suffix in (*CONLL, ".jsonl")):
            found.setdefault(split, []).append(file)
    return found


def _is_brat(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.ann"))


def _split(path: Path) -> str | None:
    parts = set(re.split(r"[\W_]+", path.name.lower()))
    return next((split for split, names in _SPLITS.items() if parts & set(names)), None)


def read_splits(paths: Sequence[Path], schema: LabelSchema) -> tuple[Labelled, Labelled]:
    """Documents to learn from and to judge by; without a dev file, a tenth of the train documents is taken for it, by their text.

    Raises:
        AnnotationError: see :func:`split_files` and :func:`read_labelled`.
    """
    files = split_files(paths)
    train, dev = read_labelled(files["train"], schema), read_labelled(files["dev"], schema) if files["dev"] else Labelled()
    if not files["dev"]:
        held = [document for document in train.documents if int(digest(document.text)[:8], 16) < DEV_SHARE * 2**32]
        dev.documents = held or train.documents[-1:]
        taken = {id(document) for document in dev.documents}
        train.documents = [document for document in train.documents if id(document) not in taken]
        dev.assumed["documents of the train file are held back to judge by, as there is no dev file"] = len(dev.documents)
    if not train.documents:
        raise AnnotationError(f"{files['train'][0]}: only {len(dev.documents)} documents or sentences; more are needed to learn from and to judge by")
    return train, dev


def read_labelled(paths: Iterable[Path], schema: LabelSchema) -> Labelled:
    """The documents of CoNLL files, doccano's JSON lines or brat folders.

    Raises:
        AnnotationError: a file cannot be read or holds nothing, or has tags, labels or relations that the schema does not; lists them by line.
    """
    made = Labelled()
    for path in paths:
        before = len(made.documents)
        if path.is_dir() or path.suffix == ".jsonl":
            _read_drafts(path, schema, made)
        else:
            read_conll(path, schema, made)
        if len(made.documents) == before:
            said = "".join(f"\n  {f.place}: {f.reason}" for f in made.findings[:SHOWN])
            raise AnnotationError(f"{path}: no document in it; needed is a token and its tag a line, a blank line after each sentence{said}")
    return made


def _read_drafts(path: Path, schema: LabelSchema, made: Labelled) -> None:
    wrong: list[str] = []
    for draft in brat.read(path, made.assumed) if path.is_dir() else doccano.read(path, made.assumed):
        if isinstance(draft, Finding):
            made.findings.append(draft)
            continue
        findings = list(draft.findings)
        document = _settled(draft, schema, findings, wrong)
        if findings:
            made.findings.append(Finding(draft.place, "left out: " + "; ".join(findings)))
        else:
            made.documents.append(document)
    if wrong:
        more = f"\n  … and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise AnnotationError(f"{path}: labels that the schema {schema.name} does not allow:\n  " + "\n  ".join(wrong[:SHOWN]) + more)


def _settled(draft: Draft, schema: LabelSchema, findings: list[str], wrong: list[str]) -> Document:
    """The draft as a document; what is broken in it goes to ``findings``, what the schema does not allow to ``wrong``."""
    text = standard(draft.text, draft.fold_breaks)
    if text != draft.text:
        findings.append("its text is not in Unicode NFC with plain line breaks, so offsets would not fit; write it so")
    marked: dict[str, LabelSpan] = {}
    for region in draft.regions:
        if region.label not in (*schema.entities, *schema.ignore):
            wrong.append(f"{draft.place}: {region.where}: label {region.label!r}; allowed are {', '.join((*schema.entities, *schema.ignore))}")
        elif not 0 <= region.start < region.end <= len(text) or not text[region.start : region.end].strip():
            findings.append(f"{region.where}: span [{region.start}, {region.end}) of a text of {len(text)} characters; a span is words of the text, 0 <= start < end")
        elif region.surface is not None and standard(region.surface, True) != text[region.start : region.end]:
            findings.append(f"{region.where}: found {region.surface!r}, but the text has {text[region.start : region.end]!r} there")
        elif region.label in schema.entities:
            marked[region.key] = LabelSpan(Span(region.start, region.end), region.label)
    ordered = sorted(set(marked.values()))
    for before, after in pairwise(ordered):
        if before.span.overlaps(after.span):
            findings.append(f"{after.type} {after.span.of(text)!r} at {after.span.start} overlaps {before.type} {before.span.of(text)!r}; entities may not overlap")
    relations = _relations(draft, schema, marked, {span: place for place, span in enumerate(ordered)}, wrong)
    return Document(draft.id, text, sentences(text), tuple(ordered), tuple(sorted(set(relations))))


def _relations(draft: Draft, schema: LabelSchema, marked: dict[str, LabelSpan], place: dict[LabelSpan, int], wrong: list[str]) -> Iterator[LabelRelation]:
    rules = {rule.name: rule for rule in schema.relations}
    for link in draft.links if rules else ():
        rule = rules.get(link.type)
        if rule is None:
            wrong.append(f"{draft.place}: {link.where}: relation {link.type!r}; allowed are {', '.join(rules)}")
        elif link.head in marked and link.tail in marked:
            head, tail = marked[link.head], marked[link.tail]
            if rule.allows(head.type, tail.type) and head != tail:
                yield LabelRelation(rule.name, place[head], place[tail])
            else:
                allowed = f"from {' or '.join(rule.heads)} to {' or '.join(rule.tails)}"
                wrong.append(f"{draft.place}: {link.where}: {link.type} leads from {head.type} to {tail.type}; allowed is {allowed}")


def token_spans(document: Document) -> list[tuple[str, int, int]]:
    """(type, start, end) of every entity; in a document with tokens each grows to whole ones, and of two that meet the first stays."""
    if not document.tokens:
        return [(e.type, e.span.start, e.span.end) for e in document.entities]
    found: list[tuple[str, int, int]] = []
    at = 0
    for entity in sorted(document.entities):
        while at < len(document.tokens) and document.tokens[at].end <= entity.span.start:
            at += 1
        last = at
        while last < len(document.tokens) and document.tokens[last].start < entity.span.end:
            last += 1
        if last > at:
            found.append((entity.type, document.tokens[at].start, document.tokens[last - 1].end))
            at = last
    return found

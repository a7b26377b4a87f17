"""Part files (marked lines of real texts, see annotations/markup.py) to standoff rows, which hold no text."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from annotations.markup import parse_part
from annotations.store import Finding, indicator_codes, standoff_row
from model.errors import AnnotationError


def split_of(document: str) -> str:
    """train, dev or test by a hash of the document's id: 80, 10 and 10 in a hundred, the same on every machine."""
    place = int(hashlib.sha256(document.encode("utf-8")).hexdigest()[:8], 16) % 100
    return "train" if place < 80 else "dev" if place < 90 else "test"


def read_parts(paths: Iterable[Path], texts: dict[str, str]) -> tuple[list[dict[str, Any]], list[Finding]]:
    """One standoff row for each part file; a broken file costs only itself.

    Args:
        paths: part files.
        texts: document id to text.
    """
    codes = frozenset(indicator_codes())
    rows, findings = [], []
    for path in paths:
        try:
            source = path.read_text(encoding="utf-8")
            document = _document(source, path)
            if document not in texts:
                raise AnnotationError(f"doc: {document}: no text of this id; give its folder or file with --texts")
            annotated = parse_part(source, unicodedata.normalize("NFC", texts[document]), codes)
            rows.append(standoff_row(annotated, split_of(document)))
        except (AnnotationError, UnicodeDecodeError) as error:
            findings.append(Finding(str(path), str(error)))
    return rows, findings


def _document(source: str, path: Path) -> str:
    for line in source.split("\n---")[0].splitlines():
        if line.startswith("doc:"):
            return line.removeprefix("doc:").strip()
    raise AnnotationError(f"{path}: no line `doc: ID` in the header")

"""A run's records to the table that a file's name asks for."""

from __future__ import annotations

from pathlib import Path

from model.errors import ThanhtichError
from model.store import Outputs, read_records, read_rows

SUFFIXES = (".xlsx", ".csv", ".parquet", ".duckdb")


def export(records: Path, out: Path, *, language: str | None = None, page: Path | None = None) -> str:
    """Write or, for a database, add to ``out``; gives one sentence on what was done.

    Args:
        records: ``records.jsonl``; for a database the articles beside it say which articles were read.
        out: its suffix, one of :data:`SUFFIXES`, chooses the format.
        language: ``vi`` or ``en`` for what people read; by default ``vi`` in a workbook, plain keys in a CSV. Parquet and DuckDB always have the keys.
        page: the report page that a workbook's rows lead to; by default the one beside the records, where it is.

    Raises:
        ThanhtichError: the records cannot be read, or an option is not allowed.
        OutputError: ``out`` cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise ThanhtichError(f"{out}: its name ends in none of {', '.join(SUFFIXES)}; the ending chooses the format")
    if page is not None and not (suffix == ".xlsx" and page.is_file()):
        raise ThanhtichError(f"--page {page}: there is no such page; make it with `thanhtich report {records}`" if suffix == ".xlsx" else "--page goes with .xlsx only")
    found = read_records(records)
    if suffix == ".duckdb":
        from model.database import store

        stored = store(found, out, article_ids(records))
        return f"{stored.added} records added, {stored.replaced} replaced, {stored.unchanged} as they were -> {out}"
    if suffix == ".xlsx":
        from model.workbook import write_xlsx

        beside = records.with_suffix(".html")
        write_xlsx(found, out, language=language or "vi", page=page or (beside if beside.is_file() else None))
    else:
        from model.tabular import write_csv, write_parquet

        write_csv(found, out, language=language) if suffix == ".csv" else write_parquet(found, out)
    return f"{len(found)} records -> {out}"


def article_ids(records: Path) -> list[str]:
    """Ids of all articles that the run read; none where the file of articles is not there."""
    articles = Outputs(records).articles
    if not articles.is_file():
        return []
    try:
        return [str(row["id"]) for _, row in read_rows(articles)]
    except (KeyError, TypeError) as error:
        raise ThanhtichError(f"{articles}: a line is not an article ({type(error).__name__}: {error}); extract again") from error

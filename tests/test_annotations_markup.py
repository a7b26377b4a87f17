"""Marked text to annotated articles: what is read, and every mistake with its line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.markup import LETTERS, parse, parse_part
from model.errors import AnnotationError
from model.schema import RELATION_TO, AnnotatedArticle, Entity, EntityType, Kind, Period, RelationType, Span

HEADER = """published: 2021-12-20
source: báo thử
name: LĐLĐ huyện = Liên đoàn Lao động huyện Sông Lam
date: quý I = 2021-01-01..2021-03-31
---
"""
BODY_LINE = HEADER.count("\n") + 1
GOOD = (
    "{LĐLĐ huyện|O1,2} {thành lập mới|I1} {12|C1:result:unions_founded} {CĐCS|I1}, "
    "{kết nạp|I2} {391|C2:result:members_admitted}/{300|T2} {đoàn viên|I2}, đạt {130,3%|P2} {quý I|D1-2}."
)


def read(body: str, header: str = HEADER, codes: frozenset[str] | None = None) -> AnnotatedArticle:
    return parse(header + body, "bai", codes)


def findings(body: str, header: str = HEADER, codes: frozenset[str] | None = None) -> list[str]:
    with pytest.raises(AnnotationError) as caught:
        read(body, header, codes)
    first, *rest = str(caught.value).splitlines()
    assert first == "bai:"
    return [line.strip() for line in rest]


def surfaces(annotated: AnnotatedArticle) -> list[tuple[str, str]]:
    return [(entity.span.of(annotated.article.text), str(entity.type)) for entity in annotated.entities]


def links(annotated: AnnotatedArticle) -> set[tuple[str, str, str]]:
    spans = [entity.span.of(annotated.article.text) for entity in annotated.entities]
    return {(str(r.type), spans[r.head], spans[r.tail]) for r in annotated.relations}


def test_an_article_is_read_with_all_that_is_marked() -> None:
    found = read("Một năm\n" + GOOD + "\n\n")
    assert found.article.text == "Một năm\nLĐLĐ huyện thành lập mới 12 CĐCS, kết nạp 391/300 đoàn viên, đạt 130,3% quý I."
    assert (found.article.id, found.article.source, found.article.published) == ("bai", "báo thử", date(2021, 12, 20))
    assert surfaces(found)[0] == ("LĐLĐ huyện", "ORGANISATION") and ("300", "TARGET") in surfaces(found)
    assert [(a.kind, a.code, a.certain, a.duplicate_of) for a in found.achievements] == [
        (Kind.RESULT, "unions_founded", True, None),
        (Kind.RESULT, "members_admitted", True, None),
    ]
    assert links(found) == {
        ("achieved_by", "12", "LĐLĐ huyện"), ("measures", "12", "thành lập mới"), ("measures", "12", "CĐCS"), ("during", "12", "quý I"),
        ("achieved_by", "391", "LĐLĐ huyện"), ("measures", "391", "kết nạp"), ("measures", "391", "đoàn viên"), ("against", "391", "300"),
        ("rate", "391", "130,3%"), ("during", "391", "quý I"),
    }  # fmt: skip
    assert found.names == {0: "Liên đoàn Lao động huyện Sông Lam"}
    assert found.periods == {len(found.entities) - 1: Period(date(2021, 1, 1), date(2021, 3, 31))}
    assert found.annotated == found.article.body == (Span(0, len(found.article.text)),)


def test_decomposed_and_windows_files_read_the_same() -> None:
    assert parse(unicodedata.normalize("NFD", HEADER + GOOD), "bai") == read(GOOD)
    assert parse((HEADER + "Một\n" + GOOD).replace("\n", "\r\n"), "bai") == read("Một\n" + GOOD)


def test_furniture_is_text_but_not_body() -> None:
    found = read("%% Trang chủ > Công đoàn\nTiêu đề\n%% Tin liên quan 12\n" + GOOD + "\n%% Bản quyền")
    text = found.article.text
    assert text.startswith("Trang chủ > Công đoàn\nTiêu đề\nTin liên quan 12\nLĐLĐ") and "%%" not in text
    outside = ["Trang chủ > Công đoàn", "Tin liên quan 12", "Bản quyền"]
    inside = "".join(span.of(text) for span in found.article.body)
    assert not any(line in inside for line in outside)
    assert inside.split() == " ".join(line for line in text.split("\n") if line not in outside).split()
    assert read("%% chỉ có thế").article.body == ()


def test_unsure_and_told_again() -> None:
    body = "{Kết nạp|I1} {391|C1:result:members_admitted:same2} {đoàn viên|I1}\n{kết nạp mới|I2} {391|C2:members_admitted} {đoàn viên|I2}"
    first, second = read(body).achievements
    assert first.duplicate_of == second.anchor and second.duplicate_of is None and second.kind is Kind.RESULT
    unsure = read("{thăm|I1} {3|C1:level:unsure} {nhà|I1}").achievements[0]
    assert (unsure.certain, unsure.kind, unsure.code) == (False, Kind.LEVEL, "other")
    zero = read("{thăm|I0} {3|C0} {nhà|I0}, {thăm|I1} {3|C1:same0} {nhà|I1}")
    assert zero.achievements[1].duplicate_of == zero.achievements[0].anchor


@pytest.mark.parametrize(
    ("line", "anchor", "kind"),
    [
        ("{phấn đấu|I1} {750.000|T1:plan:members_total} {đoàn viên|I1}", "750.000", Kind.PLAN),
        ("{phấn đấu|I1} {750.000|T1} {đoàn viên|I1}, tăng {12%|P1}", "750.000", Kind.PLAN),
        ("{tỷ lệ|I1} đạt {7,15%|P1:result:other}, kế hoạch {7,5%|T1}", "7,15%", Kind.RESULT),
        ("{thu|I1} đạt {148%|P1} và {vượt|I1} {48%|P1}", "148%", Kind.RESULT),
        ("{thu|I1} {148%|P1} với {391|C1:level:other}/{300|T1}", "391", Kind.LEVEL),
    ],
)
def test_the_anchor_is_count_then_target_then_percentage_unless_the_percentage_says_so(line: str, anchor: str, kind: Kind) -> None:
    found = read(line)
    (achievement,) = found.achievements
    place = found.entities[achievement.anchor]
    assert (place.span.of(found.article.text), achievement.kind) == (anchor, kind)
    assert all(relation.head == achievement.anchor for relation in found.relations)
    rated = {found.entities[r.tail].span for r in found.relations if r.type is RelationType.RATE}
    assert rated == {entity.span for entity in found.entities if entity.type is EntityType.PERCENTAGE}


def test_a_name_at_the_mark_goes_before_the_header() -> None:
    found = read("{LĐLĐ huyện|O=LĐLĐ khác} và {LĐLĐ huyện|O} và {Hội|O}")
    assert found.names == {0: "LĐLĐ khác", 1: "Liên đoàn Lao động huyện Sông Lam"}


I1 = "{nhà|I1}"
PLANTED = [
    ("x {a|X1}", "tag 'X1'"),
    ("{a|C1:Result} " + I1, "tag 'C1:Result'"),
    ("{ a|O}", "' a' is empty or begins or ends with a space"),
    ("{|O}", "'' is empty"),
    ("{a|O1-} {3|C1} " + I1, "'1-' in tag 'O1-'"),
    ("{3|C1} {a|I3-1} " + I1, "'3-1' in tag 'I3-1'"),
    ("mở {ra", "a brace that opens or closes no mark near 'mở {ra'"),
    ("đóng} lại", "a brace that opens or closes no mark"),
    ("{a {3|C1}} " + I1, "a brace that opens or closes no mark"),
    ("%% Xem thêm {3|C1} " + I1, "a mark in page furniture"),
    ("{12|C}", "'12' belongs to no achievement"),
    ("{quý I|D}", "'quý I' belongs to no achievement"),
    ("{a|O1} " + I1, "achievement 1 has no anchor"),
    ("{3|C1} {4|C1} " + I1, "achievement 1 has 2 COUNT"),
    ("{3|C1} {4|T1} {5|T1} " + I1, "achievement 1 has 2 TARGET"),
    ("{3|C1} {a|O1} {b|O1} " + I1, "achievement 1 has 2 ORGANISATION"),
    ("{3|C1} {a|D1} {b|D1} " + I1, "achievement 1 has 2 DATE"),
    ("{3|C1} {a|I1} {b|I1} " + I1, "achievement 1 has 3 INDICATOR"),
    ("{3|C1}", "achievement 1 has no INDICATOR"),
    ("{3|C1,2} {a|I1,2}", "one anchor for several achievements"),
    ("{3|C1:nonsense} " + I1, "'nonsense'; allowed are result, level, plan, unsure"),
    ("{3|C1:same1} " + I1, "'same1' names no other achievement"),
    ("{3|C1:same9} " + I1, "'same9' names no other achievement"),
    ("{3|T1:result} " + I1, "achievement 1 has a TARGET alone and kind result"),
    ("{3|C1} {nhà|I1:level}", "':level' at 'nhà', which anchors no achievement"),
    ("{3|C1} {98%|P1:result:other} " + I1, "':result:other' at '98%', which anchors no achievement"),
]


@pytest.mark.parametrize(("body", "wanted"), PLANTED)
def test_every_mistake_is_found_on_its_line(body: str, wanted: str) -> None:
    found = findings(f"Dòng tốt\n\n{body}", codes=frozenset({"other"}))
    assert any(line.startswith(f"line {BODY_LINE + 2}: {wanted}") for line in found), found
    assert all(line.startswith(f"line {BODY_LINE + 2}: ") for line in found)


def test_a_target_in_another_line_is_found_there() -> None:
    (found,) = findings("{3|C1} {nhà|I1}\ncủa {5|T1}")
    assert found == f"line {BODY_LINE + 1}: the TARGET of achievement 1 stands outside its sentence"


def test_all_mistakes_of_a_file_come_at_once() -> None:
    lines = [body for body, _ in PLANTED[:4]]
    found = findings("\n".join(lines))
    assert {line.split(":")[0] for line in found} == {f"line {BODY_LINE + at}" for at in range(4)}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("no colon here", "'no colon here'; allowed in the header"),
        ("name: LĐLĐ", "'LĐLĐ'; allowed is `name: words of the text"),
        ("name:  = Tên", "allowed is `name: words of the text"),
        ("date: quý I = ", "allowed is `date: words of the text"),
        ("date: quý I = 2021-01-01", "'2021-01-01'; allowed is FIRST..LAST"),
        ("date: quý I = 2021-01-32..2021-03-31", "allowed is FIRST..LAST"),
        ("date: quý I = 2021-04-01..2021-03-31", "allowed is FIRST..LAST"),
        ("published: 20/12/2021", "published '20/12/2021'; allowed is a day"),
        ("published: 2021-02-30", "published '2021-02-30'; allowed is a day"),
        ("published:", "published ''; allowed is a day"),
    ],
)
def test_mistakes_in_the_header(line: str, wanted: str) -> None:
    (found,) = findings("Dòng", header=f"topic: union\n{line}\n---\n")
    assert found.startswith("line 2: ") and wanted in found


def test_open_days_and_no_day() -> None:
    found = read("{3|C1} {nhà|I1} {nay|D1}", header="published: none\ndate: nay = ..2021-03-31\n---\n")
    assert found.article.published is None and list(found.periods.values()) == [Period(None, date(2021, 3, 31))]
    assert list(read("{3|C1} {nhà|I1} {nay|D1}", header="date: nay = ..\n---\n").periods.values()) == [Period(None, None)]


def test_a_file_without_a_rule_says_so() -> None:
    with pytest.raises(AnnotationError, match="line 1: no line `---`"):
        parse("chỉ có chữ", "bai")


REAL = "Tiêu đề\nLĐLĐ huyện kết nạp 391 đoàn viên.\n\nHết năm 2021, thu 85 triệu đồng. \nHết"


def part(body: str) -> AnnotatedArticle:
    return parse_part("doc: d7\npublished: none\n---\n" + body, REAL)


def test_a_part_file_marks_lines_of_a_real_text() -> None:
    fees = "L4: Hết {năm 2021|D2}, {thu|I2} {85 triệu đồng|C2:result:fees}."
    members = "L2: {LĐLĐ huyện|O1} {kết nạp|I1} {391|C1:result:a} {đoàn viên|I1}."
    found = part(f"{fees}\n\n{members}")
    assert (found.article.id, found.article.text) == ("d7", REAL)
    assert [s.of(REAL) for s in found.annotated] == ["LĐLĐ huyện kết nạp 391 đoàn viên.", "Hết năm 2021, thu 85 triệu đồng."]
    assert surfaces(found)[0] == ("LĐLĐ huyện", "ORGANISATION") and surfaces(found)[-1] == ("85 triệu đồng", "COUNT")
    assert [e.span for e in found.entities] == sorted(e.span for e in found.entities)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Hết", "line 4: 'Hết'; allowed is `L12: …` with a line number from 1 to 5"),
        ("L6: Hết", "from 1 to 5"),
        ("L0: Hết", "from 1 to 5"),
        ("L5: Hết\nL5: Hết", "line 5: L5 stands twice"),
        ("L5: Hêt", "line 4: L5 differs from the text at character 1: found 'êt', the text has 'ết'"),
        ("L5: Hết rồi", "differs from the text at character 3: found ' rồi', the text has ''"),
        ("L1: Tiêu {đề|Q}", "line 4: tag 'Q'"),
        ("L1: {Tiêu|C1} đề", "line 4: achievement 1 has no INDICATOR"),
    ],
)
def test_mistakes_in_a_part_file(body: str, wanted: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        part(body)
    assert wanted in str(caught.value)


# --- by property -----------------------------------------------------------------------------------------------------------

_chars = "abcđêộ ỳ120.,%/–(:-|"
_surface = st.text(_chars.replace("|", ""), min_size=1, max_size=8).filter(lambda s: s == s.strip())
_filler = st.text(_chars, max_size=6)


@dataclass(frozen=True)
class Piece:
    surface: str
    letter: str
    numbers: tuple[int, ...]


@st.composite
def _achievement(draw: st.DrawFn, number: int) -> list[Piece]:
    """The marks of one achievement that keeps the guide."""
    anchor = draw(st.sampled_from(["C", "T", "P", "CT"]))
    letters = anchor + "I" * draw(st.integers(1, 2)) + "O" * draw(st.integers(0, 1)) + "D" * draw(st.integers(0, 1)) + "P" * draw(st.integers(0, 2))
    pieces = [Piece(draw(_surface), letter, (number,)) for letter in letters]
    return [*draw(st.permutations(pieces)), *(Piece(draw(_surface), "O", ()) for _ in range(draw(st.integers(0, 1))))]


@st.composite
def marked_articles(draw: st.DrawFn) -> tuple[str, str, list[Entity], dict[int, list[int]]]:
    """Marked body, its plain text, the entities in order, and for each achievement the places of its marks."""
    marked = plain = ""
    entities: list[Entity] = []
    members: dict[int, list[int]] = {}
    for number in range(1, draw(st.integers(1, 4)) + 1):
        start = "x"  # no line is furniture
        marked, plain = marked + start, plain + start
        for piece in draw(_achievement(number)):
            before = draw(_filler)
            for n in piece.numbers:
                members.setdefault(n, []).append(len(entities))
            plain += before
            entities.append(Entity(Span(len(plain), len(plain) + len(piece.surface)), LETTERS[piece.letter]))
            plain += piece.surface
            marked += f"{before}{{{piece.surface}|{piece.letter}{','.join(map(str, piece.numbers))}}}"
        tail = draw(_filler) + "."
        marked, plain = f"{marked}{tail}\n", f"{plain}{tail}\n"
    return marked, plain.rstrip("\n"), entities, members


@given(marked_articles())
def test_what_is_marked_is_what_is_read(built: tuple[str, str, list[Entity], dict[int, list[int]]]) -> None:
    marked, plain, entities, members = built
    found = parse("---\n" + marked, "bai")
    assert found.article.text == plain and list(found.entities) == entities
    assert len(found.achievements) == len(members)
    by_anchor = {achievement.anchor: achievement for achievement in found.achievements}
    for places in members.values():
        (anchor,) = by_anchor.keys() & set(places)
        wanted = {(str(RELATION_TO[entities[p].type]), p) for p in places if p != anchor and entities[p].type in RELATION_TO}
        linked = {(str(r.type), r.tail) for r in found.relations if r.head == anchor and r.tail != anchor}
        assert linked == wanted


@given(marked_articles())
def test_a_part_of_all_lines_reads_as_the_whole(built: tuple[str, str, list[Entity], dict[int, list[int]]]) -> None:
    marked, plain, *_ = built
    lines = "".join(f"L{number}: {line}\n" for number, line in enumerate(marked.rstrip("\n").split("\n"), 1))
    whole = parse("doc: bai\n---\n" + marked, "bai")
    found = parse_part("doc: bai\n---\n" + lines, plain)
    assert (found.entities, found.relations, found.achievements) == (whole.entities, whole.relations, whole.achievements)


@given(st.text("{}|OCTPDI123,-:x \n%=", max_size=60))
def test_any_text_is_read_or_refused_with_lines(body: str) -> None:
    try:
        found = parse("---\n" + body, "bai")
    except AnnotationError as error:
        assert all(line.strip().startswith("line ") for line in str(error).split("\n  ")[1:])
    else:
        assert all(entity.span.of(found.article.text).strip() for entity in found.entities)

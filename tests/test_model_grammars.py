"""The grammars of values against noise: no exception, values that read back, and time that grows with length only.

``THANHTICH_GRAMMAR_RUNS=100000`` runs each grammar on that many strings; 3,000 by default.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from model.abbreviations import expand
from model.dated import read_date
from model.datelines import present_year, publication_day, speaking_year
from model.organisations import resolve
from model.percentages import growth_sign, percentage_kind
from model.periods import read_period
from model.places import named_places
from model.plans import planned_year
from model.quantities import MAX_VALUE, read_percentage, read_qualifier, read_quantity
from model.schema import PercentageKind, Period, Quantity, Span
from model.short_names import called, introduced
from model.spelling import Spelling

RUNS = int(os.environ.get("THANHTICH_GRAMMAR_RUNS", "3000"))
PUBLISHED = date(2021, 12, 20)
SEEDS = {
    "quantities": """391|1.710|37,13 tỷ đồng|85 triệu đồng|7.261.045351đ|hai mươi lăm|2-3 tỷ|1 tỷ 200 triệu|3 tỷ rưỡi|nửa triệu|gần 500|4,5 hecta|30 tỷ tệ|5.837.3 tỷ
        |1,2 triệu lượt|$5 triệu|500k|từ 5 đến 7|8.000 – 11.000|300 trở lên|một nghìn không trăm linh năm|10.000.000 đ|415,1 tỷ đòng|80-10|12.2021""",
    "percentages": "130,3%|7,5-8%|-26%|1.250%|100 phần trăm|mười phần trăm|gần 98,5 %|0,5%|32.5%|+12%|12.345.67%|99,9 – 100%",
    "periods": """năm 2021|quý I/2021|6 tháng đầu năm|từ năm 2018 đến nay|tính đến hết 9/2017|nhiệm kỳ 2018-2023|nhiệm kỳ qua|ngày 22/5/2018|16.10|11-9|cuối năm 2020
        |trước tháng 12|9 tháng qua|từ ngày 28 đến 30-6|năm nay|quý II hoặc III năm 2018|sáng nay (5/9)|Tháng Công nhân 2022|5 năm qua|cùng ngày|năm học 2020-2021
        |đầu năm nay|tháng 12 tới|2 tháng còn lại|hôm qua|Chiều 16-11|quý đầu tiên|hai năm 2019 và 2020
        |hai ngày 7 và 8-1|hôm qua (12-3)|tuần này|thứ bảy tuần tới|ngày 26-12 vừa rồi|hết quý|trong tháng|sang năm|31-5 và 1-6""",
    "organisations": """LĐLĐ huyện|LĐLĐ huyện Thạch Thất|UBND tỉnh|(Bắc Giang)|Công ty CP Thế giới Di động (MWG)|MWG|Công đoàn ngành|Công đoàn Giáo dục tỉnh Quảng Bình
        |LĐLĐ TP.HCM|Quận đoàn Ba Đình|Sở GD & ĐT|Tổng LĐLĐVN|CĐCS Công ty|Quỹ (viết tắt: CEP)|Tổng công ty Điện lực (EVN)|các cấp công đoàn trong tỉnh|Trường TH|TP""",
}
PIECES = {name: [piece.strip() for piece in seeds.split("|")] for name, seeds in SEEDS.items()}
LETTERS = "0123456789.,-–/%() \n\u00a0đĐabướỷ$€năm①½²İßﬁ\u0301\u200b３"


def noise(name: str, runs: int) -> Iterator[str]:
    """Random strings, pieces joined, and pieces with letters changed, dropped, doubled or moved; the same ones every time."""
    chance = random.Random(f"{name} 2026")
    pieces = PIECES[name]
    words = [word for piece in pieces for word in piece.split()]
    for number in range(runs):
        if number % 4 == 0:
            yield "".join(chance.choices(LETTERS, k=chance.randrange(0, 30)))
        elif number % 4 == 1:
            yield " ".join(chance.choices(words, k=chance.randrange(1, 7)))
        else:
            yield mutated(" ".join(chance.choices(pieces, k=1 + (number % 4 == 3))), chance)


def mutated(text: str, chance: random.Random) -> str:
    """The text with one to three letters changed."""
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice(LETTERS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + 1 :]
        elif kind == 2:
            text = text[:at] + text[at : at + 2] * 2 + text[at + 2 :]
        else:
            text = text[at:] + text[:at]
    return text


def written(found: Quantity) -> str:
    """A quantity by the book: comma decimals, no grouping, unit behind."""
    ends = [f"{value:f}".replace(".", ",") for value in (found.value, found.high) if value is not None]
    unit = {"VND": " đồng", "USD": " USD", "EUR": " euro", "JPY": " yên", "KRW": " won", "CNY": " tệ", "GBP": " bảng anh", "AUD": " aud", "%": "%", None: ""}
    return " đến ".join(ends) + unit[found.unit]


def plain_enough(value: Decimal) -> bool:
    """What can be written without grouping and means nothing else: few decimals, no year, no code."""
    return len(f"{value:f}".partition(".")[2]) <= 2


@pytest.mark.parametrize("text", ["", "0", "000", "-", "%", "năm", "1" * 5000])
def test_edges(text: str) -> None:
    read_quantity(text), read_percentage(text), read_period(text), expand(text), resolve([text] if text else [], text)


def test_a_quantity_out_of_noise_reads_back() -> None:
    accepted = 0
    for text in noise("quantities", RUNS):
        read_qualifier(text, text, text)
        found = read_quantity(text)
        if found is None:
            continue
        accepted += 1
        assert 0 <= found.value <= MAX_VALUE and (found.high is None or found.value < found.high), text
        if found.high is None and plain_enough(found.value):
            again = read_quantity(written(found))
            assert again is not None and (again.value, again.unit) == (found.value, found.unit), text
    assert accepted > RUNS // 50


def test_a_percentage_out_of_noise_reads_back() -> None:
    accepted = 0
    for text in noise("percentages", RUNS):
        assert percentage_kind(text, text, has_target=bool(len(text) % 2)) in PercentageKind
        assert growth_sign(text, text) in (-1, 1)
        found = read_percentage(text)
        if found is None:
            continue
        accepted += 1
        assert found.unit == "%", text
        if found.high is None and plain_enough(found.value):
            assert (again := read_percentage(written(found))) is not None and again.value == found.value, text
    assert accepted > RUNS // 50


def test_a_period_out_of_noise_reads_back() -> None:
    accepted = 0
    for text in noise("periods", RUNS):
        article = f"Nhiệm kỳ 2018-2023. Sáng 5/6/2021, {text}, LĐLĐ"
        for found in (read_period(text, published=PUBLISHED, year=2020), read_date(article, Span(31, 31 + len(text)), PUBLISHED) if text else None):
            if found is None or not (found.first and found.last):
                continue
            accepted += 1
            assert found.first <= found.last, text
            assert read_period(f"từ ngày {found.first:%d/%m}/{found.first.year} đến ngày {found.last:%d/%m}/{found.last.year}") in (found, Period(None, None)), text
            if found.first.year >= 1900 and found.last.year <= 2099:
                assert read_period(f"từ {found.first:%d/%m/%Y} đến {found.last:%d/%m/%Y}") == found, text
        speaking_year(text, len(text) // 2, None), publication_day(text)
    assert accepted > RUNS // 50


def test_organisations_out_of_noise_are_of_the_article_and_settle() -> None:
    pending: list[str] = []
    for text in noise("organisations", RUNS):
        introduced(text)
        named_places(text)
        full = expand(text)
        assert expand(full) == expand(expand(full)), text
        if text.strip():
            pending.append(" ".join(text.split()))
        if len(pending) == 6:
            article = ". ".join(pending)
            names = resolve(pending, article)
            assert len(names) == len(pending) and names == resolve(pending, article)
            pending.clear()


MIXED = "Trong năm 2021, LĐLĐ huyện (Bắc Giang) kết nạp 1.710/1.500 đoàn viên, đạt 130,3%; Công ty CP Thế giới Di động (MWG) trao 37,13 tỷ đồng từ 1/1 đến 30/6/2021, tỉnh "
READERS: dict[str, Callable[[str], object]] = {
    "quantity": read_quantity,
    "percentage": read_percentage,
    "qualifier": lambda text: read_qualifier(text, text, text),
    "percentage kind": lambda text: percentage_kind(text, text, has_target=False),
    "period": lambda text: read_period(text, published=PUBLISHED),
    "date": lambda text: read_date(text, Span(len(text) - 8, len(text)), PUBLISHED),
    "present year": lambda text: present_year(text, None),
    "undated": lambda text: read_date(text + "\nngày 8-3", Span(len(text) + 1, len(text) + 9), None),
    "month told of": lambda text: read_date(text + "\ntrong tháng", Span(len(text) + 1, len(text) + 12), PUBLISHED),
    "term": lambda text: read_date(text + " nhiệm kỳ", Span(len(text) + 1, len(text) + 9), PUBLISHED),
    "planned year": lambda text: planned_year(text, len(text), PUBLISHED),
    "publication day": publication_day,
    "expand": expand,
    "introduced": introduced,
    "called": lambda text: called(["MWG", "LĐLĐ huyện"], text),
    "spelling": lambda text: Spelling(text).of("Uỷ ban"),
    "places": named_places,
    "resolve": lambda text: resolve(["LĐLĐ huyện", "MWG", "Công đoàn tỉnh"], text),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "piece", ["1", "1.", "1,1 ", "năm ", "a", "A ", "Công ty ", "(", " ", "\n", "từ 1 đến ", "tỉnh ", "2021 ", "tháng 5 ", "năm 2022 ", "nhiệm kỳ 2018-2023 ", "a:", MIXED]
)
def test_time_grows_with_length_only(name: str, piece: str) -> None:
    read = READERS[name]

    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            read(text)
            best = min(best, time.process_time() - begun)
            if best < 0.05:
                break
        return best

    long = seconds(100_000)
    assert long < 1.0, f"{name}: {long:.2f} s for 100,000 characters of {piece!r}"
    if long > 0.1:  # below that the clock says little
        assert long < 8 * max(seconds(25_000), 0.01)

"""First and last days of times, the year an article is speaking of, and the time stamp of its page."""

from __future__ import annotations

import time
from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.datelines import publication_day, speaking_year
from model.moments import UNKNOWN
from model.periods import read_period
from model.schema import Period
from tests.strategies import any_text

PUBLISHED = date(2021, 12, 20)


def period(first: str, last: str) -> Period:
    """``period("2021-01-01", "")`` has no last day."""
    return Period(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


STATED = [
    ("đến ba mươi tháng sáu năm 2021", "2021-06-30", "2021-06-30"), ("hai mươi tháng mười một năm 2014", "2014-11-20", "2014-11-20"),
    ("năm 2021", "2021-01-01", "2021-12-31"), ("2021", "2021-01-01", "2021-12-31"), ("cả năm 2021", "2021-01-01", "2021-12-31"),
    ("trong năm 2021", "2021-01-01", "2021-12-31"), ("đến năm 2025", "2025-01-01", "2025-12-31"), ("Năm 2025.", "2025-01-01", "2025-12-31"),
    ("quý I/2021", "2021-01-01", "2021-03-31"), ("quý 1 năm 2021", "2021-01-01", "2021-03-31"), ("quý IV-2020", "2020-10-01", "2020-12-31"),
    ("quý III năm 2020", "2020-07-01", "2020-09-30"), ("6 tháng đầu năm 2021", "2021-01-01", "2021-06-30"),
    ("sáu tháng cuối năm 2020", "2020-07-01", "2020-12-31"), ("9 tháng năm 2019", "2019-01-01", "2019-09-30"),
    ("9 tháng 2019", "2019-01-01", "2019-09-30"), ("nửa đầu năm 2021", "2021-01-01", "2021-06-30"), ("tháng 5/2018", "2018-05-01", "2018-05-31"),
    ("tháng 5-2018", "2018-05-01", "2018-05-31"), ("tháng 5 năm 2018", "2018-05-01", "2018-05-31"), ("tháng Năm năm 2018", "2018-05-01",
    "2018-05-31"),
    ("tháng 2/2020", "2020-02-01", "2020-02-29"), ("9/2017", "2017-09-01", "2017-09-30"), ("tháng 7, 8/2019", "2019-07-01", "2019-08-31"),
    ("ngày 22/5/2018", "2018-05-22", "2018-05-22"), ("22-5-2018", "2018-05-22", "2018-05-22"), ("16.10.2018", "2018-10-16", "2018-10-16"),
    ("sáng 25/9/2018", "2018-09-25", "2018-09-25"), ("lúc 8h30 ngày 22/5/2018", "2018-05-22", "2018-05-22"),
    ("thứ hai, ngày 22/5/2018", "2018-05-22", "2018-05-22"), ("ngày 22 tháng 5 năm 2018", "2018-05-22", "2018-05-22"),
    ("ngày 5-6/2/2015", "2015-02-05", "2015-02-06"), ("ngày 13 đến 15/2/2015", "2015-02-13", "2015-02-15"),
    ("ngày 5 và 6/2/2015", "2015-02-05", "2015-02-06"), ("từ ngày 1/1 đến 30/6/2019", "2019-01-01", "2019-06-30"),
    ("1/1 - 30/6/2019", "2019-01-01", "2019-06-30"), ("từ tháng 1 đến tháng 6/2019", "2019-01-01", "2019-06-30"),
    ("từ quý I đến quý III/2020", "2020-01-01", "2020-09-30"), ("từ năm 2016 đến năm 2020", "2016-01-01", "2020-12-31"),
    ("từ đầu năm 2021 đến hết tháng 9", "2021-01-01", "2021-09-30"), ("nhiệm kỳ 2018-2023", "2018-01-01", "2023-12-31"),
    ("nhiệm kỳ mới 2013-2018", "2013-01-01", "2018-12-31"), ("ngày hai mươi bốn tháng tư năm 2010", "2010-04-24", "2010-04-24"),

    ("2018 – 2023", "2018-01-01", "2023-12-31"), ("nhiệm kỳ XII (2018-2023)", "2018-01-01", "2023-12-31"),
    ("giai đoạn 2016-2020", "2016-01-01", "2020-12-31"), ("giai đoạn từ 2016 đến 2020", "2016-01-01", "2020-12-31"),
    ("5 năm 2021-2025", "2021-01-01", "2025-12-31"), ("2 năm 2019 và 2020", "2019-01-01", "2020-12-31"),
    ("tính đến hết 9/2017", "", "2017-09-30"), ("đến hết tháng 9/2017", "", "2017-09-30"), ("hết tháng 9/2017", "", "2017-09-30"),
    ("hết quý III/2019", "", "2019-09-30"), ("đến cuối năm 2020", "", "2020-12-31"), ("tính đến 30/6/2021", "2021-06-30", "2021-06-30"),
    ("từ năm 2018", "2018-01-01", ""), ("cuối năm 2020", "", "2020-12-31"), ("trước 30/6/2021", "", "2021-06-30"),
    ("trước tháng 12/2021", "", "2021-11-30"), ("quý II hoặc III năm 2018", "2018-04-01", "2018-09-30"), ("bán niên năm 2019", "2019-01-01", "2019-06-30"),
    ("3 quý năm 2018", "2018-01-01", "2018-09-30"), ("Hai quý cuối năm 2019", "2019-07-01", "2019-12-31"), ("hôm nay 1-10-2017", "2017-10-01", "2017-10-01"),
    ("sáng nay (5/9/2018)", "2018-09-05", "2018-09-05"), ("Tháng Công nhân năm 2022", "2022-05-01", "2022-05-31"), ("Tháng Nhân đạo 2015", "2015-05-01", "2015-05-31"),
    ("tháng đầu tiên của năm 2018", "2018-01-01", "2018-01-31"), ("2 tháng còn lại năm 2022", "2022-11-01", "2022-12-31"),
    ("18h30’ ngày 26/11/2018", "2018-11-26", "2018-11-26"), ("hai ngày 7 và 8-1-2008", "2008-01-07", "2008-01-08"),
    ("các ngày 7, 8, 9 và 10/1/2008", "2008-01-07", "2008-01-10"), ("17 và 18 tháng 5 năm 2018", "2018-05-17", "2018-05-18"),
    ("ngày 30-4 và 1-5-2018", "2018-04-30", "2018-05-01"), ("từ đầu năm 2016 đến giữa tháng 9", "2016-01-01", ""),
    ("từ giữa tháng 3 đến 30/4/2016", "", "2016-04-30"), ("tháng 5/2018 vừa qua", "2018-05-01", "2018-05-31"),
    ("ngày 14-2-2018 (29 tháng Chạp)", "2018-02-14", "2018-02-14"), ("từ 2019 trở đi", "2019-01-01", ""), ("từ 5-7/2/2015", "2015-02-05", "2015-02-07"),
    ("9T/2019", "2019-01-01", "2019-09-30"), ("6T đầu năm 2019", "2019-01-01", "2019-06-30"), ("3T CÒN LẠI năm 2019", "2019-10-01", "2019-12-31"),
    ("NK 2013-2018", "2013-01-01", "2018-12-31"), ("ba tháng 7, 8, 9 năm 2011", "2011-07-01", "2011-09-30"), ("tháng 4, 5 và 7 năm 2011", "", ""),
    ("10 ngày đầu tháng 10/2021", "2021-10-01", "2021-10-10"), ("5 ngày cuối tháng 2/2024", "2024-02-25", "2024-02-29"), ("40 ngày đầu tháng 2/2024", "", ""),
    ("giai đoạn 2016 đến 2020", "2016-01-01", "2020-12-31"), ("các năm 2014, 2015 và 2016", "2014-01-01", "2016-12-31"), ("năm 2014, 2016, 2018", "", ""),
    ("tháng cuối năm 2018", "2018-12-01", "2018-12-31"), ("hai quý đầu tiên của năm 2019", "2019-01-01", "2019-06-30"),
    ("6 tháng đầu tiên của năm 2019", "2019-01-01", "2019-06-30"), ("năm Mậu Tuất 2018", "2018-01-01", "2018-12-31"),
    ("hết tuần 23/6/2017", "", "2017-06-23"), ("ngày ¼/2018", "2018-04-01", "2018-04-01"),
    ("năm 2017 và các năm tiếp theo", "2017-01-01", ""), ("quý từ tháng 4 đến tháng 6/2018", "2018-04-01", "2018-06-30"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first", "last"), STATED)
@pytest.mark.parametrize("published", [None, PUBLISHED])
def test_a_stated_time_needs_nothing_else(text: str, first: str, last: str, published: date | None) -> None:
    assert read_period(text, published=published, year=None if published is None else 2020) == period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("đến ba mươi tháng sáu", "2020-06-30", "2020-06-30"), ("tối mười tám tháng năm", "2020-05-18", "2020-05-18"),
        ("hồi quý I", "2020-01-01", "2020-03-31"), ("mười hai tháng năm", "2020-01-01", "2020-12-31"), ("hai mươi lăm tháng chạp", "", ""),
        ("trong năm", "2020-01-01", "2020-12-31"), ("cả năm", "2020-01-01", "2020-12-31"),
        ("năm", "2020-01-01", "2020-12-31"), ("quý II", "2020-04-01", "2020-06-30"), ("6 tháng đầu năm", "2020-01-01", "2020-06-30"),
        ("tháng 5", "2020-05-01", "2020-05-31"), ("tháng Năm", "2020-05-01", "2020-05-31"),
        ("16.10", "2020-10-16", "2020-10-16"), ("11-9", "2020-09-11", "2020-09-11"), ("ngày 31-1", "2020-01-31", "2020-01-31"),
        ("chiều ngày 19/8", "2020-08-19", "2020-08-19"), ("từ ngày 28 đến 30-6", "2020-06-28", "2020-06-30"), ("hết quý III", "", "2020-09-30"),
        ("trước ngày một tháng sáu", "", "2020-06-01"), ("ngày mười tháng mười hai", "2020-12-10", "2020-12-10"), ("ngày ba mươi hai tháng tư", "", ""),
    ],
)  # fmt: skip
def test_a_time_without_a_year_takes_the_year_spoken_of(text: str, first: str, last: str) -> None:
    assert read_period(text, year=2020) == read_period(text, published=PUBLISHED, year=2020) == period(first, last)
    assert read_period(text, published=date(2020, 12, 1)) == period(first, last)
    assert read_period(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        *((text, "2021-12-20", "2021-12-20")
        for text in ("hiện nay", "hiện", "đến nay", "tới nay", "tính đến nay", "đến thời điểm này", "hôm nay", "sáng nay")),
        ("hôm qua", "2021-12-19", "2021-12-19"), ("Hôm qua (19-12)", "2021-12-19", "2021-12-19"), ("Thứ bảy qua, 18-12", "2021-12-18", "2021-12-18"),
        ("tối qua, 19.12", "2021-12-19", "2021-12-19"),
        ("ngày mai", "2021-12-21", "2021-12-21"), ("sáng mai 21-12", "2021-12-21", "2021-12-21"), ("hôm kia", "2021-12-18", "2021-12-18"),
        ("lúc này", "2021-12-20", "2021-12-20"), ("tuần này", "2021-12-20", "2021-12-26"), ("tuần tới", "2021-12-27", "2022-01-02"),
        ("thứ bảy tuần trước", "2021-12-18", "2021-12-18"), ("hết tuần này", "", "2021-12-26"), ("sang năm", "2022-01-01", "2022-12-31"),
        ("tháng 12 này", "2021-12-01", "2021-12-31"), ("tháng 1 này", "2022-01-01", "2022-01-31"), ("ngày 26-11 vừa rồi", "2021-11-26", "2021-11-26"),
        ("ngày 26-12 vừa rồi", "2020-12-26", "2020-12-26"), ("ngày 5/2 tới đây", "2022-02-05", "2022-02-05"), ("quý I tới", "2022-01-01", "2022-03-31"),
        ("tháng trước", "2021-11-01", "2021-11-30"), ("tháng tới", "2022-01-01", "2022-01-31"), ("quý vừa rồi", "2021-07-01", "2021-09-30"),
        ("quý trước", "2021-07-01", "2021-09-30"), ("quý tới", "2022-01-01", "2022-03-31"), ("chủ nhật vừa qua", "2021-12-19", "2021-12-19"),
        ("thứ hai vừa rồi", "2021-12-13", "2021-12-13"), ("Tháng Công nhân vừa rồi", "2021-05-01", "2021-05-31"),
        ("31-12 năm ngoái", "2020-12-31", "2020-12-31"), ("năm ngoái", "2020-01-01", "2020-12-31"), ("năm trước", "2020-01-01", "2020-12-31"),
        ("năm nay", "2021-01-01", "2021-12-31"), ("9 tháng đầu năm nay", "2021-01-01", "2021-09-30"), ("năm tới", "2022-01-01", "2022-12-31"),
        ("quý I năm sau", "2022-01-01", "2022-03-31"), ("tháng 12 tới", "2022-12-01", "2022-12-31"), ("từ đầu năm", "2021-01-01", "2021-12-20"),
        ("11 tháng", "2021-01-01", "2021-11-30"), ("12 tháng qua", "2021-01-01", "2021-12-20"), ("năm qua", "2021-01-01", "2021-12-31"),
        ("từ đầu năm đến nay", "2021-01-01", "2021-12-20"), ("từ giờ đến cuối năm nay", "2021-12-20", "2021-12-31"), ("từ khi thành lập đến nay", "", "2021-12-20"),
    ],
)  # fmt: skip
def test_a_time_seen_from_the_day_of_publication(text: str, first: str, last: str) -> None:
    assert read_period(text, published=PUBLISHED) == period(first, last)
    assert read_period(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("từ năm 2018 đến nay", "2018-01-01"),
        ("từ 2009 đến nay", "2009-01-01"),
        ("từ tháng 3/2019 đến nay", "2019-03-01"),
        ("năm 2016 đến nay", "2016-01-01"),
        ("giai đoạn từ 2012 – nay", "2012-01-01"),
    ],
)
def test_until_now_is_open_without_a_day_of_publication(text: str, first: str) -> None:
    assert read_period(text, published=PUBLISHED) == period(first, "2021-12-20")
    assert read_period(text) == period(first, "")


def test_the_past_year_depends_on_the_season() -> None:
    assert read_period("năm qua", published=date(2017, 1, 5)) == period("2016-01-01", "2016-12-31")
    assert read_period("năm qua", published=date(2017, 7, 5)) == UNKNOWN


def test_a_day_said_at_the_turn_of_the_year_is_next_to_publication() -> None:
    assert read_period("hôm qua 31-12", published=date(2022, 1, 1), year=2022) == period("2021-12-31", "2021-12-31")
    assert read_period("ngày mai (1/1)", published=date(2021, 12, 31), year=2021) == period("2022-01-01", "2022-01-01")
    assert read_period("ngày mai", published=date.max) == read_period("tuần này", published=date.max) == UNKNOWN


def test_until_now_does_not_run_backwards() -> None:
    assert read_period("từ năm 2025 đến nay", published=PUBLISHED) == UNKNOWN
    assert read_period("từ tháng 3 đến nay", published=date(2021, 2, 1)) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "đầu năm 2020", "giữa năm 2020", "năm học 2020-2021", "năm tài chính 2020", "Tết Kỷ Hợi 2019", "dịp Tết",
        "dịp Tết Nguyên đán 2019",
        "3 năm qua", "5 năm qua", "thời gian qua", "tuần qua", "đầu thế kỷ 20", "23 tháng Chạp", "tháng Giêng", "31/2/2020", "tháng 13/2020",
        "32-13-2020",
        "từ 5/6/2020 đến 1/1/2020", "nhiệm kỳ 2023-2018", "6 tháng qua", "6 tháng", "25/9/18", "quý 5/2020", "ngày 0/5/2018", "29/2/2021",
        "từ 31/2 đến 5/3/2019", "từ 20/12/2020 đến 5/1", "năm 2016 và 2020", "ngày nay", "trong tháng", "nhiệm kỳ này", "13 tháng năm 2020",
        "ngày 5 và 25/6", "ngày 8-3 và 20-10", "tháng 3 và 10/2020", "tháng sau", "dịp 20-11", "nhân dịp 8/3", "thứ bảy, chủ nhật vừa qua",
        "đầu tuần này", "chủ nhật tới", "ngày 31/2 tới", "tuần 2/2018", "tuần 3/6", "tháng cuối", "½ năm 2018",
    ],
)  # fmt: skip
def test_a_time_whose_days_cannot_be_known_has_none(text: str) -> None:
    assert read_period(text, published=PUBLISHED, year=2020) == UNKNOWN
    assert read_period(text) == UNKNOWN


@pytest.mark.parametrize("text", ["", " ", "391", "1.710", "130,3%", "Liên đoàn Lao động", "qua", "mai", "kia", "3500", "quý khách", "sáng kiến", "12", "năm 2021 " * 20])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_period(text, published=PUBLISHED) is None


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["{d}/{m}/{y}", "ngày {d:02}-{m:02}-{y}", "sáng {d}.{m}.{y}", "ngày {d} tháng {m} năm {y}"]),
)
def test_every_day_reads_back(day: date, form: str) -> None:
    assert read_period(form.format(d=day.day, m=day.month, y=day.year)) == Period(day, day)
    assert read_period(f"ngày {day.day}/{day.month}", year=day.year) == Period(day, day)


@given(st.integers(1900, 2099), st.integers(1, 12), st.sampled_from(["tháng {m}/{y}", "tháng {m:02}-{y}", "tháng {m} năm {y}", "{m}/{y}"]))
def test_every_month_reads_back(year: int, month: int, form: str) -> None:
    assert read_period(form.format(m=month, y=year)) == Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    assert read_period(f"{month} tháng đầu năm {year}") == Period(date(year, 1, 1), date(year, month, monthrange(year, month)[1]))


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2050, 1, 1)), st.integers(0, 3000))
def test_ranges_of_days_read_back(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    assert read_period(f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}") == Period(first, last)


@given(any_text, st.none() | st.dates(), st.none() | st.integers(-5, 99999))
def test_no_text_raises_and_no_period_runs_backwards(text: str, published: date | None, year: int | None) -> None:
    found = read_period(text, published=published, year=year)
    assert found is None or not found.first or not found.last or found.first <= found.last


@given(any_text, st.integers(0, 200), st.none() | st.dates())
def test_the_helpers_never_raise(text: str, position: int, published: date | None) -> None:
    assert speaking_year(text, position, published) is not None or published is None
    publication_day(text)


ARTICLE = (
    "Năm 2021, AA kết nạp. Theo Nghị quyết 02/2016 và Thông tư 44/2017/TT-BCA, nhiệm kỳ 2018-2023, đến năm 2025 BB. "
    "Luật Công đoàn năm 2012. CC quý II.\n"
    "Ngày 25/9/2018 DD. So với năm 2016 EE. Tính đến tháng 3/2019 FF thành lập năm 1929 GG. Trong 6 tháng đầu năm 2020, HH"
)


@pytest.mark.parametrize(
    ("mark", "year"),
    [("Năm 2021", 2021), ("AA", 2021), ("BB", 2021), ("CC", 2021), ("DD", 2018), ("EE", 2021), ("FF", 2019), ("GG", 2019), ("HH", 2020)],
)
def test_the_year_spoken_of_is_stated_in_the_sentence_or_the_latest_of_the_article(mark: str, year: int) -> None:
    assert speaking_year(ARTICLE, ARTICLE.index(mark), None) == year


def test_the_year_spoken_of_without_one_before() -> None:
    assert speaking_year("AA kết nạp 5. Năm 2019, LĐLĐ", 0, PUBLISHED) == 2021
    assert speaking_year("AA kết nạp 5. Năm 2019, LĐLĐ", 0, None) == 2019
    assert speaking_year("Quy chế năm 2002 còn dùng. AA kết nạp", 30, PUBLISHED) == 2021
    assert speaking_year("AA, đến năm 2025 có 5", 0, PUBLISHED) == 2021
    assert speaking_year("Kế hoạch năm 2022 AA", 18, PUBLISHED) == 2021  # later than the article: not its own time
    assert speaking_year("nhiệm kỳ 2018-2023, Nghị định 12/2019/NĐ-CP", 30, None) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Thứ hai, 20/12/2021 14:30", "2021-12-20"), ("20/12/2021 | 14:30", "2021-12-20"), ("Cập nhật lúc 08:00 ngày 12-5-2019", "2019-05-12"),
        ("(Ngày đăng: 12/05/2019)", "2019-05-12"), ("14:19, 19/04/2025 (GMT+7)", "2025-04-19"), ("Tiêu đề\n\n20/12/2021 14:30\nNội dung",
        "2021-12-20"),
        ("Ngày 20 tháng 12 năm 2021", "2021-12-20"), ("2021-12-20T10:00", "2021-12-20"), ("Đăng lúc 10/5/2021\nCập nhật 12/5/2021", "2021-05-10"),
        ("Thứ Bảy, 08/06/2021 - 09:13 AM", "2021-06-08"), ("Sáng 20/12/2021, LĐLĐ", None), ("31/2/2021", None), ("LĐLĐ - 20/12/2021", None),
        ("20/12/2021\nBài khác\n19/12/2021", None), ("a\n" * 9 + "20/12/2021", None), ("20/12/2021 - 25/12/2021", None), ("", None),
        ("12/2021", None),
    ],
)  # fmt: skip
def test_only_a_line_that_is_a_stamp_dates_the_page(text: str, day: str | None) -> None:
    found = publication_day(text)
    assert (found and found[0]) == (day and date.fromisoformat(day))
    assert found is None or found[1] in text


@pytest.mark.parametrize(
    "part",
    [
        "9",
        "1.2",
        "năm ",
        "(1/2/",
        "nghị quyết ",
        " ",
        "đến hết ",
        "1/1/2020\n",
        "từ năm ",
        "\n",
        "2018-",
        "năm 2021 ",
        "nghị quyết năm 2012 từ ",
        "ngày ",
    ],
)
def test_time_is_linear_in_the_length(part: str) -> None:
    text = (part * 100_000)[:100_000]
    start = time.process_time()
    assert read_period(text, published=PUBLISHED) is None
    speaking_year(text, len(text), PUBLISHED)
    publication_day(text)
    assert time.process_time() - start < 2

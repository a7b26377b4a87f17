"""Predicted times made whole, by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.store import read_corpus
from model.schema import EntityType, Span
from model.time_ends import whole_time


def read(text: str, surface: str) -> str:
    start = text.index(surface)
    return whole_time(Span(start, start + len(surface)), text).of(text)


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("Trong 6 tháng đầu năm nay, thu", "6 tháng", "6 tháng đầu năm nay"),
        ("6 tháng đầu năm, thu", "6 tháng đầu", "6 tháng đầu năm"),
        ("Bốn tháng đầu năm làm 128 vụ", "Bốn", "Bốn tháng đầu năm"),
        ("sau hai quý đầu tiên của năm 2018 có", "hai quý đầu", "hai quý đầu tiên của năm 2018"),
        ("nửa đầu năm nay cho thấy", "nửa đầu năm", "nửa đầu năm nay"),
        ("Kết quả được dán chiều 21-8.", "chiều 21", "chiều 21-8"),
        ("Ngày 06/01/2022, BCH họp", "Ngày", "Ngày 06/01/2022"),
        ("Nhắc lịch: 15/3 xe về", "15", "15/3"),
        ("Đêm 6/11 năm ngoái, sườn núi", "Đêm 6/11", "Đêm 6/11 năm ngoái"),
        ("Tháng 5 năm nay nắng sớm", "Tháng 5", "Tháng 5 năm nay"),
        ("vào tháng 9/2011.", "tháng", "tháng 9/2011"),
        ("trong quý 3.", "quý", "quý 3"),
        ("cả năm học Công đoàn ngành có", "cả năm", "cả năm học"),
        ("năm học 2018-2019, trường", "năm học", "năm học 2018-2019"),
        ("nhiệm kỳ 2018-2023, tỉnh", "nhiệm kỳ", "nhiệm kỳ 2018-2023"),
        ("tháng 11 vừa rồi Chi cục", "tháng 11 vừa", "tháng 11 vừa rồi"),
        ("ngừng việc cuối tuần rồi khép lại", "cuối tuần", "cuối tuần rồi"),
        ("Từ 25-8 đến 7-9, trường", "Từ", "Từ 25-8 đến 7-9"),
        ("Chăm lo Tết Mậu Tuất:", "Tết Mậu", "Tết Mậu Tuất"),
        ("từ năm 2012 đến nay vận động", "từ năm 2012", "từ năm 2012 đến nay"),
        ("Từ 29/10 đến 7/11, ngành", "Từ 29/10", "Từ 29/10 đến 7/11"),
        ("Trong năm nay, huyện xây", "năm", "năm nay"),
        ("nhiệm kỳ 2017 - 2022 bầu", "nhiệm kỳ 2017", "nhiệm kỳ 2017 - 2022"),
        ("9 tháng năm 2017, các khoa", "9 tháng năm", "9 tháng năm 2017"),
        ("Ngày 30-31/7, công đoàn", "Ngày 30", "Ngày 30-31/7"),
        ("hai ngày 16 và 17/3, mở lớp", "hai ngày 16", "hai ngày 16 và 17/3"),
        ("Ngày 28.1, tại KCN", "Ngày", "Ngày 28.1"),
        ("Ngày 27 tháng 5 năm 2017, tỉnh", "Ngày 27", "Ngày 27 tháng 5 năm 2017"),
    ],
)
def test_a_time_takes_in_the_rest_behind_it(text: str, cut: str, whole: str) -> None:
    assert read(text, cut) == whole


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("họp.\nTừ nay đến cuối năm, Hội", "cuối năm", "Từ nay đến cuối năm"),
        ("Từ giờ đến cuối năm nay, tỉnh", "cuối năm nay", "Từ giờ đến cuối năm nay"),
        ("Từ đó tới 20/12, phường", "20/12", "Từ đó tới 20/12"),
        ("từ ngày 5/6 đến hết ngày 10/6, xã", "ngày 10/6", "từ ngày 5/6 đến hết ngày 10/6"),
        ("báo cáo tài chính bán niên năm 2019, thu", "năm 2019", "bán niên năm 2019"),
        ("Luỹ kế 9 tháng đầu năm 2017, đã có", "năm 2017", "9 tháng đầu năm 2017"),
        ("chọn chủ nhật 14/5 cắt tóc", "nhật 14/5", "chủ nhật 14/5"),
        ("Ngày 27 tháng 5 năm 2017, tỉnh", "tháng 5 năm 2017", "Ngày 27 tháng 5 năm 2017"),
    ],
)
def test_a_time_takes_in_what_stands_before_it(text: str, cut: str, whole: str) -> None:
    assert read(text, cut) == whole


@pytest.mark.parametrize(
    ("text", "tagged", "bare"),
    [
        ("Năm nay à? Doanh thu", "Năm nay à", "Năm nay"),
        ("hồi quý I đã sửa", "hồi quý I", "quý I"),
        ("tháng 11 vừa họp", "tháng 11 vừa", "tháng 11"),
        ("đến nay toàn tỉnh", "đến nay toàn", "đến nay"),
    ],
)
def test_words_that_say_nothing_of_the_time_stay_outside(text: str, tagged: str, bare: str) -> None:
    assert read(text, tagged) == bare


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("trao quà cho năm học sinh", "năm"),
        ("năm học bổng được trao", "năm"),
        ("giai đoạn 2016-2020 và năm 2021", "năm 2021"),
        ("Sau 6 tháng thi công", "6 tháng"),
        ("tỷ số 15-3 nghiêng về", "tỷ số"),
        ("ngày 5/6/2018, thu", "ngày 5/6/2018"),
        ("tháng 12% đoàn viên", "tháng"),
        ("Tháng 5, năm trước còn ít", "Tháng 5"),
        ("So với\nTừ nay đến\ncuối năm", "cuối năm"),
        ("năm 2018-2019 là", "năm"),
        ("chỉ đạt 373 tỷ đồng, bằng 1/3 năm 2015.", "năm 2015"),
        ("vụ việc giảm còn 2/3 năm ngoái.", "năm ngoái"),
        ("vào tháng 11, năm 2020 LĐLĐ huyện", "tháng 11"),
        ("thành lập ngày 28/7/1929, năm nay tròn 95 tuổi", "ngày 28/7/1929"),
        ("ngay trong quý I, năm nay đến tháng 8", "quý I"),
        ("hạn 6 tháng năm 2023 giảm", "năm 2023"),
        ("Bệnh viện 19-8 năm 2020 giảm", "năm 2020"),
        ("xếp 9/63 năm 2019, tăng", "năm 2019"),
        ("thắng 2-1 năm 2014.", "năm 2014"),
        ("cả năm học 2 buổi/ngày", "cả năm"),
        ("họp mỗi cuối tuần trước cổng", "mỗi cuối tuần"),
        ("Trong tháng 28 đoàn viên", "tháng"),
        ("Trong tháng 8 đoàn viên", "tháng"),
        ("Sở hồi giãn cách lập", "hồi giãn cách"),
    ],
)
def test_a_whole_time_stays(text: str, surface: str) -> None:
    assert read(text, surface) == surface


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_every_annotated_time_is_whole(split: str) -> None:
    articles, _ = read_corpus(split)
    times = [(a.article.id, entity.span, a.article.text) for a in articles for entity in a.entities if entity.type is EntityType.DATE]
    assert len(times) > 300
    assert [(name, span.of(text)) for name, span, text in times if whole_time(span, text) != span] == []


PIECES = [*"từ nay đến cuối đầu năm tháng quý 6 ngày 5/6 2018 2018-2019 III học vừa rồi à hồi , tết mậu tuất nửa hai".split(), "\n"]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), st.data())
def test_what_is_whole_is_whole_at_once_and_never_leaves_its_line(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    found = whole_time(span, text)
    assert found.overlaps(span) and found.end <= len(text)
    assert "\n" not in text[found.start : span.start] + text[span.end : found.end]
    assert whole_time(found, text) == found

"""Round-ups: `LĐLĐ huyện` is another body in each part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.organisations import resolve
from model.places import LEVELS
from model.round_ups import RoundUp


def names(text: str, *mentions: str) -> list[str]:
    """The full names of these mentions, given in the order of the text."""
    starts, at = [], 0
    for mention in mentions:
        at = text.index(mention, at)
        starts.append(at)
        at += len(mention)
    return resolve(mentions, text, starts)


ITEMS = """Tin hoạt động công đoàn trong tuần
* KIM SƠN. Chiều 12/8, LĐLĐ huyện bàn giao 2 nhà.
* THỊ XÃ TAM ĐIỆP. Tháng 7, LĐLĐ thị xã giúp 6 doanh nghiệp ký lại thỏa ước.
* Gia Viễn: Theo kế hoạch, tuần tới LĐLĐ huyện thăm 12 gia đình.
"""


def test_each_item_has_its_own_federation() -> None:
    assert names(ITEMS, "LĐLĐ huyện", "LĐLĐ thị xã", "LĐLĐ huyện") == [
        "Liên đoàn Lao động huyện Kim Sơn",
        "Liên đoàn Lao động thị xã Tam Điệp",
        "Liên đoàn Lao động huyện Gia Viễn",
    ]


def test_without_places_in_the_text_nothing_is_divided() -> None:
    assert resolve(["LĐLĐ huyện", "LĐLĐ huyện"], ITEMS) == ["Liên đoàn Lao động huyện"] * 2


def test_a_heading_holds_for_the_lines_below_it() -> None:
    text = "Ba phường\nTân Đông Hiệp:\nNgày 2/10 UBND phường cấp 100 thẻ.\nHôm sau UBND phường cấp thêm.\nDĩ An:\nNgày 5/10, UBND phường cấp 300 thẻ.\n"
    first, also, other = names(text, "UBND phường", "UBND phường", "UBND phường")
    assert first == also and first.endswith("phường Tân Đông Hiệp") and other.endswith("phường Dĩ An")


def test_the_place_that_the_line_names_is_meant_where_the_article_is_on_no_one_place() -> None:
    text = "Hội CTĐ huyện Na Rì góp 284 triệu, Hội CTĐ huyện Chợ Mới 251 triệu.\nĐêm 20/5, Hội CTĐ huyện Ba Bể phát 90 tấm bạt, LĐLĐ huyện hỗ trợ 12 triệu đồng.\n"
    assert names(text, "LĐLĐ huyện") == ["Liên đoàn Lao động huyện Ba Bể"]


def test_an_article_on_one_district_is_not_divided() -> None:
    text = "LĐLĐ huyện Gia Lâm họp. Huyện Gia Lâm có 90 CĐCS.\nĐoàn thăm trường bạn ở huyện Yên Thế, LĐLĐ huyện tặng 5 suất quà.\n"
    assert names(text, "LĐLĐ huyện Gia Lâm", "LĐLĐ huyện") == ["Liên đoàn Lao động huyện Gia Lâm"] * 2


@pytest.mark.parametrize(
    "lines",
    [
        "Nguyễn Văn An: LĐLĐ huyện đã trao 5 suất.\nTrần Thị Bình: LĐLĐ huyện đã trao 7 suất.",  # an interview
        "Phóng viên: LĐLĐ huyện làm gì?\nBà Hạnh: LĐLĐ huyện trao 5 suất.",
        "Công đoàn Giáo dục: LĐLĐ huyện khen 3.\nCông đoàn Y tế: LĐLĐ huyện khen 2.",
    ],
)
def test_persons_and_bodies_are_no_places(lines: str) -> None:
    text = f"Đối thoại\n{lines}\n"
    starts = [at for at in range(len(text)) if text.startswith("LĐLĐ huyện ", at) and not text[at + 11].isupper()]
    assert [name for name in resolve(["LĐLĐ huyện"] * len(starts), text, starts) if name.split()[-1][0].isupper()] == []


def test_officers_behind_their_level_are_no_places() -> None:
    text = "Huyện Đắk Tô và huyện Sa Thầy.\nChủ tịch LĐLĐ huyện Rơ Châm Thiệt dự; LĐLĐ huyện tặng 5 suất.\n"
    at = text.rindex("LĐLĐ huyện")
    assert RoundUp(text, [at]).place(at, "huyện") is None


def test_links_to_other_articles_are_no_parts() -> None:
    text = "Vải Lục Ngạn: được giá\nHội Nông dân huyện kết nối 57 thương nhân.\nYên Thế: 4 triệu con gà\nTân Yên: 8 xã cán đích\n"
    at = text.index("Hội Nông dân")
    assert RoundUp(text, [at]).place(at, "huyện") is None


@given(st.text(alphabet="LĐ huyệntỉnhKimSơn:.\n*, 12", max_size=120), st.integers(0, 120), st.sampled_from(LEVELS))
def test_any_text_can_be_asked_anywhere(text: str, at: int, level: str) -> None:
    found = RoundUp(text, [min(at, len(text))]).place(min(at, len(text)), level)
    assert found is None or (found and "\n" not in found)

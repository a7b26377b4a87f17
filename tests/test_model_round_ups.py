"""Round-ups: `LĐLĐ huyện` is another body in each part."""

from __future__ import annotations

import re
import time

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


def test_numbered_districts_are_places_too() -> None:
    text = "Tin quận, huyện\n- Quận 7: LĐLĐ quận thành lập 39 CĐCS.\n- Phú Nhuận: LĐLĐ quận trao 15 bình chữa cháy.\n3. LĐLĐ quận 10: LĐLĐ quận thu 2 tỷ đồng.\n"
    first, second, _, last = names(text, "LĐLĐ quận", "LĐLĐ quận", "LĐLĐ quận 10", "LĐLĐ quận")
    assert [first, second, last] == [f"Liên đoàn Lao động quận {place}" for place in ("7", "Phú Nhuận", "10")]
    assert names("Tin vắn\n- QUẬN 7: LĐLĐ quận thu 1 tỷ.\n- QUẬN 8: LĐLĐ quận thu 2 tỷ.\n", *["LĐLĐ quận"] * 2) == [f"Liên đoàn Lao động quận {place}" for place in (7, 8)]


def test_without_places_in_the_text_nothing_is_divided() -> None:
    assert resolve(["LĐLĐ huyện", "LĐLĐ huyện"], ITEMS) == ["Liên đoàn Lao động huyện"] * 2


def test_a_heading_holds_for_the_lines_below_it_up_to_the_next_of_any_kind() -> None:
    items = "Phường Tân Đông Hiệp:\nNgày 2/10 UBND phường cấp 100 thẻ.\nHôm sau UBND phường cấp thêm.\nPhường Dĩ An:\nNgày 5/10, UBND phường cấp 300 thẻ.\n"
    text = f"Ba phường\n{items}Việc chung:\nUBND phường nào cũng họp.\n"
    first, also, other, last = names(text, *["UBND phường"] * 4)
    assert first == also and first.endswith("phường Tân Đông Hiệp") and other.endswith("phường Dĩ An")
    assert last == resolve(["UBND phường"], text)[0]


def test_the_place_of_the_body_beside_it_is_meant_where_the_article_is_on_no_one_place() -> None:
    text = "Hội CTĐ huyện Na Rì góp 284 triệu, Hội CTĐ huyện Chợ Mới 251 triệu.\nĐêm 20/5, Hội CTĐ huyện Ba Bể phát 90 tấm bạt, LĐLĐ huyện hỗ trợ 12 triệu đồng.\n"
    assert names(text, "Hội CTĐ huyện Na Rì", "Hội CTĐ huyện Chợ Mới", "Hội CTĐ huyện Ba Bể", "LĐLĐ huyện")[-1] == "Liên đoàn Lao động huyện Ba Bể"


def test_an_article_on_one_district_is_not_divided() -> None:
    text = "LĐLĐ huyện Gia Lâm họp. Huyện Gia Lâm có 90 CĐCS.\nĐoàn thăm Hội Nông dân huyện Yên Thế, LĐLĐ huyện tặng 5 suất quà.\n"
    assert names(text, "LĐLĐ huyện Gia Lâm", "Hội Nông dân huyện Yên Thế", "LĐLĐ huyện")[::2] == ["Liên đoàn Lao động huyện Gia Lâm"] * 2


@pytest.mark.parametrize(
    "lines",
    [
        "Xã Tản Lĩnh: LĐLĐ huyện trao 2 nhà.\nXã Vân Hòa: LĐLĐ huyện trao 3 nhà.",  # other levels
        "* Tản Lĩnh: LĐLĐ huyện trao 2 nhà.\n* Vân Hòa: LĐLĐ huyện trao 3 nhà.",
        "Hà Nội: LĐLĐ huyện khen 3.\nCần Thơ: LĐLĐ huyện khen 2.",
        "Nguyễn Văn An: LĐLĐ huyện đã trao 5 suất.\nPhùng Thị Mai: LĐLĐ huyện đã trao 7 suất.",  # an interview
        "Thu Hương: LĐLĐ huyện đã trao 5 suất.\nBà Hạnh: LĐLĐ huyện trao 5 suất.",
        "Công đoàn Giáo dục: LĐLĐ huyện khen 3.\nPou Yuen: LĐLĐ huyện khen 2.",
        "1. TUYÊN TRUYỀN: LĐLĐ huyện mở 2 lớp.\n2. CHĂM LO ĐỜI SỐNG: LĐLĐ huyện trao 5 suất.",
        "PHÁT TRIỂN ĐOÀN VIÊN\nLĐLĐ huyện kết nạp 5.\nQUÀ TẾT\nLĐLĐ huyện trao 5 suất.",
    ],
)
def test_other_places_persons_headings_and_bodies_divide_nothing(lines: str) -> None:
    text = f"LĐLĐ huyện Ba Vì trao mái ấm\n{lines}\n"
    mentions = ["LĐLĐ huyện Ba Vì", *["LĐLĐ huyện"] * (text.count("LĐLĐ huyện") - 1)]
    assert len(mentions) > 2 and names(text, *mentions) == ["Liên đoàn Lao động huyện Ba Vì"] * len(mentions)


def test_a_place_on_which_the_article_is_beside_the_heads_stays() -> None:
    text = "LĐLĐ huyện Ba Vì trao quà\n* Sơn Tây: LĐLĐ huyện góp 5.\n* Thạch Thất: LĐLĐ huyện góp 7.\n"
    assert names(text, "LĐLĐ huyện Ba Vì", "LĐLĐ huyện", "LĐLĐ huyện") == ["Liên đoàn Lao động huyện Ba Vì"] * 3


def test_long_texts_take_no_longer_than_their_length() -> None:
    text = "Tin\n" + " " * 60_000 + "\n" + "".join(f"* Gia Viễn: tuần {n}, LĐLĐ huyện khen {n}.\n" for n in range(1500))
    starts = [found.start() for found in re.finditer("LĐLĐ huyện", text)]
    begun = time.perf_counter()
    resolve(["LĐLĐ huyện"] * len(starts), text, starts)
    assert time.perf_counter() - begun < 5


def test_links_to_other_articles_are_no_parts() -> None:
    text = "Vải Lục Ngạn: được giá\nHội Nông dân huyện kết nối 57 thương nhân.\nYên Thế: 4 triệu con gà\nTân Yên: 8 xã cán đích\n"
    at = text.index("Hội Nông dân")
    assert RoundUp(text, [at]).place(at, "huyện") is None


@given(st.text(alphabet="LĐ huyệntỉnhKimSơn:.\n*, 12", max_size=120), st.integers(0, 120), st.sampled_from(LEVELS))
def test_any_text_can_be_asked_anywhere(text: str, at: int, level: str) -> None:
    found = RoundUp(text, [min(at, len(text))]).place(min(at, len(text)), level)
    assert found is None or all(word.lower() in text.lower() for word in found.split())

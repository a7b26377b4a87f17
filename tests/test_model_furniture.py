"""The article's own parts: what is cut, and above all what is never cut. The pages are made up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.furniture import Role, body_spans, headline, role

TITLE = "Công đoàn huyện Sông Lam vượt chỉ tiêu phát triển đoàn viên"
LEAD = "Năm 2021, Công đoàn huyện Sông Lam kết nạp mới 391 đoàn viên, vượt 30,3% chỉ tiêu phát triển đoàn viên được giao."
STORY = (
    "Ban Thường vụ giao chỉ tiêu phát triển đoàn viên cho từng đơn vị và hằng tháng đôn đốc công đoàn cơ sở báo cáo kết quả.",
    "Theo Chủ tịch Công đoàn huyện, kết quả ấy có được nhờ cán bộ xuống tận doanh nghiệp, gặp từng công nhân sau giờ làm.",
    "Sang năm, huyện phấn đấu thành lập thêm 5 công đoàn cơ sở.",
)
OTHERS = (
    "Giá vàng sáng nay quay đầu giảm mạnh",
    "Đội tuyển bóng chuyền nữ lên đường sang Thái Lan",
    "Công đoàn khu công nghiệp Bãi Dâu tặng 450 suất quà",
    "Mưa lớn kéo dài, nhiều tuyến phố ngập sâu",
)


def kept(page: str) -> str:
    return "\n".join(span.of(page) for span in body_spans(page))


def join(*lines: str) -> str:
    return "\n\n".join(lines)


ARTICLE = join(TITLE, LEAD, *STORY)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Role.BLANK),
        ("  • :", Role.FURNITURE),
        ("![]() |", Role.FURNITURE),
        ("![Ảnh: công nhân](https://a.vn/b.jpg)", Role.FURNITURE),
        ("Chia sẻ", Role.FURNITURE),
        ("Facebook Twitter Zalo", Role.FURNITURE),
        ("Bình luận (12)", Role.COMMENT),
        ("Phiên bản di động18", Role.FURNITURE),
        ("Từ khóa: đoàn viên, công đoàn", Role.FURNITURE),
        ("Trang chủ > Công đoàn", Role.FURNITURE),
        ("Thời sự » Chính trị » Đối ngoại", Role.FURNITURE),
        ("Xem thêm: Giá vàng hôm nay", Role.FURNITURE),
        ("Xem thêm", Role.LIST),
        ("CÓ THỂ BẠN QUAN TÂM:", Role.LIST),
        ("20/04/2025 21:57", Role.STAMP),
        ("Thứ Hai, 20/04/2025, 21:57 (GMT+7)", Role.STAMP),
        ("21:57 | 20/04/2025", Role.STAMP),
        ("Cập nhật lúc: 8h05 ngày 2-9-2020", Role.STAMP),
        ("Vì lợi ích đoàn viên 19/04/2025 20:17", Role.STAMP),
        ("3 giờ trước", Role.STAMP),
        (TITLE, Role.SHORT),
        ("K.Tiến", Role.SHORT),
        ("Ý kiến của đoàn viên được lắng nghe", Role.SHORT),
        ("Tin khác hẳn với những gì người ta nói.", Role.PROSE),
        ("Đạt 100% kế hoạch năm.", Role.PROSE),
        ("Từ ngày 20/04/2025 đến 21:57 ngày 22/04/2025 có 12 đơn vị nộp báo cáo.", Role.PROSE),
        ("Hiện nay quản lý 356 công đoàn cơ sở với 19.563 đoàn viên. |", Role.PROSE),
    ],
)
def test_a_line_by_itself(line: str, expected: Role) -> None:
    assert role(line) is expected


def test_a_plain_article_is_one_part() -> None:
    assert kept(ARTICLE) == ARTICLE and len(body_spans(ARTICLE)) == 1


@pytest.mark.parametrize("head", ["Có thể bạn quan tâm", "Tin liên quan", "Nên xem", "Tin khác:", "TIN CÙNG CHUYÊN MỤC", "Đọc thêm"])
def test_headlines_of_others_at_the_end_go(head: str) -> None:
    assert kept(join(ARTICLE, head, *OTHERS)) == ARTICLE
    stamped = [f"{other}\nHoạt động 20/04/2025 21:5{at}" for at, other in enumerate(OTHERS)]
    assert kept(join(ARTICLE, head, *stamped, "Phiên bản di động18")) == ARTICLE


def test_teasers_of_others_at_the_end_go() -> None:
    teasers = [join(other, other, f"(BLĐ) {other} là chuyện được nhiều người bàn tán trong mấy ngày vừa qua.") for other in OTHERS]
    assert kept(join(ARTICLE, "Nên xem", *teasers, "Tin khác", *teasers, "Xem thêm")) == ARTICLE


def test_the_story_goes_on_after_a_box_of_links() -> None:
    page = join(TITLE, LEAD, "Tin liên quan", *OTHERS[:2], *STORY)
    assert kept(page) == "\n".join([join(TITLE, LEAD), join(*STORY)])


def test_a_single_last_paragraph_after_a_box_of_links_stays() -> None:
    assert STORY[2] in kept(join(TITLE, LEAD, *STORY[:2], "Xem thêm", *OTHERS[:2], STORY[2]))


def test_readers_comments_with_their_times_go_but_a_chapter_called_comments_stays() -> None:
    comments = [f"Bạn đọc {at}\n2{at}/04/2025 10:00\nBài viết rất hay và đúng với đơn vị của tôi." for at in range(3)]
    assert kept(join(ARTICLE, "Bình luận (3)", *comments)) == ARTICLE
    assert kept(join(TITLE, LEAD, "Bình luận", *STORY)) == "\n".join([join(TITLE, LEAD), join(*STORY)])


def test_menus_and_headlines_above_the_article_go() -> None:
    page = join("Trang chủ", "Thời sự", "Kinh tế", "Thể thao", "Pháp luật", *OTHERS, "Công đoàn 20/04/2025 21:57", ARTICLE)
    assert kept(page) == ARTICLE
    assert headline(page, body_spans(page)) == TITLE


def test_the_cell_of_headlines_under_the_title_goes_and_a_caption_in_a_cell_stays() -> None:
    caption = "Công nhân may Sông Lam trong giờ làm |"
    page = "\n".join([TITLE, f"{OTHERS[0]} {OTHERS[1]} |", LEAD, "![]() |", caption, *STORY])
    assert kept(page) == "\n".join([TITLE, LEAD, caption, *STORY])
    assert kept("\n".join([TITLE, "![]() |", caption, LEAD])) == "\n".join([TITLE, caption, LEAD])


def test_names_of_pictures_go() -> None:
    slug = "cong doan huyen song lam vuot chi tieu phat trien doan vien"
    page = join(TITLE, LEAD, f"{slug} {OTHERS[0]}\n{slug} {OTHERS[1]}", STORY[0], f"{slug}\nCông nhân trong giờ làm", TITLE, *STORY[1:])
    assert kept(page).split() == join(TITLE, LEAD, STORY[0], "Công nhân trong giờ làm", *STORY[1:]).split()


def test_a_headline_that_is_written_without_marks_stays() -> None:
    page = join("viet nam vo dich bong chuyen", LEAD, *STORY)
    assert kept(page) == page


def test_the_publishers_lines_at_the_foot_go() -> None:
    foot = ("© Bản quyền thuộc về Báo Sông Lam", "Giấy phép số 12/GP-BTTTT", "Điện thoại 0123")
    assert kept(join(ARTICLE, "Thu Hà", *foot)) == join(ARTICLE, "Thu Hà")
    assert "Giấy phép số 12 được cấp cho 3 đơn vị." in kept(join(TITLE, LEAD, "Giấy phép số 12 được cấp cho 3 đơn vị.", *STORY))


def test_a_list_without_any_sentence_stays_whole() -> None:
    page = "Kết quả năm\nCông ty A\n12 đoàn viên\nCông ty B\n30 đoàn viên\nCông ty C\nCông ty D"
    assert kept(page) == page


def test_nothing_but_furniture_is_kept_whole_and_nothing_is_nothing() -> None:
    assert kept("\n• :\nChia sẻ\n") == "• :\nChia sẻ"
    assert body_spans("") == body_spans(" \n\n") == ()


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (ARTICLE, TITLE),
        (join("Công đoàn Sông Lam:", TITLE, LEAD), TITLE),
        (join("Vì sao đoàn viên tăng nhanh như vậy?", LEAD), "Vì sao đoàn viên tăng nhanh như vậy?"),
        (LEAD, None),
        ("", None),
    ],
)
def test_the_headline(page: str, expected: str | None) -> None:
    assert headline(page, body_spans(page)) == expected


pieces = st.sampled_from([TITLE, LEAD, *STORY, *OTHERS, "Tin khác", "Nên xem", "Bình luận", "Chia sẻ", "20/04/2025 21:57", "![]() |", "• :", ""])


@settings(deadline=None)
@given(st.lists(st.one_of(pieces, st.text(max_size=30)), max_size=14).map("\n".join))
def test_spans_are_in_order_apart_and_without_outer_space(page: str) -> None:
    spans = body_spans(page)
    assert bool(spans) == bool(page.strip())
    assert all(one.end < other.start for one, other in pairwise(spans))
    assert all(span.of(page) == span.of(page).strip() for span in spans)


@settings(deadline=None)
@given(st.lists(st.one_of(pieces, st.sampled_from(STORY)), max_size=10), st.integers(0, 9))
def test_prose_under_prose_is_never_cut_before_a_list(lines: list[str], at: int) -> None:
    """Paragraphs that stand together are a story wherever they are, unless readers' comments stand around them."""
    page = join(*(line for line in lines[:at] if line != "Bình luận"), *STORY, *(line for line in lines[at:] if line != "Bình luận"))
    assert all(paragraph in kept(page) for paragraph in STORY)

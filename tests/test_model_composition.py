"""NFC with offsets both ways, by property."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from model.composition import OffsetMap, compose
from model.schema import Span

vietnamese = st.lists(
    st.tuples(st.sampled_from(["Liên đoàn", "LĐLĐ huyện Thạch Thất", " kết nạp 391/300 ", "ệ", "ộ", "Ẵ", "\n", "a\u0323", "🦖"]), st.booleans()).map(
        lambda pair: unicodedata.normalize("NFD" if pair[1] else "NFC", pair[0])
    ),
    max_size=8,
).map("".join)
hard = st.text(st.sampled_from("ae\u0323\u0302\u0301\u0344\u0f73\u0f71\u1100\u1161\u11a8\uac00\u0958\u2126\u212bộ \n"), max_size=12)
texts = st.one_of(vietnamese, hard, st.text(max_size=20))


@settings(deadline=None)
@given(texts)
def test_composed_is_nfc_and_composing_again_changes_nothing(text: str) -> None:
    composed, offsets = compose(text)
    assert composed == unicodedata.normalize("NFC", text)
    assert compose(composed) == (composed, OffsetMap())
    assert (offsets.to_original(len(composed)), offsets.to_composed(len(text))) == (len(text), len(composed))


@settings(deadline=None)
@given(texts)
def test_offsets_never_run_backwards_and_return_where_nothing_changed(text: str) -> None:
    composed, offsets = compose(text)
    there = [offsets.to_original(at) for at in range(len(composed) + 1)]
    back = [offsets.to_composed(at) for at in range(len(text) + 1)]
    assert there == sorted(there) and back == sorted(back)
    inside = {at for start, end in offsets.composed for at in range(start + 1, end)}
    assert all(offsets.to_composed(there[at]) == at for at in range(len(composed) + 1) if at not in inside)


@settings(deadline=None)
@given(texts, st.data())
def test_a_span_carried_over_holds_the_same_characters(text: str, data: st.DataObject) -> None:
    composed, offsets = compose(text)
    if not composed:
        return
    start = data.draw(st.integers(0, len(composed) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(composed))))
    source = offsets.original_span(span)
    assert span.of(composed) in unicodedata.normalize("NFC", source.of(text))
    assert offsets.composed_span(source).contains(span)


def test_a_decomposed_word_maps_letter_by_letter() -> None:
    composed, offsets = compose("Be\u0323\u0302nh vie\u0302\u0323n")
    assert composed == "Bệnh viện"
    assert [offsets.to_original(at) for at in range(10)] == [0, 1, 4, 5, 6, 7, 8, 9, 12, 13]
    assert offsets.original_span(Span(0, 4)) == Span(0, 6)
    assert offsets.to_composed(2) == 1 and offsets.composed_span(Span(2, 3)) == Span(1, 2)

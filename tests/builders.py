"""Small things that tests build for themselves: encoder checkpoints of both architectures, and an annotated corpus.

Everything is made from the few sentences below, invented for the tests.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import Unigram, WordPiece

from annotations.markup import parse
from model.schema import AnnotatedArticle

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")

SEGMENTED = (
    "Trong năm 2021 , Liên_đoàn Lao_động huyện thành_lập mới 12 công_đoàn cơ_sở .",
    "Liên_đoàn Lao_động tỉnh kết_nạp mới 391 đoàn_viên , đạt 130,3 % kế_hoạch .",
    "Công_đoàn ngành Giáo_dục trao 245 suất quà cho người lao_động khó_khăn .",
    "Quý I , các cấp công_đoàn tổ_chức 18 lớp tập_huấn cho cán_bộ .",
    "Đến nay , quận có 1.250 đoàn_viên sinh_hoạt tại 96 công_đoàn cơ_sở .",
    "Tháng 6 , công_ty ký mới thoả_ước lao_động tập_thể với 3 đơn_vị .",
)
"""What the byte-pair merges of the tiny PhoBERT are learned from."""

ARTICLES: dict[str, dict[str, str]] = {
    "train": {
        "song-lam": """published: 2021-12-20
---
Công đoàn huyện Sông Lam nhìn lại một năm
Trong {năm 2021|D1,2}, {Liên đoàn Lao động huyện Sông Lam|O1,2} {thành lập mới|I1} {12|C1:result:unions_founded} {công đoàn cơ sở|I1}.
Cùng thời gian, đơn vị {kết nạp mới|I2} {391|C2:result:members_admitted}/{300|T2} {đoàn viên|I2}, đạt {130,3%|P2} kế hoạch.
Chiếc xe lưu động chạy 40 km mỗi ngày.
""",
        "dong-xanh": """published: 2022-07-04
---
Quà đến tay người lao động Đồng Xanh
{Quý II|D1}, {Công đoàn ngành Giáo dục|O1} {trao|I1} {245|C1:result:gifts_given} {suất quà|I1} cho giáo viên khó khăn.
{Sáu tháng đầu năm|D2}, {Liên đoàn Lao động tỉnh Đồng Xanh|O2} {tổ chức|I2} {18|C2:result:training_sessions} {lớp tập huấn|I2}.
Hội trường chật kín chỗ ngồi.
""",
        "cau-moi": """published: 2023-04-11
---
Thi đua ở Cầu Mới
Đến nay, {Liên đoàn Lao động quận Cầu Mới|O1,2} có {1.250|C1:level:members_total} {đoàn viên|I1} tại {96|C2:level:unions_total} {công đoàn cơ sở|I2}.
{Năm 2023|D3}, {quận|O3} phấn đấu {kết nạp mới|I3} {500|T3:plan:members_admitted} {đoàn viên|I3}.
""",
        "ben-gio": """published: 2020-10-02
---
Công nhân Bến Gió có thêm chỗ dựa
{Chín tháng năm 2020|D1}, {Công đoàn cơ sở Công ty May Bến Gió|O1} {trao|I1} {77|C1:result:gifts_given} {suất quà|I1}.
{Tháng 9|D2}, {Liên đoàn Lao động huyện Bến Gió|O2} {kết nạp mới|I2} {64|C2:result:members_admitted} {đoàn viên|I2}, đạt {80%|P2} kế hoạch.
Cơn mưa đêm qua làm ngập 2 con đường.
""",
        "nui-dai": """published: 2019-01-15
---
Núi Dài tổng kết
{Năm 2018|D1,2}, {Liên đoàn Lao động huyện Núi Dài|O1,2} {thành lập mới|I1} {7|C1:result:unions_founded} {công đoàn cơ sở|I1}.
Cả huyện {kết nạp mới|I2} {215|C2:result:members_admitted} {đoàn viên|I2}.
Một chương trình văn nghệ khép lại buổi lễ.
""",
        "chi-hat": """published: 2021-05-19
---
Hội diễn văn nghệ công nhân
Chị Hạt 34 tuổi hát bài thứ 2 trong đêm.
Vé vào cửa giá 20.000 đồng.
""",
    },
    "dev": {
        "ho-sen": """published: 2021-12-27
---
Hồ Sen cuối năm
Trong {năm 2021|D1,2}, {Liên đoàn Lao động huyện Hồ Sen|O1,2} {thành lập mới|I1} {9|C1:result:unions_founded} {công đoàn cơ sở|I1}.
Cùng thời gian, đơn vị {kết nạp mới|I2} {402|C2:result:members_admitted} {đoàn viên|I2}.
""",
        "rung-thong": """published: 2022-04-06
---
Rừng Thông đầu năm
{Quý I|D1}, {Công đoàn ngành Y tế|O1} {trao|I1} {120|C1:result:gifts_given} {suất quà|I1}.
Trời rét 9 độ.
""",
    },
}
"""Split and file stem to marked article (annotations/markup.py)."""


def write_corpus(folder: Path) -> Path:
    """The articles above as a corpus folder with ``train`` and ``dev``."""
    for split, articles in ARTICLES.items():
        (folder / split).mkdir(parents=True)
        for name, marked in articles.items():
            (folder / split / f"{name}.txt").write_text(marked, encoding="utf-8")
    return folder


def annotated_articles(*splits: str) -> list[AnnotatedArticle]:
    """The articles above, read; of every split where none is named."""
    return [parse(marked, name) for split in splits or tuple(ARTICLES) for name, marked in ARTICLES[split].items()]


def learn_merges(words: Counter[str], number: int) -> tuple[list[tuple[str, str, int]], Counter[str]]:
    """Byte-pair merges with their counts, most frequent pair first, and how often each token of the merged words is then seen."""
    split = {word: [*word[:-1], word[-1] + "</w>"] for word in words}
    merges: list[tuple[str, str, int]] = []
    for _ in range(number):
        pairs = Counter[tuple[str, str]]()
        for word, tokens in split.items():
            for pair in pairwise(tokens):
                pairs[pair] += words[word]
        if not pairs:
            break
        (left, right), count = max(pairs.items(), key=lambda item: (item[1], item[0]))
        merges.append((left, right, count))
        split = {word: _merged(tokens, left, right) for word, tokens in split.items()}
    seen = Counter[str]()
    for word, tokens in split.items():
        for token in tokens:
            seen[token.removesuffix("</w>") if token.endswith("</w>") else token + "@@"] += words[word]
    return merges, seen


def _merged(tokens: list[str], left: str, right: str) -> list[str]:
    made: list[str] = []
    at = 0
    while at < len(tokens):
        both = tokens[at : at + 2] == [left, right]
        made.append(left + right if both else tokens[at])
        at += 2 if both else 1
    return made


def write_phobert_vocabulary(folder: Path, merges: int = 160) -> int:
    """``vocab.txt`` and ``bpe.codes`` as PhoBERT has them; gives how many ids they use, ``<mask>`` included."""
    folder.mkdir(parents=True, exist_ok=True)
    learned, seen = learn_merges(Counter(" ".join(SEGMENTED).split()), merges)
    parts = {left + right.removesuffix("</w>") for left, right, _ in learned} | set("".join(SEGMENTED)) - {" "} | set("0123456789")
    for part in parts:
        seen[part] += 1
        seen[part + "@@"] += 1
    ordered = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    (folder / "vocab.txt").write_text("".join(f"{token} {count}\n" for token, count in ordered), encoding="utf-8")
    (folder / "bpe.codes").write_text("".join(f"{left} {right} {count}\n" for left, right, count in learned), encoding="utf-8")
    return len(SPECIALS) + len(ordered) + 1


def tiny_phobert(folder: Path) -> Path:
    """A checkpoint of PhoBERT's architecture with random weights: 256 subwords at most, its own vocabulary."""
    import torch
    from transformers import RobertaConfig, RobertaModel

    size = write_phobert_vocabulary(folder)
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=258,
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    RobertaModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def unigram_tokenizer() -> Tokenizer:
    """Letters and the syllables of the corpus, frequent ones likelier, in the style of SentencePiece."""
    counts = Counter(" ".join(marked for articles in ARTICLES.values() for marked in articles.values()).replace("{", " ").replace("|", " ").split())
    syllables = {f"▁{word}": math.log(count) - 8 for word, count in counts.items() if word.isalpha()}
    letters = dict.fromkeys(sorted(set("".join(syllables)) | set("0123456789.,%/▁")), -12.0)
    rest = sorted((letters | syllables).items())
    tokenizer = Tokenizer(Unigram([*((name, 0.0) for name in SPECIALS), *rest], unk_id=SPECIALS.index("<unk>")))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens(list(SPECIALS))
    return tokenizer


def wordpiece_tokenizer(names: tuple[str, ...] = ("[CLS]", "[PAD]", "[SEP]", "[UNK]")) -> Tokenizer:
    """Whole syllables, and letters that continue a word with ``##``, in the style of BERT."""
    words = sorted({word for sentence in SEGMENTED for word in sentence.replace("_", " ").split()})
    letters = sorted(set("".join(words)))
    pieces = dict.fromkeys([*names, *words, *letters, *(f"##{letter}" for letter in letters)])
    tokenizer = Tokenizer(WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token=names[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(list(names))
    return tokenizer


def tiny_bert(folder: Path, *, mask: bool = False, hidden: int = 32) -> Path:
    """A checkpoint of BERT's architecture with random weights and a fast tokenizer, where asked with a piece for hidden words."""
    import torch
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = unigram_tokenizer()
    tokenizer.add_special_tokens(["<mask>"] if mask else [])
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=hidden,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * hidden,
        max_position_embeddings=256,
        pad_token_id=1,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def flip_byte(path: Path, place: int) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[place] ^= 0x5A
    path.write_bytes(bytes(data))


def change_json(path: Path, **values: object) -> None:
    """Replace top-level values of a JSON file."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(stored | values, ensure_ascii=False), encoding="utf-8")

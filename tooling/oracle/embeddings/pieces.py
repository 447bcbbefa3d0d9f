"""What sentencepiece 0.2.3 learns from src/fixtures/pieces.txt, and how it takes sentences apart.

Writes packages/embeddings/src/fixtures/pieces.json and two models, of which one has rules of its own.
"""

import base64
import io
import json
import pathlib
import tempfile

import sentencepiece

FIXTURES = pathlib.Path(__file__).parents[3] / "packages/embeddings/src/fixtures"
TEXT = (FIXTURES / "pieces.txt").read_text().splitlines()
OTHERS = [
    "",
    "   ",
    " unknown Ω ж ∑ xyzzy",
    "<s> literal </s> <unk> tag",
    "The quick brown fox jumps over the lazy dog.",
    "[SEP] in [SEP]text[SEP]",
    "▁ mark ▁x",
    "e\u0301 combining, \ufb01ne \u2460 \u3131\u314f\u3131",
    "tabs\tand\u3000wide\u00a0spaces\u200bof all kinds",
    "Zusammensetzungen überall",
    "the theory of themes",
    "x" * 60,
    "\ua7af\u0560\u061c- newer\u9ffd \ufeff\t of",
]
# Letters that Unicode 9 does not have, marks of byte order, ends of lines, and a symbol that is called like a letter
ODD_TEXT = [
    line + end
    for line in ["\u061c-\ua7afa", "\u0560ab \ufeff\tx", "\u9ffd\u4e00 x\ufeff\t", "\u1c90\u10d0 \u061c-", "\ufeff\tab \u9ffd- ax"]
    for end in ["\r\n", "", "\r", " b\n\n"]
]
TESTS = TEXT[::9] + TEXT[-12:] + OTHERS
SYMBOLS = dict(user_defined_symbols=["[SEP]", "the"], control_symbols=["[CLS]"], pad_id=3)
OTHER = dict(
    add_dummy_prefix=False, remove_extra_whitespaces=False, character_coverage=1.0, split_digits=True, split_by_whitespace=False
)
CASES = {
    "unigram": dict(model_type="unigram", vocab_size=600, normalization_rule_name="nmt_nfkc"),
    "bpe": dict(model_type="bpe", vocab_size=600, normalization_rule_name="nmt_nfkc"),
    "unigram with symbols and bytes": dict(
        model_type="unigram", vocab_size=600, normalization_rule_name="identity", byte_fallback=True, character_coverage=0.99, **SYMBOLS
    ),
    "bpe with symbols and bytes": dict(
        model_type="bpe", vocab_size=600, normalization_rule_name="identity", byte_fallback=True, character_coverage=0.99, **SYMBOLS
    ),
    "unigram over spaces": dict(
        model_type="unigram", vocab_size=500, normalization_rule_name="identity", max_sentencepiece_length=8, **OTHER
    ),
    "bpe over spaces and scripts": dict(
        model_type="bpe",
        vocab_size=500,
        normalization_rule_name="identity",
        max_sentencepiece_length=8,
        split_by_unicode_script=False,
        split_by_number=False,
        **OTHER,
    ),
}
ODD = dict(normalization_rule_name="identity", byte_fallback=True, character_coverage=1.0, control_symbols=["x"])
BYTES = [b"\xef\xa9\x18U", b"\xef", b"\xef\xbf\xbd", b"\xef\xbb\xbfa", b"\xf0\x9f\x91", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xea\xac\xa5", b"a\xcc\x81"]
ODD_CASES = {
    "unigram of odd letters": dict(model_type="unigram", vocab_size=277, remove_extra_whitespaces=False, **ODD),
    "bpe of odd letters": dict(model_type="bpe", vocab_size=290, **ODD),
}


def trained(text=TEXT, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(text), model_writer=model, minloglevel=2, **options)
    return model.getvalue()


def camel(name):
    first, *rest = name.replace("normalization_rule_name", "normalization").split("_")
    return first + "".join(word.capitalize() for word in rest)


def units(text, points):
    """A place in code points as one in UTF-16 units."""
    return len(text[:points].encode("utf-16-le")) // 2


def applied(model, tests=TESTS):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    ids = [processor.encode(text) for text in tests]
    places = [processor.encode_as_offset_mapping(text)["offsets"] for text in tests]
    found = {
        "ids": ids,
        "decoded": [processor.decode(each) for each in ids],
        "places": [[[units(text, a), units(text, b)] for a, b in each] for text, each in zip(tests, places)],
    }
    return processor, found


def case(options, text=TEXT):
    tests = TESTS if text is TEXT else OTHERS
    processor, found = applied(trained(text, **options), tests)
    scores = [[processor.id_to_piece(i), processor.get_score(i)] for i in range(processor.get_piece_size())]
    best = {}
    if options["model_type"] == "unigram":
        best = {"best": [processor.nbest_encode_as_ids(text, 4) for text in tests[-8:]]}
    own = {}
    if text is not TEXT:
        # Bytes of letters that are cut, one after the other
        cut = [[processor.piece_to_id(f"<0x{byte:02X}>") for byte in word] for word in BYTES]
        own = {"texts": text, "tests": tests, "bytes": [[ids, processor.decode(ids)] for ids in cut]}
    return {"options": {camel(name): value for name, value in options.items()}, "pieces": scores, **found, **best, **own}


def main():
    cases = {name: case(options) for name, options in CASES.items()}
    cases |= {name: case(options, ODD_TEXT) for name, options in ODD_CASES.items()}
    with tempfile.TemporaryDirectory() as folder:
        rules = pathlib.Path(folder) / "rules.tsv"
        # "ph" → "f", "sch" → "sh", "s" stays, "q" → nothing, "é" → "e" twice over
        rules.write_text("70 68\t66\n73 63 68\t73 68\n71\t\nE9\t65\n65 301\t65\n")
        own = trained(model_type="bpe", vocab_size=300, normalization_rule_tsv=str(rules), character_coverage=0.99)
    plain = trained(model_type="unigram", vocab_size=300, normalization_rule_name="identity", character_coverage=0.99)
    files = {}
    for name, model in {"bpe with rules of its own": own, "unigram": plain}.items():
        _, found = applied(model)
        files[name] = {"model": base64.b64encode(model).decode(), **found}
    result = {"sentencepiece": sentencepiece.__version__, "tests": TESTS, "cases": cases, "files": files}
    (FIXTURES / "pieces.json").write_text(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n")


main()

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


def trained(**options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(TEXT), model_writer=model, minloglevel=2, **options)
    return model.getvalue()


def camel(name):
    first, *rest = name.replace("normalization_rule_name", "normalization").split("_")
    return first + "".join(word.capitalize() for word in rest)


def units(text, points):
    """A place in code points as one in UTF-16 units."""
    return len(text[:points].encode("utf-16-le")) // 2


def applied(model):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    ids = [processor.encode(text) for text in TESTS]
    places = [processor.encode_as_offset_mapping(text)["offsets"] for text in TESTS]
    found = {
        "ids": ids,
        "decoded": [processor.decode(each) for each in ids],
        "places": [[[units(text, a), units(text, b)] for a, b in each] for text, each in zip(TESTS, places)],
    }
    return processor, found


def case(options):
    processor, found = applied(trained(**options))
    scores = [[processor.id_to_piece(i), processor.get_score(i)] for i in range(processor.get_piece_size())]
    best = {}
    if options["model_type"] == "unigram":
        best = {"best": [processor.nbest_encode_as_ids(text, 4) for text in TESTS[-8:]]}
    return {"options": {camel(name): value for name, value in options.items()}, "pieces": scores, **found, **best}


def main():
    cases = {name: case(options) for name, options in CASES.items()}
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

"""Writes what sacrebleu, jiwer and rouge-score say of a small corpus that is hard to tokenise.

    python measures_fixtures.py packages/decoding/src/fixtures
"""

import json
import random
import sys
from pathlib import Path

import jiwer
import sacrebleu
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF, TER

HYPOTHESES = [
    "The cat is on the mat.",
    "There is a cat on the mat, isn't there?",
    "It cost $1,234.56 (about 5-6% more) - he said: &quot;no&quot;!",
    "",
    "the the the the",
    "猫坐在垫子上。It's 3.5米 long，对吗？",
    "A completely different sentence with nothing shared",
    "“Smart” quotes—and dashes… cost 20€ or £5; e.g. U.S.A.",
    "I read the book yesterday that you gave me",
    "to the market went we on Friday last",
    "a b c d e f g h",
    "Emoji 😀 count 👍🏽 as symbols 日本語テキスト。",
]
REFERENCES = [
    [
        "The cat sat on the mat.",
        "There is a cat on the mat.",
        "It cost $1,234.50 (some 5-6% more) - she said: \"no\"!",
        "This line has no translation.",
        "the cat the dog",
        "猫坐在垫子上。它长3.5米，对吗？",
        "Entirely other words here",
        "\"Smart\" quotes - and dashes... cost 20 € or £5; e.g. U.S.A.",
        "I read yesterday the book that you gave me",
        "we went to the market on Friday last",
        "e f g h a b c d",
        "Emoji 😀 counts 👍🏽 as a symbol 日本語のテキスト。",
    ],
    [
        "On the mat is a cat.",
        "Isn't there a cat on the mat?",
        "The price was $1,234.56, about 5-6% more; he said: no!",
        "Nothing.",
        "the",
        "垫子上坐着一只猫。它有3.5米长，是吗？",
        "A different sentence",
        "Smart quotes and dashes cost 20€ or £5, for example in the U.S.A.",
        "Yesterday I read the book you gave me",
        "last Friday we went to the market",
        "a b c d",
        "Emoji 😀 count as symbols, 日本語テキスト",
    ],
]


def bleu():
    rows = []
    for tokenize in ("13a", "char", "intl", "zh", "none"):
        for smooth, value in (("exp", None), ("floor", None), ("floor", 0.3), ("add-k", None), ("add-k", 2), ("none", None)):
            for count in (1, 2):
                for lowercase in (False, True):
                    metric = BLEU(tokenize=tokenize, smooth_method=smooth, smooth_value=value, lowercase=lowercase)
                    score = metric.corpus_score(HYPOTHESES, REFERENCES[:count])
                    rows.append({"tokenize": tokenize, "smooth": smooth, "smoothValue": value, "references": count, "lowercase": lowercase, "score": score.score, "precisions": score.precisions, "brevity": score.bp, "lengths": [score.sys_len, score.ref_len], "signature": str(metric.get_signature()), "text": score.format()})
    sentences = []
    for effective in (True, False):
        metric = BLEU(effective_order=effective)
        sentences.append({"effectiveOrder": effective, "scores": [metric.sentence_score(h, [r[at] for r in REFERENCES]).score for at, h in enumerate(HYPOTHESES)]})
    tokens = {name: [sacrebleu.metrics.bleu._get_tokenizer(name)()(line.rstrip()) for line in HYPOTHESES + REFERENCES[0]] for name in ("13a", "char", "intl", "zh")}
    return {"corpus": rows, "sentences": sentences, "tokens": tokens}


def chrf():
    rows = []
    for word_order in (0, 1, 2):
        for lowercase in (False, True):
            for whitespace in (False, True):
                for eps in (False, True):
                    for count in (1, 2):
                        metric = CHRF(word_order=word_order, lowercase=lowercase, whitespace=whitespace, eps_smoothing=eps)
                        score = metric.corpus_score(HYPOTHESES, REFERENCES[:count])
                        sentence = [metric.sentence_score(h, [r[at] for r in REFERENCES[:count]]).score for at, h in enumerate(HYPOTHESES)]
                        rows.append({"wordOrder": word_order, "lowercase": lowercase, "whitespace": whitespace, "epsSmoothing": eps, "references": count, "score": score.score, "sentences": sentence, "signature": str(metric.get_signature())})
    return rows


def ter():
    rows = []
    for settings in ({}, {"normalized": True}, {"no_punct": True}, {"case_sensitive": True}, {"normalized": True, "asian_support": True}, {"no_punct": True, "asian_support": True, "normalized": True}):
        for count in (1, 2):
            metric = TER(**settings)
            score = metric.corpus_score(HYPOTHESES, REFERENCES[:count])
            sentence = [metric.sentence_score(h, [r[at] for r in REFERENCES[:count]]).score for at, h in enumerate(HYPOTHESES)]
            rows.append({"settings": settings, "references": count, "score": score.score, "edits": score.num_edits, "length": score.ref_length, "sentences": sentence, "signature": str(metric.get_signature())})
    return rows


def shuffled():
    """Long and repetitive lines, where shifts and the beam of the edit distance matter."""
    random.seed(3)
    rows = []
    for length in (5, 12, 30, 60, 120):
        for _ in range(4):
            words = [random.choice("abcdefghij") for _ in range(length)]
            other = words[:]
            for _ in range(3):
                start = random.randrange(length)
                size = random.randrange(1, 6)
                block = other[start : start + size]
                del other[start : start + size]
                to = random.randrange(len(other) + 1)
                other[to:to] = block
            for _ in range(length // 6):
                other[random.randrange(len(other))] = random.choice("klm")
            hypothesis, reference = " ".join(other), " ".join(words)
            rows.append({"hypothesis": hypothesis, "reference": reference, "ter": TER().sentence_score(hypothesis, [reference]).score})
    return rows


def error_rates():
    kept = [at for at in range(len(HYPOTHESES)) if HYPOTHESES[at]]
    hypotheses = [HYPOTHESES[at] for at in kept]
    references = [REFERENCES[0][at] for at in kept]
    words = jiwer.process_words(references, hypotheses)
    characters = jiwer.process_characters(references, hypotheses)
    return {
        "kept": kept,
        "wer": words.wer,
        "words": [words.hits, words.substitutions, words.deletions, words.insertions],
        "cer": characters.cer,
        "characters": [characters.hits, characters.substitutions, characters.deletions, characters.insertions],
    }


def rouge():
    rows = []
    for stem in (False,):
        scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=stem)
        for at, hypothesis in enumerate(HYPOTHESES):
            scores = scorer.score(REFERENCES[0][at], hypothesis)
            rows.append({name: [s.precision, s.recall, s.fmeasure] for name, s in scores.items()})
    return rows


if __name__ == "__main__":
    data = {"versions": {"sacrebleu": sacrebleu.__version__}, "hypotheses": HYPOTHESES, "references": REFERENCES, "bleu": bleu(), "chrf": chrf(), "ter": ter(), "shuffled": shuffled(), "errorRates": error_rates(), "rouge": rouge()}
    (Path(sys.argv[1]) / "measures.json").write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n")

"""Writes what gensim learns from a small text, beside the tests of @unfoldjs/embeddings. See README.md."""

import json
import sys

import numpy as np
from gensim.models import Phrases, Word2Vec
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS

PLACES = "town village harbour market forest valley".split()
ANIMALS = "dog cat horse cow sheep goat".split()
rng = np.random.RandomState(3)


def sentence():
    kind = rng.randint(3)
    one = lambda words: words[rng.randint(len(words))]
    if kind == 0:
        return f"the {one(ANIMALS)} went to the {one(PLACES)}".split()
    if kind == 1:
        return f"a {one(ANIMALS)} and a {one(ANIMALS)} slept".split()
    return f"the {one(PLACES)} lies near the {one(PLACES)}".split()


sentences = [sentence() for _ in range(120)]
rounded = lambda x: [float(np.float32(v)) for v in np.asarray(x).ravel()]


TABLE = np.exp((np.arange(1000) / 1000 * 2 - 1) * 6).astype(np.float32)
TABLE = (TABLE / (TABLE + 1)).astype(np.float64)


def formulas(before, paths, words, sg, cbow_mean, epochs, rate, sigmoid):
    """gensim's loops (word2vec_inner.pyx) in f64: what each word's path makes of both tables."""
    place = {word: i for i, word in enumerate(words)}
    syn0, syn1 = np.array(before, np.float64).reshape(len(words), -1), None
    syn1 = np.zeros((len(words) - 1, syn0.shape[1]))

    def step(known, target):
        scale = 1 / len(known) if cbow_mean or sg else 1
        hidden, work = syn0[known].sum(0) * scale, np.zeros(syn0.shape[1])
        for code in paths[target]:
            row = code >> 1
            f = hidden @ syn1[row]
            if abs(f) >= 6:
                continue
            g = (1 - (code & 1) - sigmoid(f)) * rate
            work += g * syn1[row]
            syn1[row] += g * hidden
        for one in known:
            syn0[one] += work if cbow_mean or sg else work / len(known)

    for _ in range(epochs):
        for line in sentences:
            line = [place[word] for word in line]
            for i, word in enumerate(line):
                around = [line[j] for j in range(max(0, i - 2), min(len(line), i + 3)) if j != i]
                if sg:
                    for other in around:
                        step([other], word)
                elif around:
                    step(around, word)
    return syn0, syn1


def learnt(sg, cbow_mean, size=8, epochs=4):
    """Hierarchical softmax with whole windows: nothing is drawn, so that numbers can be compared and not only judged."""
    model = Word2Vec(
        vector_size=size, sg=sg, hs=1, negative=0, window=2, shrink_windows=False, sample=0, min_count=1,
        alpha=0.05, min_alpha=0.05, workers=1, cbow_mean=cbow_mean, compute_loss=True, seed=1,
    )
    model.build_vocab(sentences)
    wv = model.wv
    before = rounded(wv.vectors)
    model.train(sentences, total_examples=len(sentences), epochs=epochs)
    paths = []
    for word in wv.index_to_key:
        code, point = wv.get_vecattr(word, "code"), wv.get_vecattr(word, "point")
        paths.append([int(2 * p + c) for p, c in zip(point, code)])
    apart = lambda a, b: float(np.abs(np.ravel(a) - np.ravel(b)).max())
    looked_up = lambda x: TABLE[int((x + 6) * 83)]  # 1000 / 6 / 2 is of whole numbers there, as in word2vec.c
    common = (before, paths, wv.index_to_key, sg, cbow_mean, epochs, 0.05)
    ours = formulas(*common, looked_up)
    # With its own table of sigmoids gensim is these formulas.
    off = max(apart(ours[0], wv.vectors), apart(ours[1], model.syn1[: len(wv) - 1]))
    print("gensim is its formulas up to", off)
    assert off < 1e-3, off  # where a last digit takes it to the next number of the table
    after, nodes = formulas(*common, lambda x: 1 / (1 + np.exp(-x)))
    print("the table moves it by", apart(after, wv.vectors))
    return {
        "architecture": "skip-gram" if sg else "cbow", "mean": bool(cbow_mean), "size": size, "epochs": epochs,
        "words": wv.index_to_key, "counts": [int(wv.get_vecattr(w, "count")) for w in wv.index_to_key],
        "paths": paths, "before": before, "after": rounded(after), "nodes": rounded(nodes),
    }


news = (
    "new york is a city . she lives in new york . the bank of america is in new york . bank of america said so . "
    "machine learning in new york . he studies machine learning . a new machine . the city of york is old"
).split(" . ")
phrases = {}
for scoring, threshold in (("default", 1.0), ("npmi", 0.3)):
    model = Phrases(
        [line.split() for line in news], min_count=1, threshold=threshold, scoring=scoring,
        connector_words=ENGLISH_CONNECTOR_WORDS,
    )
    phrases[scoring] = {"threshold": threshold, "written": [model[line.split()] for line in news]}

negatives = Word2Vec(sentences, vector_size=4, min_count=1, negative=5, epochs=1, workers=1, seed=1, sample=1e-2)
wv = negatives.wv
chances = {
    "counts": [int(wv.get_vecattr(w, "count")) for w in wv.index_to_key],
    "cumulative": [int(v) for v in negatives.cum_table], "exponent": 0.75, "sample": 1e-2,
    "kept": [float(wv.get_vecattr(w, "sample_int")) / (2**32 - 1) for w in wv.index_to_key],
}

json.dump(
    {
        "sentences": sentences,
        "learnt": [learnt(1, 1), learnt(0, 1), learnt(0, 0)],
        "chances": chances,
        "phrases": {"connectors": sorted(ENGLISH_CONNECTOR_WORDS), "sentences": [line.split() for line in news], **phrases},
    },
    open(sys.argv[1], "w"),
)

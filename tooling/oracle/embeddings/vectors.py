"""Files of word vectors by gensim and fastText, and what these say of them, for the tests of @unfoldjs/embeddings.

python vectors.py writes packages/embeddings/src/fixtures/."""

import base64
import json
import pathlib
import tempfile

import fasttext
import numpy as np
from gensim.models import FastText, KeyedVectors
from gensim.models.fasttext import save_facebook_model

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parents[2] / "packages" / "embeddings" / "src" / "fixtures"

WORDS = """the king queen man woman prince princess boy girl apple orange pear juice milk bread paris france rome italy berlin
germany London café naïve 東京 über good better bad worse big bigger""".split()


def keyed(size=12):
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(len(WORDS), size))
    at = {word: i for i, word in enumerate(WORDS)}

    def near(word, *terms, noise=0.25):
        vectors[at[word]] = sum(sign * vectors[at[other]] for sign, other in terms) + noise * rng.normal(size=size)

    near("queen", (1, "king"), (1, "woman"), (-1, "man"))
    near("princess", (1, "prince"), (1, "woman"), (-1, "man"))
    near("girl", (1, "boy"), (1, "woman"), (-1, "man"))
    near("orange", (1, "apple"))
    near("pear", (1, "apple"))
    near("italy", (1, "france"), (1, "rome"), (-1, "paris"))
    near("germany", (1, "france"), (1, "berlin"), (-1, "paris"))
    near("worse", (1, "better"), (1, "bad"), (-1, "good"))
    found = KeyedVectors(size)
    found.add_vectors(WORDS, vectors.astype(np.float32))
    return found


ANALOGIES = """: family
king queen man woman
man woman boy girl
king queen prince princess
: countries
paris france rome italy
Paris FRANCE berlin germany
paris france madrid spain
rome italy paris london
: odd lines
one two three
good better bad worse
"""
SIMILARITIES = "# a comment\nking\tqueen\t8.5\nman\twoman\t8\napple\torange\t7.5\napple\tking\t1.25\nParis\tfrance\t6\nmilk\tjuice\t5\nbad\tnobody\t3\nwrong line\nthe\tqueen\t0.5\n"


def score_of(vectors, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "file.txt"
        path.write_text(ANALOGIES)
        accuracy, sections = vectors.evaluate_word_analogies(str(path), **options)
        path.write_text(SIMILARITIES)
        pearson, spearman, unknown = vectors.evaluate_word_pairs(str(path), **options)
    return {
        "accuracy": accuracy,
        "sections": [{"section": s["section"], "correct": s["correct"], "incorrect": s["incorrect"]} for s in sections[:-1]],
        "pearson": float(pearson[0]),
        "spearman": float(spearman[0]),
        "unknownRatio": unknown,
    }


def pairs(found):
    return [[word, float(similarity)] for word, similarity in found]


def main():
    FIXTURES.mkdir(exist_ok=True)
    vectors = keyed()
    vectors.save_word2vec_format(FIXTURES / "gensim.bin", binary=True)
    vectors.save_word2vec_format(FIXTURES / "gensim.txt")
    vectors.save_word2vec_format(FIXTURES / "glove.txt", write_header=False)

    # fastText reads what gensim trained: its own training fails with NaN where it is built by newer compilers.
    text = ["der gute könig und die gute königin gehen in das haus am see".split()] * 30 + ["das haus am see ist gut".split()] * 20
    trained = FastText(text, vector_size=6, bucket=40, min_n=2, max_n=4, min_count=1, epochs=3, seed=1, workers=1)
    save_facebook_model(trained, str(FIXTURES / "fasttext.bin"))
    model = fasttext.load_model(str(FIXTURES / "fasttext.bin"))
    known, unknown = model.get_words(), ["könige", "häuser", "x", "seen", "gutes"]
    counts = model.get_words(include_freq=True)[1]

    def distance(a, b):
        return float(vectors.wmdistance(a.split(), b.split(), norm=True))

    expected = {
        "words": WORDS,
        "vectors": base64.b64encode(vectors.vectors.astype("<f4").tobytes()).decode(),
        "similarity": [["king", "queen", float(vectors.similarity("king", "queen"))], ["apple", "the", float(vectors.similarity("apple", "the"))]],
        "mostSimilar": [
            {"positive": ["king", "woman"], "negative": ["man"], "found": pairs(vectors.most_similar(["king", "woman"], ["man"], topn=6))},
            {"positive": ["apple"], "negative": [], "found": pairs(vectors.most_similar("apple", topn=4))},
            {"positive": ["apple"], "negative": [], "among": 10, "found": pairs(vectors.most_similar("apple", topn=4, restrict_vocab=10))},
        ],
        "cosMul": pairs(vectors.most_similar_cosmul(["king", "woman"], ["man"], topn=6)),
        "oddOneOut": [[words.split(), vectors.doesnt_match(words.split())] for words in ["apple orange pear berlin", "king queen prince juice", "paris rome berlin the"]],
        "sentences": [
            {"a": a, "b": b, "wordMovers": distance(a, b), "meanSimilarity": float(vectors.n_similarity(a.split(), b.split()))}
            for a, b in [("king queen", "man woman boy"), ("the king juice milk bread", "the queen milk"), ("paris", "rome"), ("the the man", "man the the")]
        ],
        "evaluation": {
            "analogies": ANALOGIES,
            "similarities": SIMILARITIES,
            "plain": score_of(vectors),
            "dummy": score_of(vectors, dummy4unknown=True),
            "caseSensitive": score_of(vectors, case_insensitive=False),
            "restricted": score_of(vectors, restrict_vocab=12),
        },
        "fasttext": {
            "words": known,
            "counts": [int(count) for count in counts],
            "vectors": {word: model.get_word_vector(word).tolist() for word in [*known, *unknown]},
            "unknown": unknown,
            "subwords": {word: [int(i) for i in model.get_subwords(word)[1]] for word in [*known[:4], *unknown]},
        },
    }
    (FIXTURES / "vectors.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()

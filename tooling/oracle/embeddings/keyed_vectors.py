"""gensim's own files of KeyedVectors: with the vectors in the pickle, and beside it. With a folder, reads what saveVectors wrote there."""

import pathlib
import sys

import numpy as np
from gensim.models import FastText, KeyedVectors, Word2Vec

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "packages" / "embeddings" / "src" / "fixtures"
WORDS = ["a", "über", "new york", "東京"]
ROWS = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9.5], [-1e-3, 0, 2e5]])


def vectors(dtype):
    made = KeyedVectors(3, dtype=dtype)
    made.add_vectors(WORDS, ROWS.astype(dtype))
    for at, word in enumerate(WORDS):
        made.set_vecattr(word, "count", 10 - at)
    return made


def main():
    if len(sys.argv) > 1:
        found = KeyedVectors.load(sys.argv[1])
        wanted = KeyedVectors.load(str(FIXTURES / "keyed.kv"))
        assert found.index_to_key == wanted.index_to_key and found.key_to_index == wanted.key_to_index
        assert (found.vectors == wanted.vectors).all() and found.vectors.dtype == wanted.vectors.dtype
        assert [found.get_vecattr(w, "count") for w in WORDS] == [wanted.get_vecattr(w, "count") for w in WORDS]
        assert found.most_similar("a") == wanted.most_similar("a")
        found.save(sys.argv[1] + ".again")
        print("gensim reads it")
        return
    # What gensim notes of the machine, and by which path, is nobody's business.
    KeyedVectors.add_lifecycle_event = lambda *_, **__: None
    vectors(np.float32).save(str(FIXTURES / "keyed.kv"), sep_limit=0)
    vectors(np.float64).save(str(FIXTURES / "keyed-inside.kv"))
    # Those of trained models have attributes that ones made by hand have not; whole models are refused.
    sentences = [["lord", "god"], ["god", "lord", "king"]] * 5
    sizes = dict(vector_size=3, min_count=1, epochs=1, workers=1, seed=1)
    Word2Vec.add_lifecycle_event = lambda *_, **__: None
    model = Word2Vec(sentences, **sizes)
    model.wv.save(str(FIXTURES / "keyed-trained.kv"))
    model.save(str(FIXTURES / "keyed-model.w2v"))
    grams = FastText(sentences, bucket=10, **sizes).wv
    grams.save(str(FIXTURES / "keyed-fasttext.kv"))
    grams.save(str(FIXTURES / "keyed-fasttext-apart.kv"), sep_limit=0)
    for name in ("vectors_lockf", "vectors_vocab_lockf", "vectors_ngrams_lockf"):
        (FIXTURES / f"keyed-fasttext-apart.kv.{name}.npy").unlink()
    print(grams["king"].tolist(), grams["lordly"].tolist())
    print({word: model.wv[word].tolist() for word in model.wv.index_to_key})
    other = vectors(np.float32)
    other.surprise = np.random.default_rng()
    other.save(str(FIXTURES / "keyed-strange.kv"))


main()

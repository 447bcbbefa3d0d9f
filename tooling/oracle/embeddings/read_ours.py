"""Reads what saveVectors wrote by gensim and fastText: python read_ours.py FOLDER, which holds what the README says."""

import pathlib
import sys

import fasttext
import numpy as np
from gensim.models import KeyedVectors
from gensim.models.fasttext import load_facebook_vectors

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "packages" / "embeddings" / "src" / "fixtures"


def largest(a, b, words):
    return max(float(np.abs(np.asarray(a(word)) - np.asarray(b(word))).max()) for word in words)


def main(folder):
    wanted = KeyedVectors.load_word2vec_format(FIXTURES / "gensim.bin", binary=True)
    for name, options in [("word2vec-binary", {"binary": True}), ("word2vec-text", {}), ("glove", {"no_header": True})]:
        found = KeyedVectors.load_word2vec_format(folder / name, **options)
        assert found.index_to_key == wanted.index_to_key
        print(name, largest(found.get_vector, wanted.get_vector, wanted.index_to_key))
    model = fasttext.load_model(str(FIXTURES / "fasttext.bin"))
    words = [*model.get_words(), "könige", "häuser", "gutes"]
    ours = fasttext.load_model(str(folder / "fasttext-binary"))
    assert ours.get_words() == model.get_words()
    print("fasttext-binary by fastText", largest(ours.get_word_vector, model.get_word_vector, words))
    by_gensim = load_facebook_vectors(str(folder / "fasttext-binary"))
    print("fasttext-binary by gensim", largest(by_gensim.get_vector, model.get_word_vector, words))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

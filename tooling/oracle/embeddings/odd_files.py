"""Writes files of words that readers trip over, as gensim writes them, and what fastText says of the end of a line. See README.md."""

import base64
import json
import sys
import tempfile
from pathlib import Path

import fasttext
import numpy as np
from gensim.models import FastText, KeyedVectors
from gensim.models.fasttext import save_facebook_model

# No-break and ideographic spaces, a byte order mark, a tab within, letters of two to four bytes; short vectors.
WORDS = ["é", "\u00a0", "\u3000日", "\ufeffx", "\ufeff", "ß\ta", "😀\u00a0", "ü\u0301", "1", "0x1"]


def files(folder, size):
    vectors = KeyedVectors(size)
    values = np.random.default_rng(size).normal(size=(len(WORDS), size)).astype(np.float32)
    vectors.add_vectors(WORDS, values)
    paths = {name: folder / name for name in ("glove", "word2vec-text", "word2vec-binary", "keyed-vectors")}
    vectors.save_word2vec_format(str(paths["glove"]), binary=False, write_header=False)
    vectors.save_word2vec_format(str(paths["word2vec-text"]), binary=False)
    vectors.save_word2vec_format(str(paths["word2vec-binary"]), binary=True)
    vectors.save(str(paths["keyed-vectors"]))
    return {
        "size": size,
        "rows": values.ravel().tolist(),
        "files": {name: base64.b64encode(path.read_bytes()).decode() for name, path in paths.items()},
    }


def end_of_line(folder):
    sentences = [["one", "two", "</s>"], ["two", "</s>"], ["one", "</s>"]] * 3
    model = FastText(sentences, vector_size=3, bucket=5, min_n=1, max_n=3, min_count=1, seed=1, workers=1, epochs=1)
    path = folder / "model.bin"
    save_facebook_model(model, str(path))
    read = fasttext.load_model(str(path))
    return {
        "model": base64.b64encode(path.read_bytes()).decode(),
        "vectors": {word: read.get_word_vector(word).tolist() for word in ["</s>", "one", "two", "twos"]},
    }


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    found = {"words": WORDS, "sizes": [files(folder, size) for size in (1, 2, 5)], "endOfLine": end_of_line(folder)}
Path(sys.argv[1]).write_text(json.dumps(found))

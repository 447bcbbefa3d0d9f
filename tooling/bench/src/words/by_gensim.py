"""Learns word vectors by gensim on one thread: by_gensim.py TEXT KIND SEED EPOCHS. Prints words for a second of the processor, and
the ten nearest of words 100 to 400."""

import json
import sys
import time

import gensim
from gensim.models import FastText, Word2Vec

path, kind, seed, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
sentences = [line.split() for line in open(path, encoding="utf8")]
options = dict(vector_size=100, window=5, min_count=5, negative=5, sample=1e-3, workers=1, seed=seed)
if kind == "n-grams":
    model = FastText(sg=1, bucket=200_000, **options)
else:
    model = Word2Vec(sg=int(kind == "skip-gram"), **options)
model.build_vocab(sentences)
words = epochs * sum(model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key)
began = time.process_time()
model.train(sentences, total_examples=len(sentences), epochs=epochs)
seconds = time.process_time() - began
near = {word: [other for other, _ in model.wv.most_similar(word, topn=10)] for word in model.wv.index_to_key[100:400]}
print(json.dumps({"version": gensim.__version__, "wordsPerSecond": words / seconds, "near": near}))

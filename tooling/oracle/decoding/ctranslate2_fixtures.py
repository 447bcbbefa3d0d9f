"""Writes what a generator of CTranslate2 gives with the decoder-only model of `transformers_fixtures.py`, whose table of
log-probabilities it is decoded from in the tests.

    python ctranslate2_fixtures.py packages/decoding/src/fixtures
"""

import json
import sys
import tempfile
from pathlib import Path

import ctranslate2
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from transformers_fixtures import MAX_NEW, START, STOP, VOCABULARY, decoder_only

SENTENCES = [[1, 3], [1, 5], [4, 6], [7, 3]]


def converted(folder):
    model = Path(folder) / "model"
    decoder_only().save_pretrained(model)
    words = Tokenizer(models.WordLevel({f"t{token}": token for token in range(VOCABULARY)}, unk_token="t0"))
    fast = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="t0", bos_token=f"t{START}", eos_token=f"t{STOP}")
    fast.save_pretrained(model)
    target = str(Path(folder) / "ctranslate2")
    ctranslate2.converters.TransformersConverter(str(model)).convert(target)
    return ctranslate2.Generator(target, compute_type="float32", intra_threads=1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        generator = converted(folder)
        rows = []
        for beams in (2, 3, 5):
            for penalty in (0.0, 0.7, 1.0, 2.0):
                results = generator.generate_batch(
                    [[f"t{token}" for token in sentence] for sentence in SENTENCES],
                    beam_size=beams,
                    num_hypotheses=beams,
                    length_penalty=penalty,
                    max_length=MAX_NEW,
                    include_prompt_in_result=False,
                    return_scores=True,
                    end_token=[f"t{STOP}"],
                )
                found = [[{"tokens": [int(token[1:]) for token in tokens], "score": score} for tokens, score in zip(each.sequences, each.scores)] for each in results]
                rows.append({"beams": beams, "penalty": penalty, "results": found})
        data = {"version": ctranslate2.__version__, "sentences": SENTENCES, "stop": STOP, "maxLength": MAX_NEW, "cases": rows}
        (Path(sys.argv[1]) / "ctranslate2.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")

"""Writes what diverse and constrained beams of transformers 4 give on the models of `transformers_fixtures.py`: transformers 5 took
both out, so this one runs in an environment of its own, with 4.55.4.

    python transformers4_fixtures.py packages/decoding/src/fixtures
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from transformers_fixtures import MAX_NEW, START, STOP, VOCABULARY, Asked, decoder_only, encoder_decoder, generate, table_of

# Groups that have ended are filled up with the padding token, which then counts against the others: so nobody may say it.
COMMON = {"suppress_tokens": [0]}


def groups():
    for beams, count in ((2, 2), (4, 2), (6, 3), (6, 2)):
        for diversity in (0.3, 1.5):
            for penalty, early in ((1.0, False), (0.0, False), (0.7, True), (1.5, "never"), (-0.5, "never")):
                yield {"num_beams": beams, "num_beam_groups": count, "diversity_penalty": diversity, "length_penalty": penalty, "early_stopping": early, "num_return_sequences": min(3, beams)}


def phrases():
    # All of one length: there the banks of transformers count tokens, as those of Post & Vilar do.
    for words in ([[3]], [[7], [4]], [[5, 6]], [[3, 7], [6, 4]], [[6], [5], [3]]):
        for beams in (3, 6, 10):
            for penalty, early in ((1.0, False), (0.0, True), (1.5, "never")):
                yield {"num_beams": beams, "force_words_ids": words, "length_penalty": penalty, "early_stopping": early}


def searches():
    models = []
    for kind, model, sentences, all_settings in [
        ("decoder", decoder_only(), [[1, 3], [1, 5], [4, 6], [7, 3]], groups()),
        # There a phrase in the prompt counts as said: so these prompts have nothing of any.
        ("decoder", decoder_only(), [[1, 1], [1, 0], [0, 1], [0, 0]], phrases()),
        ("encoder-decoder", encoder_decoder(), [[3, 4, 5], [6, 7, 3], [5, 5, 7], [4, 3, 6]], [*groups(), *phrases()]),
    ]:
        asked = Asked()
        cases = []
        for settings in all_settings:
            size = settings["num_beams"] // settings.get("num_beam_groups", 1)
            found = generate(asked, model, kind, sentences, rows=size, **COMMON, **settings)
            for each in (each for sentence in found for each in sentence):
                each["score"] = round(each["score"], 5)
            cases.append({"settings": settings, "results": found})
        models.append({"kind": kind, "start": START, "stop": STOP, "maxLength": MAX_NEW, "sentences": sentences, "table": table_of(asked, model, kind, sentences), "cases": cases})
    return {"version": transformers.__version__, "vocabulary": VOCABULARY, "models": models}


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    (Path(sys.argv[1]) / "transformers4.json").write_text(json.dumps(searches(), separators=(",", ":")) + "\n")

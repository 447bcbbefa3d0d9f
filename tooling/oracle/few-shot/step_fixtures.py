"""What sentence-transformers' CosineSimilarityLoss and PyTorch's AdamW make of the tiny BERT of sequence-layers' fixtures: the loss and
the gradients of one batch without dropout, and the weights after three steps.

    python3 tooling/oracle/few-shot/step_fixtures.py packages/sequence-layers/src/fixtures > packages/sequence-layers/src/fixtures/set-fit.json
"""

import json
import pathlib
import sys

import torch
import sentence_transformers
from safetensors.torch import load_file
from sentence_transformers import losses
from sentence_transformers.models import Normalize, Pooling
from transformers import BertConfig, BertModel

FOLDER = pathlib.Path(sys.argv[1])
TEXTS = [[2, 7, 19, 4, 3], [2, 11, 3], [2, 5, 5, 3], [2, 17, 8, 6, 9, 3]]
PAIRS = [[0, 1, 1.0], [0, 2, 0.0], [3, 3, 1.0], [1, 3, 0.0]]
# Large, so that three steps are seen.
RATE, DECAY, CLIP = 0.01, 0.1, 0.5
FACTORS = [1.0, 1.0, 0.5]  # warm-up of one step, then a line to 0 in two


class Encoder(torch.nn.Module):
    """The parts of sentence-transformers, of which `Transformer` alone wants a tokenizer's files."""

    def __init__(self, bert):
        super().__init__()
        self.bert = bert
        self.pooling = Pooling(bert.config.hidden_size, pooling_mode="mean")
        self.normalise = Normalize()

    def forward(self, features):
        hidden = self.bert(**features).last_hidden_state
        return self.normalise(self.pooling({"token_embeddings": hidden, "attention_mask": features["attention_mask"]}))


def batch(texts):
    time = max(map(len, texts))
    return {
        "input_ids": torch.tensor([text + [0] * (time - len(text)) for text in texts]),
        "attention_mask": torch.tensor([[1] * len(text) + [0] * (time - len(text)) for text in texts]),
    }


config = BertConfig(**json.loads((FOLDER / "tiny-bert.json").read_text())["config"])
bert = BertModel(config)
bert.load_state_dict(load_file(FOLDER / "tiny-bert.safetensors"))
encoder = Encoder(bert.double()).eval()  # no dropout
loss_of = losses.CosineSimilarityLoss(encoder)
named = dict(sorted(bert.named_parameters()))
free = [name for name in named if name.endswith("bias") or "LayerNorm" in name]
optimizer = torch.optim.AdamW(
    [
        {"params": [p for n, p in named.items() if n not in free], "weight_decay": DECAY},
        {"params": [p for n, p in named.items() if n in free], "weight_decay": 0.0},
    ],
    lr=RATE,
)
columns = [batch([TEXTS[pair[side]] for pair in PAIRS]) for side in (0, 1)]
truth = torch.tensor([pair[2] for pair in PAIRS], dtype=torch.float64)
kept = lambda tensor: [round(value, 8) for value in tensor.detach().flatten().tolist()]

steps = []
for factor in FACTORS:
    optimizer.zero_grad()
    loss = loss_of(columns, truth)
    loss.backward()
    if not steps:
        gradients = {name: kept(p.grad) for name, p in named.items() if p.grad is not None}
        vectors = kept(encoder(batch(TEXTS))["sentence_embedding"])
    norm = torch.nn.utils.clip_grad_norm_(named.values(), CLIP)
    steps.append({"loss": loss.item(), "norm": norm.item()})
    for group in optimizer.param_groups:
        group["lr"] = RATE * factor
    optimizer.step()

json.dump(
    {
        "sentence-transformers": sentence_transformers.__version__,
        "torch": torch.__version__.split("+")[0],
        "texts": TEXTS,
        "pairs": PAIRS,
        "learningRate": RATE,
        "weightDecay": DECAY,
        "clipNorm": CLIP,
        "warmUp": 0.2,
        "vectors": vectors,
        "gradients": gradients,
        "steps": steps,
        "weights": {name: kept(p) for name, p in named.items()},
    },
    sys.stdout,
)
print()

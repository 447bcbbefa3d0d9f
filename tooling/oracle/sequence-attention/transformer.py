"""PyTorch's transformer layers and stacks, and models made of them as plain PyTorch modules; outputs and gradients, in f64.

    python3 tooling/oracle/sequence-attention/transformer.py > packages/sequence-layers/src/fixtures/transformer.json
"""

import json
import math
import sys

import torch
from torch import nn

from pattern import fill, gradients, leaf, numbers, values, weighted

D, HEADS, BATCH, TIME, SOURCE = 6, 2, 2, 4, 3
SIZES = {"d_model": D, "nhead": HEADS, "dim_feedforward": 5, "dtype": torch.float64}


def rows(time, features, first):
    return (BATCH, time, features) if first else (time, BATCH, features)


def padding(time):
    return torch.tensor([[at >= time - row for at in range(time)] for row in range(BATCH)])


def causal(time):
    return torch.ones(time, time, dtype=torch.bool).triu(1)


def found(output, module, leaves):
    return {"output": numbers(output), "gradients": gradients(weighted(output), module, leaves)}


def encoder(layers=0, norm=False, masks=(), **options):
    layer = nn.TransformerEncoderLayer(**SIZES, **options)
    if layers:
        layer = nn.TransformerEncoder(layer, layers, nn.LayerNorm(D, dtype=torch.float64) if norm else None)
    layer = fill(layer).eval()
    leaves = {"src": leaf(rows(TIME, D, options.get("batch_first", False)), 1)}
    given = {}
    if "causal" in masks:
        given["mask" if layers else "src_mask"] = causal(TIME)
    if "padding" in masks:
        given["src_key_padding_mask"] = padding(TIME)
    return found(layer(leaves["src"], **given), layer, leaves)


def decoder(layers=0, norm=False, masks=(), **options):
    layer = nn.TransformerDecoderLayer(**SIZES, **options)
    if layers:
        layer = nn.TransformerDecoder(layer, layers, nn.LayerNorm(D, dtype=torch.float64) if norm else None)
    layer = fill(layer).eval()
    first = options.get("batch_first", False)
    leaves = {"tgt": leaf(rows(TIME, D, first), 1), "memory": leaf(rows(SOURCE, D, first), 2)}
    given = {}
    if "causal" in masks:
        given["tgt_mask"] = causal(TIME)
    if "padding" in masks:
        given["memory_key_padding_mask"] = padding(SOURCE)
        given["tgt_key_padding_mask"] = padding(TIME)
    return found(layer(leaves["tgt"], leaves["memory"], **given), layer, leaves)


TOKENS = torch.tensor([[1, 4, 0, 2, 6], [3, 3, 5, 1, 2]])
TARGET = torch.tensor([[1, 2, 4, 0], [1, 3, 3, 2]])


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embedding = nn.Embedding(7, D)
        self.positions = nn.Embedding(8, D)
        layer = nn.TransformerEncoderLayer(D, HEADS, 4 * D, activation="gelu", batch_first=True, norm_first=True)
        self.transformer = nn.TransformerEncoder(layer, 2, nn.LayerNorm(D))

    def forward(self, tokens):
        x = self.token_embedding(tokens) + self.positions.weight[: tokens.shape[1]]
        return self.transformer(x, causal(tokens.shape[1])) @ self.token_embedding.weight.T


def sinusoids(time):
    rate = 10000 ** (torch.arange(0, D, 2, dtype=torch.float64) / D)
    angle = torch.arange(time, dtype=torch.float64).unsqueeze(1) / rate
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)


class EncoderDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.source_embedding = nn.Embedding(7, D)
        self.target_embedding = nn.Embedding(5, D)
        options = {"dim_feedforward": 8, "batch_first": True, "norm_first": True}
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(D, HEADS, **options), 1, nn.LayerNorm(D))
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(D, HEADS, **options), 1, nn.LayerNorm(D))

    def forward(self, source, target, lengths):
        unseen = torch.arange(source.shape[1]) >= lengths.unsqueeze(1)
        embed = lambda table, tokens: table(tokens) * math.sqrt(D) + sinusoids(tokens.shape[1])
        memory = self.encoder(embed(self.source_embedding, source), src_key_padding_mask=unseen)
        x = embed(self.target_embedding, target)
        output = self.decoder(x, memory, tgt_mask=causal(target.shape[1]), memory_key_padding_mask=unseen)
        return output @ self.target_embedding.weight.T


def model(module, *inputs):
    module = fill(module.double()).eval()
    return found(module(*inputs), module, {})


if __name__ == "__main__":
    cases = {
        "encoder": {
            "post norm, relu": encoder(),
            "pre norm, gelu, batch first": encoder(activation="gelu", norm_first=True, batch_first=True),
            "with masks": encoder(masks=("causal", "padding"), batch_first=True),
            "without bias, another epsilon": encoder(bias=False, layer_norm_eps=0.1),
            "two layers with a norm and masks": encoder(2, True, ("causal", "padding"), norm_first=True),
        },
        "decoder": {
            "post norm, relu": decoder(),
            "pre norm, gelu, batch first": decoder(activation="gelu", norm_first=True, batch_first=True),
            "with masks": decoder(masks=("causal", "padding"), batch_first=True),
            "without bias, another epsilon": decoder(bias=False, layer_norm_eps=0.1),
            "two layers with a norm and masks": decoder(2, True, ("causal", "padding"), norm_first=True),
        },
        "models": {
            "GPT": model(Gpt(), TOKENS),
            "EncoderDecoder": model(EncoderDecoder(), TOKENS, TARGET, torch.tensor([5, 3])),
        },
    }
    json.dump({"torch": torch.__version__.split("+")[0], **cases}, sys.stdout, indent=1)
    print()

"""MultiheadAttention as PyTorch has it, and the other attention layers as a few lines of plain PyTorch after their papers; outputs,
weights and gradients, in f64.

    python3 tooling/oracle/sequence-attention/attention.py > packages/sequence-layers/src/fixtures/attention.json
"""

import json
import sys

import torch
from torch import nn

from pattern import fill, gradients, leaf, numbers, values, weighted


def mha_case(embed, heads, queries, keys, batch=2, call=None, masks=(), lengths=None, **options):
    """Masks: "padding", "pairs", "heads" (truths); "numbers" (added)."""
    layer = fill(nn.MultiheadAttention(embed, heads, dtype=torch.float64, **options)).eval()
    first = options.get("batch_first", False)
    shape = lambda time, features: (batch, time, features) if first else (time, batch, features)
    leaves = {"query": leaf(shape(queries, embed), 1)}
    leaves["key"] = leaf(shape(keys, options.get("kdim", embed)), 2)
    leaves["value"] = leaf(shape(keys, options.get("vdim", embed)), 3)
    given = dict(call or {})
    if "padding" in masks:
        given["key_padding_mask"] = torch.tensor([[at >= keys - 1 - row for at in range(keys)] for row in range(batch)])
    if "pairs" in masks:
        given["attn_mask"] = torch.tensor([[(at + row) % 3 == 1 for at in range(keys)] for row in range(queries)])
    if "heads" in masks:
        bits = [(at % 4) == 1 for at in range(batch * heads * queries * keys)]
        given["attn_mask"] = torch.tensor(bits).reshape(batch * heads, queries, keys)
    if "numbers" in masks:
        given["attn_mask"] = values((queries, keys), 4)
    if "causal" in masks:
        given["attn_mask"] = torch.ones(queries, keys, dtype=torch.bool).triu(1)
    output, weights = layer(leaves["query"], leaves["key"], leaves["value"], **given)
    return {
        "output": numbers(output),
        "weights": numbers(weights),
        "gradients": gradients(weighted(output) + weighted(weights, 8), layer, leaves),
    }


MULTIHEAD = {
    "plain": lambda: mha_case(6, 2, 3, 5),
    "of other keys and values, batch first": lambda: mha_case(6, 3, 3, 5, kdim=4, vdim=7, batch_first=True),
    "without bias": lambda: mha_case(4, 1, 2, 3, bias=False),
    "with padding and truths": lambda: mha_case(6, 2, 3, 5, masks=("padding", "pairs"), batch_first=True),
    "with truths by head": lambda: mha_case(6, 2, 3, 5, masks=("heads",), call={"average_attn_weights": False}),
    "with numbers": lambda: mha_case(6, 2, 3, 5, masks=("numbers",)),
    "causal": lambda: mha_case(6, 2, 5, 5, masks=("causal",), batch_first=True),
}


class Additive(nn.Module):
    def __init__(self, query, key, hidden, bias=False):
        super().__init__()
        self.query_proj = nn.Linear(query, hidden, bias=bias)
        self.key_proj = nn.Linear(key, hidden, bias=False)
        self.weight = nn.Parameter(torch.zeros(hidden))

    def scores(self, query, key, trace=0):
        inner = torch.tanh(self.query_proj(query).unsqueeze(2) + (self.key_proj(key) + trace).unsqueeze(1))
        return (inner * self.weight).sum(-1)


class Location(Additive):
    def __init__(self, query, key, hidden, filters, kernel):
        super().__init__(query, key, hidden, bias=True)
        self.location_filter = nn.Parameter(torch.zeros(filters, 1, kernel))
        self.location_proj = nn.Linear(filters, hidden, bias=False)

    def trace(self, history):
        found = nn.functional.conv1d(history.unsqueeze(1), self.location_filter, padding="same")
        return self.location_proj(found.transpose(1, 2))

    def continued(self, history, weights):
        return weights


class Coverage(Additive):
    def __init__(self, query, key, hidden):
        super().__init__(query, key, hidden, bias=True)
        self.coverage_weight = nn.Parameter(torch.zeros(hidden))

    def trace(self, history):
        return history.unsqueeze(2) * self.coverage_weight

    def continued(self, history, weights):
        return history + weights


class Dot(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def scores(self, query, key):
        return query @ key.transpose(1, 2) * self.scale


class General(nn.Module):
    def __init__(self, query, key):
        super().__init__()
        self.key_proj = nn.Linear(key, query, bias=False)

    def scores(self, query, key):
        return query @ self.key_proj(key).transpose(1, 2)


LENGTHS = torch.tensor([4, 2])


def softened(scores, lengths):
    if lengths is not None:
        scores = scores.masked_fill(torch.arange(scores.shape[-1]) >= lengths.reshape(-1, 1, 1), -torch.inf)
    return scores.softmax(-1)


def scored(layer, query_size, key_size, lengths=None):
    layer = fill(layer.double())
    leaves = {"query": leaf((2, 3, query_size), 1), "key": leaf((2, 4, key_size), 2), "value": leaf((2, 4, 5), 3)}
    weights = softened(layer.scores(leaves["query"], leaves["key"]), lengths)
    output = weights @ leaves["value"]
    return {
        "output": numbers(output),
        "weights": numbers(weights),
        "gradients": gradients(weighted(output) + weighted(weights, 8), layer, leaves),
    }


def stepped(layer, query_size, key_size, lengths=None):
    """Three steps, each with the history of the one before."""
    layer = fill(layer.double())
    leaves = {"query": leaf((2, 3, query_size), 1), "key": leaf((2, 4, key_size), 2), "value": leaf((2, 4, 5), 3)}
    history = torch.zeros(2, 4, dtype=torch.float64)
    outputs, rows, covered = [], [], []
    for at in range(3):
        weights = softened(layer.scores(leaves["query"][:, at : at + 1], leaves["key"], layer.trace(history)), lengths)
        outputs.append(weights @ leaves["value"])
        rows.append(weights)
        covered.append(torch.minimum(weights.squeeze(1), history).sum(-1))
        history = layer.continued(history, weights.squeeze(1))
    output, weights, loss = torch.cat(outputs, 1), torch.cat(rows, 1), torch.stack(covered, 1)
    total = weighted(output) + weighted(weights, 8)
    if isinstance(layer, Coverage):
        total = total + weighted(loss, 9)
    return {
        "output": numbers(output),
        "weights": numbers(weights),
        "coverageLoss": numbers(loss),
        "gradients": gradients(total, layer, leaves),
    }


SCORED = {
    "AdditiveAttention": lambda: scored(Additive(3, 6, 5), 3, 6),
    "AdditiveAttention with bias and lengths": lambda: scored(Additive(3, 6, 5, bias=True), 3, 6, LENGTHS),
    "DotAttention with lengths": lambda: scored(Dot(1), 3, 3, LENGTHS),
    "ScaledDotAttention": lambda: scored(Dot(3**-0.5), 3, 3),
    "GeneralAttention with lengths": lambda: scored(General(3, 6), 3, 6, LENGTHS),
}

STEPPED = {
    "LocationAttention": lambda: stepped(Location(3, 6, 5, 2, 3), 3, 6),
    "LocationAttention with lengths": lambda: stepped(Location(3, 6, 5, 2, 3), 3, 6, LENGTHS),
    "CoverageAttention with lengths": lambda: stepped(Coverage(3, 6, 5), 3, 6, LENGTHS),
}

if __name__ == "__main__":
    found = {"torch": torch.__version__.split("+")[0]}
    for name, cases in {"multihead": MULTIHEAD, "scored": SCORED, "stepped": STEPPED}.items():
        found[name] = {case: run() for case, run in cases.items()}
    json.dump(found, sys.stdout, indent=1)
    print()

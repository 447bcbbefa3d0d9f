"""Writes what PyTorch's Embedding and EmbeddingBag give, with gradients, beside nn's tests. See README.md."""

import json
import sys

import torch

ROWS, SIZE = 7, 3
start = [[round(((i * SIZE + j) * 37 % 23) / 8 - 1.3, 4) for j in range(SIZE)] for i in range(ROWS)]
dy = lambda shape: torch.arange(1, 1 + torch.Size(shape).numel(), dtype=torch.float32).reshape(shape) / 4 - 1

cases = []


def case(kind, options, torch_options, x, offsets=None, weights=None):
    layer = getattr(torch.nn, kind)(ROWS, SIZE, **torch_options)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(start))
    inputs = [torch.tensor(x)] + ([torch.tensor(offsets)] if offsets is not None else [])
    w = torch.tensor(weights, requires_grad=True) if weights is not None else None
    y = layer(*inputs, per_sample_weights=w) if w is not None else layer(*inputs)
    y.backward(dy(y.shape))
    cases.append({
        "kind": kind, "options": options, "x": x, "offsets": offsets, "weights": weights,
        "y": y.tolist(), "dy": dy(y.shape).tolist(), "weight": layer.weight.tolist(),
        "gradient": layer.weight.grad.tolist(), "weightsGradient": w.grad.tolist() if w is not None else None,
    })


grid = [[1, 2, 1], [6, 0, 3]]
case("Embedding", {}, {}, grid)
case("Embedding", {"paddingIdx": 1}, {"padding_idx": 1}, grid)
case("Embedding", {"paddingIdx": -1}, {"padding_idx": -1}, grid)
for mode in ("mean", "sum", "max"):
    case("EmbeddingBag", {"mode": mode}, {"mode": mode}, grid)
    case("EmbeddingBag", {"mode": mode}, {"mode": mode}, [4, 1, 1, 5, 0], [0, 2, 2, 4])
    case("EmbeddingBag", {"mode": mode, "paddingIdx": 1}, {"mode": mode, "padding_idx": 1}, [4, 1, 1, 5, 0], [0, 2, 3, 3])
case("EmbeddingBag", {"mode": "sum"}, {"mode": "sum"}, grid, None, [[0.5, -1.0, 2.0], [1.5, 0.25, 1.0]])
case("EmbeddingBag", {"mode": "sum", "paddingIdx": 1}, {"mode": "sum", "padding_idx": 1}, [4, 1, 5], [0, 2], [0.5, 3.0, 2.0])
json.dump({"start": start, "cases": cases}, open(sys.argv[1], "w"))

"""Writes what PyTorch's Embedding and EmbeddingBag give, with gradients, beside nn's tests. See README.md."""

import json
import sys

import torch

ROWS, SIZE = 7, 3
start = [[round(((i * SIZE + j) * 37 % 23) / 8 - 1.3, 4) for j in range(SIZE)] for i in range(ROWS)]
dy = lambda shape: torch.arange(1, 1 + torch.Size(shape).numel(), dtype=torch.float32).reshape(shape) / 4 - 1

cases = []


def case(kind, options, torch_options, x, offsets=None, weights=None, table=start):
    layer = getattr(torch.nn, kind)(ROWS, SIZE, **torch_options)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(table))
    inputs = [torch.tensor(x)] + ([torch.tensor(offsets)] if offsets is not None else [])
    w = torch.tensor(weights, requires_grad=True) if weights is not None else None
    y = layer(*inputs, per_sample_weights=w) if w is not None else layer(*inputs)
    y.backward(dy(y.shape))
    cases.append({
        "kind": kind, "options": options, "x": x, **({} if table is start else {"table": table}), "offsets": offsets, "weights": weights,
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
short = {"maxNorm": 1.2}, {"max_norm": 1.2}
case("Embedding", *short, grid)
case("Embedding", {"maxNorm": 1.5, "normType": 1, "paddingIdx": 1}, {"max_norm": 1.5, "norm_type": 1.0, "padding_idx": 1}, grid)
case("Embedding", {"maxNorm": 0.9, "normType": 3.5}, {"max_norm": 0.9, "norm_type": 3.5}, [2, 2, 4])
case("Embedding", {"scaleGradByFreq": True}, {"scale_grad_by_freq": True}, [[1, 2, 1], [1, 0, 2]])
case(
    "Embedding",
    {"scaleGradByFreq": True, "paddingIdx": 2, **short[0]},
    {"scale_grad_by_freq": True, "padding_idx": 2, **short[1]},
    [[1, 2, 1], [1, 0, 2]],
)
for mode in ("mean", "sum"):
    options = {"mode": mode, "scaleGradByFreq": True, "maxNorm": 1.2, "paddingIdx": 5}
    theirs = {"mode": mode, "scale_grad_by_freq": True, "max_norm": 1.2, "padding_idx": 5}
    case("EmbeddingBag", options, theirs, [4, 1, 1, 5, 0, 1], [0, 2, 4])
case("EmbeddingBag", {"mode": "max", **short[0]}, {"mode": "max", **short[1]}, grid)
case("Embedding", {"maxNorm": 0.9, "normType": "Infinity"}, {"max_norm": 0.9, "norm_type": float("inf")}, [2, 2, 4])

# Of equals the first learns.
equals = [[0.0, 1.0, -1.0], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.0, -1.0, 2.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
case("EmbeddingBag", {"mode": "max"}, {"mode": "max"}, [[3, 1, 0], [2, 1, 2], [5, 4, 6]], table=equals)
for mode in ("mean", "sum", "max"):
    options = {"mode": mode, "includeLastOffset": True, "paddingIdx": 1}
    theirs = {"mode": mode, "include_last_offset": True, "padding_idx": 1}
    case("EmbeddingBag", options, theirs, [4, 1, 1, 5, 0], [0, 2, 2, 5], table=equals)

# Words whose table is the output layer's matrix too, with accumulation over two batches, of whole gradients and of rows.
tied = []
for sparse in (False, True):
    layer = torch.nn.Embedding(ROWS, SIZE, sparse=sparse)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(start))
    steps = []
    optimizer = torch.optim.Adam([layer.weight], lr=0.05)
    for batches in ([([1, 2, 1], [2, 1, 0]), ([6], [3])], [([0, 4], [4, 4])]):
        losses = []
        for words, following in batches:
            logits = layer(torch.tensor(words)) @ layer.weight.T
            loss = torch.nn.functional.cross_entropy(logits, torch.tensor(following))
            loss.backward()
            losses.append(loss.item())
        gradient = layer.weight.grad.to_dense().tolist()
        if layer.weight.grad.is_sparse:
            layer.weight.grad = layer.weight.grad.to_dense()
        optimizer.step()
        optimizer.zero_grad()
        steps.append({"batches": batches, "losses": losses, "gradient": gradient, "weight": layer.weight.tolist()})
    tied.append({"sparse": sparse, "steps": steps})

# Steps of SparseAdam on rows that come and go.
lazy = []
for settings in ({"learningRate": 0.1}, {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6, "maximize": True}):
    layer = torch.nn.Embedding(ROWS, SIZE, sparse=True)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(start))
    theirs = {"lr": settings["learningRate"], "eps": settings.get("epsilon", 1e-8), "maximize": settings.get("maximize", False)}
    optimizer = torch.optim.SparseAdam(layer.parameters(), betas=(settings.get("beta1", 0.9), settings.get("beta2", 0.999)), **theirs)
    steps = []
    for rows in ([1, 2, 1], [6, 0], [1, 6], [3], [1, 1, 1, 2]):
        y = layer(torch.tensor(rows))
        y.backward(dy(y.shape))
        optimizer.step()
        optimizer.zero_grad()
        steps.append({"rows": rows, "dy": dy(y.shape).tolist(), "weight": layer.weight.tolist()})
    lazy.append({"settings": settings, "steps": steps})
json.dump({"tied": tied, "lazy": lazy}, open(sys.argv[2], "w"))
json.dump({"start": start, "cases": cases}, open(sys.argv[1], "w"))

"""Writes packages/autograd/src/rules/decompose/torch.json: singular values, eigenvalues and their gradients, different elements,
counts and places as PyTorch has them. See README.md."""

import json
import sys

import torch

torch.manual_seed(0)


def numbers(x):
    """In one text: JSON has no NaN."""
    words = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    texts = [f"{value:.10g}" for value in x.detach().double().flatten().tolist()]
    return " ".join(words.get(text, text) for text in texts)


def stored(x):
    return {"shape": list(x.shape), "values": numbers(x)}


def signed(u, s, vh):
    """With the signs that ours have: in each row of Vᵀ the largest element is positive."""
    k = s.shape[-1]
    largest = vh.abs().argmax(-1, keepdim=True)
    sign = vh.gather(-1, largest).sign()
    vh = vh * sign
    u = torch.cat([u[..., :k] * sign[..., :k, 0].unsqueeze(-2), u[..., k:]], -1)
    return u, s, vh


def signed_columns(q):
    largest = q.abs().argmax(-2, keepdim=True)
    return q * q.gather(-2, largest).sign()


def svd_case(shape, full):
    x = torch.randn(shape, dtype=torch.float32)
    leaf = x.double().requires_grad_()
    u, s, vh = signed(*torch.linalg.svd(leaf, full_matrices=full))
    k = s.shape[-1]
    u, vh = u[..., :k], vh[..., :k, :]
    weights = [torch.randn(part.shape, dtype=torch.float32) for part in (u, s, vh)]
    # u and vh in products that keep when both change their sign, as a loss must.
    gradients = {}
    outer = torch.einsum("...ik,...kj->...ij", u * weights[1].double().unsqueeze(-2), vh)
    weight = torch.randn(outer.shape, dtype=torch.float32)
    for name, loss in {"s": (s * weights[1].double()).sum(), "vectors": (outer * weight.double()).sum()}.items():
        (gradients[name],) = torch.autograd.grad(loss, leaf, retain_graph=True)
    return {
        "x": stored(x),
        "full": full,
        "u": stored(u),
        "s": stored(s),
        "vh": stored(vh),
        "shapes": [list(part.shape) for part in torch.linalg.svd(x, full_matrices=full)],
        "weights": {"s": stored(weights[1]), "outer": stored(weight)},
        "gradients": {name: stored(gradient) for name, gradient in gradients.items()},
    }


def eigh_case(shape):
    x = torch.randn(shape, dtype=torch.float32)
    x = (x + x.mT) / 2
    leaf = x.double().requires_grad_()
    values, q = torch.linalg.eigh(leaf)
    q = signed_columns(q)
    weights = [torch.randn(part.shape, dtype=torch.float32) for part in (values, q)]
    squares = (q * q * weights[1].double()).sum()
    (by_values,) = torch.autograd.grad((values * weights[0].double()).sum(), leaf, retain_graph=True)
    (by_vectors,) = torch.autograd.grad(squares, leaf)
    return {
        "x": stored(x),
        "eigenvalues": stored(values),
        "eigenvectors": stored(q),
        "weights": {"values": stored(weights[0]), "vectors": stored(weights[1])},
        "gradients": {"values": stored(by_values), "vectors": stored(by_vectors)},
    }


def counting():
    x = torch.tensor([3.0, -1.0, 0.0, 3.0, -0.0, float("inf"), float("nan"), -1.0, float("nan")])
    values, inverse, counts = torch.unique(x, return_inverse=True, return_counts=True)
    whole = torch.tensor([[4, 1, 1], [0, 4, 4]])
    whole_values, whole_inverse, whole_counts = torch.unique(whole, return_inverse=True, return_counts=True)
    bins = torch.tensor([2, 0, 2, 5])
    weights = torch.tensor([0.5, 1.0, -2.0, 3.0])
    sequence = torch.tensor([[1.0, 3.0, 3.0, 7.0], [-2.0, 0.0, 5.0, 6.0]])
    asked = torch.tensor([[3.0, 0.0, 9.0, float("nan")], [5.0, -9.0, 5.5, 6.0]])
    order = torch.tensor([[3, 1, 2, 0], [0, 1, 2, 3]])
    mixed = sequence.clone()
    mixed.scatter_(1, order, sequence)
    return {
        "unique": [
            {"x": stored(each), "values": stored(v), "inverse": stored(i), "counts": stored(c)}
            for each, v, i, c in [
                (x, values, inverse, counts),
                (whole, whole_values, whole_inverse, whole_counts),
            ]
        ],
        "bincount": {
            "x": stored(bins),
            "weights": stored(weights),
            "counts": stored(torch.bincount(bins, minlength=8)),
            "sums": stored(torch.bincount(bins, weights)),
        },
        "searchSorted": {
            "sequence": stored(sequence),
            "values": stored(asked),
            "left": stored(torch.searchsorted(sequence, asked)),
            "right": stored(torch.searchsorted(sequence, asked, right=True)),
            "list": stored(torch.searchsorted(sequence[0], asked)),
            "unsorted": stored(mixed),
            "sorter": stored(order),
            "bySorter": stored(torch.searchsorted(mixed, asked, sorter=order)),
        },
    }


def main():
    found = {
        "torch": torch.__version__,
        "svd": [svd_case(shape, full) for shape, full in [((4, 4), True), ((5, 3), False), ((5, 3), True), ((2, 2, 4), True)]],
        "eigh": [eigh_case(shape) for shape in [(4, 4), (2, 3, 3)]],
        **counting(),
    }
    with open(sys.argv[1], "w") as file:
        json.dump(found, file, indent=2)
        file.write("\n")


main()

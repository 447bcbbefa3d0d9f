"""What PyTorch's scaled_dot_product_attention gives, its gradients and second gradients, in f64.

    python3 tooling/oracle/attention/torch_fixtures.py > packages/autograd/src/rules/attention/torch.json

Needs PyTorch; the version that was used is noted in the file. Inputs are made by `values`, which torch.test.ts has too; so has
it the same list of cases, by name.
"""

import json
import math
import struct
import sys

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention


def values(shape, salt):
    """sin(12.9898 i + 78.233 salt) · 1.5 in f32."""
    numbers = [math.sin(12.9898 * i + 78.233 * salt) * 1.5 for i in range(math.prod(shape))]
    rounded = [struct.unpack("f", struct.pack("f", number))[0] for number in numbers]
    return torch.tensor(rounded, dtype=torch.float64).reshape(shape)


def taking_part(shape):
    """Two of three; the first query sees nothing."""
    bits = torch.tensor([i % 3 != 1 for i in range(math.prod(shape))]).reshape(shape)
    bits[..., 0, :] = False
    return bits


CASES = {
    "plain": ([2, 3, 4], [2, 5, 4], [2, 5, 3], {}),
    "causal": ([2, 5, 3], [2, 5, 3], [2, 5, 3], {"is_causal": True}),
    "causal of fewer queries than keys": ([3, 2], [5, 2], [5, 2], {"is_causal": True}),
    "causal of more queries than keys": ([5, 2], [3, 2], [3, 2], {"is_causal": True}),
    "with a scale": ([3, 4], [5, 4], [5, 9], {"scale": -0.3}),
    "with truths": ([2, 2, 3, 2], [2, 2, 5, 2], [2, 2, 5, 3], {"mask": "truths"}),
    "with numbers": ([2, 2, 3, 2], [2, 2, 5, 2], [2, 2, 5, 3], {"mask": "numbers"}),
    "of heads in groups": ([2, 4, 3, 2], [2, 2, 5, 2], [2, 2, 5, 3], {"enable_gqa": True}),
}


def numbers(tensor):
    return " ".join(f"{value:.7g}" for value in tensor.detach().reshape(-1).tolist())


def described(query, key, value, options):
    options = dict(options)
    leaves = {name: values(shape, 1 + i) for i, (name, shape) in enumerate([("query", query), ("key", key), ("value", value)])}
    kind = options.pop("mask", None)
    mask = [query[-2], key[-2]]
    if kind == "truths":
        options["attn_mask"] = taking_part(mask)
    if kind == "numbers":
        leaves["attnMask"] = values(mask, 4)
    for leaf in leaves.values():
        leaf.requires_grad_()
    if kind == "numbers":
        options["attn_mask"] = leaves["attnMask"]
    with sdpa_kernel(SDPBackend.MATH):
        output = scaled_dot_product_attention(leaves["query"], leaves["key"], leaves["value"], **options)
        given = list(leaves.values())
        first = torch.autograd.grad((output * values(output.shape, 7)).sum(), given, create_graph=True)
        sums = [(gradient * values(gradient.shape, 11 + i)).sum() for i, gradient in enumerate(first)]
        second = torch.autograd.grad(sum(sums), given)
    return {
        "output": numbers(output),
        "gradients": dict(zip(leaves, map(numbers, first))),
        "second": dict(zip(leaves, map(numbers, second))),
    }


if __name__ == "__main__":
    found = {name: described(*case) for name, case in CASES.items()}
    json.dump({"torch": torch.__version__.split("+")[0], "cases": found}, sys.stdout, indent=2)
    print()

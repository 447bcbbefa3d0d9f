"""What PyTorch says at the special points of every op: values, gradients, tangents and second orders.

    node --conditions=@unfoldjs/source scripts/print-special-points.ts | python3 scripts/special-points.py

writes src/special/torch.json. Needs PyTorch; the version that was used is noted in the file.
"""

import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F  # noqa: F401, for the expressions


def pattern(count, factors):
    return [factors[i % len(factors)] for i in range(count)]


def weights(shape, factors):
    """As `weights` of src/runners/special.ts: what results and gradients are projected on."""
    return torch.tensor(pattern(max(1, torch.Size(shape).numel()), factors)).reshape(shape)


BACK = [1.0, -2.0, 0.5, 3.0, -0.75]
ALONG = [2.0, 0.25, -1.5, 1.0]


def text(tensor):
    """Numbers as JavaScript reads them, since JSON has no NaN, in one line."""
    # The sum makes elements of zeros that PyTorch only knows of.
    values = (tensor.detach() + torch.zeros(tensor.shape)).reshape(-1).tolist()
    return " ".join(map(numeral, values))


def numeral(value):
    if math.isfinite(value):
        return f"{value:.9g}"
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def attempt(compute):
    try:
        return compute()
    except (RuntimeError, NotImplementedError) as error:
        print(error, file=sys.stderr)
        return None


def row(entry):
    names = list(entry["inputs"])

    def leaves():
        made = []
        for name in names:
            given = entry["inputs"][name]
            values = torch.tensor([float(value) for value in given["values"]]).reshape(given["shape"])
            made.append(values.requires_grad_())
        return made

    def call(*inputs):
        return eval(entry["torch"], {"torch": torch, "F": F, **dict(zip(names, inputs))})

    def gradients(inputs, create_graph=False):
        y = call(*inputs)
        found = torch.autograd.grad(y, inputs, weights(y.shape, BACK), create_graph=create_graph, allow_unused=True)
        return [torch.zeros_like(x) if g is None else g for g, x in zip(found, inputs)]

    def second():
        inputs = leaves()
        first = gradients(inputs, create_graph=True)
        total = sum((g * weights(g.shape, ALONG)).sum() for g in first)
        if not total.requires_grad:
            return [torch.zeros_like(x) for x in inputs]
        found = torch.autograd.grad(total, inputs, allow_unused=True)
        return [torch.zeros_like(x) if g is None else g for g, x in zip(found, inputs)]

    def tangent():
        inputs = [x.detach() for x in leaves()]
        directions = tuple(weights(x.shape, ALONG) for x in inputs)
        return torch.func.jvp(call, tuple(inputs), directions)[1]

    found_second = attempt(second)
    found_tangent = attempt(tangent)
    return {
        "op": entry["op"],
        "torch": entry["torch"],
        "value": text(call(*leaves())),
        "gradient": {name: text(g) for name, g in zip(names, gradients(leaves()))},
        "second": found_second and {name: text(g) for name, g in zip(names, found_second)},
        "tangent": None if found_tangent is None else text(found_tangent),
    }


def main():
    entries = json.load(sys.stdin)
    rows = [row(entry) for entry in entries]
    target = pathlib.Path(__file__).parent.parent / "src" / "special" / "torch.json"
    content = {"torch": torch.__version__.split("+")[0], "rows": rows}
    target.write_text(json.dumps(content, indent=2) + "\n")


main()

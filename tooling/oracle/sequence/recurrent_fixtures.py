"""What PyTorch says of RNN, GRU and LSTM layers; see README.md."""

import itertools
import json
import math
import struct
import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TIME, BATCH, FEATURES, HIDDEN, PROJECTED = 4, 3, 2, 3, 2
LENGTHS = [4, 1, 3]


def pattern(shape, salt):
    """sin(12.9898 i + 78.233 salt) · 0.8 in f32, as `pattern` of fixtures/pattern.ts."""
    numbers = [math.sin(12.9898 * i + 78.233 * salt) * 0.8 for i in range(math.prod(shape))]
    rounded = [struct.unpack("f", struct.pack("f", number))[0] for number in numbers]
    return torch.tensor(rounded, dtype=torch.float64).reshape(shape)


def flat(tensor):
    return [float(f"{value:.6g}") for value in tensor.detach().reshape(-1).tolist()]


def made(kind, layers, bidirectional, batch_first):
    options = {"num_layers": layers, "bidirectional": bidirectional, "batch_first": batch_first}
    if kind.startswith("rnn"):
        options["nonlinearity"] = kind.removeprefix("rnn ")
        return torch.nn.RNN(FEATURES, HIDDEN, **options)
    if kind == "gru":
        return torch.nn.GRU(FEATURES, HIDDEN, **options)
    return torch.nn.LSTM(FEATURES, HIDDEN, **options, proj_size=PROJECTED if kind == "lstm projected" else 0)


def row(kind, layers, bidirectional, has_lengths):
    # All combinations of two of the three come with both orders of axes.
    batch_first = (layers + bidirectional + has_lengths) % 2 == 0
    module = made(kind, layers, bidirectional, batch_first).double()
    for at, parameter in enumerate(module.parameters()):
        parameter.data = pattern(parameter.shape, 20 + at)
    count = layers * (2 if bidirectional else 1)
    state = PROJECTED if kind == "lstm projected" else HIDDEN
    inputs = {
        "x": pattern([BATCH, TIME, FEATURES] if batch_first else [TIME, BATCH, FEATURES], 1).requires_grad_(),
        "h0": pattern([count, BATCH, state], 2).requires_grad_(),
    }
    if kind.startswith("lstm"):
        inputs["c0"] = pattern([count, BATCH, HIDDEN], 3).requires_grad_()
    x, states = inputs["x"], (inputs["h0"], inputs["c0"]) if "c0" in inputs else inputs["h0"]
    if has_lengths:
        x = pack_padded_sequence(x, torch.tensor(LENGTHS), batch_first=batch_first, enforce_sorted=False)
    output, last = module(x, states)
    if has_lengths:
        output, _ = pad_packed_sequence(output, batch_first=batch_first, total_length=TIME)
    names = ["hLast", "cLast"] if "c0" in inputs else ["hLast"]
    results = {"output": output, **dict(zip(names, last if "c0" in inputs else [last]))}
    loss = sum((result * pattern(result.shape, 7 + at)).sum() for at, result in enumerate(results.values()))
    wanted = {**inputs, **dict(module.named_parameters())}
    gradients = torch.autograd.grad(loss, list(wanted.values()))
    return {
        "kind": kind,
        "layers": layers,
        "bidirectional": bidirectional,
        "batchFirst": batch_first,
        "lengths": LENGTHS if has_lengths else None,
        "results": {name: flat(value) for name, value in results.items()},
        "gradients": {name: flat(value) for name, value in zip(wanted, gradients)},
    }


def main():
    kinds = ["rnn tanh", "rnn relu", "gru", "lstm", "lstm projected"]
    rows = [row(*which) for which in itertools.product(kinds, [1, 2], [False, True], [False, True])]
    json.dump({"torch": torch.__version__.split("+")[0], "rows": rows}, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()

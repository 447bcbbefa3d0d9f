"""What PyTorch says of recurrent nets; see README.md."""

import json
import math
import struct
import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TIME, BATCH, FEATURES, HIDDEN, PROJECTED = 4, 3, 2, 3, 2
LENGTHS = [4, 1, 3]
GATES = {"rnn": 1, "rnnRelu": 1, "gru": 3, "gruResetBefore": 3, "lstm": 4, "lstmProjected": 4}


def values(shape, salt):
    """sin(12.9898 i + 78.233 salt) · 0.8 in f32, as `values` of torch.test.ts."""
    count = math.prod(shape)
    numbers = [math.sin(12.9898 * i + 78.233 * salt) * 0.8 for i in range(count)]
    rounded = [struct.unpack("f", struct.pack("f", number))[0] for number in numbers]
    return torch.tensor(rounded, dtype=torch.float64).reshape(shape)


def inputs_of(kind):
    """Inputs by name; of both directions, the second beginning at the end of time."""
    state = PROJECTED if kind == "lstmProjected" else HIDDEN
    rows = GATES[kind] * HIDDEN
    shapes = {"x": [TIME, BATCH, FEATURES]}
    for way in ["ahead", "back"]:
        shapes[f"{way}.weightIh"] = [rows, FEATURES]
        shapes[f"{way}.weightHh"] = [rows, state]
        shapes[f"{way}.biasIh"] = [rows]
        shapes[f"{way}.biasHh"] = [rows]
        if kind == "lstmProjected":
            shapes[f"{way}.weightHr"] = [state, HIDDEN]
        shapes[f"{way}.h0"] = [BATCH, state]
        if kind.startswith("lstm"):
            shapes[f"{way}.c0"] = [BATCH, HIDDEN]
    return {name: values(shape, 1 + i).requires_grad_() for i, (name, shape) in enumerate(shapes.items())}


def by_module(kind, given, lengths):
    """Both directions by torch.nn, whose weights are the given ones."""
    if kind.startswith("rnn"):
        module = torch.nn.RNN(FEATURES, HIDDEN, bidirectional=True, nonlinearity="relu" if kind == "rnnRelu" else "tanh")
    elif kind == "gru":
        module = torch.nn.GRU(FEATURES, HIDDEN, bidirectional=True)
    else:
        projected = PROJECTED if kind == "lstmProjected" else 0
        module = torch.nn.LSTM(FEATURES, HIDDEN, bidirectional=True, proj_size=projected)
    keys = {"weightIh": "weight_ih_l0", "weightHh": "weight_hh_l0", "biasIh": "bias_ih_l0", "biasHh": "bias_hh_l0"}
    keys |= {"weightHr": "weight_hr_l0"}
    own = {}
    for name, value in given.items():
        way, _, role = name.partition(".")
        if role in keys:
            own[keys[role] + ("_reverse" if way == "back" else "")] = value
    state = torch.stack([given["ahead.h0"], given["back.h0"]])
    if kind.startswith("lstm"):
        state = (state, torch.stack([given["ahead.c0"], given["back.c0"]]))
    x = given["x"] if lengths is None else pack_padded_sequence(given["x"], lengths, enforce_sorted=False)
    output, last = torch.func.functional_call(module.double(), own, (x, state))
    if lengths is not None:
        output, _ = pad_packed_sequence(output, total_length=TIME)
    return output, *(last if isinstance(last, tuple) else [last])


def by_loop(given, lengths):
    """A GRU that resets before, step by step: PyTorch has none."""
    outputs, last = [], []
    for way in ["ahead", "back"]:
        wi, wh, bi, bh, h0 = (given[f"{way}.{name}"] for name in ["weightIh", "weightHh", "biasIh", "biasHh", "h0"])
        columns, states = [], []
        for item in range(BATCH):
            length = TIME if lengths is None else int(lengths[item])
            h, found = h0[item], [torch.zeros(HIDDEN, dtype=torch.float64)] * TIME
            for t in range(length) if way == "ahead" else reversed(range(length)):
                xr, xz, xn = (wi @ given["x"][t, item] + bi).chunk(3)
                hr, hz, _ = (wh @ h + bh).chunk(3)
                r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
                n = torch.tanh(xn + wh[2 * HIDDEN :] @ (r * h) + bh[2 * HIDDEN :])
                h = (1 - z) * n + z * h
                found[t] = h
            columns.append(torch.stack(found))
            states.append(h)
        outputs.append(torch.stack(columns, 1))
        last.append(torch.stack(states))
    return torch.cat(outputs, -1), torch.stack(last)


def text(tensor):
    return " ".join(f"{value:.8g}" for value in tensor.detach().reshape(-1).tolist())


def row(kind, with_lengths):
    given = inputs_of(kind)
    lengths = torch.tensor(LENGTHS) if with_lengths else None
    results = by_loop(given, lengths) if kind == "gruResetBefore" else by_module(kind, given, lengths)
    loss = sum((result * values(result.shape, 50 + i)).sum() for i, result in enumerate(results))
    gradients = torch.autograd.grad(loss, list(given.values()), create_graph=True)
    along = sum((gradient * values(gradient.shape, 80 + i)).sum() for i, gradient in enumerate(gradients))
    second = torch.autograd.grad(along, list(given.values()), allow_unused=True)
    return {
        "kind": kind,
        "lengths": LENGTHS if with_lengths else None,
        "results": [text(result) for result in results],
        "gradients": {name: text(gradient) for name, gradient in zip(given, gradients)},
        "second": {
            name: text(torch.zeros_like(value) if found is None else found)
            for (name, value), found in zip(given.items(), second)
        },
    }


rows = [row(kind, with_lengths) for kind in GATES for with_lengths in [False, True]]
json.dump({"torch": torch.__version__.split("+")[0], "rows": rows}, sys.stdout, indent=1)
print()

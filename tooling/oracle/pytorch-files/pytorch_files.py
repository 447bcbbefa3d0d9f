"""Small files of torch.save, in base64, and what PyTorch reads out of them.

    python3 tooling/oracle/pytorch-files/pytorch_files.py > packages/tensor-core/src/io/pytorch-files.json
    python3 tooling/oracle/pytorch-files/pytorch_files.py stateDict checkpoint module > packages/nn/src/save/pytorch-files.json

Needs PyTorch and NumPy; the version is noted in the file.
"""

import base64
import collections
import io
import json
import sys

import numpy
import torch
from torch import nn


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return base64.b64encode(buffer.getvalue()).decode()


class Runs:
    """What an attacker would write."""

    def __reduce__(self):
        return (eval, ("1 + 1",))


torch.manual_seed(3)
model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
base = torch.arange(24, dtype=torch.float32)
halves = torch.tensor([1.5, -2.0, 0.25])
tied = nn.Parameter(torch.ones(2, 2))
steps = torch.tensor(7)

files = {
    "stateDict": saved(model.state_dict()),
    "dtypes": saved(
        {
            "f32": halves,
            "f64": halves.double(),
            "f16": halves.half(),
            "bf16": halves.bfloat16(),
            "i64": torch.tensor([1, -2, 3]),
            "i32": torch.tensor([1, -2, 3], dtype=torch.int32),
            "i16": torch.tensor([1, -2, 3], dtype=torch.int16),
            "i8": torch.tensor([1, -2, 3], dtype=torch.int8),
            "u8": torch.tensor([1, 2, 255], dtype=torch.uint8),
            "bool": torch.tensor([True, False]),
            "scalar": torch.tensor(2.5),
            "empty": torch.zeros(2, 0, 3),
        }
    ),
    "complex": saved({"plain": halves, "complex": torch.tensor([1 + 2j])}),
    "views": saved(
        {
            "whole": base,
            "rows": base.view(4, 6)[1:3],
            "turned": base.view(4, 6).t(),
            "steps": base.view(2, 3, 4)[:, ::2, 1::2],
            "expanded": base[:2].expand(3, 2),
        }
    ),
    "tied": saved({"encoder.weight": tied, "decoder.weight": tied, "other": torch.ones(2, 2)}),
    "checkpoint": saved(
        {
            "epoch": 3,
            "loss": 0.125,
            "done": False,
            "best": None,
            "name": "größer",
            "large": 2**62,
            "model": collections.OrderedDict(weight=halves),
            "optimizer": {"state": {0: {"step": steps, "exp_avg": halves}}, "param_groups": [{"lr": 0.1, "betas": (0.9, 0.999), "params": [0]}]},
            "size": torch.Size([2, 3]),
        }
    ),
    "protocol4": saved({"weight": halves, "list": [1, [2, "x"]]}, pickle_protocol=4),
    "alone": saved(halves),
    "module": saved(nn.Linear(1, 1)),
    "attack": saved({"weight": halves, "more": Runs()}),
    "numpy": saved({"accuracy": numpy.float64(0.5)}),
    "set": saved({"names": {"a"}}, pickle_protocol=4),
    "bytes": saved({"raw": b"ab"}, pickle_protocol=4),
    "legacy": saved({"weight": halves}, _use_new_zipfile_serialization=False),
}
wanted = sys.argv[1:] or list(files)
state = {key: value.tolist() for key, value in model.state_dict().items()}
json.dump({"torch": torch.__version__.split("+")[0], "state": state, "files": {name: files[name] for name in wanted}}, sys.stdout)
print()

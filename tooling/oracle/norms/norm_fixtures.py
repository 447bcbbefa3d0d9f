"""What PyTorch's norm layers say: two steps of learning with gradients, what runs, and use afterwards.

    python3 tooling/oracle/norms/norm_fixtures.py > packages/vision-layers/src/layers/norm-fixtures.json

Needs PyTorch; the version that was used is noted in the file. Inputs are made by `pattern`, which the tests have too.
"""

import json
import sys

import torch
from torch import nn


def pattern(shape, seed):
    """Eighths, which f32 holds."""
    count = torch.Size(shape).numel()
    return torch.tensor([((i * 37 + seed * 11) % 19) / 8 - 1.125 for i in range(count)]).reshape(shape)


LAYERS = [
    ("BatchNorm1d", [3], {}, [4, 3]),
    ("BatchNorm1d", [2], {"momentum": None, "eps": 0.01}, [2, 2, 5]),
    ("BatchNorm2d", [2], {"momentum": 0.3}, [2, 2, 3, 3]),
    ("BatchNorm2d", [2], {"affine": False}, [1, 2, 2, 3]),
    ("BatchNorm2d", [2], {"track_running_stats": False}, [2, 2, 2, 2]),
    ("BatchNorm3d", [2], {}, [2, 2, 2, 1, 2]),
    ("GroupNorm", [2, 4], {}, [2, 4, 3]),
    ("GroupNorm", [1, 3], {"affine": False, "eps": 0.1}, [2, 3, 2, 2]),
    ("InstanceNorm1d", [3], {}, [2, 3, 4]),
    ("InstanceNorm1d", [2], {"affine": True}, [2, 5]),
    ("InstanceNorm2d", [2], {"affine": True, "track_running_stats": True}, [3, 2, 2, 3]),
    ("LocalResponseNorm", [3], {}, [2, 5, 2]),
    ("LocalResponseNorm", [4], {"alpha": 0.5, "beta": 0.5, "k": 2.0}, [1, 6, 2, 2]),
    ("LayerNorm", [[2, 3]], {}, [4, 2, 3]),
    ("RMSNorm", [5], {}, [3, 5]),
    ("RMSNorm", [[2, 2]], {"eps": 0.1}, [3, 2, 2]),
]


def numbers(tensor):
    return [float(f"{value:.7g}") for value in tensor.detach().double().reshape(-1).tolist()]


def described(name, arguments, options, shape):
    layer = getattr(nn, name)(*arguments, **options)
    with torch.no_grad():
        for seed, parameter in enumerate(layer.parameters()):
            parameter.copy_(pattern(parameter.shape, 5 + seed))
    steps = []
    for step in range(2):
        x = pattern(shape, step).requires_grad_()
        y = layer(x)
        leaves = [x, *layer.parameters()]
        gradients = torch.autograd.grad((y * pattern(shape, 7)).sum(), leaves, create_graph=True)
        (second,) = torch.autograd.grad((gradients[0] * pattern(shape, 9)).sum(), [x])
        steps.append({"y": numbers(y), "gradients": [*map(numbers, gradients)], "second": numbers(second)})
    layer.eval()
    x = pattern(shape, 3).requires_grad_()
    y = layer(x)
    (gradient,) = torch.autograd.grad((y * pattern(shape, 7)).sum(), [x])
    return {
        "layer": name,
        "arguments": arguments,
        "options": options,
        "shape": shape,
        "steps": steps,
        "used": {"y": numbers(y), "gradient": numbers(gradient)},
        "state": {key: numbers(value) for key, value in layer.state_dict().items()},
    }


rows = ",\n".join(json.dumps(described(*row)) for row in LAYERS)
sys.stdout.write(f'{{ "torch": "{torch.__version__.split("+")[0]}", "rows": [\n{rows}\n] }}\n')

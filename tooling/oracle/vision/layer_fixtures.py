"""What PyTorch's layers of pictures give: state, result, and gradient of the input.

    python3 tooling/oracle/vision/layer_fixtures.py > packages/vision-layers/src/layers/layer-fixtures.json

Needs PyTorch; its version is noted in the file.
"""

import json
import sys

import torch
from torch import nn

from drawn import fill, numbers, sampled

PYTORCH_NAMES = {
    "outputPadding": "output_padding",
    "paddingMode": "padding_mode",
    "ceilMode": "ceil_mode",
    "countIncludePad": "count_include_pad",
    "scaleFactor": "scale_factor",
    "alignCorners": "align_corners",
}


class Causal(nn.Module):
    """PyTorch has no such padding: zeros before the first element."""

    def __init__(self, inputs, outputs, kernel, dilation=1, stride=1):
        super().__init__()
        self.inner = nn.Conv1d(inputs, outputs, kernel, dilation=dilation, stride=stride)
        self.before = dilation * (kernel - 1)

    def state_dict(self):
        return self.inner.state_dict()

    def forward(self, x):
        return self.inner(nn.functional.pad(x, (self.before, 0)))


def module_of(layer, arguments, options):
    named = {PYTORCH_NAMES.get(name, name): value for name, value in options.items()}
    if named.get("padding") == "causal":
        del named["padding"]
        return Causal(*arguments, **named)
    return getattr(nn, layer)(*arguments, **named)


ROWS = [
    ("Conv1d", [4, 6, 3], {"stride": 2, "padding": 1, "groups": 2}, [2, 4, 17]),
    ("Conv1d", [3, 5, 4], {"padding": "same", "dilation": 2, "bias": False}, [2, 3, 11]),
    ("Conv1d", [3, 5, 3], {"padding": 2, "paddingMode": "reflect"}, [3, 9]),
    ("Conv1d", [3, 5, 3], {"padding": "causal", "dilation": 4}, [2, 3, 19]),
    ("Conv1d", [3, 5, 2], {"padding": "causal", "stride": 2}, [2, 3, 10]),
    ("ConvTranspose1d", [4, 6, 3], {"stride": 2, "padding": 1, "outputPadding": 1, "groups": 2}, [2, 4, 7]),
    ("ConvTranspose1d", [4, 6, 5], {"dilation": 2, "bias": False}, [4, 9]),
    ("ConvTranspose2d", [4, 6, 3], {"stride": 2, "padding": 1, "outputPadding": 1}, [2, 4, 5, 7]),
    ("ConvTranspose2d", [4, 6, [2, 3]], {"stride": [3, 1], "groups": 2, "dilation": [1, 2]}, [1, 4, 4, 6]),
    ("ConvTranspose2d", [3, 2, 2], {"stride": 2, "bias": False}, [3, 4, 5]),
    ("MaxPool1d", [3], {"stride": 2, "padding": 1, "ceilMode": True}, [2, 3, 12]),
    ("MaxPool1d", [2], {"dilation": 3}, [3, 12]),
    ("AvgPool1d", [3], {"stride": 2, "padding": 1, "countIncludePad": False}, [2, 3, 12]),
    ("AvgPool1d", [4], {"ceilMode": True}, [2, 3, 13]),
    ("AdaptiveAvgPool1d", [5], {}, [2, 3, 13]),
    ("AdaptiveMaxPool1d", [4], {}, [3, 11]),
    ("Conv3d", [4, 6, [2, 3, 3]], {"stride": [1, 2, 1], "padding": 1, "groups": 2}, [2, 4, 4, 6, 5]),
    ("Conv3d", [2, 3, 3], {"padding": [1, 2, 1], "paddingMode": "replicate", "bias": False}, [2, 4, 5, 3]),
    ("ConvTranspose3d", [4, 6, 3], {"stride": 2, "padding": 1, "outputPadding": 1, "groups": 2}, [2, 4, 3, 2, 4]),
    ("MaxPool3d", [2], {"ceilMode": True}, [2, 3, 5, 4, 7]),
    ("AvgPool3d", [[2, 3, 2]], {"stride": 2, "padding": 1, "countIncludePad": False}, [3, 5, 4, 7]),
    ("AdaptiveAvgPool3d", [[2, 3, 1]], {}, [2, 3, 5, 4, 7]),
    ("AdaptiveMaxPool3d", [2], {}, [2, 3, 5, 4, 7]),
    ("Upsample", [], {"scaleFactor": 2}, [2, 3, 4, 5]),
    ("Upsample", [], {"size": [7, 9], "mode": "bilinear", "alignCorners": True}, [2, 3, 4, 5]),
    ("Upsample", [], {"scaleFactor": 1.5, "mode": "linear"}, [2, 3, 9]),
    ("PixelShuffle", [2], {}, [2, 8, 3, 4]),
    ("PixelUnshuffle", [3], {}, [2, 2, 6, 9]),
]


def row(layer, arguments, options, shape):
    module = module_of(layer, arguments, options)
    with torch.no_grad():
        fill(module)
    x = numbers("input", tuple(shape)).requires_grad_()
    y = module(x)
    (y * numbers("dy", tuple(y.shape))).sum().backward()
    return {
        "layer": layer,
        "arguments": arguments,
        "options": options,
        "shape": shape,
        "state": {key: list(value.shape) for key, value in module.state_dict().items()},
        "outputShape": list(y.shape),
        "result": sampled(y),
        "gradient": sampled(x.grad),
    }


rows = [row(*each) for each in ROWS]
json.dump({"torch": torch.__version__.split("+")[0], "rows": rows}, sys.stdout, indent=1)
print()

"""What PyTorch's functions of images give, values and gradients of each input.

    python3 tooling/oracle/vision/function_fixtures.py > packages/vision-layers/src/layers/image-functions.json

Needs PyTorch; its version is noted in the file.
"""

import json
import sys

import torch
import torch.nn.functional as F

from drawn import numbers, sampled

ROWS = []


def row(name, call, function, *shapes):
    """`call` says the arguments that our function gets after the tensors."""
    inputs = [numbers(f"input {at}", tuple(shape)).requires_grad_() for at, shape in enumerate(shapes)]
    y = function(*inputs)
    (y * numbers("dy", tuple(y.shape))).sum().backward()
    ROWS.append(
        {
            "function": name,
            "arguments": call,
            "shapes": [list(shape) for shape in shapes],
            "outputShape": list(y.shape),
            "result": sampled(y),
            "gradients": [sampled(x.grad) for x in inputs],
        }
    )


def interpolated(shape, **options):
    names = {"scale_factor": "scaleFactor", "align_corners": "alignCorners"}
    ours = {names.get(key, key): value for key, value in options.items()}
    row("interpolate", [ours], lambda x: F.interpolate(x, **options), shape)


for mode, shape in (("linear", [2, 3, 7]), ("bilinear", [2, 3, 7, 5]), ("trilinear", [2, 2, 3, 5, 4])):
    axes = len(shape) - 2
    for align in (False, True):
        interpolated(shape, size=[13, 4, 6][:axes], mode=mode, align_corners=align)
        interpolated(shape, scale_factor=2.6, mode=mode, align_corners=align)
    interpolated(shape, size=1, mode=mode, align_corners=True)
for align in (False, True):
    interpolated([2, 3, 7, 5], size=[13, 3], mode="bicubic", align_corners=align)
    interpolated([2, 3, 7, 5], scale_factor=[0.7, 1.9], mode="bicubic", align_corners=align)
for mode in ("bilinear", "bicubic"):
    interpolated([2, 3, 23, 17], size=[5, 30], mode=mode, antialias=True)
    interpolated([2, 3, 23, 17], size=[7, 6], mode=mode, antialias=True, align_corners=True)
    interpolated([1, 2, 23, 17], scale_factor=[0.3, 0.45], mode=mode, antialias=True)
for mode in ("nearest", "nearest-exact"):
    for shape in ([2, 3, 7], [2, 3, 9, 5], [2, 2, 3, 5, 4]):
        axes = len(shape) - 2
        interpolated(shape, size=[13, 4, 9][:axes], mode=mode)
        interpolated(shape, scale_factor=[0.7, 3.3, 1.5][:axes], mode=mode)
    interpolated([1, 1, 100], size=49, mode=mode)
    interpolated([1, 1, 49], size=1000, mode=mode)
for shape in ([2, 3, 7], [2, 3, 9, 5], [2, 2, 3, 5, 4]):
    interpolated(shape, size=[4, 7, 3][: len(shape) - 2], mode="area")

row("pixelShuffle", [3], lambda x: F.pixel_shuffle(x, 3), [2, 18, 3, 2])
row("pixelUnshuffle", [2], lambda x: F.pixel_unshuffle(x, 2), [3, 4, 6])
row("tile", [[2, 1, 3]], lambda x: torch.tile(x, (2, 1, 3)), [3, 2])
row("tile", [[2]], lambda x: torch.tile(x, (2,)), [3, 2])

for kernel, options in (
    ([2, 3], {}),
    (3, {"stride": [2, 1], "padding": [1, 2], "dilation": [1, 2]}),
    ([1, 2], {"stride": 3, "padding": [0, 1]}),
):
    size = [7, 9]
    row("unfold", [kernel, options], lambda x: F.unfold(x, kernel, **options), [2, 3, *size])
    columns = list(F.unfold(torch.zeros([2, 3, *size]), kernel, **options).shape)
    row("fold", [size, kernel, options], lambda x: F.fold(x, size, kernel, **options), columns)

volume = [2, 4, 6, 7, 5]
for options, shape, bias in (
    ({}, [6, 4, 3, 3, 3], True),
    ({"stride": [2, 1, 2], "padding": [1, 2, 0], "groups": 2}, [6, 2, 3, 2, 3], True),
    ({"dilation": [2, 1, 3], "padding": "same"}, [3, 4, 2, 3, 1], False),
):
    arguments = [None, options] if not bias else [options]
    function = lambda x, w, b=None: F.conv3d(x, w, b, **options)
    row("conv3d", arguments, function, volume, shape, *([[shape[0]]] if bias else []))
for options, shape, filters, bias in (
    ({}, [4, 3, 3, 2, 3], 3, True),
    ({"stride": 2, "padding": 1, "output_padding": 1, "groups": 2}, [4, 3, 3, 3, 3], 6, True),
    ({"stride": [3, 1, 2], "padding": [2, 0, 1], "dilation": [1, 2, 1], "output_padding": [2, 0, 1]}, [4, 2, 4, 2, 3], 2, False),
):
    ours = {{"output_padding": "outputPadding"}.get(key, key): value for key, value in options.items()}
    arguments = [None, ours] if not bias else [ours]
    function = lambda x, w, b=None: F.conv_transpose3d(x, w, b, **options)
    row("convTranspose3d", arguments, function, [2, 4, 3, 4, 2], shape, *([[filters]] if bias else []))

row("maxPool3d", [{"kernel": 2}], lambda x: F.max_pool3d(x, 2), volume)
row(
    "maxPool3d",
    [{"kernel": [3, 2, 3], "stride": [2, 1, 2], "padding": [1, 0, 1], "dilation": [1, 2, 1], "ceilMode": True}],
    lambda x: F.max_pool3d(x, (3, 2, 3), (2, 1, 2), (1, 0, 1), (1, 2, 1), ceil_mode=True),
    volume,
)
for ours, theirs in (
    ({}, {}),
    ({"countIncludePad": False, "ceilMode": True}, {"count_include_pad": False, "ceil_mode": True}),
    ({"ceilMode": True}, {"ceil_mode": True}),
    ({"divisorOverride": 5}, {"divisor_override": 5}),
):
    ours = {"kernel": [3, 2, 3], "stride": [2, 2, 1], "padding": [1, 1, 0], **ours}
    row("avgPool3d", [ours], lambda x: F.avg_pool3d(x, (3, 2, 3), (2, 2, 1), (1, 1, 0), **theirs), volume)
row("adaptiveAvgPool3d", [[4, 3, 2]], lambda x: F.adaptive_avg_pool3d(x, (4, 3, 2)), volume)
row("adaptiveMaxPool3d", [[4, 3, 2]], lambda x: F.adaptive_max_pool3d(x, (4, 3, 2)), volume)

json.dump({"torch": torch.__version__.split("+")[0], "rows": ROWS}, sys.stdout, indent=1)
print()

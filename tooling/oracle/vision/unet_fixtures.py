"""What a U-Net in PyTorch gives, with the layers and keys of milesial's Pytorch-UNet: keys and shapes, logits, gradients.

    python3 tooling/oracle/vision/unet_fixtures.py > packages/vision-layers/src/models/unet-fixtures.json

Needs PyTorch alone; the version is noted in the file. Without padding the middle of what was seen on the way down is taken, as the
paper does.
"""

import json

import torch
from torch import nn
from torch.nn import functional

from drawn import fill, numbers, sampled


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs, options, between=None):
        super().__init__()
        between = between or outputs
        layers = []
        for a, b in ((inputs, between), (between, outputs)):
            layers.append(nn.Conv2d(a, b, 3, padding=0 if options["valid"] else 1, bias=not options["norm"]))
            if options["norm"]:
                layers.append(nn.BatchNorm2d(b))
            layers.append(nn.ReLU())
        self.double_conv = nn.Sequential(*layers)

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs, outputs, options):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs, options))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs, options):
        super().__init__()
        self.valid = options["valid"]
        if options["bilinear"]:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(inputs, outputs, options, inputs // 2)
        else:
            self.up = nn.ConvTranspose2d(inputs, inputs // 2, 2, stride=2)
            self.conv = DoubleConv(inputs, outputs, options)

    def forward(self, below, beside):
        below = self.up(below)
        rows, columns = (beside.shape[axis] - below.shape[axis] for axis in (2, 3))
        if self.valid:
            beside = beside[:, :, rows // 2 : rows // 2 + below.shape[2], columns // 2 : columns // 2 + below.shape[3]]
        else:
            below = functional.pad(below, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return self.conv(torch.cat([beside, below], 1))


class OutConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, channels, classes, width, depth, **options):
        super().__init__()
        self.depth = depth
        factor = 2 if options["bilinear"] else 1
        self.inc = DoubleConv(channels, width, options)
        for level in range(1, depth + 1):
            out = width * 2**level // (factor if level == depth else 1)
            setattr(self, f"down{level}", Down(width * 2 ** (level - 1), out, options))
        for at in range(1, depth + 1):
            level = depth - at + 1
            out = width * 2 ** (level - 1) // (1 if level == 1 else factor)
            setattr(self, f"up{at}", Up(width * 2**level, out, options))
        self.outc = OutConv(width, classes)

    def forward(self, x):
        seen = [self.inc(x)]
        for level in range(1, self.depth + 1):
            seen.append(getattr(self, f"down{level}")(seen[-1]))
        y = seen.pop()
        for at in range(1, self.depth + 1):
            y = getattr(self, f"up{at}")(y, seen.pop())
        return self.outc(y)


ROWS = [
    ({}, dict(valid=False, bilinear=False, norm=True), [2, 3, 21, 18]),
    ({"upsampling": "bilinear"}, dict(valid=False, bilinear=True, norm=True), [2, 3, 16, 22]),
    ({"padding": "valid", "batchNorm": False}, dict(valid=True, bilinear=False, norm=False), [1, 3, 44, 52]),
    ({"padding": "valid", "upsampling": "bilinear", "depth": 3}, dict(valid=True, bilinear=True, norm=True), [1, 3, 92, 100]),
]


def described(given, options, shape):
    depth = given.get("depth", 2)
    with torch.no_grad():
        model = fill(UNet(3, 4, 6, depth, **options)).eval()
    x = numbers("input", shape).requires_grad_()
    y = model(x)
    (y * numbers("dy", tuple(y.shape))).sum().backward()
    return {
        "options": {"classes": 4, "width": 6, "depth": depth, **given},
        "shape": shape,
        "keys": {key: list(value.shape) for key, value in model.state_dict().items()},
        "outputShape": list(y.shape),
        "output": sampled(y, 16),
        "gradient": sampled(x.grad, 16),
        "weightGradient": sampled(model.inc.double_conv[0].weight.grad, 16),
    }


whole = UNet(3, 2, 64, 4, valid=False, bilinear=False, norm=True)
fixtures = {
    "torch": torch.__version__.split("+")[0],
    "parameters": sum(each.numel() for each in whole.parameters()),
    "rows": [described(*row) for row in ROWS],
}
print(json.dumps(fixtures))

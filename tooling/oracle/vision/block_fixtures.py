"""What torchvision's blocks give: state, result in use, result and gradient while learning.

    python3 tooling/oracle/vision/block_fixtures.py > packages/vision-layers/src/blocks/block-fixtures.json

Needs PyTorch and torchvision; the versions are noted in the file.
"""

import json
import sys

import torch
import torchvision
from torch import nn
from torchvision.models import densenet, inception, mobilenetv2, resnet
from torchvision.models.googlenet import Inception
from torchvision.ops import Conv2dNormActivation, SqueezeExcitation

from drawn import fill, numbers, sampled


def downsample(inputs, outputs, stride):
    return nn.Sequential(resnet.conv1x1(inputs, outputs, stride), nn.BatchNorm2d(outputs))


def paper_inception(*sizes):
    module = Inception(*sizes)
    module.branch3[1].conv = nn.Conv2d(sizes[4], sizes[5], 5, padding=2, bias=False)
    return module


class Separable(nn.Module):
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(3, 6, 3, stride=2, padding=1, groups=3, bias=False)
        self.pointwise = nn.Conv2d(6, 5, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(3, 7, (2, 3), stride=(2, 3))

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Dense(nn.Module):
    """Under the name that keys have in a model, and taken off again below."""

    def __init__(self):
        super().__init__()
        self.block = densenet._DenseBlock(3, 4, bn_size=2, growth_rate=3, drop_rate=0)

    def forward(self, x):
        return self.block(x)


ROWS = [
    ("Inception", [6, 4, 3, 5, 2, 3, 2], {}, [2, 6, 6, 5], lambda: paper_inception(6, 4, 3, 5, 2, 3, 2)),
    ("Inception", [6, 4, 3, 5, 2, 3, 2], {"torchvision": True}, [2, 6, 6, 5], lambda: Inception(6, 4, 3, 5, 2, 3, 2)),
    ("InceptionA", [5, 7], {}, [2, 5, 6, 5], lambda: inception.InceptionA(5, 7)),
    ("InceptionB", [5], {}, [2, 5, 9, 7], lambda: inception.InceptionB(5)),
    ("InceptionC", [5, 6], {}, [2, 5, 7, 6], lambda: inception.InceptionC(5, 6)),
    ("InceptionD", [5], {}, [2, 5, 7, 9], lambda: inception.InceptionD(5)),
    ("InceptionE", [5], {}, [2, 5, 3, 4], lambda: inception.InceptionE(5)),
    ("BasicBlock", [4, 4], {}, [2, 4, 5, 6], lambda: resnet.BasicBlock(4, 4)),
    ("BasicBlock", [4, 6], {"stride": 2}, [2, 4, 5, 6], lambda: resnet.BasicBlock(4, 6, 2, downsample(4, 6, 2))),
    ("Bottleneck", [8, 2], {}, [2, 8, 5, 6], lambda: resnet.Bottleneck(8, 2)),
    ("Bottleneck", [4, 64], {"stride": 2, "groups": 4, "baseWidth": 8}, [2, 4, 5, 6], lambda: resnet.Bottleneck(4, 64, 2, downsample(4, 256, 2), groups=4, base_width=8)),
    ("InvertedResidual", [4, 4, 1, 6], {}, [2, 4, 6, 5], lambda: mobilenetv2.InvertedResidual(4, 4, 1, 6)),
    ("InvertedResidual", [4, 6, 2, 1], {}, [2, 4, 6, 5], lambda: mobilenetv2.InvertedResidual(4, 6, 2, 1)),
    ("SqueezeExcitation", [6, 2], {}, [2, 6, 4, 3], lambda: SqueezeExcitation(6, 2)),
    ("Conv2dNormActivation", [3, 4, 3], {"stride": 2, "activation": "silu"}, [2, 3, 6, 5], lambda: Conv2dNormActivation(3, 4, 3, 2, activation_layer=nn.SiLU)),
    ("DenseBlock", [3, 4, 3], {"bnSize": 2}, [2, 4, 5, 6], Dense),
    ("SeparableConv2d", [3, 5, 3], {"multiplier": 2, "stride": 2, "padding": 1}, [2, 3, 6, 7], Separable),
    ("PatchEmbed", [[2, 3], 3, 7], {}, [2, 3, 6, 9], Patches),
]


def described(name, arguments, options, shape, make):
    module = make()
    module = fill(getattr(module, "block", module))
    state = {key: list(value.shape) for key, value in module.state_dict().items()}
    with torch.no_grad():
        used = module.eval()(numbers("input", shape))
    x = numbers("input", shape).requires_grad_()
    y = module.train()(x)
    (gradient,) = torch.autograd.grad((y * numbers("dy", tuple(y.shape))).sum(), [x])
    return {
        "block": name,
        "arguments": arguments,
        "options": options,
        "shape": shape,
        "state": state,
        "outputShape": list(y.shape),
        "used": sampled(used),
        "learning": sampled(y),
        "gradient": sampled(gradient),
    }


rows = [described(*row) for row in ROWS]
json.dump({"torchvision": torchvision.__version__.split("+")[0], "rows": rows}, sys.stdout)
print()

"""What GoogLeNet and Inception v3 of torchvision do while they learn: all logits, the weighed loss, gradients.

    python3 tooling/oracle/vision/auxiliary_fixtures.py packages/vision-layers/src/models

Writes auxiliary-fixtures.json, in f64. With the statistics of few pictures the gradients of lower layers are badly conditioned: PyTorch's own
in f32 are 2 % away from these, since rectifiers on the edge turn. So there are two rows for each: with batch statistics, for what is well
determined, and with the norms in use (all else is learning) for gradients down to the first layer. It prints how far f32 is away. The weights of the losses
are the papers' (GoogLeNet, 0.3) and TF-Slim's (Inception v3, 0.4), as in torchvision's training script and docs.
"""

import json
import pathlib
import sys
import warnings

import torch
import torchvision
from torch import nn
from torch.nn import functional
from torchvision import models
from torchvision.models.googlenet import GoogLeNet

from drawn import fill, numbers, sampled

warnings.simplefilter("ignore")

GOOGLENET = lambda: GoogLeNet(num_classes=5, init_weights=False)
INCEPTION = lambda: models.inception_v3(num_classes=5, init_weights=False)
GOOGLENET_HEADS = ["aux1.conv.conv.weight", "aux1.fc1.weight", "aux2.fc2.bias", "fc.weight"]
INCEPTION_HEADS = ["AuxLogits.conv0.conv.weight", "AuxLogits.conv1.bn.weight", "AuxLogits.fc.weight", "fc.bias"]

# Model, pictures, whether the norms learn, the weight, and whose gradients.
ROWS = [
    ("GoogLeNet", [4, 3, 96, 80], True, 0.3, GOOGLENET, GOOGLENET_HEADS),
    ("GoogLeNet", [2, 3, 96, 80], False, 0.3, GOOGLENET, [*GOOGLENET_HEADS, "conv1.conv.weight", "inception3a.branch2.1.conv.weight", "inception4a.branch1.bn.weight", "inception4d.branch3.0.conv.weight", "inception5b.branch4.1.bn.bias"]),
    ("InceptionV3", [4, 3, 299, 299], True, 0.4, INCEPTION, INCEPTION_HEADS),
    ("InceptionV3", [1, 3, 299, 299], False, 0.4, INCEPTION, [*INCEPTION_HEADS, "Conv2d_1a_3x3.conv.weight", "Mixed_5d.branch5x5_2.conv.weight", "Mixed_6a.branch3x3.bn.weight", "Mixed_6e.branch7x7_2.conv.weight", "Mixed_7c.branch_pool.bn.bias"]),
]


def learned(make, shape, norms_learn, weight, keys, dtype):
    with torch.no_grad():
        model = fill(make()).to(dtype)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train(norms_learn)
    logits, *auxiliary = model(numbers("input", shape).to(dtype))
    labels = torch.arange(shape[0])
    loss = functional.cross_entropy(logits, labels) + weight * sum(functional.cross_entropy(each, labels) for each in auxiliary)
    loss.backward()
    named = dict(model.named_parameters())
    return {
        "loss": loss.item(),
        "logits": [sampled(each) for each in (logits, *auxiliary)],
        "gradients": {key: sampled(named[key].grad) for key in keys},
    }


def row(name, shape, norms_learn, weight, make, keys):
    wanted = learned(make, shape, norms_learn, weight, keys, torch.float64)
    own = learned(make, shape, norms_learn, weight, keys, torch.float32)
    apart = lambda a, b: max(abs(x - y) for x, y in zip(a, b)) / max(map(abs, a))
    print(name, "logits", [f"{apart(*each):.1e}" for each in zip(wanted["logits"], own["logits"])], file=sys.stderr)
    for key, values in wanted["gradients"].items():
        print(name, key, f"{apart(values, own['gradients'][key]):.1e}", values[-1], file=sys.stderr)
    return {"model": name, "shape": shape, "normsLearn": norms_learn, **wanted}


folder = pathlib.Path(sys.argv[1])
fixtures = {"torchvision": torchvision.__version__.split("+")[0], "rows": [row(*each) for each in ROWS]}
(folder / "auxiliary-fixtures.json").write_text(json.dumps(fixtures) + "\n")

"""What torchvision's models give: keys and shapes, logits in use, the loss while learning, billions of multiply-adds.

    python3 tooling/oracle/vision/model_fixtures.py packages/vision-layers/src/models

Writes model-keys.txt and model-fixtures.json. Needs PyTorch and torchvision; the versions are noted in the file.
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
from torchvision.models.googlenet import GoogLeNet, Inception

from drawn import fill, numbers, sampled

warnings.simplefilter("ignore")


def lines(name, module):
    """One line for each layer: its key, and the shapes of what it holds."""
    rows = {}
    for key, value in module.state_dict().items():
        prefix, _, last = key.rpartition(".")
        rows.setdefault(prefix, []).append(f"{last}={'x'.join(map(str, value.shape))}")
    return [f"# {name}", *(" ".join([prefix or "-", *parts]) for prefix, parts in rows.items())]


def wide(model, hidden, classes):
    """The linear layers of AlexNet and VGG with fewer features: the whole ones would be most of the test's time."""
    first = True
    for at, layer in enumerate(model.classifier):
        if isinstance(layer, nn.Linear):
            last = layer.out_features == classes
            model.classifier[at] = nn.Linear(layer.in_features if first else hidden, classes if last else hidden)
            first = False
    return model


def paper(model):
    for module in model.modules():
        if isinstance(module, Inception):
            conv = module.branch3[1].conv
            module.branch3[1].conv = nn.Conv2d(conv.in_channels, conv.out_channels, 5, padding=2, bias=False)
    model.maxpool4 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
    return model


def googlenet(**options):
    return GoogLeNet(num_classes=options.pop("num_classes", 1000), init_weights=False, **options)


def vgg(depth, norm):
    return lambda: wide(getattr(models, f"vgg{depth}{'_bn' if norm else ''}")(), 64, 1000)


KEYS = [
    ("AlexNet", "{}", lambda: models.alexnet()),
    ("VGG 11", "{}", lambda: models.vgg11()),
    *((f"VGG {depth}", json.dumps({"hiddenFeatures": 64, "batchNorm": norm}), vgg(depth, norm)) for depth in (11, 13, 16, 19) for norm in (False, True)),
    *((f"ResNet {depth}", "{}", getattr(models, f"resnet{depth}")) for depth in (18, 34, 50)),
    ("MobileNetV2", "{}", lambda: models.mobilenet_v2()),
    ("GoogLeNet", '{"torchvision": true}', lambda: googlenet()),
    ("InceptionV3", "{}", lambda: models.inception_v3(init_weights=False)),
    ("VisionTransformer", '{"numHeads": 12, "hiddenDim": 768, "mlpDim": 3072}', lambda: models.vit_b_16()),
]

OPERATIONS = {
    'GoogLeNet {"torchvision": true}': models.GoogLeNet_Weights.DEFAULT,
    "ResNet 18 {}": models.ResNet18_Weights.DEFAULT,
    "MobileNetV2 {}": models.MobileNet_V2_Weights.DEFAULT,
    "AlexNet {}": models.AlexNet_Weights.DEFAULT,
}

SMALL = {"num_classes": 7}
ROWS = [
    ("AlexNet", [{"classes": 7, "hiddenFeatures": 32}], [2, 3, 64, 71], lambda: wide(models.alexnet(**SMALL), 32, 7)),
    ("VGG", [11, {"classes": 7, "hiddenFeatures": 32}], [1, 3, 32, 40], lambda: wide(models.vgg11(**SMALL), 32, 7)),
    ("VGG", [16, {"classes": 7, "hiddenFeatures": 32, "batchNorm": True}], [1, 3, 32, 40], lambda: wide(models.vgg16_bn(**SMALL), 32, 7)),
    ("ResNet", [18, {"classes": 7}], [2, 3, 40, 33], lambda: models.resnet18(**SMALL)),
    ("ResNet", [50, {"classes": 7}], [2, 3, 40, 33], lambda: models.resnet50(**SMALL)),
    ("MobileNetV2", [{"classes": 7}], [2, 3, 40, 33], lambda: models.mobilenet_v2(**SMALL)),
    ("MobileNetV2", [{"classes": 7, "widthMultiplier": 0.35}], [2, 3, 40, 33], lambda: models.mobilenet_v2(width_mult=0.35, **SMALL)),
    ("GoogLeNet", [{"classes": 7}], [2, 3, 64, 60], lambda: paper(googlenet(**SMALL))),
    ("GoogLeNet", [{"classes": 7, "torchvision": True, "transformInput": True}], [2, 3, 64, 60], lambda: googlenet(transform_input=True, **SMALL)),
    ("InceptionV3", [{"classes": 7}], [1, 3, 80, 90], lambda: models.inception_v3(init_weights=False, **SMALL)),
    ("InceptionV3", [{"classes": 7, "auxLogits": False, "transformInput": True}], [1, 3, 80, 90], lambda: models.inception_v3(init_weights=False, aux_logits=False, transform_input=True, **SMALL)),
    ("VisionTransformer", [{"classes": 7, "imageSize": 24, "patchSize": 8, "numLayers": 2, "numHeads": 2, "hiddenDim": 12, "mlpDim": 20}], [2, 3, 24, 24], lambda: models.VisionTransformer(24, 8, 2, 2, 12, 20, num_classes=7)),
]


def learning_loss(name, model, shape):
    """Of models that have a loss of their own, without dropout: batch statistics, and classifiers on the way."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    out = model.train()(numbers("input", shape))
    labels = torch.arange(shape[0])
    losses = [functional.cross_entropy(each, labels).item() for each in out]
    return [float(f"{value:.7g}") for value in (losses[0] + 0.3 * (losses[1] + losses[2]), *losses)]


def described(name, arguments, shape, make):
    with torch.no_grad():
        model = fill(make())
        row = {"model": name, "arguments": arguments, "shape": shape, "logits": sampled(model.eval()(numbers("input", shape)), 14)}
        if name == "GoogLeNet":
            row["losses"] = learning_loss(name, model, shape)
    print(name, row["logits"][-1], file=sys.stderr)
    return row


folder = pathlib.Path(sys.argv[1])
keys = [line for name, options, make in KEYS for line in lines(f"{name} {options}", make())]
(folder / "model-keys.txt").write_text("\n".join(keys) + "\n")
operations = {name: weights.meta["_ops"] for name, weights in OPERATIONS.items()}
fixtures = {"torchvision": torchvision.__version__.split("+")[0], "operations": operations, "rows": [described(*row) for row in ROWS]}
(folder / "model-fixtures.json").write_text(json.dumps(fixtures) + "\n")

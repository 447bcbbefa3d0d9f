"""Attributions as captum computes them, and Grad-CAM++ written from the paper's equations.

    python3 tooling/oracle/vision/inspect_fixtures.py > packages/vision-layers/src/inspect/inspect-fixtures.json

Needs PyTorch, torchvision and captum; the versions are noted in the file.
"""

import json
import warnings

import captum
import torch
import torchvision
from captum.attr import (
    Deconvolution,
    GuidedBackprop,
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    Occlusion,
    Saliency,
)
from torch import nn

from drawn import fill, numbers, sampled

warnings.simplefilter("ignore")


def small():
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(72, 5),
    )


def grad_cam_plus_plus(model, layer, x, target):
    """Chattopadhay et al. 2018, eq. 5, 7 and 19, in f64; without the factor exp(S) of the weights, which the whole map has."""
    model, x = model.double(), x.double()
    seen = {}
    handle = layer.register_forward_hook(lambda _, __, output: seen.update(maps=output))
    scores = model(x).gather(1, target[:, None]).sum()
    handle.remove()
    maps = seen["maps"]
    (slope,) = torch.autograd.grad(scores, maps)
    below = 2 * slope**2 + maps.sum((2, 3), keepdim=True) * slope**3
    alpha = torch.where(below == 0, torch.zeros_like(below), slope**2 / below)
    weights = (alpha * torch.relu(slope)).sum((2, 3), keepdim=True)
    result = torch.relu((weights * maps).sum(1, keepdim=True)).detach()
    model.float()
    return result


def attributions(model, layer, x, target, rectified):
    labels = torch.tensor(target)
    zeros, window = torch.zeros_like(x), (x.shape[1], 5, 4)
    rows = {
        "saliency": Saliency(model).attribute(x.clone(), labels),
        "signed": Saliency(model).attribute(x.clone(), labels, abs=False),
        "inputXGradient": InputXGradient(model).attribute(x.clone(), labels),
        "gaussLegendre": IntegratedGradients(model).attribute(x, zeros, labels, n_steps=12),
        "baseline": IntegratedGradients(model).attribute(x, 0.3 + zeros, labels, n_steps=9),
        "left": IntegratedGradients(model).attribute(x, zeros, labels, n_steps=10, method="riemann_left"),
        "middle": IntegratedGradients(model).attribute(x, zeros, labels, n_steps=10, method="riemann_middle"),
        "right": IntegratedGradients(model).attribute(x, zeros, labels, n_steps=10, method="riemann_right"),
        "gradCam": LayerGradCam(model, layer).attribute(x, labels, relu_attributions=True),
        "gradCamSigned": LayerGradCam(model, layer).attribute(x, labels),
        "gradCamPlusPlus": grad_cam_plus_plus(model, layer, x, labels),
        "occlusion": Occlusion(model).attribute(x, window, (3, 3, 2), zeros - 0.1, labels)[:, :1],
    }
    if rectified:
        rows["guidedBackprop"] = GuidedBackprop(model).attribute(x.clone(), labels)
        rows["deconvnet"] = Deconvolution(model).attribute(x.clone(), labels)
    return {name: {"shape": list(value.shape), "values": sampled(value, 40)} for name, value in rows.items()}


def plain_relus(model):
    """captum's hooks want modules that do not write in place."""
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    return model.eval()


fixtures = {
    "versions": {"torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0], "captum": captum.__version__},
}
with torch.no_grad():
    net = plain_relus(fill(small()))
    resnet = plain_relus(fill(torchvision.models.resnet18(num_classes=7)))
fixtures["small"] = attributions(net, net[7], numbers("pictures", (2, 3, 12, 12)), [3, 1], True)
rows = attributions(resnet, resnet.layer3, numbers("pictures", (2, 3, 32, 40)), [6, 2], False)
# At a tenth to three tenths of these pictures a relu of this net stands within a rounding of its kink: 10⁻⁶ more or less of the picture
# moves the gradient by up to 7 %, in PyTorch as here. Sums that have such a place compare roundings.
fixtures["resnet"] = {name: row for name, row in rows.items() if name not in ("gaussLegendre", "left", "right")}
print(json.dumps(fixtures))

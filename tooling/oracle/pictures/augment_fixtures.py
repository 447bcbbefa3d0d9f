"""What torchvision's functions make of two small pictures. See README.md beside this.

    python3 augment_fixtures.py > FILE
"""

import base64
import json

import torch
from torch.nn.functional import grid_sample
from torchvision.transforms.v2 import CutMix, MixUp
from torchvision.transforms.v2 import functional as F
from torchvision.transforms.v2 import InterpolationMode as M
from torchvision.transforms.v2._auto_augment import TrivialAugmentWide

torch.manual_seed(3)
PICTURES = {"rgb": torch.rand(1, 3, 7, 6), "gray": torch.rand(1, 1, 6, 7)}
PICTURES["rgb"][0, :, 2:4, 1:4] = torch.tensor([0.5, 0.5, 0.5])[:, None, None]  # gray pixels, which have no hue
PICTURES["rgb"][0, 0, 4:] = PICTURES["rgb"][0, 0, 4:] * 0.5 + 0.2
GRID = torch.rand(1, 4, 5, 2) * 3 - 1.5


def packed(x):
    x = x.contiguous().to(torch.float32)
    return {"shape": list(x.shape), "data": base64.b64encode(x.numpy().tobytes()).decode()}


calls = []


def call(name, args, result, of="rgb"):
    calls.append({"name": name, "of": of, "args": args, **packed(result)})


for of, x in PICTURES.items():
    for factor in (0, 0.4, 1.7):
        call("adjustBrightness", [factor], F.adjust_brightness(x, factor), of)
        call("adjustContrast", [factor], F.adjust_contrast(x, factor), of)
        call("adjustSaturation", [factor], F.adjust_saturation(x, factor), of)
        call("adjustSharpness", [factor], F.adjust_sharpness(x, factor), of)
    for factor in (-0.5, -0.13, 0.25, 0.5):
        call("adjustHue", [factor], F.adjust_hue(x, factor), of)
    call("invert", [], F.invert(x), of)
    call("solarize", [0.6], F.solarize(x, 0.6), of)
    call("posterize", [3], F.posterize(x, 3), of)
    call("autocontrast", [], F.autocontrast(x), of)
    call("equalize", [], F.equalize(torch.nn.functional.interpolate(x, (16, 18))), of)
    call("rgbToGrayscale", [3], F.rgb_to_grayscale(x, 3), of)
    call("horizontalFlip", [], F.horizontal_flip(x), of)
    call("verticalFlip", [], F.vertical_flip(x), of)

x = PICTURES["rgb"]
call("gaussianBlur", [3], F.gaussian_blur(x, [3, 3]))
call("gaussianBlur", [[5, 3], [1.5, 0.4]], F.gaussian_blur(x, [5, 3], [1.5, 0.4]))
call("normalize", ["imagenet"], F.normalize(x, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
call("crop", [2, 1, 4, 5], F.crop(x, 2, 1, 4, 5))
for size in ([4, 5], [6, 3], [10, 9], [4, 9]):
    call("centerCrop", [size], F.center_crop(x, size))
call("pad", [[1, 2, 3, 0], {"fill": 0.5}], F.pad(x, [1, 2, 3, 0], fill=0.5))
call("pad", [[2, 1], {"paddingMode": "reflect"}], F.pad(x, [2, 1], padding_mode="reflect"))
call("pad", [3, {"paddingMode": "edge"}], F.pad(x, 3, padding_mode="edge"))
call("resizedCrop", [1, 2, 5, 4, [4, 7]], F.resized_crop(x, 1, 2, 5, 4, [4, 7], antialias=True))
call("resize", [5], F.resize(x, [5], antialias=True))
call("resize", [[4, 9], {"interpolation": "bicubic"}], F.resize(x, [4, 9], interpolation=M.BICUBIC, antialias=True))
call("erase", [2, 1, 3, 4, [0.1, 0.2, 0.3]], F.erase(x, 2, 1, 3, 4, torch.tensor([0.1, 0.2, 0.3])[:, None, None]))

AFFINE = [
    {"angle": 30},
    {"angle": -17, "translate": [2, -1], "scale": 1.3, "shear": [12, -7]},
    {"angle": 200, "center": [1, 2], "scale": 0.7, "shear": [5, 0]},
    {"translate": [3, 1]},
]
for mode in ("nearest", "bilinear"):
    for options in AFFINE:
        given = {"angle": 0, "translate": [0, 0], "scale": 1.0, "shear": [0, 0], **options}
        for fill in (None, [0.2, 0.4, 0.6]):
            more = {} if fill is None else {"fill": fill}
            result = F.affine(x, **given, interpolation=M(mode), fill=fill)
            call("affine", [{**options, "interpolation": mode, **more}], result)
    for degrees, expand, center in ((25, False, None), (90, False, None), (90, True, None), (180, False, None), (270, True, None), (-40, True, None), (33, False, [0, 0])):
        options = {"interpolation": mode, "expand": expand, **({} if center is None else {"center": center})}
        call("rotate", [degrees, options], F.rotate(x, degrees, M(mode), expand=expand, center=center))
    start, end = [[0, 0], [5, 0], [5, 6], [0, 6]], [[1, 1], [4, 0], [5, 5], [0, 4]]
    call("perspective", [start, end, {"interpolation": mode}], F.perspective(x, start, end, M(mode)))
    call("perspective", [start, end, {"interpolation": mode, "fill": 0.5}], F.perspective(x, start, end, M(mode), fill=0.5))

grids = []
for mode in ("bilinear", "nearest"):
    for padding in ("zeros", "border", "reflection"):
        for align in (False, True):
            picture, grid = x.clone().requires_grad_(), GRID.clone().requires_grad_()
            result = grid_sample(picture, grid, mode=mode, padding_mode=padding, align_corners=align)
            by_picture, by_grid = torch.autograd.grad(result.square().sum(), (picture, grid))
            row = {"mode": mode, "paddingMode": padding, "alignCorners": align, **packed(result.detach())}
            grids.append({**row, "byPicture": packed(by_picture), "byGrid": packed(by_grid)})

# Each change of TrivialAugment, by its number, at a step of its size and either sign.
trivial = TrivialAugmentWide()
changes = []
for name, (magnitudes, signed) in TrivialAugmentWide._AUGMENTATION_SPACE.items():
    for step in (0, 13, 30):
        values = magnitudes(31, 7, 6)
        for sign in (1, -1) if signed else (1,):
            magnitude = 0.0 if values is None else sign * float(values[step])
            one = x[0]
            result = trivial._apply_image_or_video_transform(one, name, magnitude, M.NEAREST, {torch.Tensor: None, "others": None, type(one): None})
            changes.append({"name": name, "magnitude": magnitude, **packed(result)})
        if values is None:
            break


def mixed(cls, share_or_box):
    mix = cls(num_classes=3)
    mix.make_params = lambda _: share_or_box
    pictures, labels = mix(torch.cat([x, x * 0.5, 1 - x]), torch.tensor([0, 2, 1]))
    return {"x": packed(pictures), "y": packed(labels)}


mixes = {"mixUp": mixed(MixUp, {"lam": 0.3}), "cutMix": mixed(CutMix, {"box": (2, 1, 6, 5), "lam_adjusted": 1 - 16 / 42})}
print(json.dumps({"pictures": {k: packed(v) for k, v in PICTURES.items()}, "grid": packed(GRID), "calls": calls, "grids": grids, "changes": changes, "mixes": mixes}, separators=(",", ":")))

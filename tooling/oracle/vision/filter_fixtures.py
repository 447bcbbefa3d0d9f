"""Edges, smoothing and Canny as scikit-image and scipy compute them. Pictures are stored as rows of hexadecimal bytes."""

import json

import numpy
from scipy import ndimage
from skimage import feature, filters


def scene(height, width, seed, noise):
    """A slope with a disc, a bar and a triangle on it, and noise: bytes."""
    drawn = numpy.random.default_rng(seed)
    rows, columns = numpy.mgrid[0:height, 0:width]
    picture = 40.0 + 60 * columns / width
    picture[(rows - height * 0.35) ** 2 + (columns - width * 0.3) ** 2 < (height * 0.22) ** 2] += 90
    picture[int(height * 0.65) : int(height * 0.8), int(width * 0.15) : int(width * 0.6)] -= 40
    picture[(rows > height * 0.2) & (columns > width * 0.65) & (rows - height * 0.2 < 1.7 * (columns - width * 0.6))] += 60
    picture += drawn.normal(0, noise, picture.shape)
    return numpy.clip(numpy.round(picture), 0, 255).astype(numpy.uint8)


def box(height, width):
    """White on black, the same from left and right: only the last bits say which of two sides of an edge is larger."""
    picture = numpy.zeros((height, width), numpy.uint8)
    picture[height // 4 : height // 2 + 1, width // 4 : width // 2 + 1] = 255
    return picture


def steps(height, width, seed):
    """Three brightnesses in a pattern, whose gradients are equal in many places, and equal to thresholds that are shares."""
    rows, columns = numpy.mgrid[0:height, 0:width]
    return ((columns * 7 + rows * 13 + seed * columns * rows) % 23 % 3 * 127).astype(numpy.uint8)


def coded(picture):
    return [bytes(row).hex() for row in picture]


def numbers(array):
    return [float(f"{value:.7g}") for value in numpy.asarray(array, dtype=numpy.float64).reshape(-1)]


def edge_strengths():
    picture = scene(10, 12, 1, 4)
    x = (picture / 255).astype(numpy.float32).astype(numpy.float64)
    names = {"sobel": filters.sobel, "prewitt": filters.prewitt, "scharr": filters.scharr, "roberts": filters.roberts}
    return {
        "picture": coded(picture),
        "strengths": {name: numbers(edges(x)) for name, edges in names.items()},
        "sobelDown": numbers(filters.sobel_h(x)),
        "sobelRight": numbers(filters.sobel_v(x)),
    }


def kernels():
    """What the filters answer to a single bright pixel is their kernel."""
    impulse = numpy.zeros((31, 31))
    impulse[15, 15] = 1
    gabor = filters.gabor_kernel(1 / 6, theta=0.6, sigma_x=2.4, sigma_y=4.8, offset=0.3, n_stds=2)
    return {
        "gaussian": numbers(ndimage.gaussian_filter(impulse, 1.5, mode="constant")[9:22, 9:22]),
        "laplacianOfGaussian": numbers(ndimage.gaussian_laplace(impulse, 1.5, mode="constant")[9:22, 9:22]),
        "differenceOfGaussians": numbers(filters.difference_of_gaussians(impulse, 1, 1.6, mode="constant", truncate=6)[8:23, 8:23]),
        "gabor": {"shape": gabor.shape, "values": numbers(gabor.real * 2 * numpy.pi * 2.4 * 4.8)},
    }


def canny():
    cases = []
    settings = [
        (scene(40, 48, 2, 0), {}),
        (scene(40, 48, 3, 3), {"sigma": 2}),
        (scene(40, 48, 4, 12), {"sigma": 1.4, "low_threshold": 0.05, "high_threshold": 0.15}),
        (scene(33, 21, 5, 6), {"sigma": 0.7, "low_threshold": 0.02, "high_threshold": 0.3}),
        (scene(24, 30, 6, 25), {"sigma": 1, "low_threshold": 0, "high_threshold": 0}),
        (scene(40, 48, 7, 8), {"sigma": 1.2, "low_threshold": 0.7, "high_threshold": 0.9, "use_quantiles": True}),
        (box(23, 24), {}),
        (box(26, 38), {"low_threshold": 0.08, "high_threshold": 0.7, "use_quantiles": True}),
        (steps(20, 25, 3), {"sigma": 0, "low_threshold": 0.48, "high_threshold": 0.53, "use_quantiles": True}),
    ]
    for picture, options in settings:
        # Its numbers are double, the picture's as single as ours.
        edges = feature.canny((picture / 255).astype(numpy.float32).astype(numpy.float64), **options)
        cases.append(
            {
                "picture": coded(picture),
                "options": options,
                "edges": ["".join("#" if edge else "." for edge in row) for row in edges],
            }
        )
    return cases


print(json.dumps({"edges": edge_strengths(), "kernels": kernels(), "canny": canny()}))

"""Numbers that Python and the tests draw alike, from a name: `src/testing/drawn.ts` of vision-layers is the same."""

import numpy
import torch

MASK = 0xFFFFFFFF


def seed_of(name):
    """FNV-1a."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & MASK
    return seed


def numbers(name, shape):
    """In [−1, 1), by the finaliser of MurmurHash3 over a counter."""
    count = int(numpy.prod(shape, dtype=numpy.int64))
    with numpy.errstate(over="ignore"):
        x = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(0x9E3779B9) + numpy.uint32(seed_of(name))
        x ^= x >> numpy.uint32(16)
        x *= numpy.uint32(0x85EBCA6B)
        x ^= x >> numpy.uint32(13)
        x *= numpy.uint32(0xC2B2AE35)
        x ^= x >> numpy.uint32(16)
    return torch.from_numpy((x.astype(numpy.float64) / 2**31 - 1).astype(numpy.float32).reshape(shape))


def fill(module):
    """Each parameter and statistic by its key, of sizes with which activations stay near 1."""
    for key, value in module.state_dict().items():
        last = key.split(".")[-1]
        if last == "num_batches_tracked":
            continue
        drawn = numbers(key, tuple(value.shape))
        if last == "running_var":
            drawn = 1 + drawn / 2
        elif value.dim() > 1 and last.endswith("weight"):
            drawn = drawn * (6 / value[0].numel()) ** 0.5
        elif last == "weight":
            drawn = 1 + drawn / 8
        else:
            drawn = drawn / 8
        value.copy_(drawn)
    return module


def sampled(tensor, count=12):
    """Elements at even distances, and the mean of all magnitudes."""
    flat = tensor.detach().double().reshape(-1)
    at = [i * (flat.numel() - 1) // (count - 1) for i in range(count)]
    return [float(f"{value:.7g}") for value in [*flat[at].tolist(), flat.abs().mean().item()]]

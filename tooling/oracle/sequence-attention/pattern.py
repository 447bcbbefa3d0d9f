"""Inputs and weights that both sides make by the same formula, and numbers as the fixtures hold them."""

import math
import struct

import torch


def values(shape, salt, scale=1.0):
    """sin(12.9898 i + 78.233 salt) · scale, in f32's numbers."""
    numbers = [math.sin(12.9898 * i + 78.233 * salt) * scale for i in range(math.prod(shape))]
    rounded = [struct.unpack("f", struct.pack("f", number))[0] for number in numbers]
    return torch.tensor(rounded, dtype=torch.float64).reshape(shape)


def fill(module):
    """Weights: by their names in order, from salt 40 on."""
    for at, (_, parameter) in enumerate(sorted(module.named_parameters())):
        parameter.data = values(parameter.shape, 40 + at, 0.7)
    return module


def numbers(tensor):
    return " ".join(f"{value:.7g}" for value in tensor.detach().double().reshape(-1).tolist())


def weighted(output, salt=7):
    return (output * values(output.shape, salt)).sum()


def gradients(loss, module, leaves):
    """Of each input and of each parameter, by name."""
    named = {**leaves, **dict(sorted(module.named_parameters()))}
    found = torch.autograd.grad(loss, list(named.values()))
    return {name: numbers(gradient) for name, gradient in zip(named, found)}


def leaf(shape, salt, scale=1.0):
    return values(shape, salt, scale).requires_grad_()

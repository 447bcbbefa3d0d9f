"""Positions: sinusoids after the paper's formula in PyTorch, rotations as transformers has them for Llama (halves) and for GPT-J
(interleaved), ALiBi's slopes as transformers has them for BLOOM.

    python3 tooling/oracle/sequence-attention/positions.py > packages/sequence-layers/src/fixtures/positions.json
"""

import json
import sys

import torch
import transformers
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.gptj.modeling_gptj import apply_rotary_pos_emb as interleaved
from transformers.models.gptj.modeling_gptj import create_sinusoidal_positions
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb as halves

from pattern import leaf, numbers, weighted


def sinusoids(time, features, start):
    rate = 10000 ** (torch.arange(0, features, 2, dtype=torch.float64) / features)
    angle = torch.arange(start, start + time, dtype=torch.float64).unsqueeze(1) / rate
    return numbers(torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:, :features])


def turned(kind, start, base=10000):
    x = leaf((2, 3, 5, 6), 1)  # (batch, heads, time, features)
    places = torch.arange(start, start + 5)
    if kind == "halves":
        rates = base ** -(torch.arange(0, 6, 2, dtype=torch.float64) / 6)
        angles = torch.cat([places.unsqueeze(1) * rates] * 2, -1).unsqueeze(0)
        y, _ = halves(x, x, angles.cos(), angles.sin())
    else:
        table = create_sinusoidal_positions(start + 5, 6)[start:].double()
        sin, cos = table.unsqueeze(0).split(3, -1)
        y = interleaved(x.transpose(1, 2), sin, cos).transpose(1, 2)
    (gradient,) = torch.autograd.grad(weighted(y), [x])
    return {"output": numbers(y), "gradient": numbers(gradient)}


def slopes(heads):
    """BLOOM's tensor at key 1 is the slope itself."""
    return numbers(build_alibi_tensor(torch.ones(1, 2), heads, torch.float64).reshape(heads, 2)[:, 1])


if __name__ == "__main__":
    found = {
        "transformers": transformers.__version__,
        "sinusoids": {f"{time} {features} {start}": sinusoids(time, features, start) for time, features, start in [(4, 6, 0), (3, 5, 7)]},
        "rotary": {
            "halves": turned("halves", 0),
            "halves from 3 on, base 500": turned("halves", 3, 500),
            "interleaved": turned("interleaved", 0),
            "interleaved from 3 on": turned("interleaved", 3),
        },
        "slopes": {str(heads): slopes(heads) for heads in (1, 4, 6, 8, 12)},
    }
    json.dump(found, sys.stdout, indent=1)
    print()

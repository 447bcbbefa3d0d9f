"""Linear-chain CRFs as pytorch-crf 0.7.2 has them, CTC as PyTorch has it; values and gradients, in f64.

    python3 tooling/oracle/sequence-attention/tagging.py > packages/sequence-layers/src/fixtures/tagging.json
"""

import importlib.metadata
import json
import sys

import torch
from torch.nn.functional import ctc_loss
from torchcrf import CRF

from pattern import fill, gradients, leaf, numbers, values

LENGTHS = torch.tensor([5, 1, 3])


def crf(tags, masked, reduction):
    layer = fill(CRF(tags, batch_first=True).double())
    emissions = leaf((3, 5, tags), 1, 1.5)
    labels = torch.tensor([[(3 * row + 2 * at) % tags for at in range(5)] for row in range(3)])
    mask = torch.arange(5) < LENGTHS.unsqueeze(1) if masked else torch.ones(3, 5, dtype=torch.bool)
    likelihood = layer(emissions, labels, mask=mask, reduction="none")
    reduced = layer(emissions, labels, mask=mask, reduction=reduction)
    return {
        "likelihood": numbers(likelihood),
        "reduced": numbers(reduced),
        "gradients": gradients(reduced, layer, {"emissions": emissions}),
        "decoded": layer.decode(emissions, mask=mask),
    }


def ctc(time, classes, targets, inputs, lengths, blank=0, reduction="mean", zero_infinity=False):
    logits = leaf((time, len(inputs), classes), 1, 1.5)
    loss = ctc_loss(
        logits.log_softmax(2), torch.tensor(targets), torch.tensor(inputs), torch.tensor(lengths), blank, "none", zero_infinity
    )
    reduced = ctc_loss(
        logits.log_softmax(2), torch.tensor(targets), torch.tensor(inputs), torch.tensor(lengths), blank, reduction, zero_infinity
    )
    (gradient,) = torch.autograd.grad(reduced.sum(), [logits])
    return {
        "time": time, "classes": classes, "targets": targets, "inputLengths": inputs, "targetLengths": lengths, "blank": blank,
        "reduction": reduction, "zeroInfinity": zero_infinity,
        "loss": numbers(loss), "reduced": numbers(reduced), "gradient": numbers(gradient),
    }


if __name__ == "__main__":
    found = {
        "torch": torch.__version__.split("+")[0],
        "pytorch-crf": importlib.metadata.version("pytorch-crf"),
        "crf": {
            "3 tags, sum": crf(3, False, "sum"),
            "3 tags with lengths, mean": crf(3, True, "mean"),
            "5 tags with lengths, token_mean": crf(5, True, "token_mean"),
        },
        "ctc": {
            "plain": ctc(6, 4, [[1, 2, 3], [2, 1, 2]], [6, 6], [3, 3]),
            "repeated labels": ctc(7, 3, [[1, 1, 2], [2, 2, 2]], [7, 7], [3, 3], reduction="sum"),
            "lengths": ctc(7, 4, [[1, 2, 3], [2, 1, 0], [3, 0, 0]], [7, 5, 4], [3, 2, 1]),
            "another blank": ctc(6, 4, [[0, 2, 1], [2, 0, 0]], [6, 5], [3, 2], blank=3, reduction="none"),
            "an empty target": ctc(4, 3, [[1, 2], [1, 1]], [4, 4], [0, 2]),
            "one that cannot be, as zero": ctc(3, 3, [[1, 1, 2], [1, 2, 1]], [3, 3], [3, 2], zero_infinity=True),
        },
    }
    json.dump(found, sys.stdout, indent=1)
    print()

"""What plain PyTorch models say of translation, with and without attention; see README.md."""

import json
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from recurrent_fixtures import flat, pattern

SOURCE_WORDS, TARGET_WORDS, HIDDEN, EMBEDDED, ATTENTION = 5, 4, 3, 2, 4
SOURCE = [[1, 4, 2, 3], [3, 2, 0, 0]]
LENGTHS = [4, 2]
INPUTS = [[1, 3, 2], [1, 2, 0]]
TARGETS = [[3, 2, 0], [2, 0, -1]]


class Encoder(nn.Module):
    def __init__(self, cell, layers, bidirectional, embedded):
        super().__init__()
        self.embedding = nn.Embedding(SOURCE_WORDS, embedded)
        make = nn.LSTM if cell == "lstm" else nn.GRU
        self.rnn = make(embedded, HIDDEN, layers, batch_first=True, bidirectional=bidirectional)

    def forward(self, source, lengths):
        x = self.embedding(source)
        if lengths is None:
            return self.rnn(x)
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        output, last = self.rnn(packed)
        return pad_packed_sequence(output, batch_first=True, total_length=source.shape[1])[0], last


class Bridge(nn.Module):
    def __init__(self, cell, bidirectional):
        super().__init__()
        if bidirectional:
            self.hidden = nn.Linear(2 * HIDDEN, HIDDEN)
            if cell == "lstm":
                self.cells = nn.Linear(2 * HIDDEN, HIDDEN)

    def forward(self, last):
        if not hasattr(self, "hidden"):
            return last
        both = lambda state: torch.cat([state[0::2], state[1::2]], dim=2)
        if hasattr(self, "cells"):
            return torch.tanh(self.hidden(both(last[0]))), self.cells(both(last[1]))
        return torch.tanh(self.hidden(both(last)))


class Attention(nn.Module):
    def __init__(self, source_size):
        super().__init__()
        self.query_proj = nn.Linear(HIDDEN, ATTENTION, bias=False)
        self.key_proj = nn.Linear(source_size, ATTENTION, bias=False)
        self.weight = nn.Parameter(torch.zeros(ATTENTION))

    def forward(self, query, states, lengths):
        scores = torch.tanh(self.query_proj(query)[:, None] + self.key_proj(states)) @ self.weight
        if lengths is not None:
            beyond = torch.arange(states.shape[1])[None] >= lengths[:, None]
            scores = scores.masked_fill(beyond, -torch.inf)
        weights = scores.softmax(-1)
        return (weights[:, None] @ states)[:, 0], weights


class Decoder(nn.Module):
    def __init__(self, cell, layers, embedded, source_size, feeding, tied):
        super().__init__()
        self.embedding = nn.Embedding(TARGET_WORDS, embedded)
        make = nn.LSTM if cell == "lstm" else nn.GRU
        self.rnn = make(embedded + source_size + (HIDDEN if feeding else 0), HIDDEN, layers, batch_first=True)
        self.head = nn.Linear(HIDDEN, TARGET_WORDS)
        if tied:
            self.head.weight = self.embedding.weight
        if source_size > 0:
            self.attention = Attention(source_size)
        if feeding:
            self.combine = nn.Linear(HIDDEN + source_size, HIDDEN, bias=False)

    def forward(self, inputs, state, states=None, lengths=None):
        logits, alphas = [], []
        feed = torch.zeros(inputs.shape[0], HIDDEN).double()
        for t in range(inputs.shape[1]):
            x = self.embedding(inputs[:, t])
            if hasattr(self, "attention"):
                top = (state[0] if isinstance(state, tuple) else state)[-1]
                context, alpha = self.attention(top, states, lengths)
                alphas.append(alpha)
                x = torch.cat([x, context, feed], 1) if hasattr(self, "combine") else torch.cat([x, context], 1)
            output, state = self.rnn(x[:, None], state)
            output = output[:, 0]
            if hasattr(self, "combine"):
                output = feed = torch.tanh(self.combine(torch.cat([output, context], 1)))
            logits.append(self.head(output))
        return torch.stack(logits, 1), torch.stack(alphas, 1) if alphas else None


class Model(nn.Module):
    def __init__(self, cell, layers, bidirectional, initial, attends, feeding, tied):
        super().__init__()
        embedded = HIDDEN if tied else EMBEDDED
        self.encoder = Encoder(cell, layers, bidirectional, embedded)
        if initial:
            self.bridge = Bridge(cell, bidirectional)
        self.attends, self.lstm, self.layers = attends, cell == "lstm", layers
        source_size = HIDDEN * (2 if bidirectional else 1) if attends else 0
        self.decoder = Decoder(cell, layers, embedded, source_size, feeding, tied)

    def forward(self, source, lengths, inputs):
        states, last = self.encoder(source, lengths)
        zeros = torch.zeros(self.layers, source.shape[0], HIDDEN).double()
        state = self.bridge(last) if hasattr(self, "bridge") else ((zeros, zeros) if self.lstm else zeros)
        return self.decoder(inputs, state, states if self.attends else None, lengths)


def row(cell, layers, bidirectional, initial, attends, feeding, tied, has_lengths):
    model = Model(cell, layers, bidirectional, initial, attends, feeding, tied).double()
    named = sorted(model.named_parameters())
    for at, (_, parameter) in enumerate(named):
        parameter.data = pattern(parameter.shape, 40 + at)
    lengths = torch.tensor(LENGTHS) if has_lengths else None
    logits, weights = model(torch.tensor(SOURCE), lengths, torch.tensor(INPUTS))
    loss = cross_entropy(logits.flatten(0, 1), torch.tensor(TARGETS).flatten(), ignore_index=-1)
    gradients = torch.autograd.grad(loss, [parameter for _, parameter in named])
    return {
        "cell": cell,
        "numLayers": layers,
        "bidirectional": bidirectional,
        "initial": initial,
        "attends": attends,
        "inputFeeding": feeding,
        "tiedEmbeddings": tied,
        "lengths": LENGTHS if has_lengths else None,
        "logits": flat(logits),
        "weights": None if weights is None else flat(weights),
        "loss": float(loss.detach()),
        "gradients": {name: flat(gradient) for (name, _), gradient in zip(named, gradients)},
    }


def main():
    rows = [
        # cell, layers, bidirectional, initial state from the encoder, attends, input feeding, tied, lengths
        row("lstm", 1, True, False, True, False, False, False),
        row("lstm", 1, True, False, True, False, False, True),
        row("gru", 1, True, True, True, False, False, True),
        row("lstm", 2, True, True, True, True, False, True),
        row("gru", 2, False, True, True, True, True, True),
        row("lstm", 1, False, True, False, False, False, True),
        row("gru", 2, True, True, False, False, True, True),
        row("lstm", 2, True, True, False, False, False, False),
    ]
    json.dump({"torch": torch.__version__.split("+")[0], "rows": rows}, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()

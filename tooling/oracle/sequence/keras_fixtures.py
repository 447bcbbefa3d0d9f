"""What Keras says of its SimpleRNN, GRU (both reset conventions) and LSTM; see README.md."""

import json
import math
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"
import keras  # noqa: E402
import numpy  # noqa: E402

TIME, BATCH, FEATURES, UNITS = 4, 2, 2, 3
LAYERS = {
    "rnn": (keras.layers.SimpleRNN, {}),
    "gru": (keras.layers.GRU, {"reset_after": True}),
    "gru before": (keras.layers.GRU, {"reset_after": False}),
    "lstm": (keras.layers.LSTM, {}),
}


def pattern(shape, salt):
    """As in recurrent_fixtures.py."""
    numbers = [math.sin(12.9898 * i + 78.233 * salt) * 0.8 for i in range(math.prod(shape))]
    return numpy.array(numbers, dtype=numpy.float32).reshape(shape)


def row(kind, bidirectional, use_bias):
    make, options = LAYERS[kind]
    layer = make(UNITS, return_sequences=True, use_bias=use_bias, **options)
    if bidirectional:
        layer = keras.layers.Bidirectional(layer)
    x = pattern([BATCH, TIME, FEATURES], 1)
    layer(x)
    layer.set_weights([pattern(weight.shape, 20 + at) for at, weight in enumerate(layer.get_weights())])
    y = keras.ops.convert_to_numpy(layer(x))
    return {
        "kind": kind,
        "bidirectional": bidirectional,
        "shapes": [list(weight.shape) for weight in layer.get_weights()],
        "output": [float(f"{value:.6g}") for value in y.reshape(-1).tolist()],
    }


def main():
    rows = [row(kind, *which) for kind in LAYERS for which in [(False, True), (True, True), (False, False)]]
    json.dump({"keras": keras.__version__, "rows": rows}, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()

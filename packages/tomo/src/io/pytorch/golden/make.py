"""Writes small files as torch.save makes them. Needs torch and numpy."""

from collections import Counter, OrderedDict

import numpy as np
import torch

base = torch.arange(24, dtype=torch.float32)
state = OrderedDict(
    [
        ("conv.weight", torch.nn.Parameter(base.view(2, 3, 2, 2).clone())),
        ("transposed", base.view(4, 6).t()),
        ("part", base[5:11:2]),
        ("double", torch.tensor([0.1, -2.5], dtype=torch.float64)),
        ("half", torch.tensor([0.5, -1.25, 65504.0], dtype=torch.float16)),
        ("bfloat", torch.tensor([0.5, -1.25, 3.0e38], dtype=torch.bfloat16)),
        ("num_batches_tracked", torch.tensor(7)),
        ("flags", torch.tensor([True, False])),
        ("nothing", torch.zeros(0, 3)),
    ]
)
state._metadata = OrderedDict([("", {"version": 1})])
torch.save(state, "state_dict.pt")
torch.save(state, "protocol_4.pt", pickle_protocol=4)
torch.save(state, "legacy.pt", _use_new_zipfile_serialization=False)
training = {
    "epoch": 12,
    "arch": "net",
    "best": np.float64(0.25),
    "none": None,
    "model": state,
    "optimizer": {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 1e-3}]},
    "scheduler": {"milestones": Counter({10: 1}), "last_epoch": -1, "big": 2**70},
    "size": torch.Size([1, 2]),
    "dtype": torch.float16,
    "device": torch.device("cpu"),
}
torch.save({"state_dict": training}, "training.pt")
torch.save(torch.zeros(2), "single.pt")
torch.save(torch.nn.Linear(2, 3), "module.pt")

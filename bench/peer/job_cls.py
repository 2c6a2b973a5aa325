"""The chest X-ray job (examples/classification_chestxray_nih) as a careful MONAI user would write it.

DenseNet121 from random weights, the same split, augmentations, batches and epochs as the example; the rest is MONAI's
and PyTorch's own way: cached films, two loader workers, with --amp bfloat16 autocast, channels_last and fused Adam.
Writes what it found to --json after every epoch.
"""

import argparse
import json
import math
import statistics
import time
from pathlib import Path

import numpy as np
import torch
from monai.data import CacheDataset, DataLoader, PILReader
from monai.networks.nets import DenseNet121
from monai.transforms import (
    Compose,
    EnsureChannelFirstd,
    LoadImaged,
    NormalizeIntensityd,
    RandRotated,
    RandScaleCropd,
    RepeatChanneld,
    Resized,
)
from monai.utils import set_determinism
from sklearn.metrics import roc_auc_score

SIZE = (256, 256)
MEAN, DEVIATION = 136.37, 62.48  # of the 245 training films, grey values 0..255
BATCH, LEARNING_RATE, WEIGHT_DECAY = 20, 2e-4, 1e-5


def transforms(augment: bool) -> Compose:
    key = "image"
    random_crop = [RandScaleCropd(key, roi_scale=0.9, max_roi_scale=1.0, random_size=True)] if augment else []
    random_rotation = [RandRotated(key, range_x=math.radians(7), prob=1, padding_mode="zeros")] if augment else []
    return Compose(
        [
            LoadImaged(key, reader=PILReader(reverse_indexing=False)),
            EnsureChannelFirstd(key),
            *random_crop,
            Resized(key, SIZE, mode="bilinear"),
            *random_rotation,
            RepeatChanneld(key, 3),
            NormalizeIntensityd(key, subtrahend=MEAN, divisor=DEVIATION),
        ]
    )


def loader(items: list, augment: bool) -> DataLoader:
    dataset = CacheDataset(items, transforms(augment), progress=False)
    return DataLoader(dataset, batch_size=BATCH, shuffle=augment, num_workers=2, persistent_workers=True)


def optimizer_of(network: torch.nn.Module, fused: bool) -> torch.optim.Optimizer:
    """Decay on kernels only: the gradient of WEIGHT_DECAY times half the sum of their squares, as in the config."""
    kernels = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": kernels, "weight_decay": WEIGHT_DECAY}, {"params": others}]
    return torch.optim.Adam(groups, lr=LEARNING_RATE, fused=fused)


class Job:
    def __init__(self, data: Path, amp: bool):
        datalist = json.loads((data / "dataset_0.json").read_text())
        self.classes, self.amp = datalist["classes"], amp

        def items(key: str) -> list:
            return [
                {"image": data / item["image"], "label": np.asarray(item["label"], np.float32)}
                for item in datalist[key]
            ]

        self.training, self.validation = loader(items("training"), True), loader(items("validation"), False)
        self.layout = torch.channels_last if amp else torch.contiguous_format
        network = DenseNet121(spatial_dims=2, in_channels=3, out_channels=len(self.classes))
        self.network = network.to(memory_format=self.layout)
        self.optimizer = optimizer_of(network, fused=amp)
        self.criterion = torch.nn.BCEWithLogitsLoss()

    def logits(self, batch: dict) -> torch.Tensor:
        image = batch["image"].as_tensor().to(memory_format=self.layout)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.amp):
            return self.network(image).float()

    def train(self) -> float:
        """One epoch; the mean loss."""
        self.network.train()
        losses = []
        for batch in self.training:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.criterion(self.logits(batch), batch["label"])
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return float(np.mean(losses))

    @torch.inference_mode()
    def validate(self) -> dict:
        """AUC by class, their mean, and the predictions [cases, classes]."""
        self.network.eval()
        pairs = [(torch.sigmoid(self.logits(batch)), batch["label"]) for batch in self.validation]
        predictions, labels = (torch.cat(parts).numpy() for parts in zip(*pairs))
        by_class = roc_auc_score(labels, predictions, average=None).tolist()
        return {
            "auc": float(np.mean(by_class)),
            "byClass": dict(zip(self.classes, by_class)),
            "predictions": predictions.tolist(),
        }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with dataset_0.json")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--amp", action="store_true", help="bfloat16 autocast, channels_last, fused Adam")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, required=True, help="where the result is written")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    started = time.perf_counter()
    torch.set_num_threads(args.threads)
    set_determinism(args.seed)
    job = Job(args.data, args.amp)
    result = {"seed": args.seed, "amp": args.amp, "threads": args.threads, "torch": torch.__version__, "epochs": []}
    for epoch in range(1, args.epochs + 1):
        begin = time.perf_counter()
        loss = job.train()
        middle = time.perf_counter()
        found = {"epoch": epoch, **job.validate()}
        seconds = {"trainingSeconds": middle - begin, "validationSeconds": time.perf_counter() - middle}
        result["epochs"].append({"epoch": epoch, "loss": loss, "auc": found["auc"], **seconds})
        result["final"] = found
        if epoch == 1 or found["auc"] > result["best"]["auc"]:
            result["best"] = found
        for key in seconds:
            result[f"{key}PerEpoch"] = statistics.median(entry[key] for entry in result["epochs"])
        result["wallSeconds"] = time.perf_counter() - started
        args.json.write_text(json.dumps(result))
        best, times = result["best"]["auc"], " + ".join(f"{value:.1f} s" for value in seconds.values())
        print(f"epoch {epoch}  loss {loss:.4f}  AUC {found['auc']:.4f}  best {best:.4f}  {times}", flush=True)


if __name__ == "__main__":
    main()

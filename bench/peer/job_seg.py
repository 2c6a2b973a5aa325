"""The hippocampus job (examples/segmentation_mr_hippocampus) as a careful MONAI user would write it.

SegResNet of the same width from random weights, the same split, transforms, batch, loss, optimizer and learning rate
policy as the example; the rest is MONAI's and PyTorch's own way: CacheDataset, a loader without worker processes, since
what is left after the cache takes a millisecond a case, with --tuned bfloat16 autocast, channels_last_3d and fused
Adam. Validates every --every epochs by sliding window, prints one line of JSON an epoch, and stops after --epochs or
once the mean Dice has reached --target.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from monai.data import CacheDataset, DataLoader, decollate_batch
from monai.inferers import sliding_window_inference
from monai.losses import DiceCELoss
from monai.metrics import DiceMetric
from monai.networks.nets import SegResNet
from monai.transforms import (
    AsDiscrete,
    Compose,
    EnsureChannelFirstd,
    LoadImaged,
    NormalizeIntensityd,
    RandScaleIntensityd,
    RandShiftIntensityd,
    ResizeWithPadOrCropd,
)
from monai.utils import set_determinism

KEYS = ("image", "label")
CLASSES, FILTERS, PATCH, BATCH = 3, 8, (48, 64, 48), 4
LEARNING_RATE, DECAY, STEPS_PER_DECAY = 1e-3, 0.5, 240


def transforms(training: bool) -> Compose:
    deterministic = [
        LoadImaged(KEYS),
        EnsureChannelFirstd(KEYS),
        NormalizeIntensityd("image", nonzero=True, channel_wise=True),
    ]
    if not training:
        return Compose(deterministic)
    return Compose(
        [
            *deterministic,
            ResizeWithPadOrCropd(KEYS, PATCH),
            RandScaleIntensityd("image", factors=0.1, prob=1.0),
            RandShiftIntensityd("image", offsets=0.1, prob=1.0),
        ]
    )


class Job:
    def __init__(self, data: Path, tuned: bool, workers: int, device: str):
        self.tuned, self.device = tuned, device
        self.layout = torch.channels_last_3d if tuned else torch.contiguous_format
        datalist = json.loads((data / "dataset_0.json").read_text())

        def loader(key: str, training: bool) -> DataLoader:
            items = [{name: str(data / item[name]) for name in KEYS} for item in datalist[key]]
            dataset = CacheDataset(items, transforms(training), num_workers=2, progress=False)
            keeps = {"num_workers": workers, "persistent_workers": workers > 0}
            return DataLoader(dataset, batch_size=BATCH if training else 1, shuffle=training, **keeps)

        self.training, self.validation = loader("training", True), loader("validation", False)
        network = SegResNet(spatial_dims=3, in_channels=1, out_channels=CLASSES, init_filters=FILTERS)
        self.network = network.to(device, memory_format=self.layout)
        self.criterion = DiceCELoss(
            include_background=False, to_onehot_y=True, softmax=True, squared_pred=True, smooth_nr=0, smooth_dr=1e-5
        )
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=LEARNING_RATE, fused=tuned)
        self.policy = torch.optim.lr_scheduler.StepLR(self.optimizer, STEPS_PER_DECAY, DECAY)
        self.dice = DiceMetric(include_background=False, reduction="mean")
        self.to_classes = AsDiscrete(argmax=True, to_onehot=CLASSES)
        self.to_one_hot = AsDiscrete(to_onehot=CLASSES)

    def logits(self, image: torch.Tensor) -> torch.Tensor:
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.tuned):
            return self.network(image.to(self.device, memory_format=self.layout)).float()

    def train(self) -> float:
        """One epoch; the mean loss."""
        self.network.train()
        losses = []
        for batch in self.training:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.criterion(self.logits(batch["image"].as_tensor()), batch["label"].as_tensor().to(self.device))
            loss.backward()
            self.optimizer.step()
            self.policy.step()
            losses.append(loss.item())
        return float(np.mean(losses))

    @torch.inference_mode()
    def validate(self) -> float:
        """Mean Dice of the classes of a case without the background, then of the cases."""
        self.network.eval()
        for batch in self.validation:
            logits = sliding_window_inference(batch["image"].as_tensor().to(self.device), PATCH, 1, self.logits, overlap=0.25)
            predictions = [self.to_classes(case) for case in decollate_batch(logits)]
            labels = [self.to_one_hot(case) for case in decollate_batch(batch["label"].as_tensor().to(self.device))]
            self.dice(y_pred=predictions, y=labels)
        mean = self.dice.aggregate().item()
        self.dice.reset()
        return mean


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with dataset_0.json")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--every", type=int, default=1, help="epochs from one validation to the next")
    parser.add_argument("--target", type=float, default=1.0, help="mean Dice at which training ends")
    parser.add_argument("--tuned", action="store_true", help="bfloat16 autocast, channels_last_3d, fused Adam")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    set_determinism(args.seed)
    job = Job(args.data, args.tuned, args.workers, args.device)
    for epoch in range(1, args.epochs + 1):
        begin = time.perf_counter()
        loss = job.train()
        middle = time.perf_counter()
        dice = job.validate() if epoch % args.every == 0 else None
        line = {
            "epoch": epoch,
            "loss": loss,
            "dice": dice,
            "trainingSeconds": middle - begin,
            "validationSeconds": time.perf_counter() - middle,
        }
        print(json.dumps(line), flush=True)
        if dice is not None and dice >= args.target:
            break


if __name__ == "__main__":
    main()

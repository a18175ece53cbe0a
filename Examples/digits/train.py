"""Trains a small neural network on 1,797 handwritten digits, as an example of work under a lease.

The data comes with scikit-learn; the network, its gradients and the optimiser (Adam) are written out below in NumPy.
Exits 0 when at least 95 % of the held-out digits are read rightly, and 1 otherwise.
"""

import argparse
import glob
import os
import sys
import time

# The matrices are small: one thread is as fast as many, and gives the same result on every number of cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20
REQUIRED_ACCURACY = 0.95
LAYERS = [64, 512, 256, 10]
BATCH = 64
LEARNING_RATE = 1e-3
WEIGHT_DECAY = 1e-4


def describe_device() -> None:
    """Says what the lease gave: the variables are Carrel's, the nodes in /dev are the real boundary."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    uuids = os.environ.get("CARREL_GPU_UUIDS", "")
    lease = os.environ.get("CARREL_LEASE_ID")
    print(f"lease {lease}" if lease else "no lease: this runs outside Carrel")
    print(f"CUDA_VISIBLE_DEVICES={visible or '(none)'}  CARREL_GPU_UUIDS={uuids or '(none)'}")
    if not uuids:
        print("no GPU was leased: the network trains on the processor")
    elif glob.glob("/dev/nvidia[0-9]*") or glob.glob("/dev/kfd"):
        print("a real GPU is held for this lease; NumPy itself computes on the processor")
    else:
        print("the device is simulated: the network trains on the processor")


def load() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    digits = load_digits()
    pixels = digits.data.astype(np.float32) / 16
    return train_test_split(pixels, digits.target, test_size=0.25, random_state=SEED, stratify=digits.target)


def with_shifts(pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pictures, and each of them moved by one pixel in the eight directions."""
    images = pixels.reshape(-1, 8, 8)
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    moves = [(top, left) for top in range(3) for left in range(3)]
    moved = [padded[:, top : top + 8, left : left + 8].reshape(-1, 64) for top, left in moves]
    return np.concatenate(moved), np.tile(labels, len(moves))


class Network:
    """Fully connected layers with ReLU between them and softmax at the end."""

    def __init__(self, random: np.random.Generator) -> None:
        self.parameters = []
        for inputs, outputs in zip(LAYERS, LAYERS[1:]):
            self.parameters.append(random.normal(0, np.sqrt(2 / inputs), (inputs, outputs)).astype(np.float32))
            self.parameters.append(np.zeros(outputs, np.float32))
        self.mean = [np.zeros_like(p) for p in self.parameters]
        self.square = [np.zeros_like(p) for p in self.parameters]
        self.steps = 0

    def forward(self, batch: np.ndarray) -> list[np.ndarray]:
        """What each layer puts out, the input first, the class probabilities last."""
        outputs = [batch]
        for index in range(0, len(self.parameters), 2):
            raw = outputs[-1] @ self.parameters[index] + self.parameters[index + 1]
            last = index + 2 == len(self.parameters)
            outputs.append(softmax(raw) if last else np.maximum(raw, 0))
        return outputs

    def learn(self, batch: np.ndarray, labels: np.ndarray) -> tuple[float, int]:
        """One step on a batch. Returns the summed loss and how many were right before the step."""
        outputs = self.forward(batch)
        rows = np.arange(len(labels))
        probabilities = outputs[-1]
        loss = -float(np.log(probabilities[rows, labels] + 1e-9).sum())
        right = int((probabilities.argmax(1) == labels).sum())
        error = probabilities.copy()
        error[rows, labels] -= 1
        error /= len(labels)
        gradients: list[np.ndarray] = []
        for index in range(len(self.parameters) - 2, -1, -2):
            weights, inputs = self.parameters[index], outputs[index // 2]
            gradients[:0] = [inputs.T @ error + WEIGHT_DECAY * weights, error.sum(0)]
            error = (error @ weights.T) * (inputs > 0)
        self.adam(gradients)
        return loss, right

    def adam(self, gradients: list[np.ndarray]) -> None:
        self.steps += 1
        for index, gradient in enumerate(gradients):
            self.mean[index] = 0.9 * self.mean[index] + 0.1 * gradient
            self.square[index] = 0.999 * self.square[index] + 0.001 * gradient**2
            mean = self.mean[index] / (1 - 0.9**self.steps)
            square = self.square[index] / (1 - 0.999**self.steps)
            self.parameters[index] -= (LEARNING_RATE * mean / (np.sqrt(square) + 1e-8)).astype(np.float32)

    def accuracy(self, pixels: np.ndarray, labels: np.ndarray) -> float:
        return float((self.forward(pixels)[-1].argmax(1) == labels).mean())


def softmax(raw: np.ndarray) -> np.ndarray:
    powers = np.exp(raw - raw.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Train a small network on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=20, help="passes over the training data")
    epochs = parser.parse_args().epochs
    describe_device()
    train_pixels, test_pixels, train_labels, test_labels = load()
    pixels, labels = with_shifts(train_pixels, train_labels)
    random = np.random.default_rng(SEED)
    network = Network(random)
    print(f"{len(pixels)} pictures to learn from, {len(test_pixels)} held out, seed {SEED}", flush=True)
    for epoch in range(1, epochs + 1):
        started = time.monotonic()
        order = random.permutation(len(pixels))
        loss, right = 0.0, 0
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch_loss, batch_right = network.learn(pixels[chosen], labels[chosen])
            loss += batch_loss
            right += batch_right
        seconds = time.monotonic() - started
        print(
            f"epoch {epoch:2}/{epochs}  loss {loss / len(pixels):.4f}  accuracy {right / len(pixels):.4f}  {seconds:.2f} s",
            flush=True,
        )
    accuracy = network.accuracy(test_pixels, test_labels)
    print(f"accuracy {accuracy:.4f} on {len(test_labels)} held-out digits", flush=True)
    if accuracy < REQUIRED_ACCURACY:
        print(f"below the {REQUIRED_ACCURACY:.0%} that this example must reach", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

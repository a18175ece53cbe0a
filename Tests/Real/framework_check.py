"""Frameworks as people get them: an environment built by Carrel, in which the same script runs with a GPU and without.

JAX, and Keras on JAX, come from the Python package index. PyTorch does so too, with 2 GB of CUDA in it: it is asked for where pip
finds a wheel for the processor alone, and its absence is said. Simulated GPUs compute nothing, so that the frameworks find none.
"""

import os
import pathlib
import subprocess
import sys
import time

from site_pages import Failure, Site

TORCH = "torch==2.13.0+cpu"
TRAIN = r"""
import os, sys
os.environ["KERAS_BACKEND"] = "jax"
import numpy
rng = numpy.random.default_rng(7)
x = rng.normal(size=(256, 8)).astype("float32")
y = (x @ rng.normal(size=(8, 1)) + 0.5).astype("float32")

def with_jax():
    import jax, jax.numpy as jnp
    loss = lambda p: jnp.mean((x @ p[0] + p[1] - y) ** 2)
    p, step = (jnp.zeros((8, 1)), jnp.zeros(())), jax.jit(jax.value_and_grad(loss))
    losses = []
    for _ in range(100):
        now, g = step(p)
        losses.append(float(now))
        p = tuple(a - 0.1 * b for a, b in zip(p, g))
    return jax.devices()[0].platform, losses

def with_keras():
    import keras
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
    return keras.backend.backend(), model.fit(x, y, epochs=12, verbose=0).history["loss"]

def with_torch():
    import torch
    device = "cuda" if torch.cuda.is_available() else "cpu"
    a, b = torch.tensor(x, device=device), torch.tensor(y, device=device)
    model = torch.nn.Linear(8, 1).to(device)
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.1), []
    for _ in range(100):
        loss = torch.nn.functional.mse_loss(model(a), b)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        losses.append(loss.item())
    return device, losses

for name in sys.argv[1:]:
    where, losses = globals()["with_" + name]()
    assert losses[-1] < losses[0] / 10, (name, losses[0], losses[-1])
    print(name, "learned on", where, "with", "CUDA_VISIBLE_DEVICES=" + repr(os.environ.get("CUDA_VISIBLE_DEVICES")), flush=True)
"""


def has_torch() -> bool:
    """Whether pip finds PyTorch without CUDA."""
    question = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--ignore-installed", TORCH]
    return subprocess.run(question, capture_output=True, timeout=120).returncode == 0


def long(site: Site, *words: str, status: int = 0) -> str:
    """A verb that may take minutes, and ends so; what it says is shown where it does not."""
    variables = {**os.environ, "CARREL_DATA_DIR": f"{site.folder}/data", "HOME": "/tmp"}
    done = subprocess.run([site.carrel, *words], env=variables, cwd="/var/tmp", capture_output=True, text=True, timeout=900)
    if done.returncode != status:
        raise Failure(f"carrel {' '.join(words)} ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def check(site: Site) -> None:
    frameworks, packages = ["jax", "keras"], ["--with", "jax", "--with", "keras"]
    if has_torch():
        frameworks.append("torch")
        packages += ["--with", TORCH]
    else:
        print(f"  Skipped: PyTorch; pip finds no {TORCH}, which PyTorch's own index has (PIP_FIND_LINKS may name a folder with it).")
    began = time.monotonic()
    long(site, "env", "create", "learning", "--shared", "--cpus", "1", *packages)
    made = time.monotonic() - began
    listed = next(one for one in site.json("env")["environments"] if one["name"] == "learning")
    assert listed["state"] == "ready" if "state" in listed else listed, listed
    script = pathlib.Path(site.folder, "train.py")
    script.write_text(TRAIN)
    script.chmod(0o644)
    said = {}
    for gpus in ("0", "1"):
        said[gpus] = long(site, "run", "--gpus", gpus, "--cpus", "1", "--memory", "4GB", "--env", "learning", "--", "python", str(script), *frameworks)
        lines = said[gpus].splitlines()
        assert [line.split()[0] for line in lines if " learned on " in line] == frameworks, said[gpus]
    assert "CUDA_VISIBLE_DEVICES='0'" in said["1"] and "CUDA_VISIBLE_DEVICES='0'" not in said["0"], said
    # There is no driver where GPUs are simulated: the table says so, and what the frameworks are.
    if not os.path.exists("/proc/driver/nvidia/version"):
        table = long(site, "run", "--gpus", "1", "--env", "learning", "--", site.carrel, "doctor", "--gpu-stack", status=1)
        assert "none is loaded" in table and all(name in table for name in ("JAX ", "apt-get install nvidia-driver")), table
    print(f"  {', '.join(frameworks)}: one environment, made in {made:.0f} s; the same script learned with a GPU and without")

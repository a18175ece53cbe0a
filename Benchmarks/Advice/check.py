#!/usr/bin/env python3
"""Asks the advisor what was measured elsewhere, and prints each target beside what is reached.

usage: check.py CARREL [FOLDER]   FOLDER: where memory.csv, speed.csv and time.csv are
"""
import csv
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

CARREL = sys.argv[1]
FOLDER = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
TARGET = 0.15


def ask(arguments):
    started = time.monotonic()
    done = subprocess.run([CARREL, "plan", *arguments, "--json"], capture_output=True, text=True, timeout=60)
    if done.returncode:
        sys.exit(f"carrel plan {shlex.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout), time.monotonic() - started


def rows(name):
    with open(os.path.join(FOLDER, name), newline="") as file:
        return list(csv.DictReader(file))


def memory():
    """Mean error of the expected figure, how many measured ones the range holds, and wrong promises."""
    errors, outside, broken = defaultdict(list), [], []
    for row in rows("memory.csv"):
        flags, measured = shlex.split(row["flags"]), int(row["bytes"])
        answer, _ = ask(["fit", *flags])
        if row["kind"] == "does-not-fit":
            # What a program can have of the memory is less than the data sheet says.
            if answer["safeBytes"] <= measured * 0.94:
                broken.append(row["flags"])
            continue
        method = flags[flags.index("--method") + 1]
        errors[method].append((answer["expectedBytes"] / measured - 1, row["flags"]))
        if not answer["lowerBytes"] <= measured <= answer["safeBytes"]:
            outside.append((answer["expectedBytes"] / measured - 1, row["flags"]))
    return errors, outside, broken


def speed():
    """Mean error of rates with one constant for each workload and precision."""
    groups = defaultdict(list)
    table = rows("speed.csv")

    def predict(row):
        answer, _ = ask(["speed", "--workload", row["workload"], "--precision", row["precision"], "--gpu",
                         row["accelerator"], "--gpus", row["count"]])
        return answer["relativeSpeed"]

    with ThreadPoolExecutor(2) as pool:
        predictions = list(pool.map(predict, table))
    for row, prediction in zip(table, predictions):
        groups[row["workload"], row["precision"]].append(
            (float(row["rate"]), prediction, int(row["measurements"]), f"{row['count']} x {row['accelerator']}"))
    result = {}
    for key, found in groups.items():
        constant = best_constant(found)
        errors = [(constant * p / rate - 1, name) for rate, p, n, name in found for _ in range(n)]
        result[key] = (errors, constant)
    return result


def seconds(flags, accelerator, count, amount, *more):
    """What is predicted for the one accelerator; None: it is said not to fit."""
    answer, _ = ask(["fit", *flags, "--gpu", accelerator, "--gpus", count, *amount, *more])
    return next((d.get("seconds") for d in answer["devices"] if d["gpu"] == accelerator), None)


def times():
    """Of well-tuned training runs: as predicted for a script of one's own, and with one constant for each accelerator."""
    tokens, share = 1e12, 0.5
    table, said_not_to_fit = rows("time.csv"), []

    def predict(row):
        flags = shlex.split(row["flags"])
        asked = [flags, row["accelerator"], row["count"], ["--tokens", f"{tokens:.0f}"]]
        return seconds(*asked), seconds(*asked, "--utilisation", str(share))

    with ThreadPoolExecutor(2) as pool:
        predictions = list(pool.map(predict, table))
    own, tuned = [], defaultdict(list)
    for row, (guess, given) in zip(table, predictions):
        if guess is None:
            said_not_to_fit.append(f"{row['count']} x {row['accelerator']} {row['flags']}")
            continue
        measured = tokens / float(row["tokensPerSecond"])
        own.append((guess["expected"] / measured - 1, guess["lower"] <= measured <= guess["upper"]))
        tuned[row["accelerator"]].append((measured, given["expected"], 1, row["model"]))
    return own, tuned, share, said_not_to_fit


def image_times():
    """ResNet-50 as published, by the same verb."""
    images, found = 1e9, []
    for row in rows("speed.csv"):
        if row["workload"] != "resnet50-train":
            continue
        flags = ["resnet50", "--method", "full", "--precision", row["precision"], "--batch", "128", "--sharding", "none"]
        guess = seconds(flags, row["accelerator"], row["count"], ["--samples", f"{images:.0f}"])
        if guess is not None:
            measured = images / float(row["rate"])
            found.append((guess["expected"] / measured - 1, guess["lower"] <= measured <= guess["upper"]))
    return found


def show_times():
    """Shown, and no reason to fail: a script of one's own is meant to be slower than what is published."""
    own, tuned, share, said_not_to_fit = times()
    errors, lines = [], []
    for name, found in sorted(tuned.items()):
        factor = best_constant(found)
        wrong = [factor * given / measured - 1 for measured, given, _, _ in found]
        errors += wrong
        lines.append(f"  {name + f', utilisation of {share / factor:.0%}':<56} {'':>10} "
                     f"{statistics.mean(abs(e) for e in wrong):>10.1%}  {len(wrong)} runs")
    mean = statistics.mean(abs(e) for e in errors)
    line(f"time: tuned, best utilisation for each GPU, {len(errors)} runs", "10%", f"{mean:.1%}", mean <= 0.1)
    print("\n".join(lines))
    for name, found in (("own script's default beside tuned runs", own), ("ResNet-50 as published", image_times())):
        mean, within = statistics.mean(abs(e) for e, _ in found), statistics.mean(i for _, i in found)
        print(f"{'time: ' + name:<58} {'':>10} {mean:>10.1%}  {len(found)} runs, expected is "
              f"{statistics.mean(e for e, _ in found):+.0%}")
        line("  of them within the range that is shown", "90%", f"{within:.0%}", within >= 0.9)
    for flags in said_not_to_fit:
        print(f"    said not to fit: {flags}")


def best_constant(found):
    """The one with the smallest mean error: one of the ratios themselves."""
    ratios = [rate / p for rate, p, n, _ in found for _ in range(n)]
    return min(ratios, key=lambda c: sum(n * abs(c * p / rate - 1) for rate, p, n, _ in found))


def line(name, target, reached, good):
    print(f"{name:<58} {target:>10} {reached:>10}  {'met' if good else 'NOT MET'}")
    return good


def main():
    print(f"{'':<58} {'target':>10} {'reached':>10}")
    errors, outside, broken = memory()
    every = [abs(e) for found in errors.values() for e, _ in found]
    mean = statistics.mean(every)
    good = line(f"memory: mean error of the expected figure, {len(every)} rows", f"{TARGET:.0%}", f"{mean:.1%}", mean <= TARGET)
    for method, found in sorted(errors.items()):
        print(f"  {method:<56} {'':>10} {statistics.mean(abs(e) for e, _ in found):>10.1%}  {len(found)} rows, "
              f"worst {max(found, key=lambda f: abs(f[0]))[0]:+.0%}")
    line("memory: measured outside the range", "", str(len(outside)), not outside)
    for error, flags in outside:
        print(f"    {error:+.0%} {flags}")
    good &= line("memory: said to fit what ran out", "0", str(len(broken)), not broken)
    for flags in broken:
        print(f"    {flags}")
    groups = speed()
    all_errors = [abs(e) for found, _ in groups.values() for e, _ in found]
    mean = statistics.mean(all_errors)
    good &= line(f"speed: mean error, {len(all_errors)} rates", f"{TARGET:.0%}", f"{mean:.1%}", mean <= TARGET)
    for (workload, precision), (found, constant) in sorted(groups.items()):
        worst = max(found, key=lambda f: abs(f[0]))
        print(f"  {workload + ', ' + precision:<56} {'':>10} {statistics.mean(abs(e) for e, _ in found):>10.1%}  "
              f"{len(found)} rates, worst {worst[0]:+.0%} ({worst[1]}); V100: {constant:.4g}/s")
    within = statistics.mean(e <= 0.25 for e in all_errors)
    line("speed: within the range that is shown", "90%", f"{within:.0%}", within >= 0.9)
    show_times()
    waits = [ask(["fit", "llama-3.1-8b", "--gpu", "a100"])[1] for _ in range(20)]
    line("an answer, with the start of the program (median of 20)", "50 ms", f"{statistics.median(waits) * 1000:.0f} ms",
         statistics.median(waits) <= 0.05)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

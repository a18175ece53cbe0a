"""Runs the program that times scheduling decisions."""

import json

from figures import number, table
from workplace import run


def measure(place):
    lines = run([place.decisions], seconds=300).splitlines()
    return [json.loads(line) for line in lines]


def decision_table(found):
    rows = [
        [f"{row['devices']:,}", f"{row['waiting']:,}", row["event"], row["samples"], number(row["p50"] / 1e3),
         number(row["p99"] / 1e3)] for row in found]
    return table(["devices", "waiting", "event", "samples", "p50 ms", "p99 ms"], rows)

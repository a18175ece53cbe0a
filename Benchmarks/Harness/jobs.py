"""Jobs through each system: the gap between two on one device, and how many a second on eight."""

import os
import time

from figures import median, number, percentile, ratio, table
from workplace import Trouble, wait_until


def stamps_of(path):
    """Begin and end of every job that has ended, in the order of their begins, in nanoseconds."""
    with open(path, encoding="ascii") as file:
        lines = [line.split(maxsplit=2) for line in file if line.endswith("\n")]
    return sorted((int(line[0]), int(line[1])) for line in lines)


def wait_for_jobs(path, count, seconds):
    """Until so many have ended or the time is over; says how many have."""
    try:
        wait_until("jobs", lambda: len(stamps_of(path)) >= count, seconds, 0.02)
    except Trouble:
        pass
    return stamps_of(path)


def touch(path):
    with open(path, "w", encoding="ascii"):
        pass


def run_peer(peer, devices, body):
    """Starts a system, lets `body` use it and ends it, whatever happened."""
    try:
        peer.start(devices)
        return body()
    finally:
        peer.stop()
        peer.clear()


def gaps(place, peer, count, seconds):
    """Milliseconds from each job's end to the next one's begin on the only device, while many wait."""
    stamps = place.new_file("gap")
    flag = f"{os.path.dirname(stamps)}/go"

    def body():
        peer.block(stamps, flag)
        peer.queue(stamps, count)
        touch(flag)
        done = wait_for_jobs(stamps, count + 1, seconds)
        return [(after[0] - before[1]) / 1e6 for before, after in zip(done, done[1:])]

    return run_peer(peer, 1, body)


def rate(place, peer, count, seconds):
    """Trivial jobs a second on eight devices, from the first submission to the last end."""
    warm, stamps = place.new_file("warm"), place.new_file("rate")

    def body():
        peer.queue(warm, 8)
        wait_for_jobs(warm, 8, 60)
        began = time.time_ns()
        peer.queue(stamps, count)
        done = wait_for_jobs(stamps, count, seconds)
        return len(done) / ((max(end for _, end in done) - began) / 1e9) if done else 0.0

    return run_peer(peer, 8, body)


def gap_table(peers, results):
    """`results`: for each system, a list of gaps for each round."""
    rows = []
    every = sum(results["Carrel"], [])
    own, own_high = median(every), percentile(every, 0.99)
    for name in peers:
        values = sum(results[name], [])
        if not values:
            rows.append([name, 0] + ["–"] * 6)
            continue
        rounds = " ".join(number(median(each)) if each else "–" for each in results[name])
        middle, high = median(values), percentile(values, 0.99)
        rows.append([
            name, len(values), number(min(values)), number(middle), number(high), rounds, ratio(middle, own, False),
            ratio(high, own_high, False)])
    return table(
        ["system", "gaps", "least ms", "median ms", "p99 ms", "median of each round", "median ÷ Carrel's", "p99 ÷ Carrel's"],
        rows)


def rate_table(peers, results):
    own = median(results["Carrel"])
    rows = [
        [name, number(median(results[name])), " ".join(number(each) for each in results[name]),
         ratio(median(results[name]), own, True)] for name in peers]
    return table(["system", "jobs/s", "each round", "Carrel's ÷ this"], rows)

"""Submissions that were acknowledged, a second, by 1, 8 and 64 clients, while the only device is taken."""

import os

from figures import median, number, percentile, ratio, table
from jobs import run_peer, stamps_of, touch
from workplace import Trouble, wait_until

CLIENTS = (1, 8, 64)


def rates(place, peer, submit, count, seconds):
    """For each number of clients: submissions a second, and the answers' times in microseconds."""
    stamps = place.new_file("checkouts")
    flag = f"{os.path.dirname(stamps)}/go"
    results = {}

    def body():
        peer.block(stamps, flag)
        for clients in CLIENTS:
            spent, times = submit(clients, count, seconds)
            results[clients] = (len(times) / spent, times)

    try:
        run_peer(peer, 1, body)
    finally:
        # The server is gone, so nothing follows when the one job ends.
        touch(flag)
        try:
            wait_until("the end of the last job", lambda: stamps_of(stamps), 5, 0.05)
        except Trouble:
            pass
        peer.clear()
    return results


def checkout_table(ways, results):
    """`results`: for each way and each round, what `rates` gave."""
    rows = []
    for clients in CLIENTS:
        own = median([each[clients][0] for each in results[ways[0]]])
        for way in ways:
            middle = median([each[clients][0] for each in results[way]])
            times = sum((each[clients][1] for each in results[way]), [])
            rounds = " ".join(number(each[clients][0]) for each in results[way])
            rows.append([
                clients, way, number(middle), rounds, number(median(times) / 1e3), number(percentile(times, 0.99) / 1e3),
                ratio(middle, own, True)])
    return table(["clients", "way", "/s", "each round", "median ms", "p99 ms", "Carrel's ÷ this"], rows)

"""Memory of idle servers, and what processor time they use while nobody asks for anything."""

import os
import time

from figures import number, table


def ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def kibibytes(pid):
    found = {"Rss:": 0, "Pss:": 0}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as rollup:
        for line in rollup:
            words = line.split()
            if words and words[0] in found:
                found[words[0]] = int(words[1])
    return found["Rss:"], found["Pss:"]


def total(measure, pids):
    """Over those that are there; short-lived ones may end meanwhile."""
    values = []
    for pid in pids:
        try:
            values.append(measure(pid))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return values


def idle(peers, settle, seconds):
    """All at once, so that they idle on the same machine at the same time."""
    started = []
    try:
        for peer in peers:
            started.append(peer)
            peer.start(8)
        time.sleep(settle)
        parts = [(peer.name, part, [pid for pid in pids if pid]) for peer in peers for part, pids in peer.processes().items()]
        before = [sum(total(ticks, pids)) for _, _, pids in parts]
        time.sleep(seconds)
        rows = []
        for (name, part, pids), first in zip(parts, before):
            memory = total(kibibytes, pids)
            rows.append({
                "system": name, "part": part, "processes": len(memory), "rss": sum(rss for rss, _ in memory) / 1024,
                "pss": sum(pss for _, pss in memory) / 1024,
                "ticks": sum(total(ticks, pids)) - first, "seconds": seconds})
        return rows
    finally:
        for peer in started:
            peer.stop()
            peer.clear()


def memory_table(rows):
    hertz = os.sysconf("SC_CLK_TCK")
    cells = []
    for row in rows:
        share = row["ticks"] / hertz / row["seconds"] * 100
        cells.append([
            row["system"], row["part"], row["processes"], number(row["rss"]), number(row["pss"]), row["ticks"],
            f"{share:.2f} %"])
    head = ["system", "part", "processes", "RSS MiB, summed", "PSS MiB", "CPU ticks", "of one core"]
    return table(head, cells)

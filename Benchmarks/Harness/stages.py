"""Where the time between two leases on one device goes: by the ledger's own times, and by a tracer's."""

import datetime
import os
import re

import jobs
from carrel_peer import Carrel
from figures import median, number, percentile, table


def line_of_leases(place, count, before=()):
    """The stamps of so many leases one after the other on one device, and the events of all of it."""
    peer = Carrel(place)
    stamps = place.new_file("stages")
    flag = f"{os.path.dirname(stamps)}/go"
    try:
        peer.start(1, before)
        peer.block(stamps, flag)
        peer.queue(stamps, count)
        jobs.touch(flag)
        done = jobs.wait_for_jobs(stamps, count + 1, 120)
        jobs.wait_until("the last lease is closed", lambda: is_closed(peer, count + 1), 30, 0.2)
        return done, peer.events()
    finally:
        peer.stop()
        peer.clear()


def is_closed(peer, count):
    return sum(event["kind"] == "leaseClosed" for event in peer.events()) >= count


def milliseconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1e3


def measure(place, count):
    """Milliseconds of each stage for each pair of leases; `again`: its devices were not clean at the first look."""
    done, events = line_of_leases(place, count)
    times, again = {}, set()
    for event in events:
        if event.get("request") is None:
            continue
        if event["kind"] == "verificationFailed":
            again.add(event["request"])
        times[event["request"], event["kind"]] = milliseconds(event["at"])
    # One device and people of equal standing: requests run in the order of their numbers.
    rows = []
    for first, (before, after) in enumerate(zip(done, done[1:]), 1):
        end, begin = before[1] / 1e6, after[0] / 1e6
        noticed, closed = times[first, "attemptEnded"], times[first, "leaseClosed"]
        rows.append({
            "noticed": noticed - end, "closed": closed - noticed, "begins": begin - closed, "gap": begin - end,
            "again": first in again})
    submitted = [times[n, "leaseGranted"] - times[n, "requestSubmitted"] for n in (1,)]
    begun = done[0][0] / 1e6 - times[1, "leaseGranted"]
    return {"rows": rows, "first": {"submittedToGranted": submitted[0], "grantedToBegun": begun}}


def stage_table(found):
    rows = found["rows"]
    clean = [row for row in rows if not row["again"]]
    again = [row for row in rows if row["again"]]
    stages = (
        ("noticed", "the work ends → the end reaches the writer (`attemptEnded`)"),
        ("closed", "→ it is on disk, the return is checked, and the next one is granted (`leaseClosed`, `leaseGranted`)"),
        ("begins", "→ that is on disk, the sandbox is made, and the next work begins"),
        ("gap", "the gap as a whole"),
    )

    def cells(some, key):
        values = [row[key] for row in some]
        return [number(median(values)), number(percentile(values, 0.99))] if values else ["–", "–"]

    text = table(
        ["stage, one lease to the next, idle otherwise", "median ms", "p99 ms", "median ms, looked at twice"],
        [[words, *cells(clean, key), cells(again, key)[0]] for key, words in stages])
    first = found["first"]
    return text + (
        f"\n{len(again)} of {len(rows)} returns were looked at twice, since a process of the work was still on its way out. The "
        f"first lease, on an idle machine: {number(first['grantedToBegun'])} ms from its grant to its begin. The ledger's times "
        "are whole milliseconds.\n")


LINE = re.compile(r"^(\d+) +(\d+\.\d+) (?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$")
TRACED = "fsync,fdatasync,execve,clone,clone3,vfork,exit_group"


def calls_of(path):
    """Each traced system call as (begin, end, process, name, text), in the order of their begins."""
    calls, open_calls = [], {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = LINE.match(line)
            if not match:
                continue
            pid, time, resumed, name, rest = int(match[1]), float(match[2]), match[3], match[4], match[5]
            if name and rest.endswith("<unfinished ...>"):
                open_calls[pid, name] = (time, rest)
                continue
            if resumed:
                if (pid, resumed) not in open_calls:
                    continue
                name = resumed
                time, begun = open_calls.pop((pid, resumed))
                rest = begun + rest
            took = re.search(r"<(\d+\.\d+)>$", rest)
            calls.append((time, time + (float(took[1]) if took else 0.0), pid, name, rest))
    return sorted(calls)


def roles_of(calls):
    """What each process is, by what it last executed; the launcher is the first one, and what is none of these serves."""
    roles = {}
    for _, _, pid, name, rest in calls:
        if name != "execve" or not re.search(r"\) += 0", rest):
            continue
        program = rest.split('"')[1]
        for word, role in (("carrel-init", "init"), ("bwrap", "sandbox"), ("stamp", "work")):
            if program.endswith(word) and "--version" not in rest and "--help" not in rest:
                roles[pid] = role
    roles[calls[0][2]] = "launcher"
    return roles


def trace(place, count):
    """Milliseconds after the work's end of each step towards the next work, for each pair of leases, under a tracer."""
    path = f"{place.new_folder('trace')}/calls"
    line_of_leases(place, count, [
        "strace", "-f", "--seccomp-bpf", "-qq", "-ttt", "-T", "-e", f"trace={TRACED}", "-e", "signal=none", "-o", path])
    calls = calls_of(path)
    roles = roles_of(calls)
    of_work = [call for call in calls if roles.get(call[2]) == "work"]
    ends = [call[0] for call in of_work if call[3] == "exit_group"]
    begins = [call[0] for call in of_work if call[3] == "execve"]
    pairs = []
    for end in ends:
        begin = next((begin for begin in begins if begin > end), None)
        if begin is not None:
            pairs.append(steps_between(calls, roles, end, begin))
    return {"pairs": pairs, "syncs": syncs(calls, roles, len(ends))}


def steps_between(calls, roles, end, begin):
    """When each step was over, in milliseconds after `end`; absent: it was not seen."""
    found = {}
    commits = 0
    for start, over, pid, name, _ in calls:
        if not end < start <= begin:
            continue
        role = roles.get(pid, "server")
        if role == "init" and name == "fdatasync":
            found.setdefault("the exit record is on disk (carrel-init)", over)
        elif role == "init" and name == "exit_group" and start < end + 0.5:
            found.setdefault("carrel-init is over", start)
        elif role == "server" and name == "fdatasync":
            commits += 1
            if commits <= 2:
                found[("the end is committed", "the close and the next grant are committed")[commits - 1]] = over
        elif role == "launcher" and name in ("clone", "clone3", "vfork"):
            found.setdefault("the launcher forks; folder and control groups are made", start)
        elif role == "sandbox" and name == "execve":
            found.setdefault("bubblewrap is executed; it is in its control groups", start)
        elif role == "sandbox" and name in ("clone", "clone3"):
            found.setdefault("its namespaces are made", over)
        elif role == "init" and name == "execve":
            found["carrel-init is executed; the mounts are made"] = start
    found["the next work is executed"] = begin
    return {step: (time - end) * 1e3 for step, time in found.items()}


def syncs(calls, roles, leases):
    """For each role: how many durable writes a lease cost, and the milliseconds in them."""
    result = {}
    for start, over, pid, name, _ in calls:
        if name in ("fsync", "fdatasync"):
            entry = result.setdefault(roles.get(pid, "server"), [0, 0.0])
            entry[0] += 1
            entry[1] += (over - start) * 1e3
    return {role: [count / leases, time / leases] for role, (count, time) in result.items()}


STEPS = (
    "the exit record is on disk (carrel-init)", "carrel-init is over", "the end is committed",
    "the close and the next grant are committed", "the launcher forks; folder and control groups are made",
    "bubblewrap is executed; it is in its control groups", "its namespaces are made",
    "carrel-init is executed; the mounts are made", "the next work is executed")


def trace_table(found):
    rows, last = [], 0.0
    for step in STEPS:
        values = [pair[step] for pair in found["pairs"] if step in pair]
        if not values:
            rows.append([step, "–", "–"])
            continue
        middle = median(values)
        rows.append([step, number(middle), number(middle - last)])
        last = middle
    text = table(["step", "ms after the work's end, median", "since the step before"], rows)
    words = ", ".join(
        f"{role} {number(count)} taking {number(time)} ms" for role, (count, time) in sorted(found["syncs"].items()))
    return text + f"\nThe tracer slows everything; shares count, not sums. Durable writes of one lease: {words}.\n"

"""Measures Carrel beside Slurm, task-spooler and Ray in one run, and writes tables. Started by Scripts/bench."""

import datetime
import json
import os
import platform
import signal
import subprocess
import sys
import time

import carrel_peer
import checkouts
import decisions
import devices
import gateway
import jobs
import memory
import pages
import stages
from carrel_peer import Carrel
from figures import number, percentile
from ray_peer import Ray
from slurm_peer import Slurm
from tsp_peer import TaskSpooler
from workplace import Trouble, Workplace, run

PARTS = ("gap", "rate", "checkouts", "decisions", "memory", "stages", "devices", "gateway", "pages")


def setting(name, default):
    return type(default)(os.environ.get(f"BENCH_{name}", default))


class Bench:
    """One run: its settings, what was measured so far, and the page that it becomes."""

    def __init__(self, place, results):
        self.place = place
        self.results = results
        self.rounds = setting("ROUNDS", 3)
        self.parts = setting("PARTS", " ".join(PARTS)).split()
        unknown = [part for part in self.parts if part not in PARTS]
        if unknown:
            sys.exit(f"BENCH_PARTS: there is no part {unknown[0]}; the parts are {', '.join(PARTS)}.")
        self.only = setting("PEERS", "carrel slurm tsp ray").split()
        self.began = datetime.datetime.now(datetime.timezone.utc)
        self.data = {}
        self.page = []

    def peers(self):
        place = self.place
        every = {
            "carrel": [lambda: Carrel(place)],
            "slurm": [lambda: Slurm(place), lambda: Slurm(place, "batch_sched_delay=0")],
            "tsp": [lambda: TaskSpooler(place)],
            "ray": [lambda: Ray(place), lambda: Ray(place, keeps_workers=True)],
        }
        return [make for name, makes in every.items() if name in self.only or name == "carrel" for make in makes]

    def rotated(self, items, number_of_round):
        place = number_of_round % len(items)
        return items[place:] + items[:place]

    def say(self, text):
        print(f"[{time.monotonic() - self.started:6.1f} s, load {os.getloadavg()[0]:.1f}] {text}", flush=True)

    def add(self, title, text, data):
        self.page.append(f"## {title}\n\n{text}")
        self.data[title] = data
        print(f"\n{title}\n\n{text}", flush=True)

    def jobs_in_rounds(self, measure, show):
        """Every system in each round, in turn first."""
        names = [make().name for make in self.peers()]
        results = {name: [] for name in names}
        for each in range(self.rounds):
            for make in self.rotated(self.peers(), each):
                peer = make()
                value = measure(peer)
                results[peer.name].append(value)
                self.say(f"round {each + 1}, {peer.name}: {show(value)}")
        return names, results

    def gap(self):
        count, seconds = setting("GAP_JOBS", 100), setting("GAP_SECONDS", 20)
        names, results = self.jobs_in_rounds(
            lambda peer: jobs.gaps(self.place, peer, count, seconds),
            lambda gaps: f"{len(gaps)} gaps, median {number(percentile(gaps, 0.5))} ms" if gaps else "no gap")
        self.add(
            f"Gap: one job's end to the next one's begin on one device, {count} waiting, at most {seconds} s a round",
            jobs.gap_table(names, results), results)

    def rate(self):
        count, seconds = setting("RATE_JOBS", 300), setting("RATE_SECONDS", 20)
        names, results = self.jobs_in_rounds(
            lambda peer: jobs.rate(self.place, peer, count, seconds), lambda rate: f"{number(rate)} jobs/s")
        self.add(
            f"Trivial jobs a second on eight devices, submission included, {count} jobs, at most {seconds} s a round",
            jobs.rate_table(names, results), results)

    def checkouts(self):
        count, seconds = setting("CHECKOUTS", 5000), setting("CHECKOUT_SECONDS", 3)
        ways = {
            "Carrel, HTTP": (Carrel, "checkouts"), "Carrel, `carrel run --detach`": (Carrel, "checkouts_by_command"),
            "Slurm, `sbatch`": (Slurm, "checkouts"), "Slurm, slurmrestd": (Slurm, "checkouts_by_rest"),
        }
        ways = {name: way for name, way in ways.items() if way[0] is Carrel or "slurm" in self.only}
        results = {name: [] for name in ways}
        for each in range(self.rounds):
            for name in self.rotated(list(ways), each):
                peer = ways[name][0](self.place)
                found = checkouts.rates(self.place, peer, getattr(peer, ways[name][1]), count, seconds)
                results[name].append(found)
                self.say(f"round {each + 1}, {name}: " + ", ".join(
                    f"{clients} clients {number(rate)}/s" for clients, (rate, _) in found.items()))
        text = checkouts.checkout_table(list(ways), results)
        rates = {name: [{c: r[0] for c, r in each.items()} for each in rounds] for name, rounds in results.items()}
        self.add(
            f"Durable checkouts: submissions acknowledged a second, at most {count} or {seconds} s for each number of clients",
            text, rates)

    def decisions(self):
        found = decisions.measure(self.place)
        self.add("A scheduling decision, in the process", decisions.decision_table(found), found)

    def memory(self):
        every = [Carrel(self.place), Slurm(self.place), TaskSpooler(self.place), Ray(self.place)]
        words = ("carrel", "slurm", "tsp", "ray")
        peers = [peer for peer, word in zip(every, words) if word in self.only or word == "carrel"]
        rows = memory.idle(peers, setting("SETTLE_SECONDS", 10), setting("IDLE_SECONDS", 60))
        self.add("Memory, and processor time while idle, eight devices", memory.memory_table(rows), rows)

    def stages(self):
        count = setting("STAGE_JOBS", 100)
        found = stages.measure(self.place, count)
        self.add(f"Where the time of a lease goes, {count} leases one after the other", stages.stage_table(found), found)
        traced = stages.trace(self.place, 30)
        self.add("System calls of one lease, traced, 30 leases", stages.trace_table(traced), traced)

    def devices(self):
        count, rounds = setting("RETURNS", 100), setting("FAULTS", 10)
        found = devices.measure(self.place, count, rounds, setting("WATCH_SECONDS", 60))
        self.add(f"Devices, on {devices.GPUS} stand-ins for GPUs: no real one is in it", devices.device_table(found), found)

    def gateway(self):
        found = gateway.measure(
            self.place, self.rounds, setting("GATEWAY_SECONDS", 6), setting("ECHOES", 5000), setting("TUNNELS", 1000))
        self.add("The gateway beside nginx, one worker and one event loop", gateway.gateway_table(found), found)

    def pages(self):
        found = pages.measure(self.place, setting("PAGE_ROUNDS", 7))
        self.add("Pages and notebooks in Chromium", pages.page_table(found), found)

    def sync_time(self):
        """What the disk takes for one small durable write now, in milliseconds."""
        path = f"{self.place.folder}/sync"
        times = []
        with open(path, "wb", buffering=0) as file:
            for _ in range(200):
                began = time.monotonic()
                file.write(b"x" * 4096)
                os.fdatasync(file.fileno())
                times.append((time.monotonic() - began) * 1e3)
        return f"{number(percentile(times, 0.5))} ms (p99 {number(percentile(times, 0.99))})"

    def head(self, sync_before):
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
            model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), "unknown")
        versions = [carrel_peer.version(self.place)]
        if "slurm" in self.only:
            versions.append(run(["slurmctld", "-V"]).strip())
        return (
            f"# Carrel beside its peers, {self.began:%Y-%m-%d %H:%M} UTC\n\n"
            f"{os.cpu_count()} cores ({model}), Linux {platform.release()}; load {self.load_before} before, "
            f"{os.getloadavg()[0]:.1f} after; {number(time.monotonic() - self.started)} s in all. One fdatasync of 4 KiB: "
            f"{sync_before} before, {self.sync_time()} after. {', '.join(versions)}.\n")

    def write(self, sync_before):
        os.makedirs(self.results, exist_ok=True)
        path = f"{self.results}/{self.began:%Y%m%d-%H%M%S}"
        with open(f"{path}.md", "w", encoding="utf-8") as file:
            file.write(self.head(sync_before) + "\n" + "\n".join(self.page))
        with open(f"{path}.json", "w", encoding="utf-8") as file:
            json.dump(self.data, file, indent=1)
        print(f"\nWritten: {path}.md and {path}.json")

    def measure(self):
        self.started = time.monotonic()
        self.load_before = f"{os.getloadavg()[0]:.1f}"
        sync = self.sync_time()
        try:
            for part in self.parts:
                getattr(self, part)()
        finally:
            self.write(sync)


def make_network():
    """Slurm and Ray listen on TCP: in a network of their own. Names are only looked up where an address that is not
    loopback exists, so there is one that leads nowhere."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    dummy = subprocess.run(["ip", "link", "add", "bench0", "type", "dummy"], capture_output=True, check=False)
    if dummy.returncode != 0:
        subprocess.run(["ip", "link", "add", "bench0", "type", "veth", "peer", "name", "bench1"], check=True)
    subprocess.run(["ip", "addr", "add", "10.99.0.1/24", "dev", "bench0"], check=True)
    subprocess.run(["ip", "link", "set", "bench0", "up"], check=True)


def collect_orphans(child):
    """The first process of a process namespace is everybody's last parent. Gives the child's exit status."""
    for number_of_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number_of_signal, lambda given, _: os.kill(child, signal.SIGTERM))
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return 1
        if pid == child:
            return os.waitstatus_to_exitcode(status) & 0xFF


def stop_by_signal(_number, _frame):
    # A second one must not interrupt the clearing up.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    folder, tools, carrel, ray_python, results = sys.argv[1:]
    if os.getpid() == 1:
        child = os.fork()
        if child:
            sys.exit(collect_orphans(child))
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop_by_signal)
    make_network()
    try:
        Bench(Workplace(folder, tools, carrel, ray_python), results).measure()
    except Trouble as trouble:
        sys.exit(f"The benchmark stopped: {trouble}")
    except KeyboardInterrupt:
        sys.exit("Interrupted; what was started has been ended.")


main()

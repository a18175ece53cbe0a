"""What is promised of devices, on stand-ins for NVIDIA's libraries: how long a return takes, how soon a fault is seen, whether
the service still answers beside a driver that hangs, and what watching costs."""

import datetime
import json
import os
import stat
import time
import urllib.parse

from carrel_peer import Carrel
from figures import number, percentile, table
from memory import ticks
from workplace import Trouble, end_process, family, start, wait_until

GPUS = 8
# Where more than half fail within minutes, Carrel suspects the driver and quarantines no more.
FAULTY = GPUS // 2


class StandIns:
    """Eight GPUs whose driver is a library that reads a file."""

    def __init__(self, place):
        self.folder = place.new_folder("stand-ins")
        self.libraries = place.stubs
        self.facts = {"driver": "580.0"}
        words = {"memory": 85520809984, "util": 0, "used": 1048576, "power": 60000, "energy": 1000000, "temp": 31, "ecc": "0 0",
                 "rows": "0 0 0 0", "recovery": 0, "name": "NVIDIA Stand-in"}
        cuda = ["gpu 0 memory 268435456"]
        for gpu in range(GPUS):
            self.facts.update({f"gpu {gpu} {name}": value for name, value in words.items()})
            bus = f"{gpu + 1:02x}"
            self.facts.update({f"gpu {gpu} uuid": self.key(gpu), f"gpu {gpu} minor": gpu, f"gpu {gpu} pci": f"0000:{bus}:00.0"})
            cuda += [f"gpu {gpu} uuid {self.key(gpu)[4:].replace('-', '')}", f"gpu {gpu} name NVIDIA Stand-in",
                     f"gpu {gpu} pci 0000:{bus}:00.0"]
        self.put("cuda.state", "\n".join(cuda) + "\n")
        self.write()
        nodes = f"{self.folder}/nodes"
        os.mkdir(nodes)
        # Of a kind that nobody has open: clock chips that this machine doesn't have.
        for name, minor in [("nvidiactl", 240), ("nvidia-uvm", 241)] + [(f"nvidia{gpu}", 242 + gpu) for gpu in range(GPUS)]:
            os.mknod(f"{nodes}/{name}", 0o666 | stat.S_IFCHR, os.makedev(10, minor))
            os.chmod(f"{nodes}/{name}", 0o666)

    @staticmethod
    def key(gpu):
        return f"GPU-6d1f0000-0000-0000-0000-{gpu:012x}"

    def put(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(text)
            os.chmod(path + ".new", 0o644)
        os.rename(path + ".new", path)

    def write(self):
        self.put("nvml.state", "".join(f"{name} {value}\n" for name, value in self.facts.items()))

    def set(self, name, value):
        """nil: the fact goes."""
        self.facts.pop(name, None)
        if value is not None:
            self.facts[name] = value
        self.write()

    def environment(self):
        return {
            "CARREL_NVML_LIBRARY": f"{self.libraries}/nvml-stub.so", "NVML_STUB_STATE": f"{self.folder}/nvml.state",
            "CARREL_CUDA_LIBRARY": f"{self.libraries}/cuda-stub.so", "CUDA_STUB_STATE": f"{self.folder}/cuda.state",
            "CARREL_DEVICE_FOLDER": f"{self.folder}/nodes"}


class WatchedCarrel(Carrel):
    """Carrel on stand-ins, which it takes for GPUs."""

    def __init__(self, place):
        super().__init__(place)
        self.machine = StandIns(place)

    def environment(self):
        return {**super().environment(), **self.machine.environment()}

    def start(self, devices=GPUS, before=()):
        self.folder = self.place.new_folder("carrel")
        self.log = f"{self.folder}/up.log"
        self.data = f"{self.folder}/data"
        words = [self.place.carrel, "up", "--data-dir", self.data, "--listen", "none", "--retest-after", "1s"]
        self.process = start(words, self.log, self.environment())
        wait_until("Carrel is ready", self.is_ready, 60)
        self.launcher = self.process.pid
        wait_until("the GPUs are watched", lambda: all("powerWatts" in each for each in self.devices()) or None, 60, 0.1)

    def devices(self):
        return json.loads(self.call("GET", "/v1/devices"))["devices"]

    def is_out(self, gpu):
        """Held or not, nobody gets it any more."""
        return next("quarantine" in each for each in self.devices() if each["uuid"] == self.machine.key(gpu))

    def ending(self):
        return any(self.record(lease)["state"] in ("ending", "verifying") for lease in self.leases)

    def hold_all(self):
        """Leases on all GPUs until `release` is called."""
        self.flag = f"{self.folder}/flag"
        if os.path.exists(self.flag):
            os.unlink(self.flag)
        wait = f"while [ ! -e {self.flag} ]; do sleep 0.2; done"
        self.leases = [self.submit("/bin/sh", "-c", wait) for _ in range(GPUS)]
        wait_until("all are held", lambda: all(self.record(each)["state"] == "running" for each in self.leases), 60, 0.1)

    def release(self):
        with open(self.flag, "w", encoding="ascii"):
            pass
        try:
            wait_until("all GPUs are free", lambda: all(each["state"] == "free" for each in self.devices()), 60, 0.1)
        except Trouble as trouble:
            left = [(each["state"], each.get("quarantine")) for each in self.devices() if each["state"] != "free"]
            raise Trouble(f"{trouble}: {left}") from trouble

    def record(self, lease):
        return json.loads(self.call("GET", f"/v1/requests/{lease}"))

    def submit(self, *command):
        return json.loads(self.call("POST", "/v1/requests", self.order(*command)))["id"]


def returns(carrel, count):
    """Milliseconds from the end of the work to the device's being offered again, as receipts tell."""
    times, verdicts = [], {}
    crowd = "for i in $(seq 50); do sleep 300 & done; setsid sleep 300 & exit 0"
    for each in range(count):
        lease = carrel.submit("/bin/sh", "-c", crowd) if each % 2 else carrel.submit("/bin/true")
        wait_until("a lease is over", lambda: carrel.record(lease)["state"] == "closed", 120)
        receipt = json.loads(carrel.call("GET", f"/v1/leases/{lease}/receipt"))
        times.append(milliseconds(receipt["closedAt"]) - milliseconds(receipt["endedAt"]))
        verdicts[receipt["verdict"]] = verdicts.get(receipt["verdict"], 0) + 1
    return times, verdicts


def milliseconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1e3


# All of them end a lease. One number of one GPU counts once a minute.
FATAL = [79, 119, 62, 95]


def xid(turn):
    """The stand-in counts each GPU's events; one that was is not taken back."""
    return f"event {turn}", f"xid {FATAL[turn % len(FATAL)]}"


def hang(_):
    return "hang", "*"


def noticed(carrel, rounds, fault, seconds):
    """Milliseconds from a fault of a held GPU to its being out of the pool; half of the GPUs take turns."""
    times = []
    carrel.hold_all()
    for each in range(rounds):
        gpu = each % FAULTY
        # Those before have settled, and the phase is another one each time.
        time.sleep(3 + each * 0.7 % 5)
        if carrel.is_out(gpu):
            raise Trouble(f"GPU {gpu} is out of the pool before its fault")
        fact, value = fault(each // FAULTY)
        began = time.monotonic()
        carrel.machine.set(f"gpu {gpu} {fact}", value)
        wait_until(f"GPU {gpu} is out of the pool", lambda: carrel.is_out(gpu), seconds, 0.01)
        times.append((time.monotonic() - began) * 1e3)
        if fault is hang:
            carrel.machine.set(f"gpu {gpu} {fact}", None)
        # A lease that the fault ends is looked at first.
        wait_until("what ends is over", lambda: not carrel.ending(), 60, 0.05)
        key = urllib.parse.quote(carrel.machine.key(gpu))
        carrel.call("DELETE", f"/v1/devices/{key}/quarantine")
    carrel.release()
    return times


def answers_beside_a_hung_driver(carrel, seconds):
    """Milliseconds that the list of GPUs takes while the driver answers for none of them."""
    carrel.machine.set("hang", "*")
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        carrel.devices()
        times.append((time.monotonic() - began) * 1e3)
        time.sleep(0.02)
    carrel.machine.set("hang", None)
    return times


def watching(carrel, seconds):
    """Per cent of one core that the processes which read the driver take, all GPUs held."""
    carrel.hold_all()
    readers = [pid for pid in family(carrel.launcher) if b"__watch" in command_line(pid)]
    if not readers:
        raise Trouble("no process watches the GPUs")
    time.sleep(5)
    before = sum(ticks(pid) for pid in readers)
    time.sleep(seconds)
    used = sum(ticks(pid) for pid in readers) - before
    carrel.release()
    return used / os.sysconf("SC_CLK_TCK") / seconds * 100


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def measure(place, leases, rounds, seconds):
    carrel = WatchedCarrel(place)
    try:
        carrel.start()
        times, verdicts = returns(carrel, leases)
        found = {"returnMilliseconds": times, "verdicts": verdicts, "watchingPercent": watching(carrel, seconds)}
        found["xidMilliseconds"] = noticed(carrel, rounds, xid, 30)
        found["hangMilliseconds"] = noticed(carrel, min(rounds, FAULTY), hang, 90)
        found["answerMilliseconds"] = answers_beside_a_hung_driver(carrel, 10)
        return found
    finally:
        carrel.stop()
        carrel.clear()


def device_table(found):
    def spread(name):
        values = found[name]
        return f"{number(percentile(values, 0.5))} / {number(percentile(values, 0.99))} / {number(max(values))}", len(values)

    rows = []
    for words, name, target in [
            ("from the work's end to the GPU's being offered, ms", "returnMilliseconds", "p50 1,000, p99 3,000"),
            ("a fatal Xid of a held GPU until that is out of the pool, ms", "xidMilliseconds", "1,000"),
            ("a driver that hangs for a held GPU, until that is out, ms", "hangMilliseconds", "15,000"),
            ("list of GPUs while the whole driver hangs, ms", "answerMilliseconds", "50")]:
        values, count = spread(name)
        rows.append([words, values, count, target])
    each = found["watchingPercent"] / GPUS
    rows.append([f"watching {GPUS} held GPUs, per cent of a core for each", number(each), "–", "0.1"])
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(found["verdicts"].items()))
    return table(["what", "p50 / p99 / most", "runs", "target"], rows) + f"\nVerdicts: {verdicts}.\n"

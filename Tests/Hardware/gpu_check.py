"""Shows on this machine's GPUs what Carrel does with them, or on stand-ins where there is none, and says which.

Runs from a folder that Scripts/gpu-check has packed: carrel, carrel-init, bwrap where the machine has none, and the
stand-ins' libraries. Needs Python 3.8 and nothing else; what `carrel probe` measures goes into files beside the JSON.
Usage: gpu_check.py [--json FILE] [--leases N] [--stand-ins]
"""

import argparse
import glob
import json
import os
import platform
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
CARREL = os.path.join(HERE, "carrel")
STAND_IN = "GPU-6d1f0000-0000-0000-0000-0000000000aa"
CURVE_SECONDS = 20


class Skip(Exception):
    """A check that can't be made here, and why."""


class Failure(Exception):
    """What a check found wrong."""


def need(condition, words):
    if not condition:
        raise Failure(words)


def finish(child, seconds):
    """Waits for a child, at most so long: one that hangs in a driver outlives even SIGKILL."""
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            raise Failure(f"process {child.pid} hangs in the driver and can't be ended; a restart of the machine helps") from None
        return None


class Lines:
    """The lines that a child says, none of them waited for longer than is said."""

    def __init__(self, child):
        self.file, self.bytes = child.stdout, b""

    def next(self, seconds, what):
        guard = time.monotonic() + seconds
        while b"\n" not in self.bytes:
            left = guard - time.monotonic()
            need(left > 0 and select.select([self.file], [], [], left)[0], f"no answer within {seconds:.0f} s: {what}")
            part = os.read(self.file.fileno(), 65536)
            need(part, f"it ended without an answer: {what}")
            self.bytes += part
        line, self.bytes = self.bytes.split(b"\n", 1)
        return json.loads(line)


def share(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class Machine:
    """Real GPUs, or one stand-in whose driver is a library of ours."""

    def __init__(self, scratch, stand_ins):
        self.scratch = scratch
        # After a boot the driver's first user makes the nodes; until then only its files in /proc tell of the GPUs.
        self.is_real = not stand_ins and bool(glob.glob("/dev/nvidia[0-9]*") or glob.glob("/proc/driver/nvidia/gpus/*"))
        self.environment = dict(os.environ, PATH=os.environ.get("PATH", "/usr/bin:/bin") + ":" + HERE)
        for name in ("CARREL_DEVICE_FOLDER", "CARREL_DRIVER_FOLDER", "CARREL_NVML_LIBRARY", "CARREL_CUDA_LIBRARY"):
            self.environment.pop(name, None)
        self.devices = []
        if not self.is_real:
            self.stand_in()

    def stand_in(self):
        def write(name, text):
            path = os.path.join(self.scratch, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, 0o644)
            return path

        gpu = ["uuid " + STAND_IN, "name NVIDIA Stand-in", "memory 268435456", "minor 0", "pci 0000:3b:00.0", "util 0",
               "used 1048576", "power 60000", "energy 1000000", "temp 31", "ecc 0 0", "rows 0 0 0 0", "recovery 0"]
        reader = write("nvml.state", "driver 580.0\n" + "".join(f"gpu 0 {fact}\n" for fact in gpu))
        plain = STAND_IN[4:].replace("-", "")
        memory = os.path.join(self.scratch, "memory")
        driver = write(
            "cuda.state", f"remember {memory}\nscrub\ngpu 0 uuid {plain}\ngpu 0 name NVIDIA Stand-in\n"
            "gpu 0 pci 0000:3B:00.0\ngpu 0 memory 268435456\n")
        library = os.path.join(HERE, "libcuda_stand_in.so")
        self.environment.update({
            "CARREL_NVML_LIBRARY": os.path.join(HERE, "libnvml_stand_in.so"), "NVML_STUB_STATE": reader,
            "CARREL_CUDA_LIBRARY": library, "CARREL_CUBLAS_LIBRARY": library, "CARREL_CUDNN_LIBRARY": library,
            "CUDA_STUB_STATE": driver})
        # For the work of a lease, whose user can't write the file that memory is kept in.
        self.forgetful = write(
            "cuda-work.state", f"gpu 0 uuid {plain}\ngpu 0 name NVIDIA Stand-in\ngpu 0 pci 0000:3B:00.0\n"
            "gpu 0 memory 268435456\n")
        if os.geteuid() == 0:
            nodes = os.path.join(self.scratch, "nodes")
            os.mkdir(nodes)
            # The node of a file system's control, which nobody opens, and the node of nothing.
            for name, number in (("nvidia0", os.makedev(10, 234)), ("nvidiactl", os.makedev(1, 3))):
                os.mknod(os.path.join(nodes, name), 0o666 | stat.S_IFCHR, number)
            self.environment["CARREL_DEVICE_FOLDER"] = nodes

    def run(self, *words, seconds=120, input_text=None):
        began = time.monotonic()
        # Into files: a child that can't be ended keeps a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors, \
                tempfile.TemporaryFile("w+") as given:
            given.write(input_text or "")
            given.seek(0)
            child = subprocess.Popen(
                [CARREL, *words], env=self.environment, cwd=self.scratch, stdin=given, stdout=output, stderr=errors,
                text=True)
            code = finish(child, seconds)
            taken = time.monotonic() - began
            output.seek(0)
            errors.seek(0)
            need(code is not None, f"carrel {words[0]} took more than {seconds} s: {errors.read().strip()[-300:]}")
            return subprocess.CompletedProcess(words, code, output.read(), errors.read()), taken

    def probe(self, task, device, seconds=120, **more):
        words = [task, "key=" + device["key"]]
        for name, value in (("pci", device.get("pciAddress")), ("minor", device.get("minor"))):
            if value is not None:
                words.append(f"{name}={value}")
        words += [f"{name}={value}" for name, value in more.items()]
        done, taken = self.run("__probe", *words, seconds=seconds)
        need(done.stdout.strip(), f"the probe said nothing (exit code {done.returncode}): {done.stderr.strip()[-300:]}")
        return json.loads(done.stdout), taken


def inventory(machine):
    done, cold = machine.run("__inventory")
    need(done.returncode == 0, done.stderr.strip()[-300:])
    reading = json.loads(done.stdout)
    machine.devices = reading["devices"]
    need(machine.devices, f"no device was found: {reading['problems']}")
    need(not reading["problems"], f"{reading['problems']}")
    for device in machine.devices:
        need(device["memory"] > 0 and device["model"], f"{device}")
        if machine.is_real and not device["key"].startswith("MIG-"):
            need(os.path.exists(f"/dev/nvidia{device['minor']}"), f"no /dev/nvidia{device['minor']}")
            need(device["minor"] == kernel_minor(device), "the kernel gives the device another minor number")
    keys = [device["key"] for device in machine.devices]
    need(len(set(keys)) == len(keys), "two devices have one key")
    _, warm = machine.run("__inventory")
    return f"{len(keys)} × {machine.devices[0]['model']}, driver {reading.get('driverVersion')}", {
        "coldSeconds": cold, "warmSeconds": warm}


def kernel_minor(device):
    """What the kernel's files say; the reading's own where they say nothing."""
    try:
        with open(f"/proc/driver/nvidia/gpus/{device['pciAddress']}/information", encoding="utf-8") as file:
            for line in file:
                if line.startswith("Device Minor"):
                    return int(line.split(":")[1])
    except OSError:
        pass
    return device["minor"]


def watch(machine):
    devices = [{"key": each["key"], "vendor": each["vendor"], "pciAddress": each.get("pciAddress"),
                "minor": each.get("minor"), "period": 1000} for each in machine.devices]
    child = subprocess.Popen(
        [CARREL, "__watch"], env=machine.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, bufsize=0)
    lines = Lines(child)
    try:
        def say(order):
            child.stdin.write(json.dumps(order).encode() + b"\n")

        guard = time.monotonic() + 90
        say({"watch": {"_0": {"devices": devices, "heardOf": []}}})
        keys, times = [each["key"] for each in devices], []
        for look in range(1, 6):
            began, left = time.monotonic(), set(keys)
            say({"examine": {"id": look, "keys": keys}})
            while left:
                need(time.monotonic() < guard, f"no answer for {sorted(left)}")
                report = lines.next(max(1, guard - time.monotonic()), f"the watch about {sorted(left)}")
                if report.get("examined", {}).get("id") != look:
                    continue
                reading = report["examined"]["_1"]
                need("answers" in reading["contact"], f"{reading}")
                left.discard(reading["device"])
            if look > 1:
                times.append(time.monotonic() - began)
        unknown = [name for name in ("memoryUsed", "power", "temperature", "utilization", "processes", "energy")
                   if name not in reading]
        child.stdin.close()
        need(finish(child, 10) == 0, "it did not end with its input")
    finally:
        if child.poll() is None:
            finish(child, 0)
    words = "not told by this GPU: " + ", ".join(unknown) if unknown else "every field is told"
    return words, {"closeLookMedianSeconds": share(times, 50), "unknown": unknown}


def probe(machine):
    numbers = []
    for device in machine.devices:
        answer, taken = machine.probe("examine", device, budget=4000)
        outcome = answer.get("outcome", {})
        need("passed" in outcome, f"{device['key']}: {outcome}")
        numbers.append(dict(outcome["passed"]["measurements"], key=device["key"], wholeSeconds=taken))
    slowest = max(each["wholeSeconds"] for each in numbers)
    return f"{len(numbers)} passed, the slowest in {slowest:.2f} s", {"devices": numbers}


def curves(machine):
    answer, _ = machine.probe(
        "device-curves", machine.devices[0], seconds=CURVE_SECONDS * 10, budget=CURVE_SECONDS * 1000,
        **({} if machine.is_real else {"largest": 64}))
    found = answer.get("curves") or []
    need(found, f"{answer}")
    for curve in found:
        for point in curve["points"]:
            need(point["difference"] <= point["tolerance"], f"{curve['kernel']} of size {point['size']} is wrong")
    best = max((point["operations"] / point["seconds"] for curve in found for point in curve["points"]), default=0)
    return f"{len(found)} curves agree with the reference, at best {best / 1e9:.0f} Gop/s", {"curves": found}


def canary(machine):
    """One program's memory must not reach the next, however the first one ends."""
    device, rows = machine.devices[0], []
    manners = [("ends", {}), ("frees", {"freed": "yes"}), ("managed", {"memory": "managed"})]
    for name, words in manners:
        filled, _ = machine.probe("canary-fill", device, seconds=300, seed=77, **words)
        need("filled" in filled, f"{name}: {filled}")
        rows.append(count_after(machine, device, name, filled["filled"]["bytes"]))
    held = subprocess.Popen(
        [CARREL, "__probe", "canary-fill", "key=" + device["key"], "seed=77", "held=yes"], env=machine.environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
    try:
        filled = Lines(held).next(300, "the held canary")
        need("filled" in filled, f"killed: {filled}")
    finally:
        held.send_signal(signal.SIGKILL)
        finish(held, 60)
    rows.append(count_after(machine, device, "killed", filled["filled"]["bytes"]))
    hits = sum(row["hits"] for row in rows)
    need(hits == 0, f"{hits} pieces of one program's memory reached the next: {rows}")
    total = sum(row["filled"] for row in rows)
    read = sum(row["read"] for row in rows)
    return f"0 of {total / 1e9:.1f} GB came back, {read / 1e9:.1f} GB read, after {', '.join(row['manner'] for row in rows)}", {
        "runs": rows, "hits": hits, "filledBytes": total, "readBytes": read}


def count_after(machine, device, manner, filled):
    # A driver may take a moment to give back what a killed program held: a look at little memory would prove nothing.
    guard = time.monotonic() + 60
    while True:
        counted, _ = machine.probe("canary-count", device, seconds=300, seed=77)
        if "counted" in counted and counted["counted"]["bytes"] >= filled * 0.9 or time.monotonic() > guard:
            break
        time.sleep(1)
    need("counted" in counted, f"{manner}: {counted}")
    read = counted["counted"]["bytes"]
    need(read >= filled * 0.9, f"{manner}: of {filled} bytes that were filled only {read} could be looked at again")
    return {"manner": manner, "filled": filled, "hits": counted["counted"]["hits"], "read": read}


class Server:
    """A server on a data directory of its own, ended with everything on it."""

    def __init__(self, machine):
        self.machine = machine
        self.folder = tempfile.mkdtemp(prefix="carrel-gpu-check-", dir="/var/tmp")
        os.chmod(self.folder, 0o755)
        machine.environment["CARREL_DATA_DIR"] = self.folder
        self.log = open(os.path.join(machine.scratch, "up.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [CARREL, "up", "--data-dir", self.folder, "--listen", "none"], env=machine.environment, stdout=self.log,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        guard = time.monotonic() + 90
        while "ready" not in self.said():
            if self.process.poll() is not None or time.monotonic() > guard:
                self.end()
                raise Failure("the server did not start: " + self.said()[-500:])
            time.sleep(0.05)

    def said(self):
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def need_sandbox(machine):
    if not shutil.which("bwrap", path=machine.environment["PATH"]):
        raise Skip("bubblewrap is not there: apt-get install bubblewrap")
    if not machine.is_real and os.geteuid() != 0:
        raise Skip("stand-ins for device nodes can be made by root only")
    made = subprocess.run(
        ["bwrap", "--unshare-pid", "--unshare-ipc", "--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/tmp", "--", "true"],
        env=machine.environment, capture_output=True, text=True, timeout=60, check=False)
    if made.returncode != 0:
        raise Skip("no sandbox can be made here, as in most containers: " + (made.stderr.strip() or f"{made.returncode}"))


def wait_until_free(machine, server):
    guard = time.monotonic() + 90
    while True:
        done, _ = machine.run("gpus", "--json")
        states = [each["state"] for each in json.loads(done.stdout or "{}").get("devices", [])]
        if states and all(state == "free" for state in states):
            return
        need(time.monotonic() < guard, f"the devices are {states}: {server.said()[-500:]}")
        time.sleep(0.2)


# What must have been done on the GPU by Carrel's own kernels.
OWN_KERNELS = ("matrixProduct", "convolution", "lstmStep", "trainingStep", "scaledSum", "transferToDevice",
               "transferFromDevice")


def crossover(machine, folder):
    """carrel probe as a user asks for it: under a lease, as data, as tables, as a picture."""
    need_sandbox(machine)
    server = Server(machine)
    try:
        wait_until_free(machine, server)
        if not machine.is_real:
            machine.environment["CUDA_STUB_STATE"] = machine.forgetful
        small = [] if machine.is_real else ["--budget", "2s", "--largest", "64", "--without-frameworks"]
        done, taken = machine.run("probe", "--gpus", "1", "--json", *small, seconds=900)
        need(done.returncode == 0, done.stderr[-800:])
    finally:
        server.end()
    report = json.loads(done.stdout)
    data = os.path.join(folder, "gpu-probe.json")
    with open(data, "w", encoding="utf-8") as file:
        file.write(done.stdout)
    picture = os.path.join(folder, "gpu-probe.svg")
    shown, _ = machine.run("probe", "--from", data, "--svg", picture)
    need(shown.returncode == 0, shown.stderr[-500:])
    with open(os.path.join(folder, "gpu-probe.txt"), "w", encoding="utf-8") as file:
        file.write(shown.stdout)
    print("\n" + shown.stdout, flush=True)
    words, numbers = judge_probe(report)
    need(ElementTree.parse(picture).getroot().tag.endswith("svg"), "the picture is no SVG")
    if not machine.is_real:
        raise Skip("THERE IS NO GPU HERE: the way there and back was gone with a stand-in, and nothing was measured on a GPU")
    return words, dict(numbers, wholeSeconds=taken, report=report)


def judge_probe(report):
    kernels = {kernel["kernel"]: kernel for kernel in report["kernels"]}
    for name in OWN_KERNELS:
        curves = [curve for curve in kernels.get(name, {}).get("curves", []) if curve["isOnGPU"]]
        need(any(curve["points"] for curve in curves), f"{name} was not measured on the GPU: {report['missing']}")
    compared = 0
    for kernel in kernels.values():
        for curve in kernel["curves"]:
            need("wrong" not in (curve.get("end") or ""), f"{kernel['kernel']}, {curve['method']}: {curve.get('end')}")
            for point in curve["points"]:
                if "tolerance" in point:
                    compared += 1
                    need(point["difference"] <= point["tolerance"], f"{kernel['kernel']} of {point['size']} is wrong: {point}")
    product = kernels["matrixProduct"]
    need(any(not curve["isOnGPU"] and curve["points"] for curve in product["curves"]), "no product on the processor")
    said = [words for words in report["words"] if words.startswith(product["words"])]
    need(said, f"nothing is said of the crossover: {report['words']}")
    figures = report["figures"]
    need("gpuGflops" in figures and "--gpu-gflops" in figures.get("command", ""), f"{figures}")
    return f"{compared} results agree with the reference; {said[0]}", {
        "compared": compared, "figures": figures, "slowerAt": product.get("slowerAt"), "fasterFrom": product.get("fasterFrom")}


def leases(machine, count):
    need_sandbox(machine)
    server = Server(machine)
    try:
        wait_until_free(machine, server)
        # The one node that is there can be opened, and the driver computes on it as the work's user.
        seen = "ls /dev | grep -c '^nvidia[0-9]' && for n in /dev/nvidia[0-9]*; do exec 3<>$n || exit 9; done"
        if machine.is_real:
            seen += f" && {CARREL} __probe examine key=$CARREL_GPU_UUIDS budget=4000 >&2"
        done, first = machine.run("run", "--gpus", "1", "--", "sh", "-c", seen)
        need(done.returncode == 0, done.stderr[-500:])
        need(done.stdout.strip() == "1", f"the work sees {done.stdout.strip()} GPUs")
        need(not machine.is_real or '"passed"' in done.stderr, f"the work can't compute on its GPU: {done.stderr[-500:]}")
        # The end of `run` is the work's; the device comes back after it has been looked at.
        times, returns = [], []
        for _ in range(count):
            done, taken = machine.run("run", "--gpus", "1", "--", "true", seconds=180)
            need(done.returncode == 0, done.stderr[-500:])
            times.append(taken)
        number, guard = count + 1, time.monotonic() + 120
        receipt, backs = {}, []
        for each in range(1, number + 1):
            while True:
                done, _ = machine.run("receipt", str(each), "--json")
                receipt = json.loads(done.stdout) if done.returncode == 0 and done.stdout else {}
                if receipt.get("checks"):
                    break
                need(time.monotonic() < guard, f"request {each} has no receipt: {done.stderr[-300:]}")
                time.sleep(0.1)
            bad = [check for check in receipt["checks"] if check["result"] == "failed"]
            need(not bad, f"request {each}: {bad}")
            returns.append(receipt.get("verdict"))
            backs.append(moment(receipt["closedAt"]) - moment(receipt["endedAt"]))
        doctor, _ = machine.run("doctor", "--json")
        verdicts = {verdict: returns.count(verdict) for verdict in set(returns)}
        gaps = [f"{check['check']}: {check.get('detail', '')}" for check in receipt["checks"] if check["result"] != "passed"]
        words = f"{number} leases, p50 {share(times, 50):.2f} s, p99 {share(times, 99):.2f} s; "
        words += f"back in the pool p50 {share(backs, 50):.2f} s, p99 {share(backs, 99):.2f} s; verdicts {verdicts}"
        return words, {
            "firstSeconds": first, "p50Seconds": share(times, 50), "p99Seconds": share(times, 99), "verdicts": verdicts,
            "returnP50Seconds": share(backs, 50), "returnP99Seconds": share(backs, 99),
            "notChecked": gaps, "doctor": json.loads(doctor.stdout) if doctor.stdout.startswith("{") else None}
    finally:
        server.end()


def moment(text):
    """A time of the server's, as seconds."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def check(name, body, results):
    began = time.monotonic()
    try:
        words, numbers = body()
        state = "passed"
    except Skip as why:
        state, words, numbers = "skipped", str(why), {}
    # Whatever one check runs into, the others are made.
    except Exception as why:  # pylint: disable=broad-except
        state, words, numbers = "failed", f"{type(why).__name__}: {why}", {}
    results.append({"check": name, "state": state, "words": words, "seconds": time.monotonic() - began,
                    "numbers": numbers})
    print(f"{name:<12} {state:<8} {results[-1]['seconds']:7.1f} s  {words}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="Shows on this machine's GPUs what Carrel does with them.")
    parser.add_argument("--json", help="write the results there too")
    parser.add_argument("--leases", type=int, default=20, help="how many leases are timed")
    parser.add_argument("--stand-ins", action="store_true", help="use stand-ins though there are GPUs")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="carrel-gpu-check-", dir="/var/tmp")
    os.chmod(scratch, 0o755)
    results = []
    try:
        machine = Machine(scratch, options.stand_ins)
        what = "this machine's GPUs" if machine.is_real else "a STAND-IN: no real GPU was looked at, and no number counts"
        print(f"Carrel on {what}; {platform.node()}, {platform.release()}, user {os.geteuid()}\n", flush=True)
        check("inventory", lambda: inventory(machine), results)
        if machine.devices:
            check("watch", lambda: watch(machine), results)
            check("probe", lambda: probe(machine), results)
            check("curves", lambda: curves(machine), results)
            check("canary", lambda: canary(machine), results)
            check("leases", lambda: leases(machine, options.leases), results)
            folder = os.path.dirname(os.path.abspath(options.json)) if options.json else os.getcwd()
            check("crossover", lambda: crossover(machine, folder), results)
        else:
            for name in ("watch", "probe", "curves", "canary", "leases", "crossover"):
                check(name, lambda: (_ for _ in ()).throw(Skip("no device was found")), results)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if not machine.is_real:
        print("\nNO GPU WAS MEASURED: there is none here. Only on a machine with NVIDIA GPUs does this say anything about hardware:\n"
              "take gpu-check.tar there, which needs no network: tar xf gpu-check.tar && sudo gpu-check/run")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"isReal": machine.is_real, "kernel": platform.release(), "user": os.geteuid(),
                       "devices": machine.devices, "checks": results}, file, indent=2)
            file.write("\n")
    return 1 if any(each["state"] == "failed" for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())

"""A folder for everything that a run writes, the programs that it starts, and the means to wait for things."""

import os
import signal
import subprocess
import time


class Trouble(Exception):
    """Something that a run can't go on after, in words for whoever started it."""


def wait_until(what, ready, seconds, pause=0.005):
    deadline = time.monotonic() + seconds
    while True:
        value = ready()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Trouble(f"{what}: not within {seconds} s")
        time.sleep(pause)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def end_process(pid, grace=15):
    """Asks a process to end and, when it does not, ends it."""
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 10)):
        if not is_alive(pid):
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        try:
            wait_until("an end", lambda: not is_alive(pid), seconds, 0.02)
        except Trouble:
            continue


def family(pid):
    """A process and all that descend from it."""
    pids = [pid]
    for parent in pids:
        try:
            threads = os.listdir(f"/proc/{parent}/task")
        except (FileNotFoundError, ProcessLookupError):
            continue
        for thread in threads:
            try:
                with open(f"/proc/{parent}/task/{thread}/children", encoding="ascii") as children:
                    pids += [int(child) for child in children.read().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
    return pids


class Workplace:
    """One run's folder and the programs in it."""

    def __init__(self, folder, tools, carrel, ray_python):
        self.folder = folder
        self.carrel = carrel
        self.ray_python = ray_python
        self.stamp = f"{tools}/stamp"
        self.submit = f"{tools}/submit"
        self.decisions = f"{tools}/decisions"
        self.gateway = f"{tools}/gateway-bench"
        self.stubs = tools
        self.number = 0

    def new_folder(self, name):
        """Everybody may look into it: work runs as users of its own."""
        self.number += 1
        path = f"{self.folder}/{self.number:03}-{name}"
        os.mkdir(path)
        os.chmod(path, 0o755)
        return path

    def new_file(self, name):
        path = f"{self.new_folder(name)}/stamps"
        with open(path, "w", encoding="ascii"):
            os.chmod(path, 0o666)
        return path


def run(words, env=None, text=None, seconds=60):
    """A short command's output. Fails with its words."""
    done = subprocess.run(words, env=env, input=text, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(words[:6])} failed ({done.returncode}): {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def start(words, log, env=None):
    """A program that stays, in a session of its own: Ctrl-C reaches the benchmark first."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            words, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)


def submissions(words, text=None, seconds=120):
    """What the load generator measured: the seconds it took, and each answer's time in microseconds."""
    lines = run(words, text=text, seconds=seconds).split()
    return float(lines[1]), [float(line) for line in lines[2:]]

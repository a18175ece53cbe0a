"""Carrel: `carrel up` with simulated devices, spoken to over its Unix socket."""

import glob
import http.client
import json
import os
import socket

from workplace import Trouble, end_process, family, run, start, submissions, wait_until


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def base36(number):
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


class Carrel:
    """A Carrel of its own, in a data directory of its own."""

    name = "Carrel"

    def __init__(self, place):
        self.place = place
        self.process = None
        self.launcher = None
        self.folder = None

    def start(self, devices, before=()):
        """`before`: words in front of the command, such as a tracer's."""
        self.folder = self.place.new_folder("carrel")
        self.log = f"{self.folder}/up.log"
        self.data = f"{self.folder}/data"
        words = [self.place.carrel, "up", "--data-dir", self.data, "--listen", "none", "--simulate", f"a100:{devices}"]
        self.process = start([*before, *words], self.log, self.environment())
        wait_until("Carrel is ready", self.is_ready, 60)
        self.launcher = family(self.process.pid)[1] if before else self.process.pid
        self.more_may_wait()

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": self.folder, "CARREL_DATA_DIR": self.data}

    def is_ready(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise Trouble(f"Carrel ended: {log.read()[-2000:]}")
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "ready\n" in log.read()

    def more_may_wait(self):
        self.call("PATCH", "/v1/policy", {"waitingLimit": 1_000_000})

    def call(self, method, path, body=None):
        connection = UnixConnection(f"{self.data}/carrel.sock")
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status >= 300:
                raise Trouble(f"{method} {path}: {answer.status} {text}")
            return text
        finally:
            connection.close()

    def order(self, *command):
        return {
            "command": list(command), "directory": "/", "environment": ["PATH=/usr/bin:/bin"], "gpus": "1", "time": "1h",
            "name": "bench"}

    def block(self, stamps, flag):
        """A job on one device that ends when the file `flag` is there."""
        self.call("POST", "/v1/requests", self.order(self.place.stamp, stamps, "--until", flag))

    def queue(self, stamps, count):
        """Trivial jobs of one device each."""
        body = json.dumps(self.order(self.place.stamp, stamps))
        socket_path = f"{self.data}/carrel.sock"
        submissions(
            [self.place.submit, "http", socket_path, "/v1/requests", "8", str(count), "120", ""], body, seconds=180)

    def checkouts(self, clients, count, seconds):
        """Submissions over HTTP by so many clients at once."""
        body = json.dumps(self.order("/bin/true"))
        words = [self.place.submit, "http", f"{self.data}/carrel.sock", "/v1/requests"]
        return submissions([*words, str(clients), str(count), str(seconds), ""], body)

    def checkouts_by_command(self, clients, count, seconds):
        """The same by `carrel run --detach`, a process each."""
        words = [self.place.submit, "spawn", str(clients), str(count), str(seconds)]
        os.environ["CARREL_DATA_DIR"] = self.data
        try:
            return submissions([*words, self.place.carrel, "run", "--detach", "--gpus", "1", "--", "/bin/true"])
        finally:
            del os.environ["CARREL_DATA_DIR"]

    def events(self):
        """Every event as a dictionary, in order."""
        lines = self.call("GET", "/v1/events?after=0&follow=false").splitlines()
        return [json.loads(line[5:]) for line in lines if line.startswith("data:")]

    def processes(self):
        """By their part: the launcher, the server, and readers of devices."""
        return {"launcher": [self.launcher], "server": family(self.launcher)[1:]}

    def stop(self):
        if self.process is None:
            return
        end_process(self.launcher or self.process.pid)
        self.process.wait()
        self.process = self.launcher = None

    def clear(self):
        """Once no work is left: control groups stay for a next start, and there is none."""
        if self.folder is None or not os.path.exists(self.data):
            return
        info = os.stat(self.data)
        mark = f"carrel-{base36(info.st_dev)}-{base36(info.st_ino)}"
        for top in glob.glob(f"/sys/fs/cgroup/{mark}") + glob.glob(f"/sys/fs/cgroup/*/{mark}"):
            for folder, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    pass


def version(place):
    return run([place.carrel, "--version"]).strip()

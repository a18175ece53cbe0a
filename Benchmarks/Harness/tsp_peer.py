"""task-spooler: a queue of commands for one person. It knows no devices; slots stand in for them."""

import os
import subprocess

from workplace import end_process, family, run, submissions


class TaskSpooler:
    """A spooler with a socket of its own."""

    name = "task-spooler"

    def __init__(self, place):
        self.place = place
        self.folder = None

    def start(self, devices):
        self.folder = self.place.new_folder("tsp")
        self.env = {**os.environ, "TS_SOCKET": f"{self.folder}/socket", "TMPDIR": self.folder, "TS_MAXFINISHED": "10"}
        run(["tsp", "-S", str(devices)], env=self.env)

    def block(self, stamps, flag):
        run(["tsp", "-n", self.place.stamp, stamps, "--until", flag], env=self.env)

    def queue(self, stamps, count):
        os.environ.update(TS_SOCKET=self.env["TS_SOCKET"], TMPDIR=self.folder, TS_MAXFINISHED="10")
        try:
            submissions([self.place.submit, "spawn", "2", str(count), "120", "tsp", "-n", self.place.stamp, stamps], seconds=180)
        finally:
            for name in ("TS_SOCKET", "TMPDIR", "TS_MAXFINISHED"):
                del os.environ[name]

    def processes(self):
        """The server is the one that holds the socket open; it names itself in no file."""
        return {"server": [self.server()]}

    def server(self):
        wanted = f"TS_SOCKET={self.env['TS_SOCKET']}".encode()
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/comm", encoding="ascii") as comm, open(f"/proc/{name}/environ", "rb") as environ:
                    if comm.read().strip() == "tsp" and wanted in environ.read().split(b"\0"):
                        return int(name)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return None

    def stop(self):
        if self.folder is None:
            return
        pid = self.server()
        work = family(pid)[1:] if pid else []
        subprocess.run(["tsp", "-K"], env=self.env, capture_output=True, timeout=30, check=False)
        for each in ([pid] if pid else []) + work:
            end_process(each, grace=5)
        self.folder = None

    def clear(self):
        """It leaves nothing outside its folder."""

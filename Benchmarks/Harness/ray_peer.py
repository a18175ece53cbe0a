"""Ray: a head with made-up GPUs, and a driver that submits tasks; each task starts the job's program."""

import os
import subprocess

from workplace import Trouble, end_process, family, start, wait_until

DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ray_driver.py")


class Ray:
    """`keeps_workers`: tasks reuse a worker process; by default Ray starts a new one for each task with a GPU."""

    def __init__(self, place, keeps_workers=False):
        self.place = place
        self.keeps_workers = keeps_workers
        self.name = "Ray, workers kept (max_calls=0)" if keeps_workers else "Ray, default"
        self.head = None
        self.driver = None
        self.folder = None

    def start(self, devices):
        self.folder = self.place.new_folder("ray")
        self.env = {
            **os.environ, "HOME": self.folder, "RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": self.folder,
            "RAY_DISABLE_IMPORT_WARNING": "1", "PATH": f"{os.path.dirname(self.place.ray_python)}:{os.environ['PATH']}"}
        words = [os.path.join(os.path.dirname(self.place.ray_python), "ray"), "start", "--head", "--block", "--port=6380"]
        options = [
            "--node-ip-address=127.0.0.1", "--include-dashboard=false", f"--num-gpus={devices}", f"--num-cpus={devices}",
            "--object-store-memory=100000000", f"--temp-dir={self.folder}", "--disable-usage-stats"]
        self.log = f"{self.folder}/head.log"
        self.head = start([*words, *options], self.log, self.env)
        wait_until("Ray's head runs", self.is_ready, 90, 0.1)

    def is_ready(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            text = log.read()
        if self.head.poll() is not None:
            raise Trouble(f"Ray ended: {text[-2000:]}")
        return "Ray runtime started" in text

    def start_driver(self):
        words = [self.place.ray_python, DRIVER, self.place.stamp, "0" if self.keeps_workers else "1"]
        with open(f"{self.folder}/driver.log", "ab") as log:
            self.driver = subprocess.Popen(
                words, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        self.ask(None)

    def ask(self, line):
        """Waits for the driver's word that it is done."""
        if line is not None:
            self.driver.stdin.write(line + "\n")
            self.driver.stdin.flush()
        if self.driver.stdout.readline().strip() != "done":
            raise Trouble(f"Ray's driver ended: see {self.folder}/driver.log")

    def block(self, stamps, flag):
        if self.driver is None:
            self.start_driver()
        self.ask(f"block {stamps} {flag}")

    def queue(self, stamps, count):
        if self.driver is None:
            self.start_driver()
        self.ask(f"queue {stamps} {count}")

    def processes(self):
        return {"head": family(self.head.pid)}

    def stop(self):
        if self.head is None:
            return
        # The driver first: its tasks end with it.
        processes = family(self.head.pid) + (family(self.driver.pid) if self.driver else [])
        for process in (self.driver, self.head):
            if process is not None:
                end_process(process.pid, grace=10)
                process.wait()
        for pid in processes:
            end_process(pid, grace=2)
        self.head = self.driver = None

    def clear(self):
        """It leaves nothing outside its folder."""

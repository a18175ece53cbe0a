"""Slurm: munged, slurmctld and one slurmd with made-up GPUs, all of its own.

It confines nothing (proctrack/linuxproc, task/none), accounts for nothing and keeps its state in memory, which is the
least work that it can have.
"""

import json
import os
import pwd
import socket
import subprocess

from workplace import Trouble, end_process, run, start, submissions, wait_until


CONFIGURATION = """\
ClusterName=bench
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort=6817
AuthType=auth/munge
AuthInfo=socket={folder}/munge/munge.sock
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
SlurmdParameters=config_overrides
MaxJobCount=200000
MaxArraySize=100001
PropagateResourceLimits=NONE
SchedulerType=sched/backfill
{parameters}
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port=17001 CPUs=16 RealMemory=1000 Gres=gpu:{devices}
PartitionName=gpu Nodes=n1 Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    """A cluster of one node. `parameters`: its SchedulerParameters; empty: Slurm's own defaults."""

    def __init__(self, place, parameters=""):
        self.place = place
        self.parameters = parameters
        self.name = f"Slurm, {parameters}" if parameters else "Slurm, default settings"
        self.folder = None
        self.rest = None

    def start(self, devices):
        self.folder = folder = self.place.new_folder("slurm")
        for name in ("state", "spool", "munge"):
            os.mkdir(f"{folder}/{name}", 0o755)
        # A folder and two files for each job: deleting them takes minutes where the disk is told of each free block.
        for name in ("state", "spool"):
            run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", f"{folder}/{name}"])
        for index in range(devices):
            with open(f"{folder}/gpu{index}", "w", encoding="ascii"):
                pass
        with open(f"{folder}/slurm.conf", "w", encoding="ascii") as file:
            parameters = f"SchedulerParameters={self.parameters}" if self.parameters else ""
            host = socket.gethostname().split(".")[0]
            file.write(CONFIGURATION.format(folder=folder, host=host, devices=devices, parameters=parameters))
        with open(f"{folder}/gres.conf", "w", encoding="ascii") as file:
            file.write(f"NodeName=n1 Name=gpu File={folder}/gpu[0-{devices - 1}]\n" if devices > 1
                       else f"NodeName=n1 Name=gpu File={folder}/gpu0\n")
        self.env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SLURM_CONF": f"{folder}/slurm.conf", "HOME": folder}
        os.environ["SLURM_CONF"] = self.env["SLURM_CONF"]
        self.start_munge()
        self.daemon(["slurmctld", "-i"])
        self.daemon(["slurmd", "-N", "n1"])
        wait_until("Slurm's node is idle", self.is_idle, 60, 0.05)

    def daemon(self, words):
        """What puts itself into the background must not hold on to a pipe of ours."""
        with open(f"{self.folder}/start.log", "ab") as log:
            status = subprocess.run(
                words, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=60, check=False).returncode
        if status != 0:
            with open(f"{self.folder}/start.log", encoding="utf-8", errors="replace") as log:
                raise Trouble(f"{words[0]} failed: {log.read()[-2000:]}")

    def start_munge(self):
        user = pwd.getpwnam("munge")
        home = f"{self.folder}/munge"
        with open(f"{home}/key", "wb") as key:
            key.write(os.urandom(1024))
        os.chmod(f"{home}/key", 0o400)
        for path in (home, f"{home}/key"):
            os.chown(path, user.pw_uid, user.pw_gid)
        become = ["setpriv", "--reuid", "munge", "--regid", "munge", "--clear-groups"]
        files = ("key-file=key", "socket=munge.sock", "pid-file=pid", "log-file=log", "seed-file=seed")
        options = [f"--{option}={home}/{name}" for option, name in (file.split("=") for file in files)]
        self.daemon([*become, "munged", *options])

    def is_idle(self):
        done = subprocess.run(
            ["sinfo", "-h", "-N", "-t", "idle", "-o", "%N"], env=self.env, capture_output=True, text=True, timeout=30, check=False)
        return done.stdout.strip() == "n1"

    def script(self, name, *command):
        path = f"{self.folder}/{name}.sh"
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nexec {' '.join(command)}\n")
        return path

    def sbatch(self, *words):
        return run(["sbatch", "--parsable", "--gres=gpu:1", "-o", "/dev/null", *words], env=self.env)

    def block(self, stamps, flag):
        self.sbatch(self.script("block", self.place.stamp, stamps, "--until", flag))

    def queue(self, stamps, count):
        """One array, the quickest way that Slurm has to take many jobs in."""
        self.sbatch(f"--array=1-{count}", self.script("trivial", self.place.stamp, stamps))

    def checkouts(self, clients, count, seconds):
        words = [self.place.submit, "spawn", str(clients), str(count), str(seconds), "sbatch", "--parsable"]
        return submissions([*words, "--gres=gpu:1", "-o", "/dev/null", self.script("true", "/bin/true")])

    def start_rest(self):
        """slurmrestd will not run as root: it and its callers are `nobody`."""
        self.rest_folder = f"{self.folder}/rest"
        os.mkdir(self.rest_folder)
        nobody = pwd.getpwnam("nobody")
        os.chown(self.rest_folder, nobody.pw_uid, nobody.pw_gid)
        self.become = ["setpriv", "--reuid", "nobody", "--regid", str(nobody.pw_gid), "--clear-groups"]
        self.rest_socket = f"{self.rest_folder}/rest.sock"
        env = {**self.env, "HOME": self.rest_folder}
        words = ["slurmrestd", "-a", "rest_auth/local", "-s", "openapi/v0.0.38", f"unix:{self.rest_socket}"]
        self.rest = start([*self.become, *words], f"{self.folder}/rest.log", env)
        wait_until("slurmrestd listens", lambda: os.path.exists(self.rest_socket), 30)

    def checkouts_by_rest(self, clients, count, seconds):
        if self.rest is None:
            self.start_rest()
        job = {
            "name": "bench", "gres": "gpu:1", "current_working_directory": "/", "standard_output": "/dev/null",
            "standard_error": "/dev/null", "environment": {"PATH": "/usr/bin:/bin"}}
        body = json.dumps({"script": "#!/bin/sh\nexec /bin/true\n", "job": job})
        words = [*self.become, self.place.submit, "http", self.rest_socket, "/slurm/v0.0.38/job/submit"]
        return submissions([*words, str(clients), str(count), str(seconds), ""], body)

    def pid(self, file):
        try:
            with open(f"{self.folder}/{file}", encoding="ascii") as pid:
                return int(pid.read())
        except (FileNotFoundError, ValueError):
            return None

    def processes(self):
        return {"slurmctld": [self.pid("slurmctld.pid")], "slurmd": [self.pid("slurmd.pid")], "munged": [self.pid("munge/pid")]}

    def stop(self):
        if self.folder is None:
            return
        if self.rest is not None:
            end_process(self.rest.pid)
            self.rest.wait()
            self.rest = None
        # Nothing of it is wanted any more, so it need not write its state down.
        for file in ("slurmctld.pid", "slurmd.pid", "munge/pid"):
            pid = self.pid(file)
            if pid is not None:
                end_process(pid, grace=3)
        for name in ("state", "spool"):
            subprocess.run(["umount", "--lazy", f"{self.folder}/{name}"], capture_output=True, check=False)
        self.folder = None

    def clear(self):
        """It leaves nothing outside its folder."""

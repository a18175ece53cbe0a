"""Runs in Ray's own Python environment: submits tasks as lines on standard input say, and answers `done` to each line."""

import subprocess
import sys

import ray

stamp, max_calls = sys.argv[1], int(sys.argv[2])
ray.init(address="127.0.0.1:6380", log_to_driver=False)
kept = []


@ray.remote(num_gpus=1, max_calls=max_calls, max_retries=0)
def job(*words):
    subprocess.run([stamp, *words], check=True)


def tell(text):
    print(text, flush=True)


tell("done")
for line in sys.stdin:
    verb, stamps, value = line.split()
    if verb == "block":
        kept.append(job.remote(stamps, "--until", value))
    else:
        kept.extend(job.remote(stamps) for _ in range(int(value)))
    tell("done")

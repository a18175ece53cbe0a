"""How long people wait for pages, notebooks and open sessions, in a real browser: Tests/Real/page_times.py asks, this makes a table."""

import json
import os
import subprocess

from figures import number, percentile, table
from workplace import Trouble

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, "..", "..", "Tests", "Real", "page_times.py")


def measure(place, rounds):
    words = [os.environ["BENCH_BROWSER_PYTHON"], "-B", SCRIPT, "--carrel", place.carrel, "--jupyter", os.environ["BENCH_JUPYTER"],
             "--rounds", str(rounds)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode != 0:
        raise Trouble(f"the browser's part ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def page_table(found):
    rows = []
    for name, times in found["paint"].items():
        rows.append([f"first content of {name} on the screen, ms", number(percentile(times, 0.5)), number(max(times)), "200 wanted"])
    now = found["now"]
    crowd = f"with {now['devices']} GPUs and {now['requests']} requests"
    for key, words in (("now", "*Now*"), ("nowFree", "*Now*, free GPUs only")):
        rows.append([f"{words} {crowd}, ms", number(percentile(now[key], 0.5)), number(percentile(now[key], 0.99)), "50 wanted"])
    rows.append([f"a return on an open page {crowd}, the command included, ms", number(percentile(now["change"], 0.5)),
                 number(max(now["change"])), ""])
    lab = {name: percentile(times, 0.5) for name, times in found["lab"].items()}
    rows.append(["JupyterLab from an empty cache to its launcher, without Carrel, ms", number(lab["direct"]),
                 number(max(found["lab"]["direct"])), ""])
    rows.append(["the same through Carrel, ms", number(lab["carrel"]), number(max(found["lab"]["carrel"])),
                 number(lab["carrel"] / lab["direct"]) + " of it (at most 1.1 wanted)"])
    open_ones = found["sessions"]
    rows.append([f"MiB of the server with {open_ones['tunnels']} open sessions", number(open_ones["during"]), "",
                 f"{number(open_ones['before'])} before (under 200 wanted)"])
    rows.append(["one word to a session's program and back through one of them, ms", number(open_ones["echo"]), "", ""])
    return table(["", "median", "most or p99", ""], rows)

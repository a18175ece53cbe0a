"""The gateway beside nginx with one worker: the same backend, the same load, in turn."""

import os
import socket
import statistics
import threading
import time

from figures import number, percentile, ratio, table
from workplace import Trouble, end_process, run, start, wait_until

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; keepalive_requests 100000000;
  upstream null {{ server unix:{null}; keepalive 64; keepalive_requests 100000000; }}
  upstream echo {{ server unix:{echo}; }}
  {servers}
}}
"""
NULL = 'server { listen unix:%s; return 200 "ok"; }'
PROXY = """server { listen 127.0.0.1:%d;
  location / { proxy_pass http://null; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  location /ws { proxy_pass http://echo; proxy_http_version 1.1; proxy_set_header Connection upgrade;
    proxy_set_header Upgrade $http_upgrade; proxy_read_timeout 600s; } }"""
ASK = b"GET /ws HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
YES = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
PORTS = {"nginx": 18081, "gateway": 18082, "gateway, tunnels": 18083}


def echo_server(path):
    """Agrees to every upgrade and sends back what it gets; one thread for each connection, as it only waits."""
    threading.stack_size(256 * 1024)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(4096)

    def serve(connection):
        with connection:
            while not connection.recv(4096).endswith(b"\r\n\r\n"):
                pass
            connection.sendall(YES)
            while data := connection.recv(65536):
                connection.sendall(data)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def tunnel(family, address):
    connection = socket.socket(family)
    connection.connect(address)
    if family == socket.AF_INET:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(ASK)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        part = connection.recv(4096)
        if not part:
            raise Trouble(f"no tunnel at {address}: {answer[:80]!r}")
        answer += part
    if not answer.startswith(b"HTTP/1.1 101"):
        raise Trouble(f"no tunnel at {address}: {answer[:80]!r}")
    return connection


def echo_times(family, address, count):
    """Microseconds of one byte there and back."""
    times = []
    with tunnel(family, address) as connection:
        for _ in range(count):
            began = time.perf_counter()
            connection.sendall(b"x")
            connection.recv(1)
            times.append((time.perf_counter() - began) * 1e6)
    return times[count // 10:]


def requests_a_second(port, seconds):
    lines = run(["wrk", "-t1", "-c32", f"-d{seconds}s", f"http://127.0.0.1:{port}/"], seconds=seconds + 30).splitlines()
    if any("Non-2xx" in line or "Socket errors" in line for line in lines):
        raise Trouble("wrk met errors: " + "; ".join(lines))
    return float(next(line.split()[1] for line in lines if line.startswith("Requests/sec")))


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS"))) / 1024


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def measure(place, rounds, seconds, echoes, tunnels):
    folder = place.new_folder("gateway")
    null, echo = f"{folder}/null.sock", f"{folder}/echo.sock"
    with open(f"{folder}/null.conf", "w", encoding="ascii") as file:
        file.write(NGINX.format(folder=folder, null=null, echo=echo, servers=NULL % null).replace("nginx.pid", "null.pid"))
    with open(f"{folder}/proxy.conf", "w", encoding="ascii") as file:
        file.write(NGINX.format(folder=folder, null=null, echo=echo, servers=PROXY % PORTS["nginx"]))
    echo_server(echo)
    started = []
    try:
        for name in ("null", "proxy"):
            started.append(start(["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/{name}.conf"], f"{folder}/{name}.log"))
        gateways = {}
        for name, path in (("gateway", null), ("gateway, tunnels", echo)):
            gateways[name] = start([place.gateway, str(PORTS[name]), path], f"{folder}/gateway.log")
            started.append(gateways[name])
        wait_until("the backend", lambda: os.path.exists(null), 10)
        for name, port in PORTS.items():
            wait_until(name, lambda: is_listening(port), 10)
        return measure_started(rounds, seconds, echoes, tunnels, echo, gateways)
    finally:
        for process in started:
            end_process(process.pid)
            process.wait()


def measure_started(rounds, seconds, echoes, tunnels, echo, gateways):
    rates = {"nginx": [], "gateway": []}
    times = {"direct": [], "nginx": [], "gateway": []}
    ways = {
        "direct": (socket.AF_UNIX, echo), "nginx": (socket.AF_INET, ("127.0.0.1", PORTS["nginx"])),
        "gateway": (socket.AF_INET, ("127.0.0.1", PORTS["gateway, tunnels"]))}
    for each in range(rounds):
        for name in list(rates)[:: 1 if each % 2 else -1]:
            rates[name].append(requests_a_second(PORTS[name], seconds))
        for name in list(ways)[:: 1 if each % 2 else -1]:
            times[name].append(percentile(echo_times(*ways[name], echoes), 0.5))
    pid = gateways["gateway, tunnels"].pid
    before = resident(pid)
    connections = [tunnel(*ways["gateway"]) for _ in range(tunnels)]
    during = resident(pid)
    for connection in connections:
        connection.close()
    return {"rates": rates, "echo": times, "tunnels": tunnels, "before": before, "during": during}


def gateway_table(found):
    rates = {name: statistics.median(each) for name, each in found["rates"].items()}
    times = {name: statistics.median(each) for name, each in found["echo"].items()}
    added = {name: times[name] - times["direct"] for name in ("nginx", "gateway")}
    rows = [
        ["requests/s, null backend, 32 connections", number(rates["nginx"]), number(rates["gateway"]),
         ratio(rates["nginx"], rates["gateway"], True) + " (0.8 wanted)"],
        ["one byte through a tunnel and back, µs", number(times["nginx"]), number(times["gateway"]), ""],
        [f"of that added to {number(times['direct'])} µs of a Unix socket", number(added["nginx"]), number(added["gateway"]),
         number(added["gateway"] / added["nginx"]) + " (at most 2 wanted)"],
        [f"MiB resident with {found['tunnels']} open tunnels", "", number(found["during"]),
         f"{number(found['before'])} before (under 200 wanted)"],
    ]
    return table(["", "nginx, one worker", "gateway, one loop", "ratio"], rows)

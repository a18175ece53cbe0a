"""How long people wait for pages and notebooks, in a real browser; part `pages` of `make bench`, and no test.

Prints JSON: for each question the milliseconds (or MiB) of each round. JupyterLab through Carrel and without it take turns in one run.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import site_pages
from session_check import eventually, origin
from site_pages import WORK, Site, new_context, sign_in

LAUNCHER = ".jp-Launcher"
OPTIONS = ["--no-browser", "--IdentityProvider.token=", "--PasswordIdentityProvider.hashed_password=", "--ServerApp.allow_remote_access=True",
           "--KernelManager.transport=ipc", "--ServerApp.quit_button=False", "--LabApp.news_url=", "--allow-root"]
ECHO = r"""
import asyncio
async def serve(reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    if b"pgrade: websocket" in head:
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        while data := await reader.read(65536):
            writer.write(data)
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 8000, backlog=1024)
    await server.serve_forever()
asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident(pid: int) -> float:
    """MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS"))) / 1024


def server_of(site: Site) -> int:
    """The server's process: the launcher's child with the most memory."""
    children = pathlib.Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
    return max((int(one) for one in children), key=resident)


# Pages.

def first_paints(browser, site: Site, rounds: int) -> dict[str, list[float]]:
    """From the beginning of the navigation to the first content on the screen, nothing cached, signed in."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, path in (("Now", "/"), ("Get a GPU", "/get"), ("My work", WORK), ("Timeline", "/timeline")):
            context = new_context(browser)
            sign_in(context, site)
            page = context.new_page()
            client = context.new_cdp_session(page)
            client.send("Network.setCacheDisabled", {"cacheDisabled": True})
            page.goto(site.address + path)
            page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
            found.setdefault(name, []).append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            context.close()
    return found


def cookie_header(context, address: str) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in context.cookies(address))


def answer_times(site: Site, cookie: str, path: str, count: int) -> list[float]:
    place = urlsplit(site.address)
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    times = []
    for _ in range(count):
        began = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1e3)
        assert answer.status == 200 and b"</html>" in body, answer.status
    return times


def submit(site: Site, body: dict, count: int, clients: int = 8) -> list[int]:
    """So many requests, over the HTTP address by a token; their numbers."""
    token = re.search(r"carrel_[\w-]+", site.run("token", "create", f"bench-{count}")).group()
    place, numbers, lock = urlsplit(site.address), [], threading.Lock()
    text = json.dumps(body)

    def client(share: int) -> None:
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=120)
        for _ in range(share):
            line.request("POST", "/v1/requests", text, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
            answer = line.getresponse()
            said = json.loads(answer.read())
            assert answer.status < 300, said
            with lock:
                numbers.append(int(said["id"]))

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, [count // clients] * clients))
    return numbers


def crowded(browser, carrel: str, devices: int, requests: int, rounds: int) -> dict:
    """*Now* with so many devices and requests, and how soon an open page shows what changed."""
    with Site(carrel, simulate=f"a100:{devices}") as site:
        site.run("policy", "--waiting-limit", "1000000")
        order = {"command": ["sleep", "3600"], "directory": "/", "environment": ["PATH=/usr/bin:/bin"], "time": "1h", "name": "bench",
                 "cpus": "0.01", "memory": "16MB"}
        held = submit(site, order | {"gpus": str(devices // 20)}, 16, 4)
        for number in held:
            site.until(f"{number} runs", lambda number=number: site.state(str(number)) == "running")
        submit(site, order | {"gpus": f"a100:{devices * 3 // 5}"}, requests)
        context = new_context(browser)
        sign_in(context, site)
        cookie = cookie_header(context, site.address)
        answer_times(site, cookie, "/", 3)
        times = {path: answer_times(site, cookie, path, rounds) for path in ("/", "/?show=free")}
        page = context.new_page()
        page.goto(site.address + "/?show=free")
        page.wait_for_timeout(1_000)
        before, changes = page.inner_text("main"), []
        for number in held[:5]:
            began = time.perf_counter()
            site.run("return", str(number))
            page.wait_for_function("(before) => document.querySelector('main').innerText !== before", arg=before, timeout=30_000)
            changes.append((time.perf_counter() - began) * 1e3)
            page.wait_for_timeout(2_000)
            before = page.inner_text("main")
        memory = resident(server_of(site))
        context.close()
        # Ending it in order would end each request: this server's folder goes anyway.
        os.killpg(site.process.pid, signal.SIGKILL)
        site.process.wait()
    return {"devices": devices, "requests": requests + len(held), "now": times["/"], "nowFree": times["/?show=free"], "change": changes,
            "MiB": memory}


# Notebooks.

def lab_time(browser, address: str, prepare=None) -> float:
    """From nothing in the cache to the launcher, in milliseconds."""
    context = new_context(browser)
    page = context.new_page()
    if prepare:
        prepare(page)
    began = time.perf_counter()
    page.goto(address + "/lab")
    page.locator(LAUNCHER).wait_for(timeout=120_000)
    took = (time.perf_counter() - began) * 1e3
    context.close()
    return took


def labs(browser, carrel: str, jupyter: str, rounds: int) -> dict[str, list[float]]:
    with Site(carrel, simulate="a100:1") as site:
        folder = pathlib.Path(site.folder, "project")
        folder.mkdir()
        folder.chmod(0o777)
        variables = {"PATH": f"{jupyter}/bin:/usr/bin:/bin", "HOME": "/tmp", "CARREL_DATA_DIR": f"{site.folder}/data"}
        port = free_port()
        settings = folder / "settings" / "labconfig"
        settings.mkdir(parents=True)
        (settings / "default_setting_overrides.json").write_text(
            '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}')
        direct = subprocess.Popen(
            [f"{jupyter}/bin/jupyter-lab", *OPTIONS, f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}"],
            env=variables | {"JUPYTER_CONFIG_PATH": str(settings.parent)}, cwd=folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            done = subprocess.run(
                [carrel, "notebook", "--gpus", "1", "--cpus", "1", "--time", "1h"], env=variables, cwd=folder, capture_output=True, text=True,
                timeout=180)
            assert done.returncode == 0, done.stderr
            number = re.search(r"s-(\d+)\.", done.stdout).group(1)
            eventually("JupyterLab without Carrel", lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)

            def enter(page) -> None:
                page.goto(json.loads(site.run("open", number, "--json"))["url"].split("&next=")[0] + "&next=/api/status")

            found: dict[str, list[float]] = {"direct": [], "carrel": []}
            for each in range(rounds + 1):
                ways = [("direct", lambda: lab_time(browser, f"http://127.0.0.1:{port}")),
                        ("carrel", lambda: lab_time(browser, origin(site, number), enter))]
                for name, measure in ways[:: 1 if each % 2 else -1]:
                    took = measure()
                    # The first reads from the disk.
                    if each:
                        found[name].append(took)
            return found
        finally:
            os.killpg(direct.pid, signal.SIGTERM)
            direct.wait(timeout=30)


# Many sessions that are open.

def tunnel(site: Site, number: str, cookie: str) -> socket.socket:
    place = urlsplit(site.address)
    line = socket.create_connection((place.hostname, place.port), timeout=60)
    here = f"s-{number}.localhost:{place.port}"
    line.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {here}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://{here}\r\n"
        f"Cookie: {cookie}\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        part = line.recv(4096)
        assert part, answer
        answer += part
    assert answer.startswith(b"HTTP/1.1 101"), answer[:200]
    return line


def open_sessions(browser, carrel: str, sessions: int, tunnels: int) -> dict:
    """So many WebSockets, spread over so many sessions, through the whole server."""
    with Site(carrel, simulate="a100:1") as site:
        numbers = [
            site.run("run", "--detach", "--gpus", "0", "--cpus", "0.05", "--memory", "128MB", "--time", "1h", "--port", "8000", "--",
                     "/usr/bin/python3", "-c", ECHO) for _ in range(sessions)]
        for number in numbers:
            site.until(f"{number} runs", lambda number=number: site.state(number) == "running")
        context = new_context(browser)
        cookies = {}
        for number in numbers:
            page = context.new_page()
            page.goto(json.loads(site.run("open", number, "--json"))["url"])
            cookies[number] = next(
                f"{one['name']}={one['value']}" for one in context.cookies(origin(site, number)) if "carrel_entrance" in one["name"])
            page.close()
        server = server_of(site)
        time.sleep(2)
        before, began = resident(server), time.perf_counter()
        lines = [tunnel(site, numbers[each % sessions], cookies[numbers[each % sessions]]) for each in range(tunnels)]
        took = time.perf_counter() - began
        echoes = []
        for line in lines:
            began = time.perf_counter()
            line.sendall(b"\x81\x82\0\0\0\0hi")
            assert line.recv(64) == b"\x81\x82\0\0\0\0hi"
            echoes.append((time.perf_counter() - began) * 1e3)
        during = resident(server)
        for line in lines:
            line.close()
        context.close()
        return {"tunnels": tunnels, "sessions": sessions, "before": before, "during": during, "seconds": took,
                "echo": statistics.median(echoes)}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--carrel", required=True, help="the program")
    options.add_argument("--jupyter", required=True, help="a virtual environment with JupyterLab that every user may read")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--tunnels", type=int, default=1000)
    options.add_argument("--devices", type=int, default=1000)
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("parts", nargs="*", default=["paint", "now", "lab", "sessions"])
    given = options.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    from playwright.sync_api import sync_playwright

    found: dict[str, object] = {}
    with sync_playwright() as playwright:
        browser = site_pages.launch(playwright)
        for part in given.parts:
            if part == "paint":
                with Site(given.carrel) as site:
                    site_pages.fill(site)
                    found[part] = first_paints(browser, site, given.rounds)
            elif part == "now":
                found[part] = crowded(browser, given.carrel, given.devices, given.requests, 50)
            elif part == "lab":
                found[part] = labs(browser, given.carrel, given.jupyter, given.rounds)
            elif part == "sessions":
                found[part] = open_sessions(browser, given.carrel, 8, given.tunnels)
            else:
                options.error(f"there is no part {part}")
        browser.close()
    json.dump(found, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())

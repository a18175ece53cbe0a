"""From a sign-in to a notebook on a leased GPU in three clicks, and back; and what strangers get of it, which is nothing.

A real JupyterLab behind the gateway, in a real Chromium. `check` does everything.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError

from site_pages import WORK, Site, new_context, sign_in

ANNA, BEN = 61001, 61002
CELL = ("import os; print('on', os.environ['CUDA_VISIBLE_DEVICES'], 'of lease', os.environ['CARREL_LEASE_ID'],"
        " 'until', os.environ['CARREL_LEASE_END'])")


def prepare(site: Site, jupyter: str) -> str:
    """Two people, and a folder with JupyterLab in it. Gives the folder."""
    folder = pathlib.Path(site.folder, "project")
    folder.mkdir()
    folder.chmod(0o777)
    (folder / ".venv").symlink_to(jupyter)
    for name, uid in {"anna": ANNA, "ben": BEN}.items():
        site.run("user", "add", name, "--unix-user", str(uid) if os.geteuid() == 0 else "none")
    return str(folder)


def eventually(what: str, holds, limit: float = 60) -> None:
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.2)


def open_notebook(page, site: Site, folder: str) -> str:
    """Get a GPU, Open a notebook: two clicks after the one that signed in. Gives the request's number."""
    page.get_by_role("navigation").get_by_role("link", name="Get a GPU").click()
    page.get_by_label("Folder").fill(folder)
    page.get_by_role("button", name="Open a notebook").click()
    page.wait_for_url(re.compile(r"^http://s-\d+\.localhost:\d+/\.carrel/session"), timeout=120_000)
    lab(page).locator(".jp-Launcher").wait_for(timeout=120_000)
    return re.search(r"s-(\d+)\.", page.url).group(1)


def lab(page):
    """JupyterLab, below the bar."""
    return page.frame_locator("iframe").first


def run_cell(page, code: str) -> str:
    """In a new notebook; what it prints."""
    lab(page).locator(".jp-LauncherCard[data-category=Notebook]").first.click()
    lab(page).locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    lab(page).locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=60_000)
    page.keyboard.insert_text(code)
    output = lab(page).locator(".jp-OutputArea-output pre").first
    # What is run before the kernel is connected is dropped.
    for _ in range(8):
        lab(page).locator(".jp-Notebook .jp-Cell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        try:
            output.wait_for(timeout=8_000)
            break
        except TimeoutError:
            pass
    return output.inner_text()


def check_bar(page) -> None:
    """Until when it lasts, above the notebook; its link leads to where one can act."""
    page.get_by_role("status").get_by_text(re.compile(r"until \d\d:\d\d, .* left")).wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Keep, extend, return").click()
    opened.value.get_by_role("button", name="Extend").wait_for()
    opened.value.close()


def check_notebook(page, site: Site, folder: str) -> str:
    """A cell runs on the leased device."""
    begin = time.monotonic()
    number = open_notebook(page, site, folder)
    took = time.monotonic() - begin
    said = run_cell(page, CELL)
    assert f"on 0 of lease {number} until " in said, said
    assert site.json("show", number)["lease"]["devices"], "the lease has a device"
    news = lab(page).get_by_text("official Jupyter news")
    assert news.count() == 0, "JupyterLab asks about news"
    check_bar(page)
    print(f"  notebook {number}: {took:.1f} s from the click to the launcher; the cell said: {said.strip()}")
    return number


def check_actions(context, site: Site, number: str) -> None:
    """Keep and Extend on its page, beside the notebook."""
    page = context.new_page()
    page.goto(f"{site.address}{WORK}/{number}")
    ends = site.json("show", number)["lease"]["endsAt"]
    page.get_by_role("button", name="Extend").click()
    page.get_by_text("The lease was extended").wait_for()
    assert site.json("show", number)["lease"]["endsAt"] > ends
    page.get_by_role("button", name=re.compile("^Keep")).click()
    page.get_by_text("You keep this lease").wait_for()
    page.close()


def check_return(context, notebook, site: Site, number: str) -> None:
    """Return ends the notebook, and there is a receipt."""
    page = context.new_page()
    page.goto(f"{site.address}{WORK}/{number}")
    page.get_by_text("Return it…").click()
    page.get_by_role("button", name="Return now").click()
    eventually("it is returned", lambda: site.state(number) == "closed")
    page.goto(f"{site.address}{WORK}/{number}")
    page.get_by_role("heading", name="Receipt").wait_for()
    page.close()
    notebook.goto(f"{origin(site, number)}/lab")
    notebook.get_by_role("heading", name="The session is over").wait_for()
    notebook.get_by_role("link", name=f"Request {number}").click()
    notebook.get_by_role("heading", name="Receipt").wait_for()


def origin(site: Site, number: str) -> str:
    return f"http://s-{number}.localhost:{urlsplit(site.address).port}"


def curl(url: str, *options: str, uid: int | None = None) -> tuple[int, str]:
    """Status and body."""
    parts = urlsplit(url)
    command = ["curl", "-s", "--max-time", "20", "--resolve", f"{parts.hostname}:{parts.port}:127.0.0.1", "-w", "\n%{http_code}",
               *options, url]
    if uid is not None:
        command = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups", "--", *command]
    body, _, status = subprocess.run(command, capture_output=True, text=True).stdout.rpartition("\n")
    return int(status or 0), body


def web_socket(site: Site, number: str, path: str, headers: dict[str, str]) -> int:
    """The status that an upgrade is answered with."""
    place = urlsplit(site.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        lines = [f"GET {path} HTTP/1.1", f"Host: s-{number}.localhost:{place.port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        line.sendall("\r\n".join(lines + [f"{name}: {value}" for name, value in headers.items()] + ["", ""]).encode())
        return int(line.recv(4096).split(b" ")[1])


def check_strangers(browser, context, site: Site, number: str) -> None:
    """Ben gets at Anna's notebook by no way."""
    cookies = {one["name"]: one["value"] for one in context.cookies(origin(site, number))}
    name, value = next((name, value) for name, value in cookies.items() if "carrel_entrance" in name)
    cookie, here = f"{name}={value}", origin(site, number)
    theirs = new_context(browser)
    sign_in(theirs, site, "ben")
    page = theirs.new_page()
    page.goto(f"{here}/lab")
    page.get_by_text("is not shared with you").wait_for()
    assert urlsplit(page.url).netloc == urlsplit(site.address).netloc
    page.goto(f"{site.address}{WORK}/{number}/enter")
    page.get_by_text("is not shared with you").wait_for()
    # A used ticket.
    anna = ANNA if os.geteuid() == 0 else None
    entrance = json.loads(site.run("open", number, "--json", uid=anna))["url"]
    assert curl(entrance, uid=anna)[0] == 303 and curl(entrance, uid=anna)[0] == 403, "a ticket works once"
    if os.geteuid() == 0:
        entrance = json.loads(site.run("open", number, "--json", uid=anna))["url"]
        assert curl(entrance, uid=BEN)[0] == 403 and curl(entrance, uid=anna)[0] == 403, "a ticket that Ben has seen"
    # Ben's own cookies, there.
    own = "; ".join(f"{one['name']}={one['value']}" for one in theirs.cookies())
    assert curl(f"{here}/api/contents", "-H", f"Cookie: {own}")[0] == 401
    assert web_socket(site, number, "/api/events/subscribe", {"Origin": here}) == 401
    assert web_socket(site, number, "/api/events/subscribe", {"Origin": "http://evil.example", "Cookie": cookie}) == 403
    assert web_socket(site, number, "/api/events/subscribe", {"Origin": here, "Cookie": cookie}) == 101, "hers works"
    if os.geteuid() == 0:
        assert curl(f"{here}/lab", "-H", f"Cookie: {cookie}", uid=BEN)[0] == 401, "a stolen cookie"
        assert site.run("open", number, uid=BEN, check=False) == ""
        # Neither a port of loopback nor a socket of the machine leads there. (A kernel has one port of its own, into which the output of
        # its child processes goes with a secret in front; nothing comes out of it: Docs/threat-model.md.)
        listening = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True).stdout
        assert "jupyter" not in listening, listening
        inside = "import pathlib; print([str(p) for p in pathlib.Path('/').glob('*/carrel/session*')])"
        seen = site.run("run", "--gpus", "0", "--", "/usr/bin/python3", "-c", inside, uid=BEN)
        assert seen == "[]", seen
    theirs.close()


HOSTILE = r"""
import http.server, json, sys
PAGE = b'''<!doctype html><title>waiting</title><script>
const [control, mine, theirs] = location.hash.slice(1).split(",");
const tries = {
  read: () => fetch(control + "/v1/requests/" + mine, { credentials: "include" }).then((r) => r.text()),
  returns: () => fetch(control + "/v1/leases/" + mine + "/return", { method: "POST", credentials: "include" }).then((r) => r.text()),
  plain: () => fetch(control + "/wo" + "rk/" + mine + "/return", { method: "POST", mode: "no-cors", credentials: "include",
    body: new URLSearchParams({ a: "b" }) }).then((r) => { throw new Error("opaque " + r.type); }),
  other: () => fetch(theirs + "/secret", { credentials: "include" }).then((r) => r.text()),
  write: () => fetch(theirs + "/write", { method: "POST", mode: "no-cors", credentials: "include", body: "x" })
    .then((r) => { throw new Error("opaque"); }),
  ticket: () => fetch(control + "/wo" + "rk/" + mine + "/enter", { credentials: "include" }).then((r) => r.text()),
  socket: () => new Promise((done, fail) => { const s = new WebSocket(theirs.replace("http", "ws") + "/socket");
    s.onopen = () => done("open"); s.onerror = () => fail(new Error("closed")); }),
  frame: () => new Promise((done, fail) => { const f = document.createElement("iframe"); f.src = theirs + "/frame";
    f.onload = () => { try { done(f.contentDocument.body.textContent); } catch (e) { fail(e); } }; document.documentElement.append(f);
    setTimeout(() => fail(new Error("late")), 4000); }),
};
if (location.hash) (async () => {
  const results = {};
  for (const [name, act] of Object.entries(tries)) {
    try { results[name] = "got " + (await act()); } catch (error) { results[name] = "no: " + error.message; }
  }
  const form = Object.assign(document.createElement("form"), { method: "post", action: control + "/wo" + "rk/" + mine + "/return", target: "other" });
  const frame = Object.assign(document.createElement("iframe"), { name: "other" });
  document.documentElement.append(frame, form); form.submit();
  await new Promise((done) => setTimeout(done, 1500));
  document.title = JSON.stringify(results);
})();
</script>'''
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        print(self.command, self.path, flush=True)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)
    do_POST = do_GET
http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
"""


def check_hostile_page(context, site: Site) -> None:
    """A page on a session's origin acts neither on the server nor on another session of the same person."""
    uid = ANNA if os.geteuid() == 0 else None
    numbers = [site.run("run", "--detach", "--gpus", "0", "--cpus", "0.2", "--memory", "64MB", "--port", "8000", "--",
                        "/usr/bin/python3", "-c", HOSTILE, uid=uid) for _ in range(2)]
    for number in numbers:
        site.until(f"{number} runs", lambda number=number: site.state(number) == "running")
    page = context.new_page()
    # She is inside both.
    for number in reversed(numbers):
        page.goto(f"{site.address}{WORK}/{number}/enter")
        page.wait_for_url(re.compile(rf"^http://s-{number}\."), timeout=60_000)
    page.goto("about:blank")
    page.goto(f"{origin(site, numbers[0])}/#{site.address},{numbers[0]},{origin(site, numbers[1])}")
    page.wait_for_function("document.title.startsWith('{')", timeout=60_000)
    results = json.loads(page.title())
    assert all(one.startswith("no: ") for one in results.values()), results
    assert [site.state(number) for number in numbers] == ["running", "running"], "nothing was returned"
    log = site.run("logs", numbers[1], uid=uid)
    assert not re.search(r"/(secret|write|socket|frame)", log), log
    page.close()
    for number in numbers:
        site.run("return", number, uid=uid)


def check_sharing(browser, page, site: Site, number: str) -> None:
    """Explicit, shown, revocable, in the browser."""
    page.goto(f"{site.address}{WORK}/{number}")
    page.get_by_label("Let somebody in").fill("ben")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name=re.compile("Let in no longer.*ben")).wait_for()
    theirs = new_context(browser)
    sign_in(theirs, site, "ben")
    guest = theirs.new_page()
    guest.goto(f"{site.address}{WORK}/{number}/enter")
    lab(guest).locator(".jp-LabShell").wait_for(timeout=120_000)
    page.get_by_role("button", name=re.compile("Let in no longer.*ben")).click()
    page.get_by_text("Nobody. Whoever you let in").wait_for()
    eventually("Ben is out", lambda: guest.evaluate("() => fetch('/api/status').then((r) => r.status)") in (401, 403), 20)
    theirs.close()


def check_sign_out(context, page, notebook, site: Site, number: str) -> None:
    """Signing out shuts the notebook too; the lease goes on."""
    page.goto(site.address + "/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in"))
    eventually("the notebook is shut",
               lambda: notebook.evaluate("() => fetch('/api/status').then((r) => r.status, () => 0)") in (401, 403), 20)
    notebook.goto(f"{origin(site, number)}/lab")
    notebook.wait_for_url(re.compile("/sign-in"))
    assert site.state(number) == "running"


def check(browser, site: Site, jupyter: str, pictures: pathlib.Path | None = None) -> None:
    folder = prepare(site, jupyter)
    context = new_context(browser)
    sign_in(context, site, "anna")
    notebook = context.new_page()
    notebook.goto(site.address + "/")
    number = check_notebook(notebook, site, folder)
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        notebook.screenshot(path=pictures / "notebook.png")
    check_actions(context, site, number)
    check_strangers(browser, context, site, number)
    check_hostile_page(context, site)
    page = context.new_page()
    check_sharing(browser, page, site, number)
    check_sign_out(context, page, notebook, site, number)
    sign_in(context, site, "anna")
    notebook.goto(f"{site.address}{WORK}/{number}/enter")
    lab(notebook).locator(".jp-LabShell").wait_for(timeout=120_000)
    check_return(context, notebook, site, number)
    context.close()


def check_command_line(browser, site: Site, jupyter: str) -> None:
    """`carrel login` and `carrel notebook`: the address that is printed opens in a browser that is signed in nowhere."""
    folder = pathlib.Path(site.folder, "project")
    variables = {**os.environ, "PATH": f"{jupyter}/bin:/usr/bin:/bin", "HOME": "/tmp", "CARREL_DATA_DIR": f"{site.folder}/data"}
    # As the user whose browser it is: others' don't get in by it.
    command = [site.carrel, "notebook", "--gpus", "1", "--time", "1h"]
    done = subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    context = new_context(browser)
    page = context.new_page()
    page.goto(done.stdout.strip())
    lab(page).locator(".jp-LabShell").wait_for(timeout=120_000)
    number = re.search(r"s-(\d+)\.", page.url).group(1)
    site.run("return", number)
    page.wait_for_timeout(100)
    context.close()
    shutil.rmtree(folder / ".ipynb_checkpoints", ignore_errors=True)

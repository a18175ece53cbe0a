"""Every page of a Carrel site in a real browser: pictures of them, and what a screen reader would stumble over.

Scripts/screenshots runs it; other checks that drive a browser may import `Site`, `pages`, `shoot` and
`check_accessibility`. It needs Playwright for Python, a Chromium, and the file axe.min.js of axe-core-python.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from urllib.parse import quote

CHROMIUM = os.environ.get("CARREL_CHROMIUM", "/usr/bin/chromium")
SIZES = {"wide": (1400, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
WORK = "/work"
LONG = "a-team-whose-name-somebody-thought-about-for-a-very-long-time"


class Failure(Exception):
    """Something that was needed did not happen."""


@dataclass
class Site:
    """A server with simulated devices in a folder of its own. `with Site(...) as site:` ends all that it began."""

    carrel: str
    simulate: str = "a100:6,h100:2"
    folder: str = ""
    address: str = ""
    process: subprocess.Popen | None = None
    # What `fill` made: requests of all sorts, and names of accounts.
    shown: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    terminal: str = ""

    def __enter__(self) -> "Site":
        self.folder = tempfile.mkdtemp(prefix="carrel-pages-", dir="/var/tmp")
        os.chmod(self.folder, 0o755)
        log = open(f"{self.folder}/server.log", "w+")
        self.process = subprocess.Popen(
            [self.carrel, "up", "--data-dir", f"{self.folder}/data", "--listen", "127.0.0.1:0", "--simulate", self.simulate],
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + 60
        while True:
            text = pathlib.Path(log.name).read_text()
            found = re.search(r"http://127\.0\.0\.1:\d+", text)
            if found and "ready" in text:
                self.address = found.group()
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise Failure(f"the server did not start:\n{text}")
            time.sleep(0.1)

    def __exit__(self, *_) -> None:
        try:
            if self.process and self.process.poll() is None:
                self.run("policy", "--grace", "0", check=False)
                live = [one["id"] for one in self.json("ps").get("requests", [])]
                for number in live:
                    self.run("return", str(number), check=False)
                deadline = time.monotonic() + 30
                while live and time.monotonic() < deadline and self.json("ps").get("requests"):
                    time.sleep(0.2)
        finally:
            if self.process and self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                self.process.wait(timeout=30)
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *words: str, uid: int | None = None, check: bool = True, given: str | None = None) -> str:
        """What a verb prints; as the Unix user of a number where one is given."""
        command = [self.carrel, *words]
        if uid is not None:
            command = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups", "--", *command]
        variables = {**os.environ, "CARREL_DATA_DIR": f"{self.folder}/data", "HOME": "/tmp"}
        done = subprocess.run(
            command, env=variables, cwd="/var/tmp", capture_output=True, text=True, timeout=60, input=given or "")
        if check and done.returncode != 0:
            raise Failure(f"carrel {' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return done.stdout.strip()

    def json(self, *words: str) -> dict:
        return json.loads(self.run(*words, "--json", check=False) or "{}")

    def until(self, what: str, holds) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            if time.monotonic() > deadline:
                raise Failure(f"in a minute it did not come about that {what}")
            time.sleep(0.2)

    def state(self, number: str) -> str:
        return self.json("show", number).get("state", "")


def fill(site: Site) -> None:
    """People, teams, work that is over, runs and waits, a machine's troubles, reservations."""
    may_be_others = os.geteuid() == 0
    people = {"alice": 61001, "bob": 61002, "carol": 61003} if may_be_others else {}
    for name, uid in people.items():
        site.run("user", "add", name, "--unix-user", str(uid), "--display-name", f"{name.title()} Example")
    site.run("user", "add", "a.person.with-quite-a-long-account-name.at.an.institute", "--unix-user", "none")
    site.run("user", "add", "left", "--unix-user", "none")
    site.run("user", "disable", "left")
    site.run("team", "set", "vision", "--guarantee", "3", "--limit", "6", *(w for n in people for w in ("--add", n)))
    site.run("team", "set", LONG, "--guarantee", "2")
    for name, about, more in (("imagenet", "ILSVRC 2012, as it was handed out", ()), ("a-set.with_a-long-name." + "x" * 40, "", ()),
                              ("scans", "<b>chest</b> & more, " * 8, ("--team", "vision"))):
        os.makedirs(f"{site.folder}/sets/{name}")
        site.run("data", "add", name, f"{site.folder}/sets/{name}", *(("--about", about) if about else ()), *more)
    site.run("policy", "--electricity-price", "0.31", "--currency", "EUR")

    def uid(name: str) -> int | None:
        return people.get(name)

    over = [
        site.run("run", "--detach", "--gpus", "1", "--name", f"epoch {number}", "--", "sh", "-c", f"echo step {number}; sleep 1",
                 uid=uid("alice")) for number in range(3)
    ]
    for number in over:
        site.until(f"request {number} is over", lambda number=number: site.state(number) == "closed")
    loop = "for n in $(seq 1 400); do echo \"step $n loss 0.$((400 - n))\"; done; sleep 900"
    running = [
        site.run("run", "--detach", "--gpus", gpus, "--time", span, "--name", name, "--", "sh", "-c", loop, uid=uid(who))
        for who, gpus, span, name in (
            ("alice", "1", "2h", "train.py"), ("bob", "2", "8h", "a run with a name that is far too long for any table, " * 2),
            ("carol", "h100:1", "1d", "<b>llm</b> & more"))
    ]
    for number in running:
        site.until(f"request {number} runs", lambda number=number: site.state(number) == "running")
    terminal = site.run("run", "--detach", "--tty", "--gpus", "0", "--time", "1h", "--name", "a terminal", "--", "sh",
                        "-c", "echo hello from a terminal; sleep 900")
    site.until("the terminal runs", lambda: site.state(terminal) == "running")
    for number in range(4):
        site.run("run", "--detach", "--gpus", "6", "--time", "1h", "--name", f"sweep {number}", "--", "sleep", "600",
                 uid=uid("bob" if number else "alice"))
    for limit in ("everybody:gpus=8,hours=2000", "user=alice:gpus=6,hours=100,longest=2d", "team=vision:hours=400"):
        site.run("policy", "--limit", limit)
    site.run("profile", "set", "large", "--gpus", "a100:2", "--time", "4h", "--for", "role=administrator,team=vision", "--note",
             "For training that fits one machine")
    devices = [one for one in site.json("gpus")["devices"] if one["state"] == "free"]
    site.run("quarantine", devices[0]["uuid"], "--reason", "fan is loud")
    site.run("reserve", "1", "--from", "3h", "--for", "2h", "--name", "class on Friday")
    if may_be_others:
        for name in ("my/notes.txt", "my/<b>results & more.csv", "my/a-file-" + "with-a-long-name-" * 9, "teams/vision/plan.md"):
            site.run("files", "put", "-", name, uid=uid("alice"), given=name)
        site.run("files", "mkdir", "my/runs", uid=uid("alice"))
        site.run("files", "mkdir", "my/runs/of a long november", uid=uid("alice"))
    site.shown, site.people, site.terminal = over[-1:] + running[:2], list(people), terminal


def pages(site: Site, *, administrator: bool = True) -> list[tuple[str, str]]:
    """Every page by a name for its picture, with its address."""
    found = [("now", "/"), ("now-free", "/?show=free"), ("get", "/get"), ("data", "/data"), ("work", WORK), ("timeline", "/timeline"),
             ("usage", "/usage"), ("usage-month", "/usage/" + time.strftime("%Y-%m", time.gmtime())), ("help", "/help"),
             ("account", "/account"), ("problem", f"{WORK}/999999")]
    found += [("plan", "/plan"), ("plan-fit", "/plan?model=llama-3.1-8b&method=full&batch=2&gpu=rtx4090"), ("plan-wrong", "/plan?model=nosuch"),
              ("plan-gpu", "/plan/gpu?for=research&budget=10k"), ("plan-device", "/plan/device?task=matmul&size=500"),
              ("plan-cost", "/plan/cost?gpu=h100&utilisation=40%25"), ("plan-compare", "/plan/compare?gpu=a100,mi100,rtx4090")]
    found += [(f"request-{place}", f"{WORK}/{number}") for place, number in enumerate(site.shown)]
    if site.terminal:
        found += [("terminal", f"{WORK}/{site.terminal}/terminal"), ("request-terminal", f"{WORK}/{site.terminal}")]
    # Root has none, and is told so.
    found += [("files", "/files/my")]
    if not administrator:
        return found + [("admin-refused", "/admin"), ("files-team", "/files/teams/vision"),
                        ("files-empty", "/files/my/runs/of%20a%20long%20november"), ("files-remove", "/file-remove/my/runs")]
    found += [(f"admin-{name}", f"/admin/{name}") for name in ("nodes", "users", "teams", "limits", "profiles", "policy", "reservations", "audit")]
    found += [("admin-limits-everybody", "/admin/limits/everybody"), ("admin-limits-person", "/admin/limits/users/alice")]
    found += [("admin", "/admin"), ("admin-audit-none", "/admin/audit?user=nobody-like-that")]
    nodes, devices = site.json("gpus").get("nodes", []), site.json("gpus").get("devices", [])
    if nodes:
        node = quote(nodes[0]["name"], safe="")
        found += [("admin-node", f"/admin/nodes/{node}"), ("admin-drain", f"/admin/nodes/{node}/drain?within=2h&reason=new+driver")]
    for device in devices:
        if device["state"] == "quarantined":
            found += [("admin-device-out", f"/admin/devices/{device['uuid']}"),
                      ("admin-release", f"/admin/devices/{device['uuid']}/release")]
            break
    if devices:
        found += [("admin-device", f"/admin/devices/{devices[-1]['uuid']}")]
    accounts = [one["name"] for one in site.json("user", "list").get("accounts", [])]
    for name in accounts:
        if name in ("alice", "left"):
            found += [(f"admin-user-{name}", f"/admin/users/{name}")]
    if "alice" in accounts:
        found += [("admin-disable", "/admin/users/alice/disable")]
    for profile in site.json("profile").get("profiles", [])[:1]:
        found += [("admin-profile", f"/admin/profiles/{profile['name']}"),
                  ("admin-profile-remove", f"/admin/profiles/{profile['name']}/remove")]
    for team in site.json("team").get("teams", []):
        found += [("admin-team-" + team["name"][:8], f"/admin/teams/{quote(team['name'], safe='')}")]
    if len(site.shown) > 1:
        found += [("admin-revoke", f"/admin/leases/{site.shown[-1]}/revoke")]
    return found


def launch(playwright):
    """Debian's Chromium; as root it has no sandbox of its own."""
    if not os.path.exists(CHROMIUM):
        raise Failure(f"There is no {CHROMIUM}. Install it: apt-get install -y chromium")
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])


def new_context(browser, size: str = "wide", theme: str = "light"):
    width, height = SIZES[size]
    # The pages let no script in but their own; axe comes from here.
    return browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, bypass_csp=True, has_touch=size == "phone",
        locale="en-GB", timezone_id="Europe/Berlin")


def sign_in(context, site: Site, user: str | None = None) -> None:
    """By a link of the command line, and the button that it leads to."""
    link = site.run("user", "link", *([user] if user else []))
    page = context.new_page()
    page.goto(re.search(r"http://\S+", link).group())
    page.get_by_role("button", name=re.compile("^Sign in as ")).click()
    page.wait_for_url(site.address + "/")
    page.close()


def axe_source() -> str:
    """The text of axe-core."""
    for module in ("axe_core_python", "axe_playwright_python"):
        spec = importlib.util.find_spec(module)
        if spec and spec.origin:
            path = pathlib.Path(spec.origin).with_name("axe.min.js")
            if path.exists():
                return path.read_text()
    raise Failure("axe-core is missing: pip install axe-core-python")


def check_accessibility(page, axe: str, *, impacts=("serious", "critical")) -> list[str]:
    """What axe-core finds on the page that is shown, a line for each element; nothing: nothing of those impacts."""
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    lines = []
    for violation in found["violations"]:
        if violation["impact"] in impacts:
            for node in violation["nodes"]:
                lines.append(f"{violation['impact']} {violation['id']}: {node['target']} {node['failureSummary']}")
    return lines


def check_width(page) -> list[str]:
    """Nothing is wider than the window, so that nobody scrolls sideways."""
    wide = page.evaluate(
        "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth > 1 ? [...document.querySelectorAll('main *')]"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((one) => one.outerHTML.slice(0, 120)) : []")
    return [f"wider than the window: {one}" for one in wide]


def visit(page, site: Site, path: str) -> list[str]:
    """Opens a page; gives what the browser complained about."""
    complaints: list[str] = []
    listener = lambda message: complaints.append(message.text) if message.type == "error" else None
    page.on("console", listener)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site.address + path, wait_until="load")
    page.wait_for_timeout(150)
    page.remove_listener("console", listener)
    # Pages that say that there is nothing, or nothing for oneself, are among those that are looked at.
    return [one for one in complaints if not re.search("status of 40[34]", one)]


def shoot(browser, site: Site, folder: pathlib.Path, wanted: list[tuple[str, str]], *, user: str | None = None,
          only: str = "", themes=THEMES) -> list[str]:
    """Pictures of pages in every theme and size, and what was wrong with any of them.

    - wanted: pages by the names of their pictures.
    - user: who looks; None: whoever runs the server.
    - only: of those pages, the ones whose names have this in them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    axe, complaints = axe_source(), []
    for theme in themes:
        for size in SIZES:
            context = new_context(browser, size, theme)
            page = context.new_page()
            if not user:
                for name, path in [("sign-in", "/sign-in"), ("help-stranger", "/help")]:
                    complaints += look(page, site, folder, name, path, theme, size, axe) if only in name else []
            sign_in(context, site, user)
            for name, path in wanted:
                if only in name:
                    complaints += look(page, site, folder, name, path, theme, size, axe)
            context.close()
    return complaints + (look_printed(browser, site, folder, wanted, user) if only in "usage-month-printed" else [])


def look_printed(browser, site: Site, folder: pathlib.Path, wanted: list[tuple[str, str]], user: str | None) -> list[str]:
    """The page of a month as paper has it: A4 between its margins, at 96 pixels to the inch."""
    context = browser.new_context(viewport={"width": 688, "height": 1000}, bypass_csp=True, timezone_id="Europe/Berlin")
    sign_in(context, site, user)
    page = context.new_page()
    page.emulate_media(media="print")
    found = []
    for name, path in wanted:
        if name == "usage-month":
            found = look(page, site, folder, "usage-month-printed", path, "paper", "a4", axe_source())
            if page.get_by_role("navigation").first.is_visible():
                found.append(f"{path}: the navigation is printed")
    context.close()
    return found


def look(page, site: Site, folder: pathlib.Path, name: str, path: str, theme: str, size: str, axe: str) -> list[str]:
    found = visit(page, site, path)
    page.screenshot(path=folder / f"{name}-{size}-{theme}.png", full_page=True)
    found += check_width(page) + check_accessibility(page, axe)
    return [f"{path} ({size}, {theme}): {one}" for one in found]


def check_acts(browser, site: Site) -> list[str]:
    """An administrator and somebody invited do what the pages offer, with the mouse and by words; what was not as it should be."""
    wrong: list[str] = []

    def expect(holds: bool, words: str) -> None:
        if not holds:
            wrong.append(words)

    def press(page, name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_load_state()

    def follow(page, name: str) -> None:
        page.get_by_role("link", name=name, exact=True).first.click()
        page.wait_for_load_state()

    def says(page, words: str) -> None:
        expect(words in page.inner_text("main"), f"{page.url} does not say “{words}”")

    ours, theirs = new_context(browser), new_context(browser)
    sign_in(ours, site)
    admin, dora = ours.new_page(), theirs.new_page()
    admin.goto(site.address)
    admin.keyboard.press("Tab")
    expect(admin.evaluate("document.activeElement.className") == "skip", "the first Tab does not lead to the content")

    follow(admin, "Administration")
    follow(admin, "Users")
    admin.get_by_label("Account name").fill("dora")
    admin.get_by_label("Unix user").fill("none")
    press(admin, "Make the account and a link")
    link = admin.locator("#once").input_value()
    dora.goto(link)
    press(dora, "Sign in as dora")
    expect(dora.url == site.address + "/", f"a link leads to {dora.url}")
    expect(dora.get_by_role("link", name="Administration").count() == 0, "a member is led to the administration")
    expect(dora.goto(site.address + "/admin").status == 403, "a member gets to the administration")

    dora.goto(site.address + "/account")
    dora.locator("#name").fill("laptop")
    press(dora, "Make the token")
    expect(dora.locator("#once").input_value().startswith("carrel_"), "the new token is not shown")
    dora.goto(site.address + "/account")
    expect(dora.locator("#once").count() == 0, "a token is shown twice")
    dora.get_by_label("New password").fill("several short words")
    press(dora, "Set the password")
    says(dora, "The password is set.")
    press(dora, "Sign out")
    dora.get_by_label("Name").fill("dora")
    dora.get_by_label("Password").fill("several short words")
    press(dora, "Sign in")
    expect(dora.url == site.address + "/", "the password does not sign in")

    if "alice" in site.people:
        check_files(browser, site, press, follow, says, expect)

    admin.goto(site.address + "/admin/users/dora")
    follow(admin, "Disable…")
    says(admin, "They are signed out of every browser")
    expect(dora.goto(site.address + "/account").url.endswith("/account"), "a question disables somebody")
    press(admin, "Disable the account")
    says(admin, "The account is disabled")
    expect("/sign-in" in dora.goto(site.address + "/account").url, "who is disabled is still signed in")

    admin.goto(site.address + "/admin/nodes")
    admin.locator("main h2 a").first.click()
    admin.get_by_label("Let no new lease begin here: the reason").fill("new fans & “more”")
    press(admin, "No new leases")
    says(admin, "new fans & “more”")
    press(admin, "Let leases begin again")
    says(admin, "Leases begin here again.")

    follow(admin, "Policy")
    admin.get_by_label("The longest lease").fill("21d")
    press(admin, "Put it into force…")
    says(admin, "The longest lease: 21d, instead of 30d.")
    press(admin, "Put it into force")
    says(admin, "The policy is in force")
    expect(admin.get_by_label("The longest lease").input_value() == "21d", "the policy is not what was set")

    follow(admin, "Who did what")
    for act in ("policy.change", "node.cordon", "account.change"):
        says(admin, act)
    ours.close()
    theirs.close()
    return wrong


def check_files(browser, site: Site, press, follow, says, expect) -> None:
    """Somebody sends files from the page that asks for a GPU, takes one back, makes a folder and removes it."""
    context = new_context(browser)
    sign_in(context, site, "alice")
    page = context.new_page()
    page.goto(site.address + "/get")
    follow(page, "Send files first")
    sent = [{"name": "sent “one”.bin", "mimeType": "text/html", "buffer": bytes(range(256)) * 4000},
            {"name": "two.html", "mimeType": "text/html", "buffer": b"<script>alert(1)</script>"}]
    page.get_by_label("Files of your computer").set_input_files(sent)
    press(page, "Send")
    says(page, "All of it has arrived.")
    with page.expect_download() as download:
        page.get_by_role("link", name="two.html (download)").click()
    expect(pathlib.Path(download.value.path()).read_bytes() == sent[1]["buffer"], "two.html came back as something else")
    with page.expect_download() as download:
        page.get_by_role("link", name="sent “one”.bin (download)").click()
    expect(pathlib.Path(download.value.path()).read_bytes() == sent[0]["buffer"], "what was sent came back as something else")
    expect(download.value.suggested_filename == "sent “one”.bin", f"it is called {download.value.suggested_filename}")
    page.get_by_label("Files of your computer").set_input_files(sent[1:])
    press(page, "Send")
    says(page, "my/two.html is there already")
    page.get_by_label("Name", exact=True).fill("a new folder")
    press(page, "Make it")
    says(page, "Nothing yet.")
    expect(page.url.split("?")[0].endswith("/files/my/a%20new%20folder"), f"a new folder leads to {page.url}")
    page.goto(site.address + "/files/my")
    follow(page, "Remove… a new folder")
    says(page, "It is an empty folder.")
    press(page, "Remove it")
    says(page, "It is gone.")
    context.close()


def check(browser, site: Site, folder: pathlib.Path, *, only: str = "") -> list[str]:
    """All of it: pages as administrators and as members see them, and what people do there; what was wrong."""
    complaints = shoot(browser, site, folder, pages(site), only=only)
    if "alice" in site.people:
        hers = [(f"alice-{name}", path) for name, path in pages(site, administrator=False)]
        complaints += shoot(browser, site, folder, hers, user="alice", only=only, themes=("light",))
    return complaints if only else complaints + check_acts(browser, site)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--carrel", required=True, help="the program")
    options.add_argument("--folder", type=pathlib.Path, required=True, help="where pictures go")
    options.add_argument("--only", default="", help="pages whose names have this in them")
    options.add_argument("--empty", action="store_true", help="a server that nobody has used yet")
    given = options.parse_args()
    from playwright.sync_api import sync_playwright

    with Site(given.carrel) as site, sync_playwright() as playwright:
        if not given.empty:
            fill(site)
        browser = launch(playwright)
        try:
            complaints = check(browser, site, given.folder, only=given.only)
        finally:
            browser.close()
    for complaint in complaints:
        print(complaint)
    print(f"{len(list(given.folder.glob('*.png')))} pictures in {given.folder}; {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)

"""Signs in by a real OpenID Connect provider, and by ones that lie, at a real server; Scripts/openid-check runs it.

The browser here keeps cookies for each host and port and follows nothing by itself.
"""

import base64
import contextlib
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

CARREL, PROVIDER = sys.argv[1], sys.argv[2]
checked = 0


def check(what, holds, detail=""):
    """Fails with what should have been."""
    global checked
    checked += 1
    if not holds:
        raise SystemExit(f"openid-check: not so: {what}\n{detail}")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read().decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


class Browser:
    """Cookies by host and port, and nothing else of a browser."""

    def __init__(self):
        self.cookies = {}

    def ask(self, url, form=None, headers=None, body=None, method=None):
        parts = urllib.parse.urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        sent = dict(headers or {})
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if form is not None:
            body = urllib.parse.urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        path = parts.path + ("?" + parts.query if parts.query else "")
        connection.request(method or ("GET" if body is None else "POST"), path or "/", body, sent)
        answer = Answer(connection.getresponse())
        connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            if "Max-Age=0" in line:
                jar.pop(name, None)
            else:
                jar[name] = value
        return answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"openid-check: never: {what}")
        time.sleep(0.05)


@contextlib.contextmanager
def running(command, log, **options):
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


class Site:
    """A server of its own."""

    def __init__(self, folder, issuer, *options):
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "log")
        secret = os.path.join(folder, "secret")
        os.makedirs(folder, mode=0o755, exist_ok=True)
        with open(secret, "w", encoding="ascii") as file:
            file.write("of the provider\n")
        os.chmod(secret, 0o644)
        self.command = [
            CARREL, "up", "--data-dir", self.data, "--simulate", "a100:1", "--listen", "127.0.0.1:0",
            "--oidc-issuer", issuer, "--oidc-client-id", "carrel", "--oidc-client-secret-file", secret,
            "--oidc-title", "Example", *options,
        ]

    @contextlib.contextmanager
    def up(self):
        variables = {name: value for name, value in os.environ.items() if not name.startswith("CARREL_")}
        with running(self.command, self.log, env=variables, cwd="/var/tmp"):
            until("the server is ready", lambda: "\nready\n" in text(self.log))
            self.url = re.search(r"http://127\.0\.0\.1:\d+", text(self.log)).group()
            yield self

    def carrel(self, *words):
        done = subprocess.run(
            [CARREL, *words], env={**os.environ, "CARREL_DATA_DIR": self.data}, capture_output=True, text=True, timeout=120)
        check(f"carrel {' '.join(words)} works", done.returncode == 0, done.stderr)
        return done.stdout

    def own(self):
        return {"Origin": self.url}


def leave(site, browser, path="/sign-in/openid", form=None):
    """Presses the button; gives the provider's address."""
    answer = browser.ask(site.url + path, form={} if form is None else form, headers=site.own())
    check("the button leads to the provider", answer.status == 200 and "Refresh" in answer.headers, answer.body)
    return answer.headers["Refresh"].split("url=", 1)[1]


def at_provider(address, subject):
    """Signs in there; gives the address at which the browser comes back."""
    answer = Browser().ask(address, form={"sub": subject})
    check("the provider sends the browser back", answer.status in (302, 303), answer.body)
    return answer.headers["Location"]


def enter(site, subject, browser=None, form=None):
    browser = browser or Browser()
    return browser, browser.ask(at_provider(leave(site, browser, form=form), subject))


def who(site, browser):
    answer = browser.ask(site.url + "/v1/session")
    return answer.json["user"] if answer.status == 200 else None


def honest(folder, issuer):
    site = Site(
        os.path.join(folder, "honest"), issuer, "--oidc-allow", "email_verified=true", "--oidc-allow", "nickname=guest",
        "--uid-range", "200000-200001")
    with site.up():
        page = Browser().ask(site.url + "/sign-in")
        check("the page offers the provider", "Sign in with Example" in page.body, page.body)
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": site.url, "Sec-Fetch-Site": "cross-site"}):
            answer = Browser().ask(site.url + "/sign-in/openid", form={}, headers=headers)
            check("another site can't begin a sign-in", answer.status == 403, answer.body)

        browser = Browser()
        address = leave(site, browser, form={"next": "/v1/session"})
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        check("state, nonce and proof key go along", {"state", "nonce", "code_challenge"} <= set(query), address)
        back = at_provider(address, "u-1")

        stranger = Browser()
        check("another browser comes in with nothing", stranger.ask(back).status == 403)
        check("nor has it a session", who(site, stranger) is None)
        other = back.replace("state=", "state=x")
        thief = Browser()
        thief.cookies = json.loads(json.dumps(browser.cookies))
        check("another state is refused", thief.ask(other).status == 403)
        entered = browser.ask(back)
        check("the browser that began comes in", entered.status == 303, entered.body)
        check("and goes where it wanted to", entered.headers["Location"] == "/v1/session")
        cookies = "\n".join(entered.headers.get_all("Set-Cookie"))
        check("by a cookie that scripts don't get", "carrel_session" in cookies and "HttpOnly" in cookies, cookies)
        check("as whom the provider says", who(site, browser) == "olivia")
        check("a used way back opens nothing", browser.ask(back).status == 403)
        replay = Browser()
        replay.cookies = thief.cookies
        check("nor with the cookie that went with it", replay.ask(back).status in (403, 502) and who(site, replay) is None)

        again, answer = enter(site, "u-1")
        check("the second time it is the same account", answer.status == 303 and who(site, again) == "olivia")
        Browser().ask(
            issuer + "/users/u-1", body=json.dumps({"preferred_username": "oliver", "email_verified": True}), method="PUT",
            headers={"Content-Type": "application/json"})
        again, answer = enter(site, "u-1")
        check("also under another name", answer.status == 303 and who(site, again) == "olivia", answer.body)

        # Whom a team expects by name need not be whom the provider calls so.
        site.carrel("team", "set", "vision", "--guarantee", "1", "--add", "carol")
        for subject, status, words in [
            ("u-same-name", 409, "already"), ("u-of-a-team", 409, "already"), ("u-root", 409, "user of this machine"), ("u-odd-name", 409, "name an account"),
            ("u-no-name", 409, "no name"), ("u-not-allowed", 403, "only some"),
        ]:
            lost, answer = enter(site, subject)
            check(f"{subject} is told why", answer.status == status and words in answer.body, f"{answer.status} {answer.body}")
            check(f"{subject} is not in", who(site, lost) is None)

        numbers = {user["name"]: user.get("unixID") for user in json.loads(site.carrel("user", "--json"))["accounts"]}
        check("the new account has the first number", numbers.get("olivia") == 200000, numbers)
        if os.geteuid() == 0:
            asked = again.ask(
                site.url + "/v1/requests", body=json.dumps({"command": ["id", "-u"], "directory": "/", "gpus": "0"}),
                headers={**site.own(), "Content-Type": "application/json"})
            check("work is asked for", asked.status == 201, asked.body)
            number = str(asked.json["id"])
            until("it is over", lambda: json.loads(site.carrel("show", number, "--json"))["state"] == "closed")
            check("and runs as that number", site.carrel("logs", number).strip() == "200000", site.carrel("logs", number))

        # Who has an account connects it, and no other page can do that for them.
        link = re.search(r"ticket_[\w-]+", site.carrel("user", "add", "gretel", "--unix-user", "none")).group()
        gretel = Browser()
        gretel.ask(site.url + "/sign-in", form={"ticket": link}, headers=site.own())
        check("gretel is signed in", who(site, gretel) == "gretel")
        foreign = gretel.ask(site.url + "/sign-in/openid/connect", form={}, headers={"Origin": "http://evil.example"})
        check("another site connects nothing", foreign.status == 403)
        # Somebody else's way back, brought into her browser, connects nothing either.
        mallory = Browser()
        brought = at_provider(leave(site, mallory), "u-mallory")
        check("a way back that was brought along is refused", gretel.ask(brought).status == 403)
        answer = gretel.ask(at_provider(leave(site, gretel, "/sign-in/openid/connect"), "u-guest"))
        check("her account is connected", answer.status == 303, answer.body)
        guest, _ = enter(site, "u-guest")
        check("whom the provider vouches for is she", who(site, guest) == "gretel")
        taken = guest.ask(at_provider(leave(site, again, "/sign-in/openid/connect"), "u-guest"))
        check("nobody else takes her identity", taken.status == 403)
        taken = again.ask(at_provider(leave(site, again, "/sign-in/openid/connect"), "u-guest"))
        check("nor in their own browser", taken.status == 409, taken.body)
        site.carrel("user", "disable", "gretel")
        lost, answer = enter(site, "u-guest")
        check("a disabled account lets nobody in", answer.status == 403 and who(site, lost) is None, answer.body)

        audit = json.loads(site.carrel("audit", "--json"))["entries"]
        begun = [entry for entry in audit if entry["act"] == "session.begin" and entry.get("user") == "olivia"]
        check("it is written down who came in", len(begun) >= 3, audit[:5])
        whole = text(site.log) + json.dumps(audit)
        for secret in ["of the provider", query["state"][0], re.search(r"code=([^&]+)", back).group(1)]:
            check("no secret is in the log or in the audit", secret not in whole)


class Liar(http.server.BaseHTTPRequestHandler):
    """Providers beneath one address, each with a lie of its own."""

    honest = ""
    asked = []

    def log_message(self, *_):
        pass

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def do_GET(self):
        base = f"http://{self.headers['Host']}/" + self.path.split("/")[1]
        Liar.asked.append(self.path)
        if self.path.endswith("openid-configuration"):
            if base.endswith("moved"):
                return self.say(302, Location=Liar.honest + "/.well-known/openid-configuration")
            document = {
                "issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
                "jwks_uri": base + "/keys",
            }
            return self.say(200, json.dumps(document).encode())
        if self.path.endswith("/keys"):
            return self.say(200, b'{"keys":[' + b'{"kty":"RSA"},' * 2_000_000 + b"{}]}")
        return self.say(404)

    def do_POST(self):
        Liar.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "forwards" in self.path:
            return self.say(307, Location=f"http://{self.headers['Host']}/elsewhere/token")
        part = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"k"}').rstrip(b"=").decode()
        return self.say(200, json.dumps({"id_token": f"{part}.e30.AAAA"}).encode())


def lies(folder, honest_issuer):
    Liar.honest = honest_issuer
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    for lie in ["moved", "forwards", "huge"]:
        site = Site(os.path.join(folder, lie), base + lie, "--oidc-allow", "anyone")
        with site.up():
            browser = Browser()
            answer = browser.ask(site.url + "/sign-in/openid", form={}, headers=site.own())
            if lie == "moved":
                check("a provider that moved is not followed", answer.status == 502, answer.body)
                continue
            address = answer.headers["Refresh"].split("url=", 1)[1]
            state = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["state"][0]
            back = f"{site.url}/sign-in/openid/callback?" + urllib.parse.urlencode({"code": "secret-code", "state": state})
            check(f"{lie}: nobody comes in", browser.ask(back).status == 502)
            check(f"{lie}: nobody is in", who(site, browser) is None)
            check(f"{lie}: the server lives", Browser().ask(site.url + "/health").status == 200)
            log = text(site.log)
            check(f"{lie}: the log says why", "a sign-in by Example failed" in log, log)
            check(f"{lie}: and no code", "secret-code" not in log)
    check("a code is sent to nobody else", not any(path.startswith("/elsewhere") for path in Liar.asked), Liar.asked)
    server.shutdown()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = tempfile.mkdtemp(prefix="carrel-openid-", dir="/var/tmp")
    os.chmod(folder, 0o755)
    people = [
        {"sub": "u-1", "preferred_username": "olivia", "name": "Olivia \u202eO", "email_verified": True},
        {"sub": "u-same-name", "preferred_username": "OLIVIA", "email_verified": True},
        {"sub": "u-of-a-team", "preferred_username": "carol", "email_verified": True},
        {"sub": "u-root", "preferred_username": "root", "email_verified": True},
        {"sub": "u-odd-name", "preferred_username": "../etc", "email_verified": True},
        {"sub": "u-no-name", "email_verified": True},
        {"sub": "u-not-allowed", "preferred_username": "nadia", "email_verified": False},
        {"sub": "u-mallory", "preferred_username": "mallory", "email_verified": True},
        {"sub": "u-guest", "preferred_username": "whoever", "nickname": "guest"},
    ]
    port = free_port()
    command = [PROVIDER, "--port", str(port), "--require-nonce", "true"]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    issuer = f"http://127.0.0.1:{port}"
    try:
        with running(command, os.path.join(folder, "provider")):

            def answers():
                try:
                    return Browser().ask(issuer + "/.well-known/openid-configuration").status == 200
                except OSError:
                    return False

            until("the provider answers", answers)
            honest(folder, issuer)
            lies(folder, issuer)
    except BaseException:
        for name in ["honest", "moved", "forwards", "huge"]:
            log = os.path.join(folder, name, "log")
            if os.path.exists(log):
                print(f"--- what the server of “{name}” said\n" + text(log)[-4000:], file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"openid-check: all {checked} checks hold.")


main()

"""The terminal and those whose it is not: hostile pages, administrators, and who has signed out."""

import http.server
import re
import threading

from playwright.sync_api import expect
from terminal_pages import open_terminal

HOSTILE = """<!DOCTYPE html><title>hostile</title><body><script>
const attempts = async (base, id) => {
    const told = {}, work = "/work";
    const attempt = async (name, path, options) => {
        try {
            const answer = await fetch(base + path, { credentials: "include", ...options });
            told[name] = answer.type === "opaque" ? "opaque" : `read ${answer.status}: ${(await answer.text()).slice(0, 80)}`;
        } catch (error) { told[name] = "failed"; }
    };
    const keys = `/v1/leases/${id}/input?writer=bad&offset=0`;
    await attempt("type", keys, { method: "PUT", body: "echo evil-$((1+1))\\n" });
    await attempt("type without asking", keys, { method: "PUT", body: "echo evil-$((1+1))\\n", mode: "no-cors" });
    await attempt("read", `/v1/leases/${id}/console?out=0`, {});
    await attempt("read without asking", `/v1/leases/${id}/console?out=0`, { mode: "no-cors" });
    await attempt("read the page", `${work}/${id}/terminal`, {});
    await attempt("resize", `/v1/leases/${id}/terminal`, { method: "PUT", body: '{"rows":3,"columns":3}', headers: { "content-type": "application/json" } });
    await attempt("return", `${work}/${id}/return`, { method: "POST", mode: "no-cors", body: new URLSearchParams({ a: 1 }) });
    await attempt("ask for one", "/get", { method: "POST", mode: "no-cors", body: new URLSearchParams({ gpus: 0, kind: "terminal" }) });
    const loaded = (tag, set) => new Promise((done) => {
        const node = document.createElement(tag);
        node.onload = () => done("loaded");
        node.onerror = () => done("failed");
        set(node);
        document.body.append(node);
        setTimeout(() => done("nothing"), 3000);
    });
    told.script = await loaded("script", (node) => { node.src = `${base}/v1/leases/${id}/console?out=0`; });
    const frame = document.createElement("iframe");
    frame.src = `${base}${work}/${id}/terminal`;
    document.body.append(frame);
    await new Promise((done) => setTimeout(done, 2000));
    try { told.frame = frame.contentDocument ? "read" : "closed"; } catch { told.frame = "closed"; }
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: `${base}${work}/${id}/return`, target: "there" });
    frame.name = "there";
    document.body.append(form);
    form.submit();
    await new Promise((done) => setTimeout(done, 1000));
    return told;
};
</script>"""


def check_hostile_page(page, base):
    """A page of somebody else's in the same browser, on another port of the same host: it reads nothing and types nothing."""
    def open_ones():
        page.goto(base + "/work")
        return page.locator("#open a", has_text="Open terminal").count()

    address = open_terminal(page, base)
    before = open_ones()
    page.goto(address)
    expect(page.locator(".t-rows")).to_contain_text(re.compile(r"[#$%>] *$"))
    number = int(re.search(r"/(\d+)/terminal", address)[1])
    page.keyboard.type("clear; stty size; echo secret-$((40+2))\n")
    expect(page.locator(".t-rows")).to_contain_text("secret-42")
    size = page.locator(".t-rows .t-row").count()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(HOSTILE.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for host in ["127.0.0.1", "localhost"]:
            other = page.context.new_page()
            other.goto(f"http://{host}:{server.server_port}/")
            told = other.evaluate("([base, id]) => attempts(base, id)", [base, number])
            for name, outcome in told.items():
                assert outcome in ("failed", "opaque", "closed", "nothing"), f"{host}: {name}: {outcome}"
            assert told["type"] == told["read"] == told["script"] == "failed", told
            other.close()
    finally:
        server.shutdown()
    page.bring_to_front()
    page.keyboard.type("echo alive-$((1+1))\n")
    rows = page.locator(".t-rows")
    expect(rows).to_contain_text("alive-2")
    assert "evil" not in rows.text_content() and rows.locator(".t-row").count() == size
    assert open_ones() == before, "it asked for a terminal, or returned one"
    page.goto(address)
    expect(rows).to_contain_text("alive-2")
    page.keyboard.type("exit\n")
    expect(page.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)


def check_looking_on(page, base, administrator):
    """`administrator`: a page of somebody who may look at everybody's work, and type on nobody's."""
    address = open_terminal(page, base)
    page.keyboard.type("echo for-$((1+1))-eyes\n")
    administrator.goto(address)
    expect(administrator.locator(".t-rows")).to_contain_text("for-2-eyes")
    expect(administrator.locator("#terminal")).to_contain_text("you look on and can’t type")
    administrator.locator(".t-box").click()
    administrator.keyboard.type("echo not-$((1+1))-me\n")
    page.keyboard.type("echo and-$((2+1))-more\n")
    expect(administrator.locator(".t-rows")).to_contain_text("and-3-more")
    assert "not-" not in page.locator(".t-rows").text_content()
    page.keyboard.type("exit\n")
    expect(page.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)


def check_signed_out(page, base):
    """Signing out, in any window, takes the terminal away in all. `page`: of a session that is ended by this."""
    open_terminal(page, base)
    other = page.context.new_page()
    other.goto(base + "/")
    other.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"), timeout=90_000)
    other.close()

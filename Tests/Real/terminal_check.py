"""The terminal in the browser: what it makes of bytes, and typing on the page of a real lease."""

import http.server
import random
import re
import threading
import time

import terminal_streams
from playwright.sync_api import expect
from terminal_emulator import Emulator
from terminal_table import ANSWERS, LOOKS, TABLE

ROWS, COLUMNS = 5, 20


def check_table(emulator):
    for name, data, rows, cursor in TABLE:
        for piece in (0, 1):
            shown = emulator.shown(data, rows=ROWS, columns=COLUMNS, piece=piece)
            wanted = [row.rstrip() for row in rows] + [""] * (ROWS - len(rows))
            assert [row.rstrip() for row in shown["rows"]] == wanted, f"{name}: {shown['rows']}, not {wanted}"
            assert cursor is None or (shown["y"], shown["x"]) == cursor, f"{name}: the cursor is at {shown['y']}, {shown['x']}"
    for name, data, look in LOOKS:
        cells = emulator.shown(data.encode(), rows=ROWS, columns=COLUMNS)["cells"]
        found = [tuple(rest) for row in cells for text, *rest in row if text == "X"]
        assert found == [look], f"{name}: {found}, not {look}"
    for name, data, wanted in ANSWERS:
        live = emulator.shown(data.encode(), rows=ROWS, columns=COLUMNS)
        assert live["answers"] == wanted, f"{name}: {live['answers']}"
        old = emulator.shown(data.encode(), rows=ROWS, columns=COLUMNS, is_live=False)
        assert old["answers"] == [] and old["bells"] == 0, f"{name}: what is old is answered"
    return len(TABLE) + len(LOOKS) + len(ANSWERS)


def check_window(emulator):
    """What leaves the window, and what another size does."""
    lines = "".join(f"{n}\r\n" for n in range(6_000)).encode()
    shown = emulator.shown(lines, rows=ROWS, columns=COLUMNS)
    kept = len(shown["history"])
    assert 5_000 <= kept <= 5_500 and shown["history"][-1] == "5995", f"{kept} lines are kept"
    assert emulator.shown(lines + b"\x1b[3J", rows=ROWS, columns=COLUMNS)["history"] == []
    other = emulator.shown(b"1\r\n2\r\n3" + b"\x1b[?1049h" + lines, rows=ROWS, columns=COLUMNS)
    assert other["history"] == [], "the other screen has a history"
    region = emulator.shown(b"\x1b[2;4r\x1b[4;1H" + b"x\r\n" * 9, rows=ROWS, columns=COLUMNS)
    assert region["history"] == [], "what leaves a region below the top is in the history"
    small = emulator.shown(b"1\r\n2\r\n3\r\n4\r\n5", (2, 20), rows=ROWS, columns=COLUMNS)
    assert [row.rstrip() for row in small["rows"]] == ["4", "5"] and small["history"] == ["1", "2", "3"] and small["y"] == 1
    again = emulator.shown(b"abcdefghijkl", (5, 4), (5, 20), b"\r\nx", rows=ROWS, columns=COLUMNS)
    assert again["rows"][0].rstrip() == "abcdefghijkl", "a narrow window has cut what was written"
    wrapped = emulator.shown(b"x" * 25, rows=ROWS, columns=COLUMNS)
    assert wrapped["wraps"][:2] == [True, False], "a line that goes on is no longer known as one"
    title = emulator.shown("\x1b]0;a\u202eb\x01c\x07".encode(), rows=ROWS, columns=COLUMNS)
    assert title["titles"] == ["abc"], title["titles"]


def hostile(seed, size):
    """Random bytes, with more of what commands are made of than chance would give."""
    chance = random.Random(seed)
    parts = [
        lambda: chance.randbytes(chance.randrange(1, 40)),
        lambda: b"\x1b[" + b";".join(b"%d" % chance.choice([0, 1, 2, 5, 80, 65_535, 10**12]) for _ in range(chance.randrange(0, 60)))
        + bytes([chance.choice(b"@ABCDEFGHIJKLMPSTXZ`abcdefghilmnpqrstu")]),
        lambda: b"\x1b[?%d%c" % (chance.choice([1, 3, 5, 6, 7, 12, 25, 47, 1000, 1002, 1003, 1006, 1047, 1048, 1049, 2004, 2026]), chance.choice(b"hl")),
        lambda: b"\x1b" + bytes([chance.choice(b"]PX^_k()*+#78cDEHMNOZ=>no")]),
        lambda: "漢e\u0301\u0301😀👩\u200d💻\u202e".encode()[: chance.randrange(1, 30)],
        lambda: chance.choice([b"\x1b\\", b"\x07", b"\x18", b"\r\n" * 40, b"\t" * 50, b"\b" * 50, b"\x0e", b"\x0f"]),
    ]
    data = b""
    pieces = []
    while sum(map(len, pieces[-1:])) + len(data) < size:
        pieces.append(chance.choice(parts)())
        if len(pieces) > 2_000:
            data += b"".join(pieces)
            pieces = []
    return (data + b"".join(pieces))[:size]


def check_hostile(emulator, seeds=(1, 2, 3)):
    """A megabyte of anything neither throws nor takes long, and what is written afterwards shows."""
    for seed in seeds:
        for rows, columns in [(24, 80), (1, 1), (2, 3)]:
            data = hostile(seed, 1_000_000 if (rows, columns) == (24, 80) else 100_000)
            began = time.monotonic()
            shown = emulator.shown(data, (rows + 1, columns + 1), b"\x1b\\\x18\x1bcQ", rows=rows, columns=columns)
            assert time.monotonic() - began < 60, f"seed {seed} took {time.monotonic() - began:.0f} s"
            assert shown["rows"][0].startswith("Q"), f"seed {seed}: nothing shows any more: {shown['rows'][0]!r}"
            assert all(len(row) == columns + 1 for row in shown["cells"]), f"seed {seed}: rows have not one width"
    for data in [b"\x1b]" + b"x" * 3_000_000, b"\x1b[" + b"1;" * 1_000_000, b"\x1b[" + b"9" * 1_000_000 + b"b", b"a" + "\u0301".encode() * 500_000]:
        began = time.monotonic()
        shown = emulator.shown(data + b"\x1b\\\x18\x1b[2J\x1b[HQ")
        assert time.monotonic() - began < 30 and shown["rows"][0].startswith("Q")


def check_keys(emulator):
    """Keys, pasted text and the mouse as the bytes of xterm."""
    def key(name, modes="", **held):
        return emulator.page.evaluate(
            """([key, held, modes]) => CarrelTerminal.keyText({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...held },
                { is: (mode) => modes.includes(mode) })""", [name, {f"{one}Key": True for one in held}, modes.split()])

    for (name, modes, held), wanted in {
        ("ArrowUp", "", ()): "\x1b[A", ("ArrowUp", "?1", ()): "\x1bOA", ("ArrowLeft", "?1", ("ctrl",)): "\x1b[1;5D",
        ("Home", "", ()): "\x1b[H", ("Delete", "", ()): "\x1b[3~", ("F1", "", ()): "\x1bOP", ("F12", "", ("shift",)): "\x1b[24;2~",
        ("Enter", "", ()): "\r", ("Tab", "", ("shift",)): "\x1b[Z", ("Backspace", "", ()): "\x7f", ("Escape", "", ()): "\x1b",
        ("c", "", ("ctrl",)): "\x03", (" ", "", ("ctrl",)): "\0", ("[", "", ("ctrl",)): "\x1b", ("b", "", ("alt",)): "\x1bb",
        ("x", "", ("ctrl", "alt")): "\x1b\x18", ("a", "", ()): None, ("v", "", ("meta",)): None, ("V", "", ("ctrl", "shift")): None,
        ("_", "", ("ctrl", "shift")): "\x1f", ("/", "", ("ctrl",)): "\x1f", ("-", "", ("ctrl",)): None, ("+", "", ("ctrl",)): None,
        ("PageUp", "", ("shift",)): None, ("Dead", "", ()): None,
    }.items():
        found = key(name, modes, **dict.fromkeys(held, True))
        assert found == wanted, f"{name} {held} {modes}: {found!r}, not {wanted!r}"

    def paste(text, modes):
        return emulator.page.evaluate("([text, modes]) => CarrelTerminal.pasteText(text, { is: (mode) => modes.includes(mode) })", [text, modes])

    assert paste("a\r\nb\n\tc", []) == "a\rb\r\tc"
    # Whoever could end the bracket in what somebody copies could run what follows.
    assert paste("ls\x1b[201~\nrm -rf ~\n\x9b201~", ["?2004"]) == "\x1b[200~ls[201~\rrm -rf ~\r201~\x1b[201~"

    def mouse(modes, *event):
        return emulator.page.evaluate("([modes, event]) => CarrelTerminal.mouseText({ is: (mode) => modes.includes(mode) }, ...event)", [modes, list(event)])

    assert mouse([], "press", 0, 3, 4) == "" and mouse(["?1000", "?1006"], "press", 0, 3, 4) == "\x1b[<0;4;5M"
    assert mouse(["?1000", "?1006"], "release", 0, 3, 4) == "\x1b[<0;4;5m" and mouse(["?1000"], "press", 0, 3, 4) == "\x1b[M $%"
    assert mouse(["?1000", "?1006"], "move", 0, 3, 4) == "" and mouse(["?1002", "?1006"], "move", 0, 3, 4) == "\x1b[<32;4;5M"


def open_terminal(page, base):
    """Three clicks: gives the address of a new lease's terminal, once its prompt shows."""
    page.goto(base + "/get")
    page.get_by_role("button", name="Open a terminal").click()
    page.wait_for_url("**/terminal")
    expect(page.locator(".t-rows")).to_contain_text(re.compile(r"[#$%>] *$"), timeout=60_000)
    return page.url


def check_page(page, base):
    """Typing, full-screen programs, a second window, another size, a break of the connection, the end."""
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if "Content Security Policy" in message.text else None)
    address = open_terminal(page, base)
    rows, state = page.locator(".t-rows"), page.locator("#terminal-state")
    page.keyboard.type("echo $((6*7))-words $TERM; tty\n")
    expect(rows).to_contain_text("42-words xterm-256color")
    expect(rows).to_contain_text("/dev/pts/")

    # What a program writes is text, whatever is in it.
    page.keyboard.type("printf '<b id=evil>%s</b><script>document.title=1</script>' bold; echo\n")
    expect(rows).to_contain_text("<b id=evil>bold</b>")
    assert page.locator("#evil").count() == 0 and not page.title().startswith("1")

    # The size is the window's, and follows it.
    asked = iter(range(1_000))

    def size():
        mark = f"size{next(asked)}"
        page.keyboard.type(f"clear; echo {mark}= $(stty size)\n")
        expect(rows).to_contain_text(re.compile(mark + r"= \d+ \d+"))
        return tuple(map(int, re.search(mark + r"= (\d+) (\d+)", rows.text_content()).groups()))

    wide = size()
    window = page.viewport_size
    page.set_viewport_size({"width": window["width"] // 2, "height": window["height"] // 2})
    eventually(lambda: size()[1] < wide[1] * 0.7, "the terminal is as narrow as the window")
    page.set_viewport_size(window)
    eventually(lambda: size() == wide, "the terminal is as wide as before")

    # A full-screen program, its keys, and the screen after it.
    page.keyboard.type("clear; seq 200 | less\n")
    expect(rows).to_contain_text(re.compile(r"^1\s*2"))
    page.keyboard.press("End")
    expect(rows).to_contain_text("200")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("q")
    expect(rows).not_to_contain_text("200")

    # A second window shows the same and types as well; neither loses a key.
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator(".t-rows")).to_contain_text(re.compile(r"[#$%>] *$"))
    other.keyboard.type("echo from-the-$((1+1))nd\n")
    expect(rows).to_contain_text("from-the-2nd")

    # The size is that of who acted last; both show the same, whatever was drawn for which size.
    def lines(one):
        return [line.rstrip() for line in one.locator(".t-rows .t-row").all_text_contents()]

    other.set_viewport_size({"width": window["width"] // 2, "height": window["height"] * 2 // 3})
    other.keyboard.type("clear; vim -n -R -u NONE -c 'set nocompatible number' /etc/services\n")
    for one in (page, other, page, other):
        one.bring_to_front()
        one.locator(".t-box").click()
        one.keyboard.press("j")
        eventually(
            lambda: lines(page) == lines(other) and (max(map(len, lines(page))) > wide[1] // 2) == (one is page),
            "both windows show the same, in the size of the one that was typed in")
    other.keyboard.press("Escape")
    other.keyboard.type(":q\n")
    expect(other.locator(".t-rows")).to_contain_text(re.compile(r"[#$%>] *$"))
    other.close()

    # A break: what is typed meanwhile is typed once when it is over, and nothing that was written is missing.
    page.bring_to_front()
    page.locator(".t-box").click()
    page.keyboard.type("clear; stty -echo; for i in $(seq 8); do sleep 0.5; echo tick-$i; done; stty echo\n")
    expect(rows).to_contain_text("tick-1")
    page.context.set_offline(True)
    expect(state).to_contain_text("No connection", timeout=60_000) if broken(page) else None
    page.keyboard.type("echo typed-$((40+4))\n")
    page.context.set_offline(False)
    expect(rows).to_contain_text("typed-44", timeout=60_000)
    text = page.locator(".t-box").inner_text()
    assert [n for n in re.findall(r"^tick-(\d)$", text, re.M)] == list("12345678"), text
    assert len(re.findall(r"^typed-44$", text, re.M)) == 1, text

    # Copying gives the lines as they were written.
    page.keyboard.type("clear; printf 'x%.0s' $(seq 300); echo; echo end-of-it\n")
    expect(rows).to_contain_text("end-of-it")
    copied = page.evaluate("""() => {
        getSelection().selectAllChildren(document.querySelector(".t-rows"));
        const data = new DataTransfer();
        document.querySelector(".t-rows").dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
        getSelection().removeAllRanges();
        return data.getData("text/plain");
    }""")
    assert "x" * 300 + "\n" in copied and "end-of-it\n" in copied, copied

    # Buttons act without leaving the page; the end is told.
    page.get_by_role("button", name="Keep").click()
    expect(state).to_contain_text("You keep this lease")
    page.get_by_role("button", name="Extend").click()
    expect(state).to_contain_text("was extended")
    page.locator(".t-box").click()
    page.keyboard.type("exit 3\n")
    expect(state).to_contain_text("exit code 3", timeout=60_000)
    assert not failures, failures
    return address


def broken(page):
    """Whether the browser cuts what is open already when it is told to be offline."""
    try:
        expect(page.locator("#terminal-state")).to_contain_text("No connection", timeout=2_000)
        return True
    except AssertionError:
        return False


def check_end(page, base):
    """Return from the page ends a shell that reads nothing."""
    address = open_terminal(page, base)
    page.get_by_text("Return…").click()
    page.get_by_role("button", name="Return now").click()
    expect(page.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)
    # What was on it can still be looked at, and not be typed to.
    page.goto(address)
    expect(page.locator(".t-rows")).to_contain_text(re.compile(r"[#$%>]"))


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


def check_composing(page, base):
    """Signs that are made of several keys come when they are whole; what a phone's keyboard puts together comes letter by letter."""
    address = open_terminal(page, base)
    rows = page.locator(".t-rows")
    session = page.context.new_cdp_session(page)
    page.keyboard.type("echo ")
    session.send("Input.imeSetComposition", {"text": "kan", "selectionStart": 3, "selectionEnd": 3})
    session.send("Input.imeSetComposition", {"text": "漢字", "selectionStart": 2, "selectionEnd": 2})
    session.send("Input.insertText", {"text": "漢字"})
    page.keyboard.type("-whole\n")
    expect(rows).to_contain_text(re.compile("\\n?漢字-whole"))
    assert "kan" not in rows.text_content()
    # Others cannot tell what was typed where it isn't shown, and a paste is one.
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData("text/plain", "echo pasted-$((1+1))\\r\\nsecond");
        document.querySelector(".t-keys").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(rows).to_contain_text("second")
    page.keyboard.press("Control+c")
    page.keyboard.type("exit\n")
    expect(page.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)
    return address


def check_senses(page, base):
    """What a screen reader is told, and what a mouse does in a program that wants to know."""
    open_terminal(page, base)
    rows, speech = page.locator(".t-rows"), page.locator("#terminal > .unseen")
    page.keyboard.type("echo silent-$((1+1))\n")
    expect(rows).to_contain_text("silent-2")
    assert speech.text_content() == "" and speech.get_attribute("aria-live") == "polite"
    page.get_by_label("Read aloud").check()
    page.locator(".t-box").click()
    page.keyboard.type("echo spoken-$((1+1)); echo and-$((2+1))\n")
    expect(speech).to_contain_text("spoken-2")
    expect(speech).to_contain_text("and-3")
    assert "silent-2" not in speech.text_content()
    page.get_by_label("Read aloud").uncheck()
    assert speech.text_content() == ""
    # Out of the terminal without a mouse.
    page.locator(".t-box").click()
    page.keyboard.press("Shift+Escape")
    assert page.evaluate("() => !document.activeElement.classList.contains('t-keys')")
    # What is typed to nobody is typed on the terminal.
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.type("echo blurred-$((1+1))\n")
    expect(rows).to_contain_text("blurred-2")
    # Where no program wants the mouse, the browser selects; a key goes to the program again, and Ctrl-C copies first.
    page.locator(".t-box").click()
    page.keyboard.type("clear; echo select this; sleep 100\n")
    expect(rows.locator(".t-row").first).to_have_text("select this")
    place = rows.locator(".t-row").first.bounding_box()
    assert "select" in select(page, place)
    page.keyboard.press("Control+c")
    assert select(page, place, 0) == ""
    page.keyboard.press("Control+c")
    expect(rows).to_contain_text("^C")
    page.keyboard.type("clear; seq 50 > mouse.txt; vim -n -u NONE -c 'set nocompatible mouse=a ttymouse=sgr' mouse.txt; rm mouse.txt\n")
    expect(rows).to_contain_text(re.compile("^1 *2 *3"))
    line = page.locator(".t-rows .t-row").nth(6)
    place = line.bounding_box()
    page.mouse.click(place["x"] + 3, place["y"] + 5)
    page.keyboard.type("xxihere")
    expect(line).to_have_text(re.compile("^here"))
    page.mouse.wheel(0, 200)
    expect(rows).not_to_contain_text(re.compile("^1 *2"))
    # With Shift the browser selects, whatever the program wants.
    page.keyboard.down("Shift")
    assert select(page, place), "nothing was selected"
    page.keyboard.up("Shift")
    page.keyboard.press("Escape")
    page.keyboard.type(":q!\n")
    expect(rows).to_contain_text(re.compile(r"[#$%>] *$"))
    page.keyboard.type("exit\n")
    expect(page.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)


def select(page, place, width=60):
    page.mouse.move(place["x"] + 1, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + 1 + width, place["y"] + 5, steps=5)
    page.mouse.up()
    return page.evaluate("() => getSelection().toString().trim()")


def check_phone(page, base):
    """On a phone: a row of keys, and a keyboard that puts words together gives its letters one by one."""
    phone = page.context.browser.new_context(
        storage_state=page.context.storage_state(), viewport={"width": 412, "height": 780}, has_touch=True, is_mobile=True,
        user_agent="Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36")
    one = phone.new_page()
    open_terminal(one, base)
    rows = one.locator(".t-rows")
    assert one.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the phone"
    assert rows.locator(".t-row").count() > 15, "there is room for too little"
    session = phone.new_cdp_session(one)
    for text in ["e", "ec", "eco", "ec", "ech", "echo"]:
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        expect(rows).to_contain_text(re.compile(rf"[#$%>] {text} *$"))
    session.send("Input.insertText", {"text": "echo"})
    one.keyboard.type(" by-$((1+1))-thumbs")
    one.keyboard.press("Enter")
    expect(rows).to_contain_text("by-2-thumbs")
    # An arrow brings it back; Ctrl holds for one key: to the beginning of the line, where a word is put in.
    one.get_by_role("button", name="Up").tap()
    expect(rows).to_contain_text(re.compile(r"thumbs *$"))
    one.get_by_role("button", name="Control, for the next key").tap()
    one.keyboard.type("a")
    one.keyboard.type("true; ")
    expect(rows).to_contain_text(re.compile(r"true; echo by-"))
    one.get_by_role("button", name="Control C").tap()
    expect(rows).to_contain_text("^C")
    one.keyboard.type("exit\n")
    expect(one.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)
    phone.close()


def check_flood(page, base):
    """A program that writes without end leaves the page alive, and Ctrl-C ends it."""
    open_terminal(page, base)
    rows = page.locator(".t-rows")
    page.keyboard.type("clear; yes flooding the terminal with one long line after another\n")
    expect(rows).to_contain_text("flooding")
    time.sleep(3)
    began = time.monotonic()
    page.keyboard.press("Control+c")
    page.keyboard.type("\nclear; echo dry-$((1+1))\n")
    expect(rows).to_contain_text("dry-2", timeout=30_000)
    took = time.monotonic() - began
    lines = page.locator(".t-past .t-row").count()
    assert lines <= 5_500, f"{lines} lines of the past are kept"
    page.keyboard.type("exit\n")
    expect(page.locator("#terminal-state")).to_contain_text("It is over", timeout=60_000)
    return took


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


def eventually(holds, what, limit=30):
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.2)


def measure_echo(page, base, count=60):
    """Milliseconds from a key to its glyph, sorted."""
    open_terminal(page, base)
    times = []
    for index in range(count):
        letter = "abcdefghij"[index % 10]
        times.append(page.evaluate("""(letter) => new Promise((done) => {
            const rows = document.querySelector(".t-rows"), keys = document.querySelector(".t-keys");
            const before = rows.textContent.length, began = performance.now();
            const watch = new MutationObserver(() => {
                if (rows.textContent.trimEnd().endsWith(letter)) { watch.disconnect(); done(performance.now() - began); }
            });
            watch.observe(rows, { childList: true, subtree: true, characterData: true });
            keys.value = letter;
            keys.dispatchEvent(new InputEvent("input"));
        })""", letter))
        time.sleep(0.05)
    page.keyboard.type("\x15exit\n")
    return sorted(times)


def check(page, base):
    """Everything. `page`: of a browser that is signed in at `base`; other pages of its context are opened and closed."""
    emulator = Emulator(page.context)
    count = check_table(emulator)
    check_window(emulator)
    check_keys(emulator)
    check_hostile(emulator)
    screens = terminal_streams.check(emulator)
    emulator.close()
    check_page(page, base)
    check_end(page, base)
    check_composing(page, base)
    check_hostile_page(page, base)
    check_senses(page, base)
    check_phone(page, base)
    check_flood(page, base)
    return f"terminal: {count} lines of the table, {screens} screens like the reference's, typed on seven leases"

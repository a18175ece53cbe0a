"""Typing on the page of a real lease: with keys, a mouse, a phone, a screen reader, and through a break."""

import re
import time

from playwright.sync_api import expect


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
    page.keyboard.type("clear; printf 'x%.0s' $(seq 300); echo; echo end-of-line-$((1+1))\n")
    # What is typed, as it stands there, is not yet what it writes.
    expect(rows).to_contain_text("end-of-line-2")
    copied = page.evaluate("""() => {
        getSelection().selectAllChildren(document.querySelector(".t-rows"));
        const data = new DataTransfer();
        document.querySelector(".t-rows").dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
        getSelection().removeAllRanges();
        return data.getData("text/plain");
    }""")
    assert "x" * 300 + "\n" in copied and "end-of-line-2\n" in copied, copied

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
    # Either of two things is told last: what was done, or what came of it.
    expect(page.locator("#terminal-state")).to_contain_text(re.compile("It is over|It was given back"), timeout=60_000)
    # What was on it can still be looked at, and not be typed to.
    page.goto(address)
    expect(page.locator(".t-rows")).to_contain_text(re.compile(r"[#$%>]"))


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

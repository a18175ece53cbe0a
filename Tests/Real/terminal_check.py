"""The terminal in the browser: what it makes of bytes, and typing on the page of a real lease.

`check` is for every run; `check_looking_on` and `check_signed_out` need accounts of their own; `measure_echo` only tells.
"""

import random
import time

import terminal_streams
from terminal_emulator import Emulator
from terminal_pages import (
    check_composing, check_end, check_flood, check_page, check_phone, check_senses, measure_echo)
from terminal_strangers import check_hostile_page, check_looking_on, check_signed_out
from terminal_table import ANSWERS, LOOKS, TABLE

__all__ = ["check", "check_looking_on", "check_signed_out", "measure_echo"]

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

"""Real programs on a terminal of their own: what they draw must be what a reference emulator (pyte) makes of the same bytes."""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time

import pyte
from pyte.graphics import FG_BG_256

ROWS, COLUMNS = 24, 80
NAMES = ["black", "red", "green", "brown", "blue", "magenta", "cyan", "white"]
FLAGS = {"bold": 1, "italics": 4, "underscore": 8, "reverse": 32, "strikethrough": 128}
# What the reference does not know and would print or take for something else.
FOREIGN = re.compile(rb"\x1b\[[>=!][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*m|\x1b\[[0-9;]*t|\x1b\[[0-9;?]*\$p|\x1b\[[0-9;]* q|\x1bP.*?\x1b\\", re.S)
REPEATED = re.compile(rb"([\x20-\x7e])\x1b\[(\d+)b")


class Reference:
    def __init__(self):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)

    def feed(self, data):
        data = FOREIGN.sub(b"", data)
        data = REPEATED.sub(lambda match: match[1] * (int(match[2]) + 1), data)
        self.stream.feed(data)


class Recording:
    """A program on a terminal; `data` is all that it wrote."""

    def __init__(self, arguments, folder, environment=None):
        self.data = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(arguments[0], arguments, {
                "PATH": os.environ["PATH"], "HOME": folder, "TERM": "xterm-256color", "LANG": "C.UTF-8",
                "SHELL": "/bin/bash", "TMUX_TMPDIR": folder, "COLORTERM": "truecolor", **(environment or {}),
            })
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def reference(self):
        reference = Reference()
        reference.feed(self.data)
        return reference.screen

    def until(self, words, quiet=0.4, limit=20):
        """Until the reference shows the words and nothing more comes for a while."""
        deadline, last = time.monotonic() + limit, time.monotonic()
        while time.monotonic() < deadline:
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    piece = os.read(self.master, 65_536)
                except OSError:
                    break
                self.data += piece
                last = time.monotonic()
            elif time.monotonic() - last > quiet and any(words in line for line in self.reference().display):
                return self
        raise AssertionError(f"“{words}” did not show:\n" + "\n".join(self.reference().display))

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.master)
        os.waitpid(self.pid, 0)


def bash(folder):
    """Line editing, history, completion, wrapped lines, a progress bar, wide characters."""
    one = Recording(["bash", "--norc", "-i"], folder, {"PS1": r"\[\e[1;32m\]me\[\e[0m\]:\w\$ "})
    one.until("me:")
    one.type("echo one two three\x01\x1bfXX\x05 four\x1b[D\x1b[D\x7f\r")
    one.until("echoXX")
    one.type("echo " + "long " * 30 + "\x01\x1b[C\x1b[C\x0b\x19\x17\x17\r")
    one.until("long")
    one.type("for i in 10 50 100; do printf '\\rdone %3d%% [%-20s]' $i $(printf '#%.0s' $(seq $((i/5)))); done; echo\r")
    one.until("100%")
    one.type("echo '漢字 e\u0301 ─│┌ ünï' | cat -; ls --color=always /\r")
    one.until("usr")
    one.type("seq 40; printf 'tab\\tstop\\n\\e[3;41;97m art \\e[0m\\e[38;5;208mor\\e[48;2;1;2;3mange\\e[0m\\n'\r")
    one.until("orange")
    yield "bash", one


def vim(folder):
    path = pathlib.Path(folder, "poem.c")
    path.write_text("".join(f"int line_{n}(void) {{ return {n}; }} /* a comment of line {n} */\n" for n in range(80)))
    one = Recording(["vim", "-u", "NONE", "-N", "-c", "syntax on | set number hlsearch ruler", str(path)], folder)
    one.until("line_0")
    yield "vim, opened", one
    one.type("20Gzt/line_3\rddpOnew line 漢字\x1b")
    one.until("new line")
    yield "vim, edited", one
    one.type(":split\r\x17j10\x05:vsplit\r:set list\r\x0c")
    one.until("line_36")
    yield "vim, split", one


def less(folder):
    pathlib.Path(folder, "text").write_text("".join(f"{n} " + "word " * (n % 30) + "\n" for n in range(300)))
    one = Recording(["less", "text"], folder)
    one.until("0")
    one.type("\x06\x06jjjkk/29 \r")
    one.until("29 word")
    yield "less, searched", one
    one.type("g")
    one.until("0 ")
    one.type("5j3k-S\r")
    one.until("2 word word")
    yield "less, cut off", one


def tmux(folder):
    try:
        yield from in_tmux(folder)
    finally:
        # Its server outlives the window.
        subprocess.run(
            ["tmux", "-L", "carrel", "kill-server"], capture_output=True, env={**os.environ, "TMUX_TMPDIR": folder})


def in_tmux(folder):
    one = Recording(["tmux", "-f", "/dev/null", "-L", "carrel", "new", "bash --norc -i"], folder)
    one.until("bash-")
    one.type("seq 60\r")
    one.until("60")
    one.type('\x02%')
    one.until("│")
    one.type("ls --color=always /\r")
    one.until("usr")
    one.type('\x02"')
    one.until("─")
    one.type("echo in the corner; sleep 0.3\r")
    one.until("in the corner")
    # Its clock would tick between two looks.
    yield "tmux", one


def htop(folder):
    one = Recording(["htop", "-d", "100"], folder)
    one.until("PID")
    yield "htop", one
    one.type("\x1b[B\x1b[B\x1bOQ")
    one.until("F10")
    yield "htop, set up", one


def nano(folder):
    pathlib.Path(folder, "note").write_text("first\nsecond\nthird\n")
    one = Recording(["nano", "note"], folder)
    one.until("second")
    one.type("\x1b[Bnew \x0b\x15\x15 pasted\x17thi\r")
    one.until("pasted")
    yield "nano", one


def looks(screen):
    """The reference's screen: for each row its text and, where something is written, how it looks."""
    rows = []
    for y in range(ROWS):
        row = []
        for x in range(COLUMNS):
            cell = screen.buffer[y][x]
            flags = sum(bit for name, bit in FLAGS.items() if getattr(cell, name))
            row.append((cell.data, cell.fg, cell.bg, flags))
        rows.append(row)
    return rows


def is_colour(ours, theirs):
    if theirs == "default":
        return ours == -1
    if theirs.startswith("bright"):
        return ours == 8 + NAMES.index(theirs[6:])
    if theirs in NAMES:
        return ours == NAMES.index(theirs)
    if ours >= 0x1000000:
        return f"{ours & 0xFFFFFF:06x}" == theirs
    return 0 <= ours < 256 and FG_BG_256[ours] == theirs


def differences(ours, screen):
    found = []
    for y, (mine, other) in enumerate(zip(ours["cells"], looks(screen))):
        for x, ((text, fg, bg, flags), (data, their_fg, their_bg, their_flags)) in enumerate(zip(mine, other)):
            if text != data:
                found.append(f"{y},{x}: {text!r} where the reference has {data!r}")
            elif text.strip() and not (is_colour(fg, their_fg) and is_colour(bg, their_bg)):
                found.append(f"{y},{x}: {text!r} in {fg},{bg} where the reference has {their_fg},{their_bg}")
            elif text.strip() and flags & sum(FLAGS.values()) != their_flags:
                found.append(f"{y},{x}: {text!r} with {flags} where the reference has {their_flags}")
    if (ours["y"], min(ours["x"], COLUMNS - 1)) != (screen.cursor.y, min(screen.cursor.x, COLUMNS - 1)):
        found.append(f"the cursor is at {ours['y']},{ours['x']}, the reference's at {screen.cursor.y},{screen.cursor.x}")
    return found


def check(emulator):
    """Every program's screen is the same in both. Gives how many screens were compared."""
    count = 0
    for program in [bash, vim, less, tmux, htop, nano]:
        assert shutil.which(program.__name__), f"{program.__name__} is missing: apt-get install bash vim less tmux htop nano"
        with tempfile.TemporaryDirectory() as folder:
            recording = None
            try:
                for name, recording in program(folder):
                    screen = recording.reference()
                    for piece in (0, 7):
                        ours = emulator.shown(recording.data, rows=ROWS, columns=COLUMNS, piece=piece)
                        wrong = differences(ours, screen)
                        assert not wrong, f"{name}: {len(wrong)} differences, such as " + "; ".join(wrong[:8])
                    count += 1
            finally:
                if recording:
                    recording.end()
    return count

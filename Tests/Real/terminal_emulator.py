"""Carrel's terminal without a document or a server: its files run in an empty page of the browser."""

import base64
import pathlib

FILES = ["width", "style", "line", "screen", "reader", "commands", "keys", "speech"]
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Sources/CAssets/Files/terminal"

# What tests ask of it: a screen after some bytes, written at once, byte by byte, or in pieces.
HELPERS = """
globalThis.bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
globalThis.screenAfter = ({ rows, columns, parts, isLive, piece }) => {
    const T = CarrelTerminal, told = { answers: [], titles: [], bells: 0 };
    const screen = new T.Screen(rows, columns, {
        answer: (text) => told.answers.push(text), title: (text) => told.titles.push(text), bell: () => { told.bells += 1; },
    });
    screen.colours = () => [[255, 255, 255], [0, 0, 0]];
    const reader = new T.Reader(screen);
    for (const part of parts) {
        if (part.resize) { screen.resize(...part.resize); continue; }
        const bytes = bytesOf(part);
        for (let at = 0; at < bytes.length; at += piece || bytes.length) reader.write(bytes.subarray(at, at + (piece || bytes.length)), isLive);
    }
    return { screen, told };
};
globalThis.shown = (given) => {
    const { screen, told } = screenAfter(given);
    return {
        ...told, rows: screen.lines.map((line) => line.texts.slice(0, screen.columns).join("")),
        cells: screen.lines.map((line) => line.texts.slice(0, screen.columns).map((text, x) => [text, line.styles[x].fg, line.styles[x].bg, line.styles[x].flags])),
        x: screen.x, y: screen.y, history: screen.history.map((line) => line.pieces.map((piece) => piece.text).join("")),
        wraps: screen.lines.map((line) => line.wraps), modes: [...screen.modes].filter(([, isOn]) => isOn).map(([name]) => name),
    };
};
"""


class Emulator:
    """A page that has the terminal's files; `shown` tells what is on a screen after some bytes."""

    def __init__(self, context):
        self.page = context.new_page()
        self.failures = []
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))
        for name in FILES:
            self.page.add_script_tag(content=(FOLDER / f"{name}.js").read_text())
        self.page.add_script_tag(content=HELPERS)

    def shown(self, *parts, rows=24, columns=80, is_live=True, piece=0):
        """`parts`: bytes, or (rows, columns) for a new size between them."""
        given = [base64.b64encode(part).decode() if isinstance(part, bytes) else {"resize": list(part)} for part in parts]
        return self.page.evaluate(
            "(given) => shown(given)",
            {"rows": rows, "columns": columns, "parts": given, "isLive": is_live, "piece": piece})

    def close(self):
        self.page.close()
        assert not self.failures, f"the terminal threw: {self.failures[:3]}"

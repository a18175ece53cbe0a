// What each sequence does to the screen.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;

    // MARK: Escape and one letter

    T.escape = (screen, letter) => {
        switch (letter) {
        case "7": return screen.save();
        case "8": return screen.restore();
        case "c": return screen.reset();
        case "D": return screen.lineFeed();
        case "E": screen.lineFeed(); return screen.move(0, screen.y);
        case "H": screen.tabs.add(screen.x); return;
        case "M": return screen.reverseLineFeed();
        case "N": screen.single = 2; return;
        case "O": screen.single = 3; return;
        case "n": screen.shift = 2; return;
        case "o": screen.shift = 3; return;
        case "=": screen.modes.set("?66", true); return;
        case ">": screen.modes.set("?66", false); return;
        }
    };

    T.escapeMore = (screen, middle, letter) => {
        if (middle === "#" && letter === "8") return screen.fillWithE();
        const place = "()*+".indexOf(middle);
        if (place >= 0 && middle.length === 1) screen.charsets[place] = letter;
    };

    // MARK: Modes

    const aliases = { 47: 1047 };
    const mouse = ["?9", "?1000", "?1002", "?1003"];
    const known = new Set([
        "4", "20", "?1", "?5", "?6", "?7", "?9", "?12", "?25", "?1000", "?1002", "?1003", "?1004", "?1006", "?1007",
        "?1047", "?1048", "?1049", "?2004", "?2026",
    ]);

    const setMode = (screen, prefix, number, isOn) => {
        const mode = prefix + (prefix ? aliases[number] ?? number : number);
        if (!known.has(mode)) return;
        if (mode === "?1048" || mode === "?1049" && isOn) { if (isOn) screen.save(); else screen.restore(); }
        if (mouse.includes(mode)) for (const one of mouse) screen.modes.delete(one);
        screen.modes.set(mode, isOn);
        if (mode === "?6") screen.moveTo(0, 0);
        if (mode === "?5") screen.wholeChanged = true;
        if (mode === "?1047" || mode === "?1049") {
            if (isOn) screen.enter(mode === "?1049"); else screen.leave();
            screen.wholeChanged = true;
            if (mode === "?1049" && !isOn) screen.restore();
        }
    };

    // Whether a mode is on, as far as it is one that is known: 1 on, 2 off, 0 unknown.
    const modeState = (screen, mode) => known.has(mode) ? screen.is(mode) ? 1 : 2 : 0;

    // MARK: Sequences with parameters

    T.sequence = (screen, name, parameters, reader) => {
        const value = (index, otherwise) => parameters[index]?.[0] || otherwise;
        const count = value(0, 1), first = value(0, 0);
        switch (name) {
        case "@": return screen.insertCharacters(count);
        case "A": return screen.up(count);
        case "B": case "e": return screen.down(count);
        case "C": case "a": return screen.move(screen.x + count, screen.y);
        case "D": return screen.move(screen.x - count, screen.y);
        case "E": screen.down(count); return screen.move(0, screen.y);
        case "F": screen.up(count); return screen.move(0, screen.y);
        case "G": case "`": return screen.move(count - 1, screen.y);
        case "H": case "f": return screen.moveTo(value(1, 1) - 1, count - 1);
        case "I": return screen.tab(count);
        case "J": case "?J": return screen.eraseScreen(first);
        case "K": case "?K": return screen.eraseLine(first);
        case "L": return screen.insertLines(count);
        case "M": return screen.removeLines(count);
        case "P": return screen.removeCharacters(count);
        case "S": return screen.scrollUp(count);
        case "T": if (parameters.length === 1) screen.scrollDown(count); return;
        case "X": return screen.eraseCharacters(count);
        case "Z": return screen.tabBack(count);
        case "b": return screen.repeat(count);
        case "d": return screen.moveTo(screen.x, count - 1);
        case "g":
            if (first === 0) screen.tabs.delete(screen.x);
            if (first === 3) screen.tabs.clear();
            return;
        case "h": case "l": case "?h": case "?l":
            for (const [number] of parameters) setMode(screen, name.slice(0, -1), number, name.endsWith("h"));
            return;
        case "m": screen.style = T.rendition(screen.style, parameters); return;
        case "r": return screen.setRegion(count - 1, Math.min(value(1, screen.rows), screen.rows) - 1);
        case "s": return screen.save();
        case "u": return screen.restore();
        case "!p": return screen.softReset();
        case " q": screen.cursorShape = first; return;
        default: return asked(screen, name, parameters, reader);
        }
    };

    // MARK: Questions

    const asked = (screen, name, parameters, reader) => {
        const first = parameters[0][0];
        switch (name) {
        // What it is: a VT220 with colours; and what version: none of xterm's.
        case "c": if (first === 0) reader.answer("\x1b[?62;22c"); return;
        case ">c": if (first === 0) reader.answer("\x1b[>1;10;0c"); return;
        case "n":
            if (first === 5) reader.answer("\x1b[0n");
            if (first === 6) reader.answer(`\x1b[${row(screen)};${screen.x + 1}R`);
            return;
        case "?n": if (first === 6) reader.answer(`\x1b[?${row(screen)};${screen.x + 1}R`); return;
        case "$p": case "?$p": {
            const prefix = name.slice(0, -2);
            return reader.answer(`\x1b[${prefix}${first};${modeState(screen, prefix + first)}$y`);
        }
        // Its size in characters. Its title is not told: whoever wrote it there would be typing.
        case "t": if (first === 18) reader.answer(`\x1b[8;${screen.rows};${screen.columns}t`); return;
        }
    };

    const row = (screen) => (screen.is("?6") ? screen.y - screen.top : screen.y) + 1;

    // MARK: Commands to what is around the terminal

    T.command = (screen, text, reader) => {
        const split = text.indexOf(";"), number = split < 0 ? text : text.slice(0, split), rest = split < 0 ? "" : text.slice(split + 1);
        if (number === "0" || number === "2") {
            screen.tell.title?.([...rest].filter((one) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one)).slice(0, 200).join(""));
        }
        // The colours of text and paper, so that editors choose theirs to match.
        if ((number === "10" || number === "11") && rest === "?") {
            const colour = screen.colours?.()[number === "10" ? 0 : 1];
            if (colour) reader.answer(`\x1b]${number};rgb:${colour.map((one) => (one * 257).toString(16).padStart(4, "0")).join("/")}\x1b\\`);
        }
    };
})();

// What keys and the mouse are for the program: the bytes that xterm sends.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;

    const letters = { ArrowUp: "A", ArrowDown: "B", ArrowRight: "C", ArrowLeft: "D", Home: "H", End: "F" };
    const functions = { F1: "P", F2: "Q", F3: "R", F4: "S" };
    const numbers = { Insert: 2, Delete: 3, PageUp: 5, PageDown: 6, F5: 15, F6: 17, F7: 18, F8: 19, F9: 20, F10: 21, F11: 23, F12: 24 };
    const controls = { " ": "\0", "2": "\0", "3": "\x1b", "4": "\x1c", "5": "\x1d", "6": "\x1e", "7": "\x1f", "8": "\x7f", "/": "\x1f", "?": "\x7f" };

    // What Ctrl makes of a letter; undefined: nothing.
    const control = (key) => {
        if (controls[key] !== undefined) return controls[key];
        const code = key.toUpperCase().charCodeAt(0);
        return key.length === 1 && code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : undefined;
    };
    T.control = control;

    // `event`: of a key that went down. undefined: it is a letter, or the browser's own.
    T.keyText = (event, screen, isMac = false) => {
        const { key, ctrlKey, altKey, shiftKey, metaKey } = event;
        if (metaKey || event.isComposing) return undefined;
        // The third level of a keyboard shows as both.
        if (key.length === 1 && event.getModifierState?.("AltGraph")) return undefined;
        const modifiers = 1 + (shiftKey ? 1 : 0) + (altKey ? 2 : 0) + (ctrlKey ? 4 : 0);
        const alt = altKey ? "\x1b" : "";
        switch (key) {
        case "Enter": return alt + "\r";
        case "Escape": return alt + "\x1b";
        case "Tab": return ctrlKey ? undefined : shiftKey ? "\x1b[Z" : alt + "\t";
        case "Backspace": return alt + (ctrlKey ? "\b" : "\x7f");
        }
        // The browser pastes, and the page scrolls.
        if (shiftKey && !ctrlKey && !altKey && ["Insert", "PageUp", "PageDown"].includes(key)) return undefined;
        if (letters[key]) {
            if (modifiers > 1) return `\x1b[1;${modifiers}${letters[key]}`;
            return (screen.is("?1") ? "\x1bO" : "\x1b[") + letters[key];
        }
        if (functions[key]) return modifiers > 1 ? `\x1b[1;${modifiers}${functions[key]}` : "\x1bO" + functions[key];
        if (numbers[key]) return modifiers > 1 ? `\x1b[${numbers[key]};${modifiers}~` : `\x1b[${numbers[key]}~`;
        if ([...key].length !== 1) return undefined;
        // With Shift letters are the browser's: copy, paste, and its own tools.
        if (ctrlKey && shiftKey && /^[a-z]$/i.test(key)) return undefined;
        if (ctrlKey) {
            const text = control(key);
            return text === undefined ? undefined : alt + text;
        }
        // On a Mac that key makes letters.
        return altKey && !isMac ? alt + key : undefined;
    };

    // What is pasted holds no commands: somebody may have put some into what was copied.
    T.pasteText = (text, screen) => {
        const plain = text.replace(/\r\n?|\n/g, "\r").replace(/[\x00-\x08\x0a-\x0c\x0e-\x1f\x7f-\x9f]/g, "");
        return screen.is("?2004") ? `\x1b[200~${plain}\x1b[201~` : plain;
    };

    // `kind`: press, release or move; `button`: 0 left, 1 middle, 2 right, 3 none, 64 up and 65 down of the wheel. Empty: the
    // program does not want to know.
    T.mouseText = (screen, kind, button, x, y, { shiftKey = false, altKey = false, ctrlKey = false } = {}) => {
        const all = screen.is("?1003"), drags = all || screen.is("?1002"), clicks = drags || screen.is("?1000");
        if (!clicks && !(screen.is("?9") && kind === "press" && button < 3)) return "";
        if (kind === "move" && !(all || drags && button < 3)) return "";
        const sum = button + (kind === "move" ? 32 : 0) + (shiftKey ? 4 : 0) + (altKey ? 8 : 0) + (ctrlKey ? 16 : 0);
        if (screen.is("?1006")) return `\x1b[<${sum};${x + 1};${y + 1}${kind === "release" ? "m" : "M"}`;
        // The older way has a byte for each, and only those of ASCII are the same for everybody.
        if (x > 93 || y > 93) return "";
        return "\x1b[M" + String.fromCharCode(32 + (kind === "release" ? sum & ~3 | 3 : sum), 33 + x, 33 + y);
    };

    T.wantsMouse = (screen) => ["?9", "?1000", "?1002", "?1003"].some((mode) => screen.is(mode));
})();

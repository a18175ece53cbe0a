// How many columns a character takes, as the programs on the other end count.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal = {};

    // Blocks of Unicode that are wide as a whole; emoji are asked of the browser's own tables.
    const wide = [
        0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0xa4c6, 0xa960, 0xa97c,
        0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x16ff1,
        0x17000, 0x18cd5, 0x18d00, 0x18d08, 0x1aff0, 0x1b2fb, 0x1f200, 0x1f202, 0x1f210, 0x1f23b, 0x1f240, 0x1f248,
        0x1f250, 0x1f251, 0x1f260, 0x1f265, 0x20000, 0x2fffd, 0x30000, 0x3fffd,
    ];
    // All but the signs that stand before a number and take room.
    const combining = /^(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]$/u;
    const emoji = /^\p{Emoji_Presentation}$/u;

    const isWide = (code) => {
        if (code < 0x1100) return false;
        let low = 0, high = wide.length / 2 - 1;
        while (low <= high) {
            const middle = (low + high) >> 1;
            if (code < wide[middle * 2]) high = middle - 1;
            else if (code > wide[middle * 2 + 1]) low = middle + 1;
            else return true;
        }
        // Letters of flags are wide in pairs only, and programs count them one by one.
        return !(code >= 0x1f1e6 && code <= 0x1f1ff) && code < 0x20000 && emoji.test(String.fromCodePoint(code));
    };

    const known = new Map();

    // 0: it goes onto the character before it; else 1 or 2.
    T.width = (code) => {
        if (code < 0x300) return 1;
        let width = known.get(code);
        if (width === undefined) {
            width = combining.test(String.fromCodePoint(code)) ? 0 : isWide(code) ? 2 : 1;
            if (known.size > 20_000) known.clear();
            known.set(code, width);
        }
        return width;
    };
})();

// How a character looks: a value that is shared by all that look alike.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;

    T.flags = { bold: 1, dim: 2, italic: 4, underline: 8, blink: 16, inverse: 32, hidden: 64, strike: 128, overline: 256 };
    const { bold, dim, italic, underline, blink, inverse, hidden, strike, overline } = T.flags;

    // A colour is -1 (the terminal's own), 0 to 255 (of the palette), or 0x1000000 and more (24 bits of red, green, blue).
    const shared = new Map();
    const style = (fg, bg, flags) => {
        const key = `${fg},${bg},${flags}`;
        let found = shared.get(key);
        if (!found) {
            // Somebody may write all colours there are.
            if (shared.size > 4_096) shared.clear();
            found = Object.freeze({ fg, bg, flags });
            shared.set(key, found);
        }
        return found;
    };
    T.style = style;
    T.plain = style(-1, -1, 0);
    T.isSame = (one, other) => one === other || one.fg === other.fg && one.bg === other.bg && one.flags === other.flags;

    const turnOn = { 1: bold, 2: dim, 3: italic, 4: underline, 5: blink, 6: blink, 7: inverse, 8: hidden, 9: strike, 21: underline, 53: overline };
    const turnOff = { 22: bold | dim, 23: italic, 24: underline, 25: blink, 27: inverse, 28: hidden, 29: strike, 55: overline };

    const channel = (value) => Math.min(255, Math.max(0, value | 0));
    const rgb = (r, g, b) => 0x1000000 | channel(r) << 16 | channel(g) << 8 | channel(b);

    // 38, 48 or 58 with what follows; `at` is where it stands. Gives the colour (undefined: none that is known) and how many
    // parameters it took.
    const extended = (params, at) => {
        const sub = params[at].slice(1);
        // With colons all of it is one parameter; an empty place for the colour space may be left out.
        if (sub.length) {
            if (sub[0] === 5) return { colour: channel(sub[1]), taken: 1 };
            if (sub[0] === 2) return { colour: rgb(...(sub.length > 4 ? sub.slice(2) : sub.slice(1))), taken: 1 };
            return { taken: 1 };
        }
        const value = (index) => params[at + index]?.[0] ?? 0;
        if (value(1) === 5) return { colour: channel(value(2)), taken: 3 };
        if (value(1) === 2) return { colour: rgb(value(2), value(3), value(4)), taken: 5 };
        return { taken: 2 };
    };

    // Select graphic rendition: the style after `params`, each of which is a list of a number and its sub-parameters.
    T.rendition = (now, params) => {
        let { fg, bg, flags } = now;
        for (let at = 0; at < params.length;) {
            const code = params[at][0];
            let taken = 1;
            if (code === 0) [fg, bg, flags] = [-1, -1, 0];
            else if (code === 4 && params[at].length > 1) flags = params[at][1] === 0 ? flags & ~underline : flags | underline;
            else if (turnOn[code]) flags |= turnOn[code];
            else if (turnOff[code]) flags &= ~turnOff[code];
            else if (code >= 30 && code <= 37) fg = code - 30;
            else if (code === 39) fg = -1;
            else if (code >= 40 && code <= 47) bg = code - 40;
            else if (code === 49) bg = -1;
            else if (code >= 90 && code <= 97) fg = code - 82;
            else if (code >= 100 && code <= 107) bg = code - 92;
            else if (code === 38 || code === 48 || code === 58) {
                const found = extended(params, at);
                if (found.colour !== undefined && code === 38) fg = found.colour;
                if (found.colour !== undefined && code === 48) bg = found.colour;
                taken = found.taken;
            }
            at += taken;
        }
        return style(fg, bg, flags);
    };

    // What is erased keeps the colour of the paper, as xterm does it.
    T.paper = (now) => now.bg === -1 ? T.plain : style(-1, now.bg, 0);

    // Numbers 16 to 255 of the palette, which are the same in every theme: a cube of colours, and greys.
    T.paletteColour = (index) => {
        if (index >= 232) return [1, 1, 1].map(() => 8 + (index - 232) * 10);
        const steps = [0, 95, 135, 175, 215, 255], place = index - 16;
        return [steps[Math.floor(place / 36)], steps[Math.floor(place / 6) % 6], steps[place % 6]];
    };
})();

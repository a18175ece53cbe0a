// Reads what a program writes: UTF-8, control characters, and the sequences of ECMA-48, DEC and xterm. What it does not know it
// swallows whole; nothing that is written can make it throw, or wait, or say again what it was told.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;

    const [ground, escape, escapeMore, sequence, ignored, string] = [0, 1, 2, 3, 4, 5];
    const mostParameters = 32, mostSubParameters = 8, largest = 65_535, longestString = 2_048;
    const drawn = "\u00a0◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    T.Reader = class Reader {
        constructor(screen) {
            this.screen = screen;
            this.state = ground;
            // Of a character of several bytes: what is known of it, how many are still to come, and the least it may be.
            this.code = 0;
            this.missing = 0;
            this.least = 0;
            this.clearSequence();
            this.string = [];
            this.stringKind = "";
        }

        // `isLive`: written now; questions in what is old are not answered, since the answers would be keys.
        write(bytes, isLive = true) {
            this.isLive = isLive;
            for (let at = 0; at < bytes.length;) {
                const end = this.runEnd(bytes, at);
                if (end > at) this.screen.putRun(bytes, at, end); else this.take(bytes[at]);
                at = Math.max(end, at + 1);
            }
        }

        // Where plain letters end that begin at `at`, most of what there is; `at` itself: there are none, or they are drawn otherwise.
        runEnd(bytes, at) {
            const { screen } = this;
            if (this.state !== ground || this.missing > 0 || screen.single !== undefined || screen.charsets[screen.shift] !== "B") return at;
            while (at < bytes.length && bytes[at] >= 0x20 && bytes[at] < 0x7f) at += 1;
            return at;
        }

        clearSequence() {
            this.prefix = "";
            this.middle = "";
            this.parameters = [[0]];
        }

        take(byte) {
            if (this.missing > 0) {
                if ((byte & 0xc0) === 0x80) return this.goOn(byte);
                this.missing = 0;
                this.show(0xfffd);
            }
            if (byte === 0x1b) return this.begin();
            if (byte === 0x18 || byte === 0x1a) {
                this.state = ground;
                return;
            }
            switch (this.state) {
            case ground:
                if (byte >= 0x80) this.beginCharacter(byte);
                else if (byte >= 0x20) { if (byte !== 0x7f) this.show(byte); }
                else this.control(byte);
                return;
            case string:
                if (byte === 0x07) this.endString();
                else if (this.string.length < longestString) this.string.push(byte);
                return;
            default:
                if (byte < 0x20) this.control(byte);
                else if (byte >= 0x80 || byte === 0x7f) return;
                else if (this.state === escape) this.escaped(byte);
                else if (this.state === escapeMore) this.escapedMore(byte);
                else this.inSequence(byte);
            }
        }

        // MARK: Characters

        beginCharacter(byte) {
            if (byte >= 0xc2 && byte <= 0xdf) [this.code, this.missing, this.least] = [byte & 0x1f, 1, 0x80];
            else if (byte >= 0xe0 && byte <= 0xef) [this.code, this.missing, this.least] = [byte & 0x0f, 2, 0x800];
            else if (byte >= 0xf0 && byte <= 0xf4) [this.code, this.missing, this.least] = [byte & 0x07, 3, 0x10000];
            else this.show(0xfffd);
        }

        goOn(byte) {
            this.code = this.code << 6 | byte & 0x3f;
            this.missing -= 1;
            if (this.missing > 0) return;
            const { code } = this;
            this.show(code < this.least || code > 0x10ffff || code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
        }

        show(code) {
            const { screen } = this;
            if (code < 0x7f) {
                const set = screen.charsets[screen.single ?? screen.shift];
                screen.single = undefined;
                if (set === "0" && code >= 0x5f) return screen.put(drawn[code - 0x5f], 1);
                return screen.put(set === "A" && code === 0x23 ? "£" : String.fromCharCode(code), 1);
            }
            // Control characters of the upper half do nothing: in UTF-8 they are most likely none.
            if (code < 0xa0) return;
            // Signs that turn the writing around would turn what is beside them as well.
            if (code >= 0x202a && code <= 0x202e || code >= 0x2066 && code <= 0x2069) return;
            const width = T.width(code), text = String.fromCodePoint(code);
            if (width === 0) screen.mark(text); else screen.put(text, width);
        }

        control(byte) {
            const { screen } = this;
            switch (byte) {
            case 0x07: if (this.isLive) screen.tell.bell?.(); break;
            case 0x08: screen.move(screen.x - 1, screen.y); break;
            case 0x09: screen.tab(1); break;
            case 0x0a: case 0x0b: case 0x0c:
                screen.lineFeed();
                if (screen.is("20")) screen.move(0, screen.y);
                break;
            case 0x0d: screen.move(0, screen.y); break;
            case 0x0e: screen.shift = 1; break;
            case 0x0f: screen.shift = 0; break;
            }
        }

        // MARK: Sequences

        begin() {
            // The end of a string is an escape and a backslash; with anything else it was none.
            this.hasString = this.state === string;
            this.state = escape;
            this.clearSequence();
        }

        escaped(byte) {
            const letter = String.fromCharCode(byte);
            if (this.hasString) {
                this.hasString = false;
                if (letter === "\\") return this.endString();
            }
            if (byte < 0x30) {
                this.middle = letter;
                this.state = escapeMore;
            } else if (letter === "[") {
                this.state = sequence;
            } else if ("]PX^_k".includes(letter)) {
                this.state = string;
                this.stringKind = letter;
                this.string = [];
            } else {
                this.state = ground;
                T.escape(this.screen, letter, this);
            }
        }

        escapedMore(byte) {
            if (byte < 0x30) {
                if (this.middle.length < 2) this.middle += String.fromCharCode(byte);
                return;
            }
            this.state = ground;
            T.escapeMore(this.screen, this.middle, String.fromCharCode(byte));
        }

        inSequence(byte) {
            if (byte >= 0x40) {
                const isKnown = this.state === sequence;
                this.state = ground;
                if (isKnown) T.sequence(this.screen, this.prefix + this.middle + String.fromCharCode(byte), this.parameters, this);
            } else if (this.state === ignored) {
                return;
            } else if (byte >= 0x3c) {
                if (this.prefix || this.middle || this.parameters.length > 1 || this.parameters[0][0] > 0) this.state = ignored;
                this.prefix = String.fromCharCode(byte);
            } else if (byte >= 0x30) {
                if (this.middle) this.state = ignored; else this.parameter(byte);
            } else if (this.middle.length < 2) {
                this.middle += String.fromCharCode(byte);
            } else {
                this.state = ignored;
            }
        }

        parameter(byte) {
            const list = this.parameters, last = list[list.length - 1];
            if (byte === 0x3b) {
                // What is too much goes where it does nothing.
                if (list.length < mostParameters) list.push([0]); else last[0] = largest;
            } else if (byte === 0x3a) {
                if (last.length < mostSubParameters) last.push(0);
            } else {
                last[last.length - 1] = Math.min(largest, last[last.length - 1] * 10 + byte - 0x30);
            }
        }

        endString() {
            this.state = ground;
            const bytes = this.string;
            this.string = [];
            if (this.stringKind !== "]") return;
            T.command(this.screen, new TextDecoder().decode(new Uint8Array(bytes)), this);
        }

        // The same for everybody who asks: nothing of what was written is ever in it.
        answer(text) { if (this.isLive) this.screen.tell.answer?.(text); }
    };
})();

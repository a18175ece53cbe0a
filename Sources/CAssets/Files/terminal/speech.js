// What a screen reader is told: the lines that were written since it was told last.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;
    const mostLines = 20, mostLetters = 200, rest = 400;

    T.Speech = class Speech {
        // `node`: a live region of the page.
        constructor(node, screen) {
            this.node = node;
            this.screen = screen;
            this.isOn = false;
        }

        turn(isOn) {
            this.isOn = isOn;
            this.told = this.place;
            if (!isOn) this.node.replaceChildren();
        }

        // The number of the cursor's line, of all that there ever were.
        get place() { return this.screen.dropped + this.screen.history.length + this.screen.y; }

        changed() {
            if (!this.isOn || this.timer) return;
            this.timer = setTimeout(() => { this.timer = 0; this.tell(); }, rest);
        }

        tell() {
            if (!this.isOn) return;
            const { screen } = this, now = this.place, lines = [];
            // A program that fills the window moves about: the line with the cursor is what matters.
            const first = screen.other ? now : Math.max(Math.min(this.told, now), now - mostLines);
            for (let place = first; place <= now; place += 1) lines.push(this.lineAt(place).slice(0, mostLetters));
            this.told = now;
            const text = lines.filter(Boolean).join("\n");
            if (text === this.last) return;
            this.last = text;
            this.node.textContent = text;
        }

        lineAt(place) {
            const { screen } = this, index = place - screen.dropped;
            if (index < 0) return "";
            if (index < screen.history.length) return screen.history[index].pieces.map((piece) => piece.text).join("").trimEnd();
            return screen.lines[index - screen.history.length]?.text(screen.columns).trimEnd() ?? "";
        }
    };
})();

// The screen of a terminal: lines, a cursor, and what commands do to them. It knows no document and no network.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;
    const { Line } = T;

    const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

    const letters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

    // A screen of its own: programs that fill the whole window have one beside that of the shell.
    class Page {
        constructor(rows, columns) {
            this.lines = Array.from({ length: rows }, () => new Line(columns, T.plain));
            this.saved = undefined;
        }
    }

    T.longestHistory = 5_000;
    const historySlack = 500;

    T.Screen = class Screen {
        // `tell`: `answer(text)`, `bell()`, `title(text)`; all may be left out.
        constructor(rows, columns, tell = {}) {
            this.tell = tell;
            this.rows = rows;
            this.columns = columns;
            this.reset();
        }

        // As it is when the terminal is turned on; what went over the upper edge is kept.
        reset() {
            this.history ??= [];
            // Lines that were let go at its beginning, since it was cleared last; and how often it was.
            this.dropped ??= 0;
            this.cleared ??= 0;
            this.main = new Page(this.rows, this.columns);
            this.other = undefined;
            this.lines = this.main.lines;
            this.x = 0;
            this.y = 0;
            this.style = T.plain;
            // The last column was written: the next character goes to the next line.
            this.isFull = false;
            this.last = "";
            this.charsets = ["B", "B", "B", "B"];
            this.shift = 0;
            this.single = undefined;
            this.top = 0;
            this.bottom = this.rows - 1;
            this.tabs = this.usualTabs(this.columns);
            this.modes = new Map([["?7", true], ["?25", true], ["?1007", true]]);
            this.cursorShape = 0;
            this.wholeChanged = true;
        }

        // The soft one leaves what is on the screen.
        softReset() {
            this.style = T.plain;
            this.charsets = ["B", "B", "B", "B"];
            this.shift = 0;
            [this.top, this.bottom] = [0, this.rows - 1];
            for (const mode of ["4", "?1", "?6", "?66"]) this.modes.delete(mode);
            this.modes.set("?7", true).set("?25", true);
            this.page.saved = undefined;
            this.isFull = false;
        }

        get page() { return this.other ?? this.main; }
        get line() { return this.lines[this.y]; }
        get paper() { return T.paper(this.style); }
        is(mode) { return this.modes.get(mode) ?? false; }

        usualTabs(columns) { return new Set(Array.from({ length: Math.ceil(columns / 8) }, (_, index) => index * 8)); }

        // MARK: Characters

        put(text, width) {
            if (width === 2 && this.columns < 2) width = 1;
            if (this.isFull && this.is("?7")) {
                this.line.wraps = true;
                this.x = 0;
                this.lineFeed();
            }
            if (width === 2 && this.x === this.columns - 1) {
                if (this.is("?7")) {
                    this.line.erase(this.x, this.columns, this.paper);
                    this.line.wraps = true;
                    this.x = 0;
                    this.lineFeed();
                } else {
                    this.x -= 1;
                }
            }
            this.isFull = false;
            const line = this.line;
            if (this.is("4")) line.insert(this.x, width, this.columns, this.paper);
            if (width === 2) line.putWide(this.x, text, this.style); else line.put(this.x, text, this.style);
            this.last = text;
            this.lastWidth = width;
            this.x += width;
            if (this.x >= this.columns) {
                this.x = this.columns - 1;
                this.isFull = true;
                line.wraps = false;
            }
        }

        // Plain letters, of one column each.
        putRun(bytes, from, to) {
            const isSimple = this.is("?7") && !this.is("4");
            while (from < to) {
                if (!isSimple || this.isFull || this.x === this.columns - 1) {
                    this.put(letters[bytes[from++]], 1);
                    continue;
                }
                const end = Math.min(to, from + this.columns - 1 - this.x), { line, style } = this;
                line.mendEdges(this.x, this.x + end - from);
                while (from < end) {
                    line.texts[this.x] = letters[bytes[from++]];
                    line.styles[this.x++] = style;
                }
                line.isChanged = true;
                this.last = letters[bytes[end - 1]];
                this.lastWidth = 1;
            }
        }

        mark(text) {
            const column = this.isFull ? this.x : this.x - 1;
            if (column >= 0) this.line.add(column, text);
        }

        repeat(count) {
            if (!this.last) return;
            for (let left = Math.min(count, this.rows * this.columns); left > 0; left -= 1) this.put(this.last, this.lastWidth);
        }

        // MARK: The cursor

        move(x, y) {
            this.x = clamp(x, 0, this.columns - 1);
            this.y = clamp(y, 0, this.rows - 1);
            this.isFull = false;
        }

        // To a row counted from 0 of the window, or of the region where programs count from that.
        moveTo(x, y) {
            if (this.is("?6")) this.move(x, clamp(y + this.top, this.top, this.bottom)); else this.move(x, y);
        }

        up(count) { this.move(this.x, Math.max(this.y - count, this.y >= this.top ? this.top : 0)); }
        down(count) { this.move(this.x, Math.min(this.y + count, this.y <= this.bottom ? this.bottom : this.rows - 1)); }

        tab(count) {
            for (let left = Math.min(count, this.columns); left > 0; left -= 1) {
                let x = this.x + 1;
                while (x < this.columns - 1 && !this.tabs.has(x)) x += 1;
                this.x = Math.min(x, this.columns - 1);
            }
        }

        tabBack(count) {
            for (let left = Math.min(count, this.columns); left > 0; left -= 1) {
                let x = this.x - 1;
                while (x > 0 && !this.tabs.has(x)) x -= 1;
                this.move(x, this.y);
            }
        }

        save() {
            const { x, y, style, isFull, shift } = this;
            this.page.saved = { x, y, style, isFull, shift, charsets: [...this.charsets], origin: this.is("?6") };
        }

        restore() {
            const saved = this.page.saved;
            this.modes.set("?6", saved?.origin ?? false);
            this.style = saved?.style ?? T.plain;
            this.charsets = [...saved?.charsets ?? ["B", "B", "B", "B"]];
            this.shift = saved?.shift ?? 0;
            this.move(saved?.x ?? 0, saved?.y ?? 0);
            this.isFull = saved?.isFull ?? false;
        }

        // MARK: Lines

        lineFeed() {
            this.isFull = false;
            if (this.y === this.bottom) this.scrollUp(1); else if (this.y < this.rows - 1) this.y += 1;
        }

        reverseLineFeed() {
            this.isFull = false;
            if (this.y === this.top) this.scrollDown(1); else if (this.y > 0) this.y -= 1;
        }

        // Lines of the region go up; those that leave the window at its top are kept as history.
        scrollUp(count) {
            count = Math.min(count, this.bottom - this.top + 1);
            const gone = this.lines.splice(this.top, count);
            if (this.top === 0 && !this.other) this.keep(gone);
            this.lines.splice(this.bottom - count + 1, 0, ...this.emptied(gone));
        }

        scrollDown(count) {
            count = Math.min(count, this.bottom - this.top + 1);
            const gone = this.lines.splice(this.bottom - count + 1, count);
            this.lines.splice(this.top, 0, ...this.emptied(gone));
        }

        insertLines(count) { this.inRest(() => this.scrollDown(count)); }
        removeLines(count) {
            this.inRest(() => {
                count = Math.min(count, this.bottom - this.top + 1);
                const gone = this.lines.splice(this.top, count);
                this.lines.splice(this.bottom - count + 1, 0, ...this.emptied(gone));
            });
        }

        // As if the region began at the cursor; outside of it nothing happens.
        inRest(action) {
            if (this.y < this.top || this.y > this.bottom) return;
            const top = this.top;
            this.top = this.y;
            action();
            this.top = top;
            this.move(0, this.y);
        }

        blank(count) { return Array.from({ length: count }, () => new Line(this.columns, this.paper)); }

        // The same lines, as blank ones: there are too many to make each anew.
        emptied(lines) {
            for (const line of lines) line.empty(this.columns, this.paper);
            return lines;
        }

        keep(lines) {
            for (const line of lines) this.history.push({ pieces: line.pieces(this.columns), wraps: line.wraps });
            if (this.history.length > T.longestHistory + historySlack) {
                const excess = this.history.length - T.longestHistory;
                this.history.splice(0, excess);
                this.dropped += excess;
            }
        }

        clearHistory() {
            this.history = [];
            this.dropped = 0;
            this.cleared += 1;
        }

        setRegion(top, bottom) {
            if (bottom <= top) return;
            [this.top, this.bottom] = [top, bottom];
            this.moveTo(0, 0);
        }

        // MARK: Erasing

        // 0: from the cursor to the end of the line; 1: from its beginning to the cursor; 2: all of it.
        eraseLine(part) {
            const line = this.line;
            if (part === 0) line.erase(this.x, Math.max(this.columns, line.texts.length), this.paper);
            if (part === 1) line.erase(0, this.x + 1, this.paper);
            if (part === 2) line.erase(0, Math.max(this.columns, line.texts.length), this.paper);
            if (part !== 1) line.wraps = false;
            if (part === 0 || part === 2) this.isFull = false;
        }

        // The same of the window; 3: the history.
        eraseScreen(part) {
            if (part === 3) return this.clearHistory();
            if (part > 3) return;
            if (part < 2) this.eraseLine(part);
            const [from, to] = part === 0 ? [this.y + 1, this.rows] : part === 1 ? [0, this.y] : [0, this.rows];
            for (let y = from; y < to; y += 1) this.lines[y] = new Line(this.columns, this.paper);
            this.isFull = false;
        }

        eraseCharacters(count) {
            this.line.erase(this.x, Math.min(this.x + count, this.columns), this.paper);
            this.isFull = false;
        }

        insertCharacters(count) {
            this.line.insert(this.x, count, this.columns, this.paper);
            this.isFull = false;
        }

        removeCharacters(count) {
            this.line.remove(this.x, count, this.columns, this.paper);
            this.isFull = false;
        }

        // The letter E everywhere, by which terminals were adjusted.
        fillWithE() {
            [this.top, this.bottom] = [0, this.rows - 1];
            this.move(0, 0);
            for (const line of this.lines) for (let x = 0; x < this.columns; x += 1) line.put(x, "E", T.plain);
        }

        // MARK: The window

        // The second screen, which has no history; `isFresh`: empty.
        enter(isFresh) {
            if (!this.other) this.other = new Page(this.rows, this.columns);
            else if (isFresh) this.other.lines.splice(0, this.rows, ...this.blank(this.rows));
            this.lines = this.other.lines;
            this.isFull = false;
        }

        leave() {
            this.other = undefined;
            this.lines = this.main.lines;
            this.isFull = false;
        }

        resize(rows, columns) {
            rows = clamp(rows, 1, 4_095);
            columns = clamp(columns, 1, 4_095);
            if (rows === this.rows && columns === this.columns) return;
            const lost = Math.max(0, this.y + 1 - rows);
            for (const page of this.other ? [this.main, this.other] : [this.main]) {
                const over = page === this.page ? lost : Math.max(0, (page.saved?.y ?? 0) + 1 - rows);
                const gone = page.lines.splice(0, over);
                if (page === this.main) this.keep(gone);
                if (page.saved) page.saved.y = Math.max(0, page.saved.y - over);
                page.lines.splice(rows);
                while (page.lines.length < rows) page.lines.push(new Line(columns, T.plain));
                for (const line of page.lines) line.fit(columns, T.plain);
            }
            // Stops that were set stay; new columns have the usual ones.
            for (let x = Math.ceil(this.columns / 8) * 8; x < columns; x += 8) this.tabs.add(x);
            [this.rows, this.columns] = [rows, columns];
            [this.top, this.bottom] = [0, rows - 1];
            this.move(this.x, this.y - lost);
            this.wholeChanged = true;
        }

        // For tests and for copying: the text of the window, a line each.
        text() { return this.lines.map((line) => line.text(this.columns)); }
    };
})();

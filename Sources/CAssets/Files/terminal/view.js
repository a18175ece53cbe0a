// Draws a screen into the page, as text that can be selected, searched and read aloud. Nothing here makes markup out of text.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;
    const { flags } = T;

    const rgb = (value) => {
        const [r, g, b] = value < 256 ? T.paletteColour(value) : [value >> 16 & 255, value >> 8 & 255, value & 255];
        return `rgb(${r} ${g} ${b})`;
    };
    // Black and white letters are just that on coloured paper; on the page's own they follow the theme.
    const ink = (value, isOnColour) => {
        if (value < 0) return "var(--t-ink)";
        if (value > 15) return rgb(value);
        return isOnColour && [0, 7, 8, 15].includes(value) ? `var(--i${value})` : `var(--t${value})`;
    };
    const paper = (value) => value < 0 ? "var(--t-paper)" : value > 15 ? rgb(value) : `var(--p${value})`;

    // So many lines of the past are added at a time, so that a flood of them stops nothing.
    const mostAtOnce = 120;

    T.View = class View {
        // `box`: what scrolls; it is given all its children here.
        constructor(box, screen) {
            this.box = box;
            this.screen = screen;
            this.past = this.add(box, "div", "t-past");
            this.grid = this.add(box, "div", "t-grid");
            this.keys = this.add(this.grid, "textarea", "t-keys");
            this.rows = this.add(this.grid, "div", "t-rows");
            this.canvas = document.createElement("canvas").getContext("2d");
            // Counted from the first line that there ever was since it was cleared.
            this.firstShown = 0;
            this.shownEnd = 0;
            this.cleared = screen.cleared;
            this.isFollowing = true;
            this.isDue = false;
            box.addEventListener("scroll", () => {
                this.isFollowing = box.scrollTop + box.clientHeight >= box.scrollHeight - 4;
            }, { passive: true });
            this.measure();
        }

        add(parent, tag, name) {
            const node = document.createElement(tag);
            node.className = name;
            parent.append(node);
            return node;
        }

        // MARK: Sizes

        // How large a character is. Fonts that have not one of their own width for a character get it put into its cell.
        measure() {
            const probe = this.add(this.rows, "span", "t-probe");
            probe.textContent = "M".repeat(100);
            const { width, height } = probe.getBoundingClientRect();
            const look = getComputedStyle(probe);
            this.canvas.font = `${look.fontSize} ${look.fontFamily}`;
            probe.remove();
            this.cellWidth = width / 100 || 8;
            this.cellHeight = height || 16;
            this.letterWidth = this.canvas.measureText("M".repeat(100)).width / 100;
            this.fits = new Map();
            this.box.style.setProperty("--cell", `${this.cellWidth}px`);
            for (const line of this.screen.lines) line.isChanged = true;
        }

        // How many rows and columns there is room for.
        room() {
            const look = getComputedStyle(this.box);
            const width = this.box.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
            const height = this.box.clientHeight - parseFloat(look.paddingTop) - parseFloat(look.paddingBottom);
            return {
                rows: Math.min(500, Math.max(2, Math.floor(height / this.cellHeight))),
                columns: Math.min(500, Math.max(10, Math.floor(width / this.cellWidth))),
            };
        }

        // The column and row below a point of the window.
        cellAt(clientX, clientY) {
            const place = this.rows.getBoundingClientRect();
            const within = (value, count) => Math.min(count - 1, Math.max(0, Math.floor(value)));
            return {
                x: within((clientX - place.left) / this.cellWidth, this.screen.columns),
                y: within((clientY - place.top) / this.cellHeight, this.screen.rows),
            };
        }

        fitsItsCell(text) {
            if (text <= "\u007e") return true;
            let fits = this.fits.get(text);
            if (fits === undefined) {
                fits = Math.abs(this.canvas.measureText(text).width - this.letterWidth) < 0.02;
                if (this.fits.size > 10_000) this.fits.clear();
                this.fits.set(text, fits);
            }
            return fits;
        }

        // MARK: Drawing

        schedule() {
            if (this.isDue) return;
            this.isDue = true;
            requestAnimationFrame(() => { this.isDue = false; this.draw(); });
        }

        draw() {
            const { screen, box } = this;
            // What is between two signs of a program that draws much is shown at once, but not waited for without end.
            if (screen.is("?2026")) {
                this.heldSince ??= performance.now();
                if (performance.now() - this.heldSince < 150) return this.schedule();
            } else {
                this.heldSince = undefined;
            }
            box.classList.toggle("t-turned", screen.is("?5"));
            box.classList.toggle("t-alone", Boolean(screen.other));
            this.drawPast();
            this.drawRows();
            if (this.isFollowing) box.scrollTop = box.scrollHeight;
            this.whenDrawn?.();
        }

        drawPast() {
            const { screen, past } = this;
            if (this.cleared !== screen.cleared || this.shownEnd < screen.dropped) {
                this.cleared = screen.cleared;
                past.replaceChildren();
                this.firstShown = this.shownEnd = screen.dropped;
            }
            for (; this.firstShown < screen.dropped; this.firstShown += 1) past.firstChild?.remove();
            const end = screen.dropped + screen.history.length;
            const some = document.createDocumentFragment();
            for (let left = mostAtOnce; left > 0 && this.shownEnd < end; left -= 1, this.shownEnd += 1) {
                const old = screen.history[this.shownEnd - screen.dropped], row = document.createElement("div");
                row.className = "t-row";
                this.fill(row, old.pieces);
                row.wraps = old.wraps;
                some.append(row);
            }
            past.append(some);
            if (this.shownEnd < end) this.schedule();
        }

        drawRows() {
            const { screen, rows } = this;
            const cursorLine = screen.is("?25") ? screen.line : undefined;
            const now = `${screen.x} ${screen.cursorShape}`;
            if (this.cursorLine !== cursorLine || this.cursorPlace !== now) {
                if (this.cursorLine) this.cursorLine.isChanged = true;
                if (cursorLine) cursorLine.isChanged = true;
                [this.cursorLine, this.cursorPlace] = [cursorLine, now];
            }
            const used = new Set(screen.lines.map((line) => line.node));
            for (const node of [...rows.children]) if (!used.has(node)) node.remove();
            screen.lines.forEach((line, y) => {
                if (!line.node) {
                    line.node = document.createElement("div");
                    line.node.className = "t-row";
                }
                if (line.isChanged || screen.wholeChanged) {
                    this.fill(line.node, line.pieces(screen.columns, line === cursorLine ? screen.x : -1));
                    line.node.wraps = line.wraps;
                    line.isChanged = false;
                }
                if (rows.children[y] !== line.node) rows.insertBefore(line.node, rows.children[y] ?? null);
            });
            screen.wholeChanged = false;
            this.keys.style.left = `${screen.x * this.cellWidth}px`;
            this.keys.style.top = `${screen.y * this.cellHeight}px`;
        }

        fill(row, pieces) { row.replaceChildren(...pieces.flatMap((piece) => this.nodes(piece))); }

        // A piece as elements: letters that have their width in one, all others in cells of their own.
        nodes(piece) {
            const { text, style, width, isLetters, isAtCursor } = piece;
            if (isAtCursor) return [this.dress(this.cell(text, width), style, `t-cursor t-shape${this.shape}`)];
            if (!isLetters) return [this.dress(this.cell(text, width), style)];
            const nodes = [];
            let start = 0;
            for (let at = 0; at <= text.length; at += 1) {
                const isEnd = at === text.length;
                if (!isEnd && this.fitsItsCell(text[at])) continue;
                if (at > start) nodes.push(this.letters(text.slice(start, at), style));
                if (!isEnd) nodes.push(this.dress(this.cell(text[at], 1), style));
                start = at + 1;
            }
            return nodes;
        }

        get shape() {
            const shape = this.screen.cursorShape;
            return shape === 3 || shape === 4 ? "line" : shape === 5 || shape === 6 ? "bar" : "block";
        }

        letters(text, style) {
            if (style === T.plain) return document.createTextNode(text);
            const node = document.createElement("span");
            node.textContent = text;
            return this.dress(node, style);
        }

        cell(text, width) {
            const node = document.createElement("span");
            node.className = width === 2 ? "t-cell t-wide" : "t-cell";
            node.textContent = text;
            return node;
        }

        dress(node, style, more = "") {
            const has = (flag) => (style.flags & flag) !== 0;
            const names = [...node.classList, ...more.split(" ").filter(Boolean)];
            if (has(flags.bold)) names.push("t-bold");
            if (has(flags.dim)) names.push("t-dim");
            if (has(flags.italic)) names.push("t-italic");
            if (has(flags.blink)) names.push("t-blink");
            if (has(flags.hidden)) names.push("t-hidden");
            if (names.length) node.className = names.join(" ");
            if (has(flags.inverse)) {
                node.style.color = style.bg < 0 ? "var(--t-paper)" : ink(style.bg, style.fg >= 0);
                node.style.backgroundColor = style.fg < 0 ? "var(--t-ink)" : paper(style.fg);
            } else {
                if (style.fg >= 0) node.style.color = ink(style.fg, style.bg >= 0);
                if (style.bg >= 0) node.style.backgroundColor = paper(style.bg);
            }
            const lines = [[flags.underline, "underline"], [flags.strike, "line-through"], [flags.overline, "overline"]]
                .filter(([flag]) => has(flag)).map(([, name]) => name);
            if (lines.length) node.style.textDecorationLine = lines.join(" ");
            return node;
        }

        // MARK: Copying

        // What is selected, as it was written: without blanks at the ends of lines, and in one line what was one.
        selectedText() {
            const selection = getSelection();
            if (!selection || selection.isCollapsed || !selection.rangeCount) return "";
            const range = selection.getRangeAt(0);
            if (!range.intersectsNode(this.box)) return "";
            const rows = [...this.box.querySelectorAll(".t-row")].filter((row) => range.intersectsNode(row));
            return rows.map((row, index) => {
                const part = document.createRange();
                part.selectNodeContents(row);
                if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
                if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
                const isLast = index === rows.length - 1;
                return row.wraps ? part.toString() : isLast ? part.toString() : part.toString().trimEnd() + "\n";
            }).join("");
        }
    };
})();

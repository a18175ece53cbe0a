// One line of the screen: a text and a style for each column. The second column of a wide character has the empty text.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;

    // So many code units at most in one column: nobody stacks more marks than that on a letter, save to do harm.
    const longestCell = 32;

    T.Line = class Line {
        constructor(columns, style) {
            this.texts = new Array(columns).fill(" ");
            this.styles = new Array(columns).fill(style);
            // It goes on in the next line, since there was no room.
            this.wraps = false;
            // It looks otherwise than when it was drawn last.
            this.isChanged = true;
        }

        // Columns that a narrower window hides stay, and come back with a wider one, unless the line is written to.
        fit(columns, style) {
            while (this.texts.length < columns) {
                this.texts.push(" ");
                this.styles.push(style);
            }
            this.isChanged = true;
        }

        put(column, text, style) {
            if (this.texts[column] === "") this.texts[column - 1] = " ";
            if (this.texts[column + 1] === "") this.texts[column + 1] = " ";
            this.texts[column] = text;
            this.styles[column] = style;
            this.isChanged = true;
        }

        putWide(column, text, style) {
            this.put(column, text, style);
            this.put(column + 1, " ", style);
            this.texts[column + 1] = "";
        }

        // Something that goes onto the character in this column.
        add(column, mark) {
            if (this.texts[column] === "" && column > 0) column -= 1;
            if (this.texts[column].length + mark.length > longestCell) return;
            this.texts[column] += mark;
            this.isChanged = true;
        }

        empty(columns, style) {
            this.cut(columns);
            this.texts.fill(" ");
            this.styles.fill(style);
            this.wraps = false;
        }

        erase(from, to, style) {
            if (from >= to) return;
            this.mendEdges(from, to);
            this.texts.fill(" ", from, to);
            this.styles.fill(style, from, to);
            this.isChanged = true;
        }

        // Room for `count` blanks at `column`; what is pushed over the right edge is lost.
        insert(column, count, columns, style) {
            this.cut(columns);
            count = Math.min(count, columns - column);
            this.mendEdges(column, column);
            this.texts.splice(column, 0, ...new Array(count).fill(" "));
            this.styles.splice(column, 0, ...new Array(count).fill(style));
            if (this.texts[columns] === "") this.texts[columns - 1] = " ";
            this.cut(columns);
        }

        remove(column, count, columns, style) {
            this.cut(columns);
            count = Math.min(count, columns - column);
            this.mendEdges(column, column + count);
            this.texts.splice(column, count);
            this.styles.splice(column, count);
            this.fit(columns, style);
        }

        cut(columns) {
            this.texts.length = Math.min(this.texts.length, columns);
            this.styles.length = this.texts.length;
            this.isChanged = true;
        }

        // No half of a wide character is left alone at either edge.
        mendEdges(from, to) {
            if (this.texts[from] === "") {
                this.texts[from] = " ";
                this.texts[from - 1] = " ";
            }
            if (this.texts[to] === "") {
                this.texts[to] = " ";
                this.texts[to - 1] = " ";
            }
        }

        // What looks alike in one piece: a text, its style, its width in columns, whether it is plain letters, and whether it is
        // at `cursor`. A wide character, one with marks, and the one at the cursor are pieces of their own.
        pieces(columns, cursor = -1) {
            const pieces = [];
            let end = Math.min(columns, this.texts.length);
            while (end > cursor + 1 && this.texts[end - 1] === " " && this.styles[end - 1] === T.plain) end -= 1;
            let last;
            for (let column = 0; column < end; column += 1) {
                const text = this.texts[column], style = this.styles[column];
                if (text === "") continue;
                const width = this.texts[column + 1] === "" && column + 1 < end ? 2 : 1;
                const isAtCursor = cursor >= column && cursor < column + width;
                const isLetters = width === 1 && text.length === 1 && !isAtCursor;
                if (isLetters && last?.isLetters && T.isSame(last.style, style)) {
                    last.text += text;
                    last.width += 1;
                } else {
                    last = { text, style, width, isLetters, isAtCursor };
                    pieces.push(last);
                }
            }
            return pieces;
        }

        // Without the blanks at its end.
        text(columns) {
            const text = this.texts.slice(0, columns).join("");
            return this.wraps ? text : text.trimEnd();
        }
    };
})();

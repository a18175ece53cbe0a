// Between the page and the server: what the work writes, what is typed, and the size. It survives breaks on either side: output
// goes on at its offset, and what is sent again is typed once.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;

    const header = 13, longestPayload = 16 << 20, piece = 32 << 10, mostWaiting = 1 << 20, longestStart = 4_096;
    // The server says something at least every ten seconds.
    const patience = 30_000;
    const pause = (time) => new Promise((done) => setTimeout(done, time));

    T.Link = class Link {
        // `address`: `/v1/leases/7`. `tell`: `output(bytes, isLive)`, `end(request)`, `state(name, words)`,
        // `size(rows, columns)`, `caughtUp(hasSkipped)` when all that is old was told.
        constructor(address, tell, mayType) {
            this.address = address;
            this.tell = tell;
            this.mayType = mayType;
            this.offset = 0;
            this.old = undefined;
            this.isOver = false;
            this.run = 0;
            this.waiting = new Uint8Array(0);
            this.beWriter();
        }

        beWriter() {
            this.writer = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
            this.typed = 0;
        }

        say(name, words) {
            if (this.state === name && this.words === words) return;
            [this.state, this.words] = [name, words];
            this.tell.state(name, words);
        }

        async ask(path, options = {}) {
            const answer = await fetch(this.address + path, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options });
            if (answer.ok) return answer;
            let problem = {};
            try { problem = await answer.json(); } catch { /* no more is known than its number */ }
            throw Object.assign(new Error(problem.detail ?? `The server answers ${answer.status}.`), { status: answer.status });
        }

        // MARK: What the work writes

        start() {
            if (this.isRunning || this.isOver) return;
            this.isRunning = true;
            this.old = undefined;
            this.follow(this.run += 1);
        }

        stop() {
            this.isRunning = false;
            this.run += 1;
            this.abort?.abort();
        }

        async follow(run) {
            let failures = 0;
            while (run === this.run && !this.isOver) {
                try {
                    if (this.old === undefined) await this.look();
                    if (run !== this.run) return;
                    await this.receive(run, () => { failures = 0; });
                    // A stream that ended by itself goes on where it was; a break makes all that came meanwhile old.
                    if (run === this.run && !this.isOver) await pause(50);
                } catch (error) {
                    if (run !== this.run) return;
                    if (error.status === 401) return this.signedOut();
                    if (error.status >= 400 && error.status < 500) return this.finish("refused", error.message);
                    this.old = undefined;
                    failures += 1;
                    this.say("away", "No connection. The work goes on; trying again.");
                    await pause(Math.min(3_000, 200 * failures));
                }
            }
        }

        signedOut() {
            this.stop();
            this.finish("out", "You are signed out. Load the page again to sign in.");
        }

        finish(name, words) {
            this.isOver = true;
            this.waiting = new Uint8Array(0);
            this.say(name, words);
        }

        // What is on the terminal already, and its size.
        async look() {
            try {
                const view = await (await this.ask("/terminal")).json();
                this.old = view.written;
                this.tell.size(view.rows, view.columns);
                this.isCaughtUp = false;
                this.catchUp();
            } catch (error) {
                // It is over: all there is to see is old.
                if (error.status !== 404) throw error;
                this.old = Number.MAX_SAFE_INTEGER;
            }
        }

        async receive(run, isAlive) {
            const abort = this.abort = new AbortController();
            let alarm = setTimeout(() => abort.abort(), patience);
            try {
                const answer = await this.ask(`/console?follow=1&latest=1&sizes=1&out=${this.offset}`, { signal: abort.signal });
                this.say("here", "");
                const reader = answer.body.getReader();
                let bytes = new Uint8Array(0);
                for (;;) {
                    const { done, value } = await reader.read();
                    if (done || run !== this.run) return;
                    clearTimeout(alarm);
                    alarm = setTimeout(() => abort.abort(), patience);
                    isAlive();
                    bytes = this.frames(bytes.length ? joined(bytes, value) : value);
                }
            } finally {
                clearTimeout(alarm);
                abort.abort();
            }
        }

        // Takes whole frames from the beginning and gives what is left.
        frames(bytes) {
            const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
            let at = 0;
            while (bytes.length - at >= header) {
                const length = view.getUint32(at + 9);
                if (length > longestPayload) throw new Error("This is no stream of a terminal.");
                if (bytes.length - at < header + length) break;
                const offset = view.getUint32(at + 1) * 0x1_0000_0000 + view.getUint32(at + 5);
                this.frame(bytes[at], offset, bytes.subarray(at + header, at + header + length));
                at += header + length;
            }
            return bytes.slice(at);
        }

        frame(kind, offset, payload) {
            const text = () => new TextDecoder().decode(payload);
            switch (kind) {
            case 1: return this.output(offset, payload);
            case 3:
                this.offset = offset + (Number(text()) || 0);
                this.hasSkipped = this.hadGap = true;
                this.isCaughtUp = false;
                return;
            case 8: {
                const { rows, columns } = JSON.parse(text());
                return this.tell.size(rows, columns);
            }
            case 5: {
                const request = JSON.parse(text());
                this.isOver = true;
                this.waiting = new Uint8Array(0);
                return this.tell.end(request);
            }
            }
        }

        catchUp() {
            if (this.isCaughtUp || this.offset < this.old) return;
            this.isCaughtUp = true;
            this.tell.caughtUp(this.hadGap ?? false);
            this.hadGap = false;
        }

        output(offset, payload) {
            let start = Math.max(0, this.offset - offset);
            const old = Math.min(payload.length, Math.max(0, this.old - offset));
            this.offset = Math.max(this.offset, offset + payload.length);
            if (this.hasSkipped) {
                this.hasSkipped = false;
                // Not in the middle of a character, or of a command.
                const line = payload.subarray(0, longestStart).indexOf(10);
                if (line >= 0) start = Math.max(start, line + 1);
            }
            if (start < old) this.tell.output(payload.subarray(start, old), false);
            this.catchUp();
            if (Math.max(start, old) < payload.length) this.tell.output(payload.subarray(Math.max(start, old)), true);
        }

        // MARK: What is typed

        type(text) {
            if (!this.mayType || this.isOver || !text) return;
            const bytes = new TextEncoder().encode(text);
            if (this.waiting.length + bytes.length > mostWaiting) {
                return this.say("full", "That is more than the program takes. The rest was left out.");
            }
            this.waiting = joined(this.waiting, bytes);
            if (!this.isSending) this.send();
        }

        async send() {
            this.isSending = true;
            while (this.waiting.length && !this.isOver && this.mayType) {
                try {
                    const bytes = this.waiting.slice(0, piece);
                    const answer = await this.ask(`/input?offset=${this.typed}&writer=${this.writer}`, {
                        method: "PUT", body: bytes, headers: { "content-type": "application/octet-stream" },
                    });
                    const { accepted } = await answer.json();
                    if (accepted < this.typed) {
                        // So many others have typed since that this one was forgotten: it goes on as another.
                        this.beWriter();
                        continue;
                    }
                    const taken = Math.min(accepted - this.typed, bytes.length);
                    this.waiting = this.waiting.slice(taken);
                    this.typed += taken;
                    // The program reads nothing at the moment.
                    if (taken === 0) await pause(100);
                } catch (error) {
                    if (error.status === 401) this.signedOut();
                    if (error.status === 403) {
                        this.mayType = false;
                        this.say("watching", error.message);
                    }
                    if (error.status >= 400 && error.status < 500) {
                        this.waiting = new Uint8Array(0);
                        break;
                    }
                    await pause(300);
                }
            }
            this.isSending = false;
        }

        // The newest one counts; the program in front draws again where `redraw` says so.
        async resize(rows, columns, redraw) {
            if (!this.mayType) return;
            this.wanted = { rows, columns, redraw: redraw || this.wanted?.redraw || false };
            if (this.isResizing) return;
            this.isResizing = true;
            while (this.wanted && !this.isOver) {
                const wanted = this.wanted;
                this.wanted = undefined;
                try {
                    await this.ask("/terminal", {
                        method: "PUT", body: JSON.stringify(wanted), headers: { "content-type": "application/json" },
                    });
                } catch (error) {
                    // 409: it does not run yet.
                    if (error.status >= 400 && error.status < 500 && error.status !== 409) break;
                    this.wanted ??= wanted;
                    await pause(300);
                }
            }
            this.isResizing = false;
        }
    };

    const joined = (first, second) => {
        const both = new Uint8Array(first.length + second.length);
        both.set(first);
        both.set(second, first.length);
        return both;
    };
})();

// The page of a terminal: puts the screen, the keyboard and the server together.
"use strict";
(() => {
    const T = globalThis.CarrelTerminal;
    const place = globalThis.document?.getElementById("terminal");
    if (!place) return;

    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    const make = (tag, name, text = "") => {
        const node = document.createElement(tag);
        if (name) node.className = name;
        node.textContent = text;
        return node;
    };

    // MARK: Its parts

    const box = make("div", "t-box");
    box.tabIndex = -1;
    const speech = make("div", "unseen");
    speech.setAttribute("aria-live", "polite");
    const status = document.getElementById("terminal-state");
    const titled = document.getElementById("terminal-title");
    document.getElementById("terminal-without")?.remove();
    place.append(box, speech);

    const screen = new T.Screen(24, 80);
    const view = new T.View(box, screen);
    const reader = new T.Reader(screen);
    const talk = new T.Speech(speech, screen);
    const { keys } = view;
    keys.setAttribute("aria-label", "Terminal: what you type goes to the program. Shift with Escape leaves it.");
    for (const [name, value] of [["autocapitalize", "off"], ["autocomplete", "off"], ["autocorrect", "off"], ["spellcheck", "false"]]) {
        keys.setAttribute(name, value);
    }

    const say = (text, tone = "") => {
        status.textContent = text;
        status.className = tone;
    };

    // MARK: The server

    // Which size this window gave the terminal last, and whether it still has it: that of whoever came or acted last counts.
    let isFirst = true, typedAt = 0, given = "", isOurs = false;
    const link = new T.Link(place.dataset.terminal, {
        output: (bytes, isLive) => {
            reader.write(bytes, isLive);
            view.schedule();
            talk.changed();
        },
        // What follows was drawn for that size; that of this window comes when all that is old is there.
        size: (rows, columns) => {
            isOurs = given === `${rows} ${columns}`;
            screen.resize(rows, columns);
            view.schedule();
        },
        caughtUp: (hasSkipped) => {
            fit(isFirst || hasSkipped);
            isFirst = false;
        },
        state: (name, words) => {
            place.dataset.state = name;
            const isBroken = ["out", "refused", "away", "full"].includes(name);
            say(name === "here" && !link.mayType ? "You look on; only who asked for it may type." : words, isBroken ? "stale" : "");
        },
        end: (request) => {
            place.dataset.state = "over";
            box.classList.remove("t-focused");
            screen.modes.set("?25", false);
            screen.wholeChanged = true;
            view.schedule();
            for (const one of ["tell", "terminal-switch"]) document.getElementById(one)?.remove();
            const code = request.exitCode;
            say(code === undefined || code === null ? "It is over." : `It is over: exit code ${code}.`);
        },
    }, place.dataset.types === "1");
    place.dataset.state = "waits";

    screen.tell = {
        answer: (text) => link.type(text),
        title: (text) => { titled.textContent = text; },
        bell: () => {
            box.classList.add("t-bell");
            setTimeout(() => box.classList.remove("t-bell"), 150);
        },
    };
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    // As they are in the theme at the moment.
    screen.colours = () => {
        const look = getComputedStyle(box);
        return [look.color, look.backgroundColor].map((colour) => {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        });
    };

    // MARK: The size

    const fit = (redraw) => {
        if (!link.mayType || !box.clientHeight) return;
        const { rows, columns } = view.room(), size = `${rows} ${columns}`;
        if (isOurs && size === given && !redraw) return;
        [given, isOurs] = [size, true];
        link.resize(rows, columns, redraw);
    };
    let resizing = 0;
    new ResizeObserver(() => {
        clearTimeout(resizing);
        resizing = setTimeout(() => { if (!isFirst && isOurs) fit(false); view.schedule(); }, 80);
    }).observe(box);
    addEventListener("resize", () => { if (!isFirst && document.hasFocus()) fit(false); });
    // The keyboard of a phone covers the page and does not make it smaller.
    globalThis.visualViewport?.addEventListener("resize", () => {
        document.body.style.height = visualViewport.scale === 1 ? `${visualViewport.height}px` : "";
    });
    document.fonts?.ready.then(() => { view.measure(); if (!isFirst && isOurs) fit(false); });
    // MARK: The keyboard

    let holdsControl = false;
    const type = (text) => {
        if (!text) return;
        typedAt = Date.now();
        if (!isOurs && !isFirst) fit(false);
        view.isFollowing = true;
        view.schedule();
        link.type(text);
    };
    const typeLetters = (text) => {
        if (holdsControl && text) {
            hold(false);
            const control = T.control(text[0]);
            return type(control === undefined ? text : control + text.slice(1));
        }
        type(text.replace(/\n/g, "\r"));
    };

    const scrollBy = (pages) => { box.scrollTop += pages * (box.clientHeight - view.cellHeight); };

    const pressed = (event) => {
        // A key that nothing else on the page waits for is the terminal's too, except the one that moves through the page.
        const isNobodys = event.target === document.body && event.key !== "Tab" && link.mayType && !link.isOver;
        if (event.target !== keys && !box.contains(event.target) && !isNobodys) return;
        if (event.key === "Escape" && event.shiftKey) {
            event.preventDefault();
            place.querySelector("button, a, select, summary")?.focus();
            return;
        }
        const hasSelection = view.selectedText() !== "";
        // As nearly everywhere: with something selected it copies.
        if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "c" && (event.shiftKey || hasSelection)) {
            if (hasSelection) document.execCommand("copy");
            getSelection().removeAllRanges();
            keys.focus({ preventScroll: true });
            event.preventDefault();
            return;
        }
        if (event.shiftKey && (event.key === "PageUp" || event.key === "PageDown")) {
            event.preventDefault();
            return scrollBy(event.key === "PageUp" ? -1 : 1);
        }
        if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
        if (document.activeElement !== keys && !event.metaKey) keys.focus({ preventScroll: true });
        let text = T.keyText(event, screen, isMac);
        if (text === undefined && holdsControl && event.key.length === 1) text = T.control(event.key);
        if (text === undefined) return;
        if (holdsControl) hold(false);
        event.preventDefault();
        type(text);
    };
    document.addEventListener("keydown", pressed);
    // Keyboards of phones put every word together before they give it away: its letters are typed, and taken back, as they come.
    // Those that make one sign of several letters are waited for.
    const isEager = /Android/.test(navigator.userAgent);
    let composed = "";
    const compose = (text) => {
        let same = 0;
        while (same < composed.length && composed[same] === text[same]) same += 1;
        typeLetters("\x7f".repeat([...composed.slice(same)].length) + text.slice(same));
        composed = text;
    };
    keys.addEventListener("input", (event) => {
        if (event.isComposing && !isEager) return;
        compose(keys.value);
        if (!event.isComposing) composed = keys.value = "";
    });
    keys.addEventListener("compositionend", () => {
        compose(keys.value);
        composed = keys.value = "";
    });
    const paste = (text) => type(T.pasteText(text, screen));
    keys.addEventListener("paste", (event) => {
        event.preventDefault();
        paste(event.clipboardData.getData("text/plain"));
    });
    place.addEventListener("copy", (event) => {
        const text = view.selectedText();
        if (!text) return;
        event.preventDefault();
        event.clipboardData.setData("text/plain", text);
    });
    for (const isIn of [true, false]) {
        keys.addEventListener(isIn ? "focus" : "blur", () => {
            box.classList.toggle("t-focused", isIn && !link.isOver);
            if (screen.is("?1004")) link.type(isIn ? "\x1b[I" : "\x1b[O");
            if (isIn && !isFirst) fit(false);
        });
    }

    // MARK: The mouse

    let button = 3, lastCell = "";
    const mouse = (kind, event) => {
        if (event.shiftKey || !link.mayType || !T.wantsMouse(screen)) return false;
        const { x, y } = view.cellAt(event.clientX, event.clientY);
        if (kind === "move" && lastCell === `${x} ${y}`) return true;
        lastCell = `${x} ${y}`;
        if (kind === "press") button = event.button;
        const text = T.mouseText(screen, kind, button, x, y, event);
        if (kind === "release") button = 3;
        if (text) link.type(text);
        return true;
    };
    box.addEventListener("mousedown", (event) => {
        // With Shift the browser selects, whatever the program wants; from here, and not from where the keyboard is.
        if (event.shiftKey && T.wantsMouse(screen)) {
            keys.blur();
            getSelection().removeAllRanges();
        }
        if (mouse("press", event)) { event.preventDefault(); keys.focus({ preventScroll: true }); }
    });
    addEventListener("mousemove", (event) => { if (button !== 3 || box.contains(event.target)) mouse("move", event); });
    addEventListener("mouseup", (event) => {
        if (button !== 3) mouse("release", event);
        else if (box.contains(event.target) && getSelection()?.isCollapsed) keys.focus({ preventScroll: true });
    });
    box.addEventListener("wheel", (event) => {
        if (event.ctrlKey || event.shiftKey || !link.mayType || !event.deltaY) return;
        const isUp = event.deltaY < 0;
        if (T.wantsMouse(screen)) {
            const { x, y } = view.cellAt(event.clientX, event.clientY);
            link.type(T.mouseText(screen, "press", isUp ? 64 : 65, x, y, event));
        } else if (screen.other && screen.is("?1007")) {
            link.type(((screen.is("?1") ? "\x1bO" : "\x1b[") + (isUp ? "A" : "B")).repeat(3));
        } else {
            return;
        }
        event.preventDefault();
    }, { passive: false });

    // MARK: Keys that phones don't have

    const bar = make("div", "t-bar");
    const key = (name, words, act) => {
        const one = make("button", "", name);
        one.type = "button";
        one.setAttribute("aria-label", words);
        // The keyboard of the phone stays where it is.
        one.addEventListener("pointerdown", (event) => event.preventDefault());
        one.addEventListener("click", () => { act(); keys.focus({ preventScroll: true }); });
        bar.append(one);
        return one;
    };
    const press = (name) => () => type(T.keyText({ key: name, ctrlKey: holdsControl }, screen));
    key("Esc", "Escape", press("Escape"));
    key("Tab", "Tab", () => type("\t"));
    const control = key("Ctrl", "Control, for the next key", () => hold(!holdsControl));
    const hold = (isHeld) => {
        holdsControl = isHeld;
        control.setAttribute("aria-pressed", String(isHeld));
    };
    hold(false);
    for (const [name, words, which] of [["←", "Left", "ArrowLeft"], ["↑", "Up", "ArrowUp"], ["↓", "Down", "ArrowDown"], ["→", "Right", "ArrowRight"]]) {
        key(name, words, press(which));
    }
    key("^C", "Control C", () => type("\x03"));
    for (const sign of ["|", "/", "-", "~"]) key(sign, sign, () => typeLetters(sign));
    if (navigator.clipboard?.readText) key("Paste", "Paste", async () => { try { paste(await navigator.clipboard.readText()); } catch { /* not allowed */ } });
    if (link.mayType) place.append(bar);

    // MARK: Reading aloud

    const reading = document.getElementById("terminal-reading");
    const read = (isOn) => {
        talk.turn(isOn);
        reading.checked = isOn;
        try { localStorage.setItem("carrel-reads", isOn ? "1" : ""); } catch { /* it is asked again next time */ }
    };
    if (reading) {
        document.getElementById("terminal-switch").hidden = false;
        let isOn = false;
        try { isOn = localStorage.getItem("carrel-reads") === "1"; } catch { /* off */ }
        read(isOn);
        reading.addEventListener("change", () => read(reading.checked));
    }

    // MARK: What is beside the terminal

    // Keep, Extend and Return without leaving the page.
    document.addEventListener("submit", async (event) => {
        const form = event.target;
        if (!form.closest("#terminal-head")) return;
        event.preventDefault();
        try {
            const answer = await fetch(form.action, {
                method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin", redirect: "manual",
                headers: { accept: "application/json" },
            });
            if (answer.type === "opaqueredirect" || answer.ok) {
                say(form.dataset.done ?? "Done.");
                form.closest("details")?.removeAttribute("open");
                keys.focus({ preventScroll: true });
            } else {
                say((await answer.json()).detail ?? "That was not done.", "stale");
            }
        } catch {
            say("No connection: that was not done.", "stale");
        }
    });

    // A browser closes the page at Ctrl-W, which many type to delete a word.
    addEventListener("beforeunload", (event) => { if (!link.isOver && Date.now() - typedAt < 2_000) event.preventDefault(); });

    // A page that nobody sees lets its connection go: browsers have few of them for one server.
    let resting = 0;
    document.addEventListener("visibilitychange", () => {
        clearTimeout(resting);
        if (document.hidden) resting = setTimeout(() => link.stop(), 30_000); else link.start();
    });
    addEventListener("pagehide", () => link.stop());
    addEventListener("pageshow", (event) => { if (event.persisted) link.start(); });

    if (link.mayType) keys.focus({ preventScroll: true }); else keys.readOnly = true;
    link.start();
})();

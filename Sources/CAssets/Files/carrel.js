// Pages are whole without this. With it they stay up to date: the server says that something happened, and the regions marked
// `data-live` are replaced by those of the page as it is now. Nothing here makes markup out of text.
"use strict";
(() => {
    const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
    const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

    // Times in the reader's own time zone.
    const localise = (root) => {
        for (const element of root.querySelectorAll("time[datetime]")) {
            const date = new Date(element.dateTime);
            if (Number.isNaN(date.getTime())) continue;
            const isToday = date.toDateString() === new Date().toDateString();
            const text = (isToday ? clock : day).format(date);
            if (element.dataset.form === "clock") element.textContent = text;
            element.title = (element.dataset.form === "left" ? "until " : "") + text;
        }
        for (const element of root.querySelectorAll("[data-time]")) {
            const date = new Date(element.dataset.time);
            if (!Number.isNaN(date.getTime())) element.textContent = clock.format(date);
        }
    };
    localise(document);

    const isBusy = (region) => {
        const focus = document.activeElement;
        if (focus && region.contains(focus) && focus.matches("input, select, textarea, button, summary")) return true;
        const selection = document.getSelection();
        return Boolean(selection && !selection.isCollapsed && region.contains(selection.anchorNode));
    };

    // Puts the newer region in the place of the older one, and the focus and what was unfolded back.
    const replace = (old, fresh) => {
        if (isBusy(old)) return;
        const node = document.importNode(fresh, true);
        localise(node);
        const unfolded = [...old.querySelectorAll("details")].map((one) => one.open);
        [...node.querySelectorAll("details")].forEach((one, index) => { if (unfolded[index]) one.open = true; });
        if (node.outerHTML === old.outerHTML) return;
        const focus = document.activeElement;
        const link = focus && old.contains(focus) ? focus.getAttribute("href") : null;
        old.replaceWith(node);
        if (link) [...node.querySelectorAll("a")].find((one) => one.getAttribute("href") === link)?.focus();
    };

    const status = document.getElementById("live");
    const say = (text, isStale) => {
        if (!status) return;
        status.classList.toggle("stale", isStale);
        if (status.textContent !== text) status.textContent = text;
    };

    let running = false, again = false, last = 0;
    const refresh = async () => {
        if (running) { again = true; return; }
        running = true;
        try {
            const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin", redirect: "manual" });
            if (answer.type === "opaqueredirect") { location.reload(); return; }
            if (!answer.ok) throw new Error(String(answer.status));
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const old of document.querySelectorAll("[data-live]")) {
                const fresh = page.getElementById(old.id);
                if (fresh) replace(old, fresh);
            }
            document.title = page.title;
            say("Live", false);
        } catch {
            say("No connection: what you see may be old", true);
        }
        last = Date.now();
        running = false;
        if (again) { again = false; later(2000); }
    };
    let timer = 0;
    const later = (delay) => {
        if (timer) return;
        timer = setTimeout(() => { timer = 0; if (!document.hidden) refresh(); }, Math.max(delay, last + 2000 - Date.now()));
    };

    // Output of work, as long as more of it comes.
    const followLog = async (box) => {
        for (;;) {
            await new Promise((done) => setTimeout(done, 2000));
            if (!box.isConnected || document.hidden) continue;
            try {
                const answer = await fetch(box.dataset.log, { headers: { accept: "text/html" }, credentials: "same-origin", redirect: "manual" });
                if (answer.status === 204) return;
                if (!answer.ok) continue;
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                const fresh = page.getElementById("log");
                if (!fresh || isBusy(box)) continue;
                const logs = [...box.querySelectorAll("pre")];
                const places = logs.map((one) => one.scrollTop + one.clientHeight >= one.scrollHeight - 8 ? Infinity : one.scrollTop);
                const isLast = fresh.dataset.log === undefined || fresh.dataset.log === "";
                box.replaceChildren(...[...document.importNode(fresh, true).childNodes]);
                [...box.querySelectorAll("pre")].forEach((one, index) => { one.scrollTop = Math.min(places[index] ?? Infinity, one.scrollHeight); });
                if (isLast) return;
            } catch { /* asked again soon */ }
        }
    };

    for (const one of document.querySelectorAll("pre.log")) one.scrollTop = one.scrollHeight;
    const box = document.getElementById("log");
    if (box?.dataset.log) followLog(box);

    if (!document.querySelector("[data-live]")) return;
    let source;
    const listen = () => {
        if (source) return;
        source = new EventSource("/live");
        source.onopen = () => say("Live", false);
        source.onmessage = () => later(150);
        source.onerror = () => {
            say("No connection: what you see may be old", true);
            if (source.readyState === EventSource.CLOSED) { source = undefined; setTimeout(() => { if (!document.hidden) { listen(); later(0); } }, 10000); }
        };
    };
    const rest = () => { source?.close(); source = undefined; };
    listen();
    // Figures of devices change without anything happening.
    if (document.querySelector('[data-live=""]')) setInterval(() => { if (!document.hidden) later(0); }, 10000);
    document.addEventListener("visibilitychange", () => { if (document.hidden) rest(); else { listen(); later(0); } });
    addEventListener("pagehide", rest);
})();

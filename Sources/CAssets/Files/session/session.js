// The bar above a session: until when it lasts, and what its user should know. It can do nothing itself; its links lead to the
// server's own page, since everything on this origin may be written by the program that runs here.
"use strict";
(() => {
  const bar = document.querySelector("header"), words = bar.querySelector("p"), frame = document.querySelector("iframe");
  const name = bar.querySelector("h1").textContent;
  const span = (milliseconds) => {
    const minutes = Math.max(0, Math.round(milliseconds / 60000));
    if (minutes < 60) return `${minutes} min left`;
    if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
    return `${Math.floor(minutes / 1440)} days left`;
  };
  let known = null;
  const show = () => {
    if (!known) return;
    const parts = known.notes.slice();
    if (known.endsAt) {
      const end = new Date(known.endsAt);
      parts.unshift(`until ${end.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}, ${span(end - Date.now())}`);
    }
    const text = parts.join(" · ");
    // Said again only when it is news: it is read aloud.
    if (words.textContent !== text) words.textContent = text;
    bar.classList.toggle("warn", known.isUrgent);
  };
  const look = async () => {
    try {
      const answer = await fetch("/.carrel/state", { headers: { accept: "application/json" }, cache: "no-store" });
      if (answer.ok) known = await answer.json();
      else if ([401, 403, 410].includes(answer.status)) known = { endsAt: null, notes: ["This session is over, or closed to you."], isUrgent: true };
    } catch {
      known = { endsAt: known && known.endsAt, notes: ["The server can’t be reached at the moment; your work goes on."], isUrgent: true };
    }
    show();
  };
  frame.addEventListener("load", () => {
    try {
      document.title = frame.contentDocument.title || name;
      frame.contentWindow.focus();
    } catch {
      document.title = name;
    }
  });
  look();
  setInterval(look, 15000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
})();

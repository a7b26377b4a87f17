"use strict";
(() => {
  const { words, example } = JSON.parse(document.getElementById("words").textContent);
  const root = document.documentElement;
  const form = document.getElementById("ask");
  const text = document.getElementById("text");
  const send = document.getElementById("send");
  const status = document.getElementById("status");
  const problem = document.getElementById("error");
  const result = document.getElementById("result");
  const holder = document.getElementById("holder");
  const said = document.getElementById("said");
  let found = null; // the last reading, in both languages
  let failure = null;
  let asked = ""; // what it was a reading of
  let busy = false;

  function say(label, values = {}) {
    return words[root.lang][label].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  function speak(language) {
    root.lang = language;
    document.title = say("title");
    for (const place of document.querySelectorAll("[data-t]")) place.textContent = say(place.dataset.t);
    for (const place of document.querySelectorAll("[data-t-label]")) place.setAttribute("aria-label", say(place.dataset.tLabel));
    for (const place of document.querySelectorAll("[data-t-hint]")) place.placeholder = say(place.dataset.tHint);
    for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    const address = new URL(location.href);
    address.searchParams.set("language", language);
    history.replaceState(null, "", address);
    if (!busy) status.textContent = "";
    show();
    tell(failure);
  }

  // The service has escaped all that is the article's, and the page's policy lets no script run but this one.
  function show() {
    result.hidden = !found;
    holder.innerHTML = found ? found.html[root.lang] : "";
    if (found) document.getElementById("found").textContent = say("records", { count: found.count });
  }
  function tell(wrong) {
    failure = wrong;
    problem.hidden = !wrong;
    if (!wrong) return;
    const known = words[root.lang][`error.${wrong.status}`] ? `error.${wrong.status}` : "error.other";
    problem.children[0].textContent = say(known, { status: wrong.status, seconds: wrong.seconds ?? "" });
    problem.children[1].textContent = wrong.detail ?? "";
  }

  async function ask() {
    if (busy) return;
    if (!text.value.trim()) {
      tell({ status: "empty" });
      text.focus();
      return;
    }
    const wanted = { text: text.value };
    for (const name of ["title", "published"]) if (form.elements[name].value) wanted[name] = form.elements[name].value;
    tell(null);
    const stop = wait();
    try {
      const answer = await fetch("/view", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wanted) });
      if (answer.ok) await receive(answer, wanted);
      else tell(await wrong(answer));
    } catch {
      tell({ status: 0 });
    } finally {
      stop();
    }
  }
  function wait() {
    const began = Date.now();
    const tick = () => (status.textContent = say("busy", { seconds: Math.floor((Date.now() - began) / 1000) }));
    const clock = setInterval(tick, 1000);
    busy = true;
    send.setAttribute("aria-disabled", "true");
    tick();
    return () => {
      clearInterval(clock);
      busy = false;
      send.removeAttribute("aria-disabled");
      status.textContent = found && !failure ? say("done", { count: found.count }) : "";
    };
  }
  async function receive(answer, wanted) {
    found = await answer.json();
    asked = JSON.stringify(wanted);
    changed();
    show();
    text.classList.add("small");
    const heading = document.getElementById("found");
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }
  async function wrong(answer) {
    const row = await answer.json().catch(() => ({}));
    return { status: answer.status, seconds: answer.headers.get("Retry-After"), detail: [row.error, row["what to do"]].filter(Boolean).join("; ") };
  }
  function changed() {
    const now = { text: text.value };
    for (const name of ["title", "published"]) if (form.elements[name].value) now[name] = form.elements[name].value;
    document.getElementById("stale").hidden = !found || JSON.stringify(now) === asked;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => {
    found = null;
    status.textContent = "";
    text.classList.remove("small");
    tell(null);
    show();
    text.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    }
  });
  document.getElementById("example").addEventListener("click", () => {
    for (const name of ["text", "title", "published"]) form.elements[name].value = example[name] ?? "";
    changed();
    ask();
  });
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));

  document.getElementById("copy").addEventListener("click", async () => {
    said.textContent = "";
    const done = await copy(found.json);
    said.textContent = status.textContent = say(done ? "copied" : "not_copied");
  });
  async function copy(content) {
    try {
      await navigator.clipboard.writeText(content);
      return true;
    } catch {
      return copyOldWay(content); // there is no clipboard over http from another machine
    }
  }
  function copyOldWay(content) {
    const place = document.createElement("textarea");
    place.value = content;
    place.className = "far";
    document.body.append(place);
    place.select();
    const done = document.execCommand("copy");
    place.remove();
    document.getElementById("copy").focus();
    return done;
  }
  document.getElementById("csv").addEventListener("click", () => {
    const link = document.createElement("a");
    // With a byte order mark, so that Excel reads Vietnamese.
    link.href = URL.createObjectURL(new Blob(["\ufeff", found.csv[root.lang]], { type: "text/csv;charset=utf-8" }));
    link.download = say("csv_file");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  // From a field to its place in the text, from a passage to the records that use it, and back with Esc: as on the records page.
  let cameFrom = null;
  let last = null;
  let turn = 0;
  function go(place) {
    place.scrollIntoView({ block: "nearest", inline: "nearest" });
    place.focus({ preventScroll: true });
    place.classList.remove("flash");
    void place.offsetWidth; // starts the animation anew
    place.classList.add("flash");
  }
  function showRecords(mark) {
    const cards = mark.dataset.r.split(" ").map((number) => holder.querySelector(`.card[data-n="${number}"]`));
    turn = mark === last ? (turn + 1) % cards.length : 0;
    last = mark;
    for (const lit of holder.querySelectorAll(".card.lit")) lit.classList.remove("lit");
    for (const card of cards) card.classList.add("lit");
    go(cards[turn]);
  }
  function trace(card) {
    for (const mark of holder.querySelectorAll("a.e")) mark.classList.toggle("own", Boolean(card) && mark.dataset.r.split(" ").includes(card.dataset.n));
  }
  holder.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a.to, a.e");
    if (!link) return;
    event.preventDefault();
    cameFrom = link;
    if (link.matches("a.e")) showRecords(link);
    else go(document.getElementById(link.hash.slice(1)));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !cameFrom?.isConnected || event.target.closest("form")) return;
    go(cameFrom);
    cameFrom = null;
  });
  for (const kind of ["focusin", "mouseover"]) holder.addEventListener(kind, (event) => trace(event.target.closest(".card")));

  document.getElementById("origin").textContent = location.origin;
})();

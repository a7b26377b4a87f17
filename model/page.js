"use strict";
(() => {
  const { records: rows, words } = JSON.parse(document.getElementById("index").textContent);
  const articles = [...document.querySelectorAll("details.article")];
  const form = document.getElementById("filter");
  const said = document.getElementById("said");
  const records = new Map();
  const home = new Map();
  for (const [number, anchor, article, organisation, indicator, kind, confidence, conflict] of rows) {
    records.set(number, { anchor, article, kind, confidence, conflict, shown: true, organisation: plain(organisation), indicator: plain(indicator) });
    home.set(anchor, article);
  }

  // Without marks, so that `ha noi` finds `Hà Nội` and `thỏa ước` finds `thoả ước`.
  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
  }
  function say(label, values) {
    return words[label].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  // An article's content is a piece of this page, escaped like the rest of it, kept as text until the article is opened.
  function fill(article) {
    const later = article.querySelector("script.later");
    if (!later) return;
    const holder = document.createElement("template");
    holder.innerHTML = later.textContent;
    later.replaceWith(holder.content);
    showCards(article);
  }
  function showCards(article) {
    for (const card of article.querySelectorAll(".card")) card.hidden = !records.get(Number(card.dataset.n)).shown;
  }

  let cameFrom = null;
  function go(place) {
    place.scrollIntoView({ block: "nearest", inline: "nearest" });
    place.focus({ preventScroll: true });
    place.classList.remove("flash");
    void place.offsetWidth; // starts the animation anew
    place.classList.add("flash");
  }
  function open(anchor) {
    const article = articles[home.get(anchor)] ?? articles.find((one) => one.id === anchor);
    if (!article) return false;
    article.hidden = false;
    fill(article);
    article.open = true;
    const place = document.getElementById(anchor);
    place.hidden = false;
    if (place === article) {
      article.scrollIntoView();
      article.querySelector("summary").focus({ preventScroll: true });
    } else go(place);
    return true;
  }

  let last = null;
  let turn = 0;
  function showRecords(mark) {
    const numbers = mark.dataset.r.split(" ").map(Number);
    turn = mark === last ? (turn + 1) % numbers.length : 0;
    last = mark;
    cameFrom = mark;
    for (const lit of document.querySelectorAll(".card.lit")) lit.classList.remove("lit");
    for (const number of numbers) document.getElementById(records.get(number).anchor)?.classList.add("lit");
    open(records.get(numbers[turn]).anchor);
    said.textContent = say("card.used", { place: turn + 1, count: numbers.length });
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const field = event.target.closest("a.to");
    const mark = event.target.closest("a.e");
    if (field) {
      event.preventDefault();
      cameFrom = field;
      last = null;
      go(document.getElementById(field.hash.slice(1)));
    } else if (mark) {
      event.preventDefault();
      showRecords(mark);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !cameFrom?.isConnected || event.target.closest("form")) return;
    go(cameFrom);
    cameFrom = null;
  });
  // A card under the pointer or with the focus shows which passages are its own.
  function trace(card) {
    for (const mark of document.querySelectorAll("a.own")) mark.classList.remove("own");
    if (!card) return;
    for (const mark of card.closest(".columns").querySelectorAll("a.e")) {
      mark.classList.toggle("own", mark.dataset.r.split(" ").includes(card.dataset.n));
    }
  }
  for (const kind of ["focusin", "mouseover"]) {
    document.addEventListener(kind, (event) => {
      const card = event.target.closest?.(".card");
      if (card || kind === "mouseover") trace(card);
    });
  }

  document.addEventListener("toggle", (event) => event.target.open && event.target.matches(".article") && fill(event.target), true);
  function follow() {
    let anchor = location.hash.slice(1);
    try {
      anchor = decodeURIComponent(anchor);
    } catch {
      return; // not one of this page's links
    }
    if (anchor) open(anchor);
  }
  window.addEventListener("hashchange", follow);

  function filter() {
    const asked = new FormData(form);
    const organisation = plain(asked.get("organisation").trim());
    const indicator = plain(asked.get("indicator").trim());
    const kind = asked.get("kind");
    const least = Number(asked.get("confidence"));
    const conflict = asked.has("conflict");
    const all = !organisation && !indicator && !kind && !least && !conflict;
    document.getElementById("least").textContent = `${least}%`;
    const counts = articles.map(() => 0);
    for (const record of records.values()) {
      record.shown =
        record.organisation.includes(organisation) &&
        record.indicator.includes(indicator) &&
        (!kind || record.kind === kind) &&
        record.confidence * 100 >= least &&
        (!conflict || record.conflict === 1);
      if (record.shown) counts[record.article] += 1;
    }
    articles.forEach((article, number) => {
      article.hidden = !all && !counts[number];
      article.querySelector(".tally").textContent = say("tally.records", { count: counts[number] });
      showCards(article);
    });
    const shown = counts.reduce((sum, count) => sum + count, 0);
    const found = say("filter.found", { records: shown, articles: counts.filter(Boolean).length });
    document.getElementById("found").textContent = shown || all ? found : words["filter.none"];
  }

  if (form) {
    let waiting = 0;
    const soon = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(filter);
    };
    form.hidden = false;
    form.addEventListener("input", soon);
    form.addEventListener("reset", soon);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("open").addEventListener("click", () => {
      for (const article of articles) if (!article.hidden) article.open = true;
    });
    document.getElementById("close").addEventListener("click", () => {
      for (const article of articles) article.open = false;
    });
    filter();
  }
  follow();
})();

"use strict";
(() => {
  const { judged, left, right, top, bottom, width, height } = JSON.parse(document.getElementById("numbers").textContent);
  const slider = document.getElementById("threshold");
  // What a threshold keeps: as many records, and the share of them that is right.
  function keep() {
    const least = Number(slider.value);
    const kept = judged.filter(([confidence]) => confidence >= least);
    const exact = kept.filter(([, correct]) => correct).length;
    const share = kept.length / judged.length;
    document.getElementById("kept").textContent = kept.length
      ? `from ${least.toFixed(3)}: ${kept.length} of ${judged.length} records kept (${(100 * share).toFixed(1)} %), ${((100 * exact) / kept.length).toFixed(1)} % of them right`
      : `from ${least.toFixed(3)}: no record kept`;
    const mark = document.getElementById("mark");
    mark.style.display = kept.length ? "" : "none";
    if (!kept.length) return;
    mark.setAttribute("cx", left + share * (width - left - right));
    mark.setAttribute("cy", height - bottom - (exact / kept.length) * (height - top - bottom));
  }
  if (slider) {
    slider.closest(".threshold").hidden = false;
    slider.addEventListener("input", keep);
    keep();
  }

  const form = document.getElementById("filter");
  const cards = [...document.querySelectorAll(".mistake")];
  function filter() {
    const asked = new FormData(form);
    const [kind, source, words] = ["kind", "source", "words"].map((name) => asked.get(name).trim().normalize("NFC").toLowerCase());
    let shown = 0;
    for (const card of cards) {
      const fits = (!kind || card.dataset.kinds.split("|").includes(kind)) && (!source || card.dataset.source === source);
      card.hidden = !fits || (words && !card.textContent.normalize("NFC").toLowerCase().includes(words));
      shown += card.hidden ? 0 : 1;
    }
    document.getElementById("found").textContent = shown ? `${shown} of ${cards.length} shown` : "none fits; widen the filter";
  }
  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => requestAnimationFrame(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
})();

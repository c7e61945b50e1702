"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Filters. No ticked outcome means every outcome.
  const form = document.querySelector(".filters");
  const output = form.querySelector("output");
  const rows = all(".matrix tbody tr");
  const heads = all(".matrix thead th[data-model]");
  const cards = all(".card");
  const words = new Map([...rows, ...cards].map((part) => [part, part.textContent.toLowerCase()]));

  const apply = () => {
    const asked = new FormData(form);
    const outcomes = new Set(asked.getAll("outcome"));
    const operation = asked.get("operation") || "";
    const model = asked.get("model") || "";
    const text = (asked.get("text") || "").trim().toLowerCase();
    const matches = (part) =>
      (!model || part.dataset.model === model) && (!outcomes.size || outcomes.has(part.dataset.outcome));
    let shown = 0;
    for (const head of heads) head.hidden = Boolean(model) && head.dataset.model !== model;
    for (const row of rows) {
      let any = false;
      const columns = heads.filter((head) => head.closest("table") === row.closest("table"));
      all("td", row).forEach((cell, index) => {
        const fits = matches(cell) && cell.dataset.outcome !== undefined;
        cell.hidden = columns[index].hidden;
        cell.classList.toggle("faded", !fits);
        any = any || fits;
      });
      row.hidden = !any || (operation && row.dataset.operation !== operation) || !words.get(row).includes(text);
      shown += row.hidden ? 0 : 1;
    }
    for (const card of cards) {
      const flaws = all(".flaw", card);
      for (const flaw of flaws) {
        flaw.hidden = !matches(flaw) || (operation && flaw.dataset.operation !== operation);
      }
      card.hidden = flaws.every((flaw) => flaw.hidden) || !words.get(card).includes(text);
    }
    for (const table of all(".matrix")) table.hidden = all("tbody tr", table).every((row) => row.hidden);
    for (const section of all("main > section:has(> .card)")) {
      section.hidden = all(".card", section).every((card) => card.hidden);
    }
    output.textContent = `${shown} of ${rows.length} requirements`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();

  // Copying. The old way works in files that a browser does not trust.
  const select = (block) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  };
  for (const button of all(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const block = button.parentElement.querySelector("code");
      let done = false;
      try {
        await navigator.clipboard.writeText(block.textContent);
        done = true;
      } catch {
        done = select(block);
      }
      button.textContent = done ? "Copied" : "Press Ctrl+C";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  // A link into a hidden part shows it; paper shows everything.
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) form.reset();
    if (target.closest("details")) target.closest("details").open = true;
    setTimeout(() => target.scrollIntoView());
  });
  addEventListener("beforeprint", () => all("details").forEach((part) => { part.open = true; }));
})();

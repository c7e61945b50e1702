// Filters over the rows of tables and lists: every word has to occur, and one of the chosen outcomes.
(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  const output = form.querySelector("output");
  const nothing = document.querySelector(".end");
  const rows = Array.from(document.querySelectorAll("[data-outcomes]")).map((row) => ({
    row,
    outcomes: row.dataset.outcomes.split(" "),
    text: row.textContent.toLowerCase(),
  }));
  const parts = Array.from(document.querySelectorAll(".part"));

  keepFiltersInAddress(form, () => {
    const asked = new FormData(form);
    const outcomes = new Set(asked.getAll("outcome"));
    const words = asked.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, outcomes: own, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word)) || Boolean(outcomes.size && !own.some((one) => outcomes.has(one)));
      shown += row.hidden ? 0 : 1;
    }
    const active = Boolean(outcomes.size || words.length);
    for (const part of parts) {
      const left = part.querySelectorAll("[data-outcomes]:not([hidden])").length;
      const all = part.querySelectorAll("[data-outcomes]").length;
      part.hidden = active && left === 0;
      part.querySelector(".number").textContent = left < all ? `${left} of ${all}` : `${all}`;
    }
    nothing.hidden = shown > 0;
    output.textContent = active ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    form.classList.toggle("active", active);
  });
})();

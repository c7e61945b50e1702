// Filters over findings and matrix.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const form = document.querySelector(".filters");
  const output = form.querySelector("output");
  const nothing = document.querySelector(".end");

  const lower = (part) => part.textContent.toLowerCase();
  const findings = all(".finding").map((card) => ({
    card,
    operation: card.dataset.operation,
    severity: card.dataset.severity,
    flaws: all(".flaw", card).map((flaw) => ({ flaw, model: flaw.dataset.model, outcome: flaw.dataset.outcome })),
    // What is copied from messages is searched for as well, long bodies are not.
    text: all("summary, .facts-line, .happened, .against, .hint, .ids", card).map(lower).join("\n"),
  }));
  const tables = all(".matrix").map((table) => {
    const heads = all("thead th[data-model]", table);
    const groups = all("tbody", table).map((body) => ({
      body,
      rows: all("tr[id]", body).map((row) => ({
        row,
        severity: row.dataset.severity,
        cells: all("td", row).map((cell, index) => ({ cell, model: heads[index].dataset.model, outcome: cell.dataset.o })),
        text: lower(row.cells[0]),
      })),
    }));
    return { table, heads, groups, operation: table.dataset.operation };
  });
  const total = tables.reduce((sum, { groups }) => sum + groups.reduce((rows, group) => rows + group.rows.length, 0), 0);

  const wanted = () => {
    const asked = new FormData(form);
    const one = (name) => asked.get(name) || "";
    return {
      outcomes: new Set(asked.getAll("outcome")),
      severity: one("severity"),
      operation: one("operation"),
      model: one("model"),
      words: one("text").toLowerCase().split(/\s+/).filter(Boolean),
    };
  };

  const apply = () => {
    const { outcomes, severity, operation, model, words } = wanted();
    const fits = (part) => (!model || part.model === model) && (!outcomes.size || outcomes.has(part.outcome));
    const near = (part) => (!severity || part.severity === severity) && words.every((word) => part.text.includes(word));
    let shown = 0;
    for (const finding of findings) {
      let any = false;
      for (const part of finding.flaws) {
        part.flaw.hidden = !fits(part);
        any = any || !part.flaw.hidden;
      }
      finding.card.hidden = !any || !near(finding) || Boolean(operation && finding.operation !== operation);
    }
    for (const { table, heads, groups, operation: mine } of tables) {
      let rest = 0;
      for (const head of heads) head.hidden = Boolean(model) && head.dataset.model !== model;
      for (const { body, rows } of groups) {
        let left = 0;
        for (const part of rows) {
          let any = false;
          for (const cell of part.cells) {
            const hit = cell.outcome !== undefined && fits(cell);
            cell.cell.hidden = Boolean(model) && cell.model !== model;
            cell.cell.classList.toggle("faded", cell.outcome !== undefined && !hit);
            any = any || hit;
          }
          part.row.hidden = !any || !near(part) || Boolean(operation && mine !== operation);
          left += part.row.hidden ? 0 : 1;
        }
        body.hidden = left === 0;
        rest += left;
      }
      table.hidden = rest === 0;
      shown += rest;
    }
    const active = outcomes.size || severity || operation || model || words.length;
    for (const section of all(".findings, .cause")) {
      const cards = all(".finding", section);
      const left = cards.filter((card) => !card.hidden).length;
      const number = section.querySelector(".number");
      section.hidden = Boolean(active) && left === 0;
      if (number) number.textContent = left < cards.length ? `${left} of ${cards.length}` : `${left}`;
    }
    nothing.hidden = shown > 0 || total === 0;
    output.textContent = active ? `${shown} of ${total} requirements` : `${total} requirements`;
    form.classList.toggle("active", Boolean(active));
  };

  keepFiltersInAddress(form, apply);
})();

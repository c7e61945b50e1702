// Keys: / searches, j and k or the arrows move between what can be opened, Enter opens, Esc closes.
(() => {
  for (const hint of document.querySelectorAll(".keys")) hint.hidden = false;
  const search = document.querySelector(".filters input[type=search]");
  const summaries = () =>
    Array.from(document.querySelectorAll(".item > summary, a.item")).filter((part) => !part.closest("[hidden]"));

  const move = (step) => {
    const parts = summaries();
    const now = document.activeElement?.closest(".item");
    const index = parts.findIndex((part) => part.closest(".item") === now);
    const next = index === -1 ? (step > 0 ? firstBelow(parts) : parts.length - 1) : index + step;
    const target = parts[Math.max(0, Math.min(parts.length - 1, next))];
    target?.focus();
    target?.scrollIntoView({ block: "nearest" });
  };
  const firstBelow = (parts) => {
    const index = parts.findIndex((part) => part.getBoundingClientRect().top >= 0);
    return Math.max(0, index);
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.matches?.("input, select, textarea");
    if (event.key === "Escape") {
      if (event.target === search) {
        if (search.value) { search.value = ""; search.dispatchEvent(new Event("input", { bubbles: true })); }
        search.blur();
        return;
      }
      const open = document.activeElement?.closest(".item[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      return;
    }
    if (event.target === search && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      search.blur();
      const first = summaries()[0];
      first?.focus();
      first?.scrollIntoView({ block: "nearest" });
      return;
    }
    if (typing) return;
    const inside = event.target.closest?.("pre, .scrolls") && !event.target.closest("summary");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j" || (event.key === "ArrowDown" && !inside && event.target.closest?.("summary"))) {
      event.preventDefault();
      move(1);
    } else if (event.key === "k" || (event.key === "ArrowUp" && !inside && event.target.closest?.("summary"))) {
      event.preventDefault();
      move(-1);
    }
  });
})();

"use strict";
// Filters stand in the address as #PLACE?outcome=fail&text=size, so that a view can be shared. `apply` shows what fits.
const keepFiltersInAddress = (form, apply) => {
  const split = () => {
    const [place, ...rest] = location.hash.slice(1).split("?");
    return [place, rest.join("?")];
  };
  const write = (place) => {
    const query = new URLSearchParams(Array.from(new FormData(form)).filter(([, value]) => value)).toString();
    const hash = place + (query ? `?${query}` : "");
    try { history.replaceState(null, "", hash ? `#${hash}` : "#"); } catch { /* some viewers forbid it */ }
  };
  const read = (query) => {
    const asked = new URLSearchParams(query);
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = asked.getAll(field.name).includes(field.value);
      else if (field.name) field.value = asked.get(field.name) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
  };
  const decoded = (place) => {
    try { return decodeURIComponent(place); } catch { return place; }
  };
  const go = (place, focus) => {
    const target = place && document.getElementById(decoded(place));
    if (!target) return;
    if (target.closest("[hidden]")) { form.reset(); apply(); }
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const own = target.matches("tr") && target.querySelector("details");
    if (own) own.open = true;
    for (const part of document.querySelectorAll(".targeted")) part.classList.remove("targeted");
    target.classList.add("targeted");
    target.scrollIntoView({ block: "start" });
    if (focus) target.querySelector("summary, a.item")?.focus({ preventScroll: true });
  };

  form.addEventListener("input", () => { apply(); write(split()[0]); });
  form.addEventListener("reset", () => setTimeout(() => { apply(); write(split()[0]); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".clear").addEventListener("click", () => form.reset());
  addEventListener("hashchange", () => {
    const [place, query] = split();
    if (query) { read(query); apply(); }
    go(place, true);
    write(place);
  });

  const [place, query] = split();
  form.hidden = false;
  if (query) read(query);
  apply();
  if (place) requestAnimationFrame(() => go(place, false));
};

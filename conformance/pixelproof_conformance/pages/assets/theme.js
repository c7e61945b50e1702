"use strict";
// The colours that were chosen last time; where nothing may be stored, the system decides.
(() => {
  const key = "pixelproof-theme";
  const names = ["auto", "light", "dark"];
  let theme = "auto";
  try { theme = localStorage.getItem(key) || "auto"; } catch { /* private browsing */ }
  const show = () => {
    if (names.indexOf(theme) > 0) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  show();
  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".theme");
    const label = () => { button.textContent = `Theme: ${theme}`; };
    label();
    button.hidden = false;
    button.addEventListener("click", () => {
      theme = names[(names.indexOf(theme) + 1) % names.length];
      try { localStorage.setItem(key, theme); } catch { /* it lasts until the page is closed */ }
      show();
      label();
    });
  });
})();

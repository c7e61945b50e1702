// Copying. The old way works in files that a browser does not trust. Paper shows everything.
(() => {
  const byHand = (block) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  };
  for (const button of document.querySelectorAll(".copy")) button.hidden = false;
  addEventListener("click", async (event) => {
    const button = event.target.closest?.(".copy");
    if (!button) return;
    const block = button.parentElement.querySelector("code");
    let done = false;
    try {
      await navigator.clipboard.writeText(block.textContent);
      done = true;
    } catch {
      done = byHand(block);
    }
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  // A message that is longer than its frame shows the place that is wrong.
  addEventListener("toggle", (event) => {
    for (const mark of event.target.open ? event.target.querySelectorAll("pre mark") : []) {
      const frame = mark.closest("pre");
      if (frame.scrollTop === 0 && mark.offsetTop > frame.clientHeight) frame.scrollTop = mark.offsetTop - frame.clientHeight / 2;
    }
  }, true);
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll(".finding:not([open]), .finding details:not([open])"));
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
})();

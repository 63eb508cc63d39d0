/** Copies the text of the element a button names, and says so on the button. Works on plain http too, where browsers have no clipboard for scripts. */

/** @param {HTMLElement} element */
async function copy(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent ?? "");
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection()?.removeAllRanges();
  getSelection()?.addRange(range);
  if (!document.execCommand("copy")) throw new Error("copy refused");
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
  const label = button.textContent;
  const source = document.getElementById(button.dataset.copy ?? "");
  button.addEventListener("click", async () => {
    if (!source) return;
    try {
      await copy(source);
      button.textContent = `✓ ${button.dataset.done}`;
      setTimeout(() => (button.textContent = label), 2500);
    } catch {
      // The text is selected now and can be copied by hand.
    }
  });
}

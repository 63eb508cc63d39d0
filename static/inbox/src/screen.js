/**
 * Keeps the page as tall as what can be seen of it: on a phone the keyboard covers half, and the text box has to stand above
 * it. Called by page.js.
 */

/** @param {HTMLElement} root @param {() => void} onChange */
export function watchScreen(root, onChange) {
  const { visualViewport } = globalThis;
  if (!visualViewport) return;
  const fit = () => {
    root.style.setProperty("--seen-height", `${visualViewport.height}px`);
    root.style.setProperty("--seen-top", `${visualViewport.offsetTop}px`);
    onChange();
  };
  visualViewport.addEventListener("resize", fit);
  visualViewport.addEventListener("scroll", fit);
  fit();
}

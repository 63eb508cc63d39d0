/**
 * The frame around a chat: opens, closes, holds the focus, fills a phone's screen above its keyboard. Called by panel.js.
 * On a desktop it stands beside the page (not modal); under 480 px it is modal, like every full-screen view.
 */

import { element } from "./element.js";

/**
 * @typedef {object} Options
 * @property {HTMLButtonElement} button that opened it, and gets the focus back
 * @property {boolean} full a page of its own: no way out
 * @property {Node[]} children
 * @property {() => HTMLElement} firstFocus
 * @property {() => void} onClose
 */

/** @param {Options} options */
export function createDialog({ button, full, children, firstFocus, onClose }) {
  const node = element("section", { className: full ? "dialog full" : "dialog", role: "dialog", "aria-labelledby": "title", tabIndex: -1, hidden: true }, ...children);
  const narrow = matchMedia("(max-width: 479px)");
  const page = document.documentElement;
  const viewport = window.visualViewport;
  /** @type {{destroy(): void} | undefined} */
  let watcher;
  let overflow = "";
  let covering = false;

  /** Keeps the panel between the top of what is visible and the keyboard. */
  const fit = () => {
    const phone = narrow.matches || full;
    node.style.top = phone && viewport ? viewport.offsetTop + "px" : "";
    node.style.height = phone && viewport ? viewport.height + "px" : "";
    node.classList.toggle("low", (viewport?.height || innerHeight) < 480);
  };

  /** Under a full-screen view the page neither scrolls nor takes the focus. @param {boolean} wanted */
  const cover = (wanted) => {
    if (wanted === covering) return;
    covering = wanted;
    if (wanted) overflow = page.style.overflow;
    page.style.overflow = wanted ? "hidden" : overflow;
    if ("inert" in document.body) document.body.inert = wanted;
    if (wanted) node.setAttribute("aria-modal", "true");
    else node.removeAttribute("aria-modal");
  };

  const adapt = () => {
    cover(!node.hidden && narrow.matches && !full);
    fit();
  };

  const close = () => {
    if (node.hidden || full) return;
    node.hidden = true;
    watcher?.destroy();
    watcher = undefined;
    adapt();
    button.setAttribute("aria-expanded", "false");
    button.focus();
    onClose();
  };

  const open = () => {
    node.hidden = false;
    adapt();
    button.setAttribute("aria-expanded", "true");
    // Android's back button closes the chat instead of leaving the page, where the browser offers that.
    if (window.CloseWatcher && narrow.matches && !full) {
      const made = new window.CloseWatcher();
      made.onclose = close;
      watcher = made;
    }
    // A keyboard that springs up at once would hide the greeting of a phone user.
    (matchMedia("(pointer: coarse)").matches ? node : firstFocus()).focus({ preventScroll: true });
  };

  node.onkeydown = (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab" && covering) holdFocus(event, node);
  };
  narrow.addEventListener("change", adapt);
  viewport?.addEventListener("resize", fit);
  viewport?.addEventListener("scroll", fit);

  return { node, open, close, isOpen: () => !node.hidden };
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} node
 */
function holdFocus(event, node) {
  const stops = [...node.querySelectorAll("a[href], button, textarea, input, [tabindex='0']")].filter(
    (one) => /** @type {HTMLElement} */ (one).offsetParent && !(/** @type {HTMLButtonElement} */ (one).disabled),
  );
  const active = /** @type {ShadowRoot} */ (node.getRootNode()).activeElement;
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (active !== edge && active !== node) return;
  if (active === node && !event.shiftKey) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
}

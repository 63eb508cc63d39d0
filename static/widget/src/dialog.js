/**
 * The frame around a chat: a native dialog, beside the page on a desktop, modal and full-screen where a side is under 480 px, where the
 * browser itself then keeps the focus inside and lets Android's back button close it. Called by panel.js.
 */

import { element } from "./element.js";

/**
 * @typedef {object} Options
 * @property {string} label
 * @property {boolean} full a page of its own: no way out
 * @property {Node[]} children
 * @property {HTMLElement} box where writing begins
 * @property {(open: boolean) => void} onToggle
 */

/** @param {Options} options */
export function createDialog({ label, full, children, box, onToggle }) {
  const node = element("dialog", { "aria-label": label, tabIndex: -1 }, ...children);
  const phone = matchMedia("(max-width:479px),(max-height:479px)");
  const viewport = /** @type {VisualViewport} */ (visualViewport);

  /** Keeps the panel between the top of what is visible and the keyboard. */
  const fit = () => {
    const covers = full || phone.matches;
    node.className = covers ? "cover" : "";
    node.style.top = covers ? viewport.offsetTop + "px" : "";
    node.style.height = covers ? viewport.height + "px" : "";
  };

  const show = () => {
    if (phone.matches && !full) node.showModal();
    else node.show();
    fit();
  };

  const toggled = () => {
    // Else a finger on our top, or on a short talk, moves the page behind.
    document.documentElement.style.overflow = node.open && phone.matches ? "hidden" : "";
    onToggle(node.open);
  };

  node.onclose = toggled;
  node.onkeydown = (event) => {
    if (event.key === "Escape" && !full) node.close();
  };
  phone.onchange = () => {
    if (!node.open) return;
    node.close();
    show();
  };
  viewport.onresize = viewport.onscroll = fit;

  // A keyboard that springs up at once would hide the greeting from a phone's user.
  const focus = () => (phone.matches ? node : box).focus();

  return {
    node,
    focus,
    open() {
      show();
      toggled();
      focus();
    },
  };
}

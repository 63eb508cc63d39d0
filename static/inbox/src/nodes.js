/**
 * Small makers of page nodes that several views share, over the widget's own element(). Calls nothing else.
 */

import { element, icon } from "../../widget/src/element.js";

export const ICONS = {
  back: "M14.5 5 8 12l6.5 7",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zm5-1.5L21 21",
  filter: "M4 6h16M7 12h10M10 18h4",
  settings: "M4 8h9m5 0h2M4 16h2m5 0h9M13 8a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM6 16a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5zM12 15v2",
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  about: "M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  close: "M6 6l12 12M18 6 6 18",
  up: "M7 11l4-7c1.5 0 2.4 1 2 2.5L12.5 9H18a2 2 0 0 1 2 2.3l-1 6A2 2 0 0 1 17 19H7zM7 11H4v8h3",
  down: "M7 13l4 7c1.5 0 2.4-1 2-2.5L12.5 15H18a2 2 0 0 0 2-2.3l-1-6A2 2 0 0 0 17 5H7zM7 13H4V5h3",
  seen: "M2 12.5 6.5 17 15 7M11 16.5l.8.7L21 7",
  sent: "M5 12.5 9.5 17 18 7",
};

/** @param {keyof typeof ICONS} name */
export function sign(name) {
  const svg = icon(ICONS[name]);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "sign");
  return svg;
}

/**
 * @param {string} words
 * @param {() => void} act
 * @param {string} [look] class names
 */
export const button = (words, act, look = "button small soft") => element(/** @type {"button"} */ (`button.${look}`), { type: "button", onclick: act }, words);

/** A button that is only a sign; its words are read out and shown on pointing. @param {keyof typeof ICONS} name @param {string} words @param {() => void} act */
export const signButton = (name, words, act) => element("button.sign-button", { type: "button", onclick: act, title: words, "aria-label": words }, sign(name));

/** Words of somebody else, in their own direction, so that nothing in them can pose as part of the page. @param {string} words */
export const theirs = (words) => element("bdi", {}, words);

/** @param {string} words */
export const unseen = (words) => element("span.visually-hidden", {}, words);

/** Brings the nodes into this order, touching only what is out of place. @param {Element} parent @param {Node[]} nodes */
export function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => node === parent.childNodes[i] || parent.insertBefore(node, parent.childNodes[i] ?? null));
}

export { element };

/**
 * One line of the transcript as nodes: a bubble with its sources, choices and label, or a day line, notice or typing sign.
 * Called by transcript.js, which hands over the items of items.js.
 */

import { element, say } from "./element.js";
import { safeUrl } from "./markdown.js";
import { anchor, createMarkdownView } from "./markdown_view.js";
import * as text from "#lang";

/**
 * @typedef {object} Intents
 * @property {(words: string) => void} send
 * @property {(id: string) => void} retry
 * @property {(id: string) => void} discard
 *
 * @typedef {{node: HTMLElement, update: (item: import("./items.js").Item) => void}} MessageView
 */

/**
 * @param {import("./items.js").Item} first
 * @param {Intents} intents
 * @returns {MessageView}
 */
export function createMessageView(first, intents) {
  const node = element("div");
  if (first.kind !== "message") return { node, update: (item) => drawLine(node, item) };

  const bubble = element("div", { className: "bubble", dir: "auto" });
  node.append(bubble);
  const draw = first.author === "visitor" ? (/** @type {string} */ words) => say(bubble, words) : createMarkdownView(bubble);
  /** @type {import("./items.js").Item | undefined} */
  let shown;
  /** @type {HTMLElement[]} */
  let extras = [];

  return {
    node,
    update(item) {
      node.className = `row ${item.author}${item.last ? " last" : ""}${item.error ? " failed" : ""}`;
      if (shown?.text !== item.text || shown.writing !== item.writing) draw(item.text, item.writing);
      if (!shown || !sameExtras(shown, item)) {
        extras.forEach((extra) => extra.remove());
        node.append(...(extras = drawExtras(item, intents)));
      }
      shown = item;
    },
  };
}

/** @param {HTMLElement} node @param {import("./items.js").Item} item */
function drawLine(node, item) {
  node.className = `row ${item.kind} ${item.author}`;
  if (item.kind !== "typing") return say(node, item.text);
  if (!node.firstChild) node.append(element("div", { className: "bubble" }, element("i", { className: "dots" })));
  node.setAttribute("aria-label", item.text);
}

/** @param {import("./items.js").Item} a @param {import("./items.js").Item} b */
const sameExtras = (a, b) =>
  a.label === b.label && a.error === b.error && a.last === b.last && a.sources.length === b.sources.length && a.choices.length === b.choices.length;

/**
 * @param {import("./items.js").Item} item
 * @param {Intents} intents
 */
function drawExtras(item, { send, retry, discard }) {
  const extras = [];
  if (item.sources.length) {
    const chips = item.sources.map(({ title, url }) => {
      const target = url && safeUrl(url);
      return target ? anchor(target.href, title) : element("span", {}, title);
    });
    extras.push(element("div", { className: "sources", role: "group", "aria-label": text.sources }, ...chips));
  }
  if (item.choices.length) {
    const buttons = item.choices.map((choice) => {
      const words = typeof choice === "string" ? choice : choice.text || choice.title || choice.label || "";
      return element("button", { type: "button", onclick: () => send(words) }, words);
    });
    extras.push(element("div", { className: "choices" }, ...buttons));
  }
  if (item.error) {
    const again = element("button", { type: "button", onclick: () => retry(item.key) }, text.retry);
    const drop = element("button", { type: "button", onclick: () => discard(item.key) }, text.discard);
    extras.push(element("p", { className: "meta" }, `${item.label} ${item.error} `, again, drop));
  } else if (item.label && item.last) {
    extras.push(element("p", { className: "meta" }, item.label));
  }
  return extras;
}

/**
 * A message's words as nodes: what the assistant and the team write may hold the widget's few signs of markdown, what a
 * visitor wrote is shown as it is. Called by row_view.js; blocks come from the widget's markdown.js.
 */

import { anchor } from "../../widget/src/link.js";
import { closeOpen, parseBlocks, parseInline } from "../../widget/src/markdown.js";
import { element } from "./nodes.js";

const TAGS = /** @type {const} */ ({ p: "p", h: "p", li: "li", quote: "blockquote", hr: "hr", code: "pre" });

/** @param {string} source @returns {(Node | string)[]} */
function inline(source) {
  return parseInline(source).map((token) => {
    if (typeof token === "string") return token;
    const { tag, text, href } = token;
    return tag === "a" ? anchor(text, href) : element(tag, {}, ...(tag === "code" ? [text] : inline(text)));
  });
}

/**
 * @param {string} source
 * @param {boolean} [growing] the end is still being written
 * @returns {Node[]}
 */
export function draw(source, growing) {
  /** @type {Node[]} */
  const nodes = [];
  /** @type {HTMLElement | undefined} */
  let list;
  const blocks = parseBlocks(source);
  blocks.forEach(({ kind, text, number, depth }, i) => {
    const words = growing && i === blocks.length - 1 && kind !== "code" ? closeOpen(text) : text;
    if (kind !== "li") {
      list = undefined;
      nodes.push(kind === "code" ? element("pre", { tabIndex: 0 }, words) : element(TAGS[kind], kind === "h" ? { className: "heading" } : {}, ...inline(words)));
      return;
    }
    const tag = number ? "ol" : "ul";
    if (list?.localName !== tag) nodes.push((list = element(tag, number ? { start: Number(number) } : {})));
    list?.append(element("li", depth ? { className: "deeper" } : {}, ...inline(words)));
  });
  return nodes;
}

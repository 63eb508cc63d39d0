/**
 * Draws a growing answer: blocks that are complete stay as they are, only the unfinished last one is built again.
 * A module of its own, fetched by panel.js when somebody may answer; takes its blocks from markdown.js.
 */

import styles from "./markdown.css";
import { closeOpen, parseBlocks, parseInline } from "./markdown.js";

export const css = styles;
export const { url } = import.meta;

/**
 * @param {{element: typeof import("./element.js").element, anchor: typeof import("./link.js").anchor}} kit the panel's own makers of nodes
 * @returns {import("./message_view.js").Markdown}
 */
export function create({ element, anchor }) {
  /** @param {string} source @returns {(Node | string)[]} */
  const inline = (source) =>
    parseInline(source).map((token) => {
      if (typeof token === "string") return token;
      const { tag, text, href } = token;
      return tag === "a" ? anchor(text, href) : element(tag, {}, ...(tag === "code" ? [text] : inline(text)));
    });

  /** @param {Element} parent @param {import("./markdown.js").Block} block @param {string} words @returns {Element} what has to go to take the item back */
  const placeItem = (parent, { depth = 0, number }, words) => {
    const item = element("li", {}, ...inline(words));
    let list = parent.lastElementChild;
    for (let i = depth; i-- && list?.lastElementChild?.tagName === "LI"; ) {
      parent = list.lastElementChild;
      list = parent.lastElementChild;
    }
    const tag = number ? "ol" : "ul";
    if (list?.localName === tag) {
      list.append(item);
      return item;
    }
    const fresh = element(tag, number ? { start: +number } : {}, item);
    parent.append(fresh);
    return fresh;
  };

  /** @param {Element} parent @param {import("./markdown.js").Block} block @param {boolean} writing */
  const place = (parent, block, writing) => {
    const { kind, text } = block;
    const words = writing && kind !== "code" ? closeOpen(text) : text;
    if (kind === "li") return placeItem(parent, block, words);
    const node = kind === "code" ? element("pre", { tabIndex: 0 }, element(kind, {}, words)) : element(kind === "quote" ? "blockquote" : kind === "h" ? "h3" : kind, {}, ...inline(words));
    parent.append(node);
    return node;
  };

  return (bubble) => {
    let known = "";
    let start = 0;
    /** Takes back the last block, which may still change. */
    let undo = () => {
      bubble.textContent = "";
    };
    return (text, writing) => {
      if (!text.startsWith(known.slice(0, start))) {
        bubble.textContent = "";
        start = 0;
      }
      undo();
      known = text;
      for (const block of parseBlocks(text, start)) {
        const node = place(bubble, block, writing);
        start = block.start;
        undo = () => node.remove();
      }
    };
  };
}

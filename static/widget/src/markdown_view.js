/**
 * Draws a growing answer: blocks that are complete stay as they are, only the unfinished last one is built again.
 * Called by message_view.js; takes its blocks from markdown.js.
 */

import { element } from "./element.js";
import { closeOpen, parseBlocks, parseInline } from "./markdown.js";

/**
 * @param {HTMLElement} parent
 * @returns {(text: string, writing: boolean) => void}
 */
export function createMarkdownView(parent) {
  let source = "";
  let start = 0;
  /** Removes the last block, which may still change. */
  let undo = () => {};

  return (text, writing) => {
    if (!text.startsWith(source.slice(0, start))) {
      parent.textContent = "";
      start = 0;
      undo = () => {};
    }
    source = text;
    undo();
    const blocks = parseBlocks(text, start);
    blocks.forEach((block, i) => {
      const last = i === blocks.length - 1;
      const added = place(parent, block, last && writing);
      if (last) {
        start = block.start;
        undo = () => added.remove();
      }
    });
  };
}

/**
 * @param {HTMLElement} parent
 * @param {import("./markdown.js").Block} block
 * @param {boolean} writing
 * @returns {Element} what has to go to take the block back
 */
function place(parent, block, writing) {
  const words = writing && block.kind !== "code" ? closeOpen(block.text) : block.text;
  if (block.kind === "li") return placeItem(parent, block, words);
  const node =
    block.kind === "code"
      ? element("pre", { tabIndex: 0 }, element("code", {}, words))
      : block.kind === "hr"
        ? element("hr")
        : element(block.kind === "quote" ? "blockquote" : "p", { className: block.kind }, ...nodes(parseInline(words)));
  parent.append(node);
  return node;
}

/**
 * @param {HTMLElement} parent
 * @param {import("./markdown.js").Block} block
 * @param {string} words
 */
function placeItem(parent, block, words) {
  const item = element("li", {}, ...nodes(parseInline(words)));
  const tag = block.number ? "ol" : "ul";
  let holder = /** @type {Element} */ (parent);
  for (let depth = block.depth; depth > 0; depth--) {
    const inner = holder.lastElementChild;
    if (!inner || !/^[OU]L$/.test(inner.tagName) || !inner.lastElementChild) break;
    holder = inner.lastElementChild;
  }
  const list = holder.lastElementChild;
  if (list?.tagName === tag.toUpperCase()) {
    list.append(item);
    return item;
  }
  const fresh = element(tag, block.number ? { start: Number(block.number) } : {}, item);
  holder.append(fresh);
  return fresh;
}

/**
 * @param {import("./markdown.js").Inline[]} tokens
 * @returns {(Node | string)[]}
 */
function nodes(tokens) {
  return tokens.map((token) => {
    if (typeof token === "string") return token;
    if (token.tag === "a") return anchor(token.href, token.text);
    return element(token.tag, {}, ...nodes(token.children));
  });
}

/**
 * A link out of the chat: opened beside it, without telling the other side where from.
 * @param {string} href already vetted
 * @param {string} words
 */
export function anchor(href, words) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, words);
}

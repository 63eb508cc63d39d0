/**
 * One message as nodes: a bubble, and what the module detail puts below it. Plain text until the module markdown is there.
 * Called by transcript.js.
 */

import { element } from "./element.js";

/**
 * @typedef {import("./outbox.js").Pending} Pending
 * @typedef {Partial<import("./protocol.js").Row> & Partial<Pending> & {id: string, text: string}} Item a row, a message on its way, or the answer being written, which has no time
 * @typedef {(bubble: HTMLElement) => (words: string, writing: boolean) => void} Markdown
 * @typedef {(node: HTMLElement, item: Item, state: import("./store.js").State) => void} Detail puts more below the bubble, in place of what it put there before
 * @typedef {{markdown?: Markdown, detail?: Detail}} Tools
 */

/** A view without an item yet. */
export function createMessageView() {
  const bubble = element("div.bubble");
  const node = element("div", {}, bubble);
  /** @type {ReturnType<Markdown> | undefined} */
  let draw;

  return {
    node,
    bubble,
    /** What is drawn. @type {Item | undefined} */
    item: undefined,
    /** @param {Item} item @param {import("./store.js").State} state @param {Tools} tools */
    update(item, state, { markdown, detail }) {
      const { at, seq, text: words } = (this.item = item);
      const author = item.author || (at ? "visitor" : "assistant");
      node.className = `row ${author}${!at || seq ? "" : " pending"}`;
      if (markdown && author !== "visitor") (draw ||= markdown(bubble))(words, !at);
      else bubble.textContent = words;
      detail?.(node, item, state);
    },
  };
}

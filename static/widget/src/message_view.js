/**
 * One message as nodes: a bubble, its sources, and a line below with who, when and whether it was sent. Plain text until
 * the markdown module is there. Called by transcript.js.
 */

import { element } from "./element.js";
import { anchor } from "./link.js";
import * as text from "#lang";

/**
 * @typedef {import("./outbox.js").Pending} Pending
 * @typedef {Partial<import("./protocol.js").Row> & Partial<Pending> & {id: string, text: string}} Item a row, a message on its way, or the answer being written, which has no time
 * @typedef {(bubble: HTMLElement) => (words: string, writing: boolean) => void} Markdown
 */

/** A view without an item yet. */
export function createMessageView() {
  const bubble = element("div.bubble");
  const node = element("div");
  /** @type {ReturnType<Markdown> | undefined} */
  let draw;

  return {
    node,
    bubble,
    /** What is drawn. @type {Item | undefined} */
    item: undefined,
    /** @param {Item} item @param {Markdown | undefined} markdown */
    update(item, markdown) {
      const { at, seq, text: words, answered_by, name, sources = [] } = (this.item = item);
      const author = item.author || (at ? "visitor" : "assistant");
      const mine = author === "visitor";
      node.className = `row ${author}${!at || seq ? "" : " pending"}`;
      if (markdown && !mine && author !== "system") (draw ||= markdown(bubble))(words, !at);
      else bubble.textContent = words;
      node.replaceChildren(bubble);
      if (sources[0]) node.append(element("p.sources", {}, ...sources.map(({ title, url }) => anchor(title, url))));
      if (at && (seq || mine)) {
        const who = mine ? text.sent : name || text.by[answered_by || (author === "operator" ? "person" : "rule")];
        const time = new Date(at).toLocaleTimeString(text.language, { timeStyle: "short" });
        node.append(element("p.meta", {}, seq ? `${who} · ${time}` : text.pending));
      }
    },
  };
}

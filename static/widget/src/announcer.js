/**
 * Tells a screen reader what happens, once each: that an answer is coming, and the finished text. The transcript itself
 * does not announce. Called by panel.js once per frame.
 */

import { element } from "./element.js";
import { plain } from "./markdown.js";
import { fill } from "./words.js";
import * as text from "#lang";

export function createAnnouncer() {
  const node = element("p", { className: "announcer", role: "status", "aria-live": "polite" });
  /** @type {Set<string> | undefined} */
  let heard;
  let conversation = "";
  let answering = false;

  return {
    node,
    /** @param {import("./store.js").State} state @param {string} trouble */
    render(state, trouble) {
      if (!state.greeted) return;
      const fresh = !heard || conversation !== state.conversation;
      const known = fresh ? new Set() : /** @type {Set<string>} */ (heard);
      const firstSeq = state.rows.find((row) => row.seq && known.has(row.id))?.seq || 0;
      const words = [];
      for (const row of state.rows) {
        if (known.has(row.id)) continue;
        known.add(row.id);
        // Earlier pages are read by whoever scrolls there.
        if (fresh || row.author === "visitor" || (row.seq && row.seq < firstSeq)) continue;
        words.push((row.author === "operator" ? `${row.name || text.team}: ` : "") + plain(row.text));
      }
      heard = known;
      conversation = state.conversation;
      const starts = Boolean(state.reply) && !answering;
      answering = Boolean(state.reply) || (answering && state.thinking);
      if (words.length) node.textContent = words.join("\n");
      else if (starts) node.textContent = fill(text.answering, {});
      else if (trouble && node.textContent !== trouble) node.textContent = trouble;
    },
  };
}

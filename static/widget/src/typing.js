/**
 * Tells a person who answers that the visitor is writing, at most every few seconds, and that they stopped. A module of its own, fetched by panel.js
 * once a person has the conversation.
 */

import { TYPING_EVERY_MS } from "./limits.js";

export function create() {
  /** @param {HTMLTextAreaElement} box @param {import("./session.js").Session} session */
  return (box, { state, tell }) => {
    let said = 0;
    box.addEventListener("input", () => {
      const now = box.value.trim() ? Date.now() : 0;
      const due = now ? now - said > TYPING_EVERY_MS : said;
      if (due && state().handler === "human" && tell({ type: "typing.set", on: now > 0 })) said = now;
    });
  };
}

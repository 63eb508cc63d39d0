/**
 * Tells a screen reader what happens, once each: that an answer is coming, and the finished text. The transcript itself
 * does not announce. Called by transcript.js.
 */

import { element } from "./element.js";
import { HEARD_LINES } from "./limits.js";
import * as text from "#lang";

export function createAnnouncer() {
  const node = element("div.announcer", { role: "status" });
  /** @type {boolean | undefined} */
  let answering;

  /** @param {string} words */
  const say = (words) => {
    node.append(element("p", {}, words));
    if (node.childElementCount > HEARD_LINES) node.firstChild?.remove();
  };

  return {
    node,
    say,
    /** @param {import("./store.js").State} state */
    follow({ reply, thinking }) {
      if (reply && !answering) say(text.answering);
      answering = Boolean(reply) || (answering && thinking);
    },
  };
}

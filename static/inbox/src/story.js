/**
 * "Why this answer?": a button below an answer of the assistant and, fetched when it is pressed, what happened inside that
 * answer. Called by row_view.js, which keeps both while the row is drawn again.
 */

import { button, element } from "./nodes.js";
import { text } from "./text.js";

let made = 0;

/** @typedef {() => Promise<string[]>} Tell fetches the sentences; rejects when they cannot be had now */

/** @param {Tell} tell */
export function createStory(tell) {
  const panel = element("div.story", { id: `story-${++made}`, hidden: true, "aria-live": "polite" });
  let known = false;
  const toggle = element(
    "button.row-button",
    { type: "button", "aria-expanded": "false", "aria-controls": panel.id, onclick: () => show(Boolean(panel.hidden)) },
    text.why,
  );

  /** @param {...Node} nodes */
  const put = (...nodes) => {
    panel.replaceChildren(...nodes);
    panel.scrollIntoView({ block: "nearest" });
  };

  /** @param {boolean} on */
  const show = (on) => {
    panel.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
    if (on && !known) load();
  };

  const load = async () => {
    put(element("p", {}, text.loading));
    try {
      const sentences = await tell();
      known = true;
      put(sentences.length ? element("ol", {}, ...sentences.map((one) => element("li", {}, one))) : element("p", {}, text.whyUnknown));
    } catch {
      put(element("p", {}, text.whyFailed), button(text.tryNow, load));
    }
  };

  return { toggle, panel };
}

/** @param {string} address @returns {Promise<string[]>} */
export async function fetchStory(address) {
  // Who is signed out is led elsewhere, which is no story.
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(`story: ${answer.status}`);
  return (await answer.json()).story;
}

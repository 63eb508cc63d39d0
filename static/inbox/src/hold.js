/**
 * Five seconds in which a reply can be taken back, for those who switched that on. By default a reply leaves at once: a visitor
 * is waiting, what they have read cannot be unread, and a delay on every reply costs more than it saves. Closing, giving back
 * and snoozing are undone by the opposite action instead. Called by composer.js.
 */

import { UNDO_MS } from "./limits.js";
import { button, element } from "./nodes.js";
import { fill, text } from "./text.js";

/**
 * @param {object} parts
 * @param {import("./settings.js").Settings} parts.settings
 * @param {(conversation: string, words: string) => void} parts.send
 * @param {(conversation: string, words: string) => void} parts.back gives the words back to the box
 */
export function createHold({ settings, send, back }) {
  const words = element("span", {});
  const node = element("div.hold", { role: "status", hidden: true }, words);
  /** @type {{conversation: string, text: string, sent: () => void} | undefined} */
  let held;
  /** @type {any} */
  let timer = 0;

  const end = () => {
    clearInterval(timer);
    node.hidden = true;
    const one = held;
    held = undefined;
    return one;
  };

  /** Sends what is held now: the person goes on to write, so it stands. */
  const flush = () => {
    const one = end();
    if (!one) return;
    one.sent();
    send(one.conversation, one.text);
  };

  node.append(
    button(text.undo, () => {
      const one = end();
      if (one) back(one.conversation, one.text);
    }),
  );

  return {
    node,
    flush,
    /**
     * @param {string} conversation
     * @param {string} reply
     * @param {() => void} keep so that a reload loses nothing: the reply is a draft again
     * @param {() => void} sent
     */
    send(conversation, reply, keep, sent) {
      flush();
      if (!settings.get().hold) return send(conversation, reply);
      keep();
      held = { conversation, text: reply, sent };
      let left = UNDO_MS / 1000;
      words.textContent = fill(text.sending, { n: left });
      node.hidden = false;
      timer = setInterval(() => {
        left -= 1;
        words.textContent = fill(text.sending, { n: left });
        if (left <= 0) flush();
      }, 1000);
    },
  };
}

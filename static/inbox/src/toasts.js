/**
 * Short words at the bottom of the screen: what was done with a way to undo it, what went wrong. Read out once. Called by
 * page.js and the composer.
 */

import { UNDO_MS } from "./limits.js";
import { button, element } from "./nodes.js";

/** @typedef {ReturnType<typeof createToasts>} Toasts */

export function createToasts() {
  const node = element("div.toasts", { role: "status", "aria-live": "polite" });
  /** What the button of the one on the screen does. @type {(() => void) | undefined} */
  let now;

  /**
   * @param {string} words
   * @param {{label: string, act: () => void}} [action]
   * @param {number} [ms]
   */
  const say = (words, action, ms = action ? UNDO_MS : 4_000) => {
    const toast = element("div.toast", {}, element("span", {}, words));
    const end = () => {
      clearTimeout(timer);
      if (toast.isConnected) now = undefined;
      toast.remove();
    };
    const timer = setTimeout(end, ms);
    now = undefined;
    if (action) {
      const act = (now = () => {
        end();
        action.act();
      });
      toast.append(button(action.label, act));
    }
    node.replaceChildren(toast);
    return end;
  };

  return {
    node,
    say,
    /** The same as its button, for the keyboard: five seconds are short to walk there. */
    undo: () => now?.(),
  };
}

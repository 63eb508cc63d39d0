/**
 * Short words at the bottom of the screen: what was done with a way to undo it, what went wrong. Read out once. Called by
 * page.js and the composer.
 */

import { UNDO_MS } from "./limits.js";
import { button, element } from "./nodes.js";

/** @typedef {ReturnType<typeof createToasts>} Toasts */

export function createToasts() {
  const node = element("div.toasts", { role: "status", "aria-live": "polite" });

  /**
   * @param {string} words
   * @param {{label: string, act: () => void}} [action]
   * @param {number} [ms]
   */
  const say = (words, action, ms = action ? UNDO_MS : 4_000) => {
    const toast = element("div.toast", {}, element("span", {}, words));
    const end = () => {
      clearTimeout(timer);
      toast.remove();
    };
    const timer = setTimeout(end, ms);
    if (action) {
      toast.append(
        button(action.label, () => {
          end();
          action.act();
        }),
      );
    }
    node.replaceChildren(toast);
    return end;
  };

  return { node, say };
}

/**
 * The keyboard: single letters while nothing is being written, and the list of them. Can be switched off, since single letters
 * get in the way of those who speak to their computer. Called by page.js.
 */

import { openDialog } from "./dialog.js";
import { element } from "./nodes.js";
import { text } from "./text.js";

/** @typedef {keyof typeof text.keys} Name */

/** What each key does. @type {[string, Name][]} */
export const KEYS = [
  ["j", "next"],
  ["k", "previous"],
  ["/", "search"],
  ["r", "reply"],
  ["n", "note"],
  ["t", "take"],
  ["b", "handBack"],
  ["c", "close"],
  ["a", "assign"],
  ["s", "snooze"],
  ["l", "tags"],
  ["d", "details"],
  ["w", "why"],
  ["z", "undo"],
  ["?", "help"],
  ["Escape", "leave"],
];

/** Keys as they are written in the list. */
const SHOWN = /** @type {[string, Name][]} */ ([...KEYS.slice(0, -1).map(([key, name]) => [key, name]), ["1 – 5", "views"], ["Esc", "leave"], ["Ctrl + Enter", "send"], ["/", "canned"]]);

/**
 * @param {object} parts
 * @param {Partial<Record<Name, () => unknown>>} parts.actions
 * @param {(number: number) => void} parts.chooseView
 * @param {() => boolean} parts.on whether single letters are wanted
 */
export function listenToKeys({ actions, chooseView, on }) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const writing = event.target instanceof Element && event.target.matches("input, textarea, select");
    if (event.key === "Escape") {
      actions.leave?.();
      return;
    }
    if (writing || !on()) return;
    const name = KEYS.find(([key]) => key === event.key)?.[1];
    if (/^[1-5]$/.test(event.key)) chooseView(Number(event.key));
    else if (name) actions[name]?.();
    else return;
    event.preventDefault();
  });
}

export function showKeys() {
  openDialog(text.help, element("dl.keys", {}, ...SHOWN.flatMap(([key, name]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, text.keys[name])])));
}

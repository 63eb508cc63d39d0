/**
 * Makes the lines of the list with which the assistant asks back buttons, where they stand in the bubble: nothing is there twice, and it is read and copied in
 * the same order. Once anything was said or sent they are lines again. A module of its own, fetched and called by panel.js; choices.js says what is offered.
 */

import { openChoices } from "./choices.js";
import styles from "./choices.css";
import { NEAR_PX } from "./limits.js";

export const css = styles;
export const { url } = import.meta;

/** @param {{element: typeof import("./element.js").element}} kit the panel's own maker of nodes */
export function create({ element }) {
  /**
   * @param {HTMLElement} log
   * @param {Pick<import("./session.js").Session, "state" | "send">} session
   * @param {() => void} focus where writing goes on
   */
  return (log, session, focus) => {
    /** @type {string[] | undefined} */
    let shown;
    /** @type {HTMLElement[]} */
    let buttons = [];
    let undo = () => {};

    /** @param {string} title @param {number} i */
    const choice = (title, i) => {
      const onclick = () => {
        // At once: the next frame would come after a second tap.
        undo();
        session.send(title);
        focus();
      };
      // Else the message box loses the focus, the line below it comes back, and the button moves away from under the pointer.
      const onmousedown = (/** @type {Event} */ event) => event.preventDefault();
      return element("button.choice", { onclick, onmousedown }, `${i + 1}. ${title}`);
    };

    /** @param {string[]} titles */
    const show = (titles) => {
      const list = [...log.querySelectorAll(".assistant ol")].pop();
      const lines = list ? [...list.children] : [];
      // It is plain text as long as the module markdown is not there, and a title may be worded so that it is no line of its own.
      if (!list || lines.length !== titles.length) return;
      const words = lines.map((line) => [...line.childNodes]);
      buttons = titles.map(choice);
      list.className = "choices";
      lines.forEach((line, i) => line.replaceChildren(buttons[i]));
      undo = () => {
        list.className = "";
        lines.forEach((line, i) => line.replaceChildren(...words[i]));
      };
    };

    /** @param {boolean} usable whether the visitor can write */
    return (usable) => {
      const titles = usable ? openChoices(session.state()) : undefined;
      if (titles === shown && (!titles || buttons[0]?.isConnected)) return;
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
      undo();
      shown = titles;
      if (titles) show(titles);
      if (atEnd) log.scrollTop = log.scrollHeight;
    };
  };
}

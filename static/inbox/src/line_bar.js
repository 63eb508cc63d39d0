/**
 * The bar that says when the line is not there, why, and what to do. Called by page.js.
 */

import { CLOSE_SIGNED_OUT } from "./frames.js";
import { OTHER_PERSON } from "./line.js";
import { button, element } from "./nodes.js";
import { fill, text } from "./text.js";

/** @param {{session: import("./session.js").Session, signIn: () => string}} parts */
export function createLineBar({ session, signIn }) {
  const node = element("div.line-bar", { role: "status", hidden: true });
  let drawn = "";

  return {
    node,
    render() {
      const { status, code, attempt, person } = session.line();
      const greeted = Boolean(session.state().ready);
      // A first short wait is nothing to tell.
      const quiet = status === "open" || status === "idle" || (status !== "stopped" && !attempt && navigator.onLine);
      const look = quiet ? "" : `${status === "stopped" && code}${person}${navigator.onLine}${greeted}`;
      if (look === drawn) return;
      drawn = look;
      node.hidden = quiet;
      if (quiet) node.replaceChildren();
      else if (status === "stopped" && code === CLOSE_SIGNED_OUT) node.replaceChildren(element("span", {}, text.signedOut), element("a.button small", { href: signIn() }, text.signIn));
      else if (status === "stopped") node.replaceChildren(element("span", {}, code === OTHER_PERSON ? fill(text.otherPerson, { name: person }) : text.refused), button(text.reload, () => location.reload()));
      else node.replaceChildren(element("span", {}, !navigator.onLine ? text.noInternet : greeted ? text.reconnecting : text.connecting), button(text.tryNow, session.reconnect));
    },
  };
}

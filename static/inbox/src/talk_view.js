/**
 * One conversation on the screen: head, log, text box, and the visitor beside it. Called by page.js at every change.
 */

import { createComposer } from "./composer.js";
import { createDetailsView } from "./details_view.js";
import { openLearn } from "./learn.js";
import { PHONE } from "./limits.js";
import { createLogView } from "./log_view.js";
import { element, place } from "./nodes.js";
import { fetchStory } from "./story.js";
import { createTalkHead } from "./talk_head.js";
import { text } from "./text.js";

/**
 * @param {object} parts
 * @param {import("./session.js").Session} parts.session
 * @param {import("./drafts.js").Drafts} parts.drafts
 * @param {import("./settings.js").Settings} parts.settings
 * @param {(words: string) => void} parts.say
 * @param {() => void} parts.back
 * @param {(id: string) => string} parts.addressOf
 */
export function createTalkView({ session, drafts, settings, say, back, addressOf }) {
  const recordOf = (/** @type {string} */ id) => `${addressOf(id)}record/`;
  /** @param {boolean} [on] */
  const showDetails = (on = !node.classList.contains("with-about")) => {
    node.classList.toggle("with-about", on);
    if (on && details.node.offsetParent) details.focus();
  };
  const head = createTalkHead({ session, back, toggleDetails: () => showDetails(), recordOf });
  const log = createLogView({
    session,
    asks: { learn: (question, answer) => openLearn(question, answer, session.learn), tell: (id, seq) => fetchStory(`${addressOf(id)}why/${seq}/`) },
  });
  const composer = createComposer({ session, drafts, settings, say, linkOf: (id) => `${addressOf(id)}link/` });
  const details = createDetailsView({ close: () => showDetails(false), recordOf, addressOf });
  const nothing = element("p.empty nothing", {});
  const middle = element("section.talk-side", { "aria-label": text.messages });
  const node = element("div.talk-part", {}, middle, details.node);

  const phone = matchMedia(PHONE);
  phone.addEventListener("change", () => arrange(session.state()));
  /** @param {import("./store.js").State} state */
  const arrange = ({ open }) => {
    const ready = open?.ready && !open.gone;
    if (phone.matches) head.node.contains(head.acts) && head.acts.remove();
    else if (!head.node.contains(head.acts)) head.takeActs();
    const acts = phone.matches ? [head.acts] : [];
    place(middle, !open ? [nothing] : ready ? [head.node, log.node, ...acts, composer.node] : [head.node, nothing]);
  };

  return {
    node,
    actions: head.actions,
    composer,
    toEnd: log.toEnd,
    atEnd: log.atEnd,
    why: log.why,
    toggleDetails: () => showDetails(),
    /** Esc on a phone or beside a narrow talk: what lies over it goes first. */
    closeDetails() {
      const open = node.classList.contains("with-about");
      if (open) showDetails(false);
      return open;
    },
    /** @param {import("./store.js").State} state */
    render(state) {
      const { open } = state;
      nothing.textContent = !open ? text.chooseTalk : open.gone ? text.goneTalk : text.loading;
      if (!open) showDetails(false);
      details.node.hidden = !open?.ready;
      head.render(state);
      arrange(state);
      composer.render(state);
      details.render(state);
      if (open?.ready && !open.gone) log.render(state);
    },
  };
}

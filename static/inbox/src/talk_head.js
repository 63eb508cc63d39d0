/**
 * The head of a conversation: who it is, whose it is, and what one can do with it. The buttons and the keyboard run the same
 * actions. Called by talk_view.js.
 */

import { askTakeFrom, chooseColleague, chooseSnooze, chooseTags } from "./choosers.js";
import { choose } from "./dialog.js";
import { sleeps } from "./list_state.js";
import { nameOf, stateBadge } from "./names.js";
import { button, element, signButton, theirs } from "./nodes.js";
import { isMine, mayAnswer } from "./store.js";
import { fill, text } from "./text.js";
import { shortTime } from "./times.js";

/**
 * @param {object} parts
 * @param {import("./session.js").Session} parts.session
 * @param {() => void} parts.back
 * @param {() => void} parts.toggleDetails
 * @param {(id: string) => string} parts.recordOf
 */
export function createTalkHead({ session, back, toggleDetails, recordOf }) {
  // Hidden while there is nobody to name: an empty heading is read out as one.
  const name = element("h2", { hidden: "" });
  const state = element("p.talk-state", {});
  const acts = element("div.talk-acts", {});
  const backButton = signButton("back", text.back, back);
  backButton.classList.add("talk-back");
  const about = signButton("about", text.details, toggleDetails);
  const node = element("header.talk-head", {}, backButton, element("div.talk-who", {}, name, state), acts, about);
  let drawn = "";
  let drawnActs = "";

  /** @param {string} action @param {Record<string, unknown>} [more] */
  const act = (action, more) => void session.act(action, more);

  /** What the keyboard may ask for; each looks whether it makes sense now. */
  const actions = {
    take() {
      const { open } = session.state();
      if (!open?.talk || !mayAnswer(session.state()) || isMine(session.state())) return;
      if (open.talk.handler === "human") askTakeFrom(open.talk.operator?.name || text.somebody, act);
      else act("take");
    },
    handBack: () => can() && session.state().open?.talk?.handler !== "bot" && act("hand_back"),
    close: () => can() && act(session.state().open?.talk?.closed_at ? "reopen" : "close"),
    assign: () => can() && chooseColleague(session.state(), act),
    snooze: () => can() && chooseSnooze(act),
    tags: () => can() && chooseTags(session.state(), act),
  };
  const can = () => Boolean(session.state().open?.ready) && mayAnswer(session.state());

  const showMore = () => {
    const { open } = session.state();
    const talk = open?.talk;
    if (!talk) return;
    const choices = [];
    if (can()) {
      choices.push({ label: text.assign, act: actions.assign });
      if (sleeps(talk)) choices.push({ label: text.wake, act: () => act("snooze", { until: null }) });
      else if (!talk.closed_at) choices.push({ label: text.snooze, act: actions.snooze });
      choices.push({ label: text.tags, act: actions.tags });
      if (talk.handler !== "bot" && !talk.closed_at) choices.push({ label: text.handBack, act: actions.handBack });
      choices.push({ label: talk.closed_at ? text.reopen : text.close, act: actions.close });
    }
    choices.push({ label: text.record, act: () => location.assign(recordOf(talk.conversation)) });
    choose(nameOf(talk), choices);
  };

  /** @param {import("./store.js").State} now @returns {Node[]} */
  const buttonsFor = (now) => {
    const talk = now.open?.talk;
    /** @type {Node[]} */
    const made = [];
    if (talk && mayAnswer(now) && now.open?.ready) {
      if (talk.closed_at) made.push(button(text.reopen, actions.close));
      else {
        if (talk.handler === "human" && isMine(now)) made.push(Object.assign(button(text.toAssistant, actions.handBack), { title: text.handBack }));
        else made.push(button(text.take, actions.take, `button small${talk.handler === "waiting" ? "" : " soft"}`));
        made.push(button(text.close, actions.close));
      }
    }
    if (talk) made.push(signButton("more", text.more, showMore));
    return made;
  };

  return {
    node,
    /** What one can do; at home in the head, on a phone within reach of the thumb. */
    acts,
    takeActs: () => about.before(acts),
    actions,
    focusBack: () => backButton.focus(),
    /** @param {import("./store.js").State} now */
    render(now) {
      const { open, ready } = now;
      const talk = open?.talk;
      const look = JSON.stringify([talk, open?.ready, ready?.me, ready?.sites, isMine(now)]);
      if (look === drawn) return;
      drawn = look;
      about.hidden = !open?.ready;
      name.hidden = !talk;
      // In front, where no long name cuts it off; names themselves cannot hold such a sign.
      const proven = talk && "verified" in talk && talk.verified ? [element("span.verified", { role: "img", title: text.about.verified, "aria-label": text.about.verified }, "✓")] : [];
      name.replaceChildren(...proven, theirs(talk ? nameOf(talk) : ""), ...(talk?.online ? [element("span.online", { title: text.online })] : []));
      state.replaceChildren();
      if (talk) {
        state.append(
          stateBadge(talk, ready),
          " ",
          element("span.quiet", {}, talk.online ? text.online : text.offline),
        );
        if (sleeps(talk)) state.append(" ", element("span.badge", {}, fill(text.sleepsUntil, { time: shortTime(talk.snoozed_until || "") })));
      }
      // Buttons that mean the same stay: one that is exchanged under the finger takes no tap.
      const meaning = JSON.stringify([talk?.conversation, talk?.handler, talk?.operator?.id, Boolean(talk?.closed_at), open?.ready, mayAnswer(now), isMine(now)]);
      if (meaning === drawnActs) return;
      drawnActs = meaning;
      // Whoever pressed one of them goes on from there.
      const held = acts.contains(document.activeElement);
      acts.replaceChildren(...buttonsFor(now));
      if (held) acts.querySelector("button")?.focus();
    },
  };
}

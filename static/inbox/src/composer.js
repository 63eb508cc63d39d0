/**
 * The text box for replies and notes. A note is a mode of its own that looks different and ends with each note, so that no note
 * is sent as a reply. Drafts are kept for each conversation. Called by talk_view.js.
 */

import { createCannedView } from "./canned_view.js";
import { isFromNote, openGap } from "./doubts.js";
import { createHold } from "./hold.js";
import { nameIn, nameOf, soundsLikeTeam } from "./names.js";
import { button, element, sign } from "./nodes.js";
import { isMine, mayAnswer } from "./store.js";
import { fill, text } from "./text.js";
import { createWayBack } from "./way_back.js";

/**
 * @typedef {"reply" | "note"} Mode
 * @typedef {{words?: string, settled?: string[], force?: boolean}} Sure what was answered about which words, and whether to take the conversation over
 * @typedef {import("./store.js").State} State
 */

/**
 * @param {object} parts
 * @param {import("./session.js").Session} parts.session
 * @param {import("./drafts.js").Drafts} parts.drafts
 * @param {import("./settings.js").Settings} parts.settings
 * @param {(words: string) => void} parts.say where the conversation is not on the screen
 * @param {(id: string) => string} parts.linkOf the address of the message that brings a visitor back
 */
export function createComposer({ session, drafts, settings, say, linkOf }) {
  const box = element("textarea", { rows: 1, dir: "auto" });
  const canned = createCannedView(box, () => {
    const { ready, open } = session.state();
    const site = open?.talk?.site || 0;
    const gaps = { name: open?.talk?.name || "", me: ready?.me.name || "", site: ready?.sites.find(({ id }) => id === site)?.name || "" };
    return { all: ready?.canned || [], site, gaps };
  });
  const modes = /** @type {Mode[]} */ (["reply", "note"]).map((name) =>
    element("button", { type: "button", onclick: () => become(name, true) }, ...(name === "note" ? [sign("lock")] : []), text[name]),
  );
  const cannedButton = element("button.canned-button", { type: "button", title: text.cannedOpen, "aria-label": text.cannedOpen, onclick: () => canned.open() }, "/");
  const sendWords = element("span", {});
  const send = element("button.button", {}, sign("send"), sendWords);
  const hint = element("p.composer-hint quiet", {});
  const question = element("div.composer-question", { role: "alert", hidden: true });
  const over = element("span.over", { role: "status" });
  const form = element("form.composer", {}, element("div.composer-modes", { role: "group", "aria-label": text.mode }, ...modes, over, cannedButton), element("div.composer-line", {}, box, send));
  const hold = createHold({ settings, send: (id, words) => session.send(id, words), back: (id, words) => giveBack(id, "reply", words) });
  const wayBack = createWayBack(linkOf);
  const node = element("div.dock", {}, wayBack.node, question, hold.node, hint, canned.node, form);
  /** @type {Mode} */
  let mode = "reply";
  let shown = "";
  let longest = 4000;

  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.4)}px`;
    const extra = [...box.value].length - longest;
    over.textContent = extra > 0 ? fill(text.tooLong, { n: extra }) : "";
    send.disabled = !box.value.trim() || extra > 0;
  };

  /** @param {Mode} next @param {boolean} [focus] */
  const become = (next, focus) => {
    if (shown && next !== mode) drafts.keep(shown, mode, box.value);
    if (next !== mode) session.typing(false);
    mode = next;
    modes.forEach((one, i) => one.setAttribute("aria-pressed", String((i ? "note" : "reply") === mode)));
    node.classList.toggle("noting", mode === "note");
    box.setAttribute("aria-label", mode === "note" ? `${text.writeNote}. ${text.noteOnly}` : text.writeReply);
    box.placeholder = mode === "note" ? `${text.writeNote}. ${text.noteOnly}.` : text.writeReply;
    sendWords.textContent = mode === "note" ? text.saveNote : text.send;
    cannedButton.hidden = mode === "note";
    box.value = shown ? drafts.draft(shown, mode) : "";
    canned.close();
    ask();
    grow();
    if (focus) box.focus();
  };

  /** Puts a question above the box, or takes it away. @param {string} [words] @param {string} [label] @param {() => void} [act] */
  const ask = (words, label, act) => {
    question.hidden = !words;
    question.replaceChildren(
      ...(words
        ? [
            element("span", {}, words),
            ...(label && act
              ? [
                  button(label, () => {
                    ask();
                    act();
                  }),
                ]
              : []),
            button(text.cancel, () => ask()),
          ]
        : []),
    );
  };

  /** The words are stored before they leave, so the box may be empty. */
  const clear = () => {
    box.value = "";
    drafts.keep(shown, mode, "");
    session.typing(false);
    become("reply");
  };

  /**
   * Sends what stands in the box now, never what stood there when something was asked about it.
   * @param {Sure} [sure]
   */
  const submit = (sure = {}) => {
    const words = box.value.trim();
    if (!words || [...words].length > longest) return;
    if (mode === "note") {
      session.note(shown, words);
      return clear();
    }
    // One answer settles one doubt about these very words; other words are doubted anew.
    const settled = sure.words === words ? sure.settled || [] : [];
    const doubt = doubtsOf(words).find((one) => !settled.includes(one));
    if (doubt) return ask(doubt, text.sendAnyway, () => submit({ ...sure, words, settled: [...settled, doubt] }));
    return leave(words, sure.force);
  };

  /** What to ask before this leaves; nothing mostly. @param {string} words */
  const doubtsOf = (words) => {
    const notes = [...(session.state().open?.notes || []), ...session.pending(shown).filter(({ type }) => type === "note.add")];
    const gap = openGap(words);
    return [...(isFromNote(words, notes.map((note) => note.text || "")) ? [text.looksLikeNote] : []), ...(gap ? [fill(text.looksUnfilled, { gap })] : [])];
  };

  /** @param {string} words @param {boolean} [force] though somebody else has the conversation: this was asked already, so nothing holds it back */
  const leave = (words, force) => {
    const to = shown;
    clear();
    if (force) return void session.send(to, words, force);
    return hold.send(to, words, () => drafts.keep(to, "reply", words), () => drafts.keep(to, "reply", ""));
  };

  /** Another conversation, or none: what was asked here is asked no more, what is written waits. @param {string} id */
  const turnTo = (id) => {
    // Who goes on elsewhere lets the reply go.
    hold.flush();
    if (shown) drafts.keep(shown, mode, box.value);
    shown = id;
    become("reply");
  };

  /** Words that did not leave come back to where they were written. @param {string} conversation @param {Mode} kind @param {string} words */
  const giveBack = (conversation, kind, words) => {
    const rest = conversation === shown && mode === kind ? box.value : drafts.draft(conversation, kind);
    drafts.keep(conversation, kind, rest.trim() && rest.trim() !== words ? `${words}\n${rest}` : words);
    if (conversation === shown) become(kind, true);
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  box.oninput = () => {
    // What was asked was about other words.
    ask();
    hold.flush();
    drafts.keep(shown, mode, box.value);
    grow();
    if (mode === "reply") {
      canned.follow();
      session.typing(Boolean(box.value.trim()));
    }
  };
  box.onblur = () => canned.close();
  box.onkeydown = (event) => {
    if (canned.key(event) || event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    // On a phone Enter makes a line, as people are used to; the button sends.
    if (!event.ctrlKey && !event.metaKey && matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    submit();
  };

  return {
    node,
    /** @param {Mode} next */
    focus: (next) => become(next, true),
    isWriting: () => document.activeElement === box,
    blur: () => box.blur(),
    /** The server did not take it. @param {import("./outbox.js").Entry} entry @param {import("./frames.js").Refusal} refusal */
    refused(entry, refusal) {
      const { code, message } = refusal;
      const words = entry.text || "";
      giveBack(entry.conversation, entry.type === "note.add" ? "note" : "reply", words);
      const why = code === "taken" ? fill(text.taken, { name: nameIn(refusal) }) : fill(text.notSent, { why: message });
      if (entry.conversation !== shown) return say(why);
      return code === "taken" ? ask(why, text.takeAndSend, () => submit({ force: true })) : ask(why);
    },
    /** @param {State} state */
    render(state) {
      const { open, ready } = state;
      longest = ready?.limits.message_characters || longest;
      // Shown by the server, so it is sure whose page this is: only then drafts are read.
      const at = open?.ready ? open.id : "";
      if (shown !== at) turnTo(at);
      wayBack.render(state);
      const writable = mayAnswer(state);
      form.hidden = !writable || Boolean(open?.gone);
      hint.textContent = open?.talk && !open.gone ? [imitation(state), hintFor(state, writable, mode)].filter(Boolean).join(" ") : "";
    },
  };
}

/** A visitor may call themselves what they like. @param {State} state */
function imitation({ open, ready }) {
  const name = open?.talk?.name || "";
  return ready && soundsLikeTeam(name, ready) ? fill(text.imitates, { name }) : "";
}

/** What a reply will do beyond reaching the visitor. @param {State} state @param {boolean} writable @param {Mode} mode */
function hintFor(state, writable, mode) {
  const { talk } = /** @type {import("./store.js").Open} */ (state.open);
  if (!writable) return text.viewOnly;
  if (mode === "note" || !talk) return "";
  if (talk.closed_at) return text.replyReopens;
  if (talk.handler === "bot") return text.replyTakes;
  if (talk.handler === "human" && !isMine(state)) return fill(text.replyTakesFrom, { name: talk.operator?.name || nameOf(talk) });
  return "";
}

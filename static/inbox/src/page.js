/**
 * The inbox page: reads what the server wrote into the page, joins session and views, keeps the address in step with what is
 * open. Loaded by templates/admin/inbox.html as the one script.
 */

import { createAlerts, newsOf } from "./alerts.js";
import { askTakeFrom } from "./choosers.js";
import { openDrafts } from "./drafts.js";
import { listenToKeys, showKeys } from "./keys.js";
import { PHONE } from "./limits.js";
import { createLine } from "./line.js";
import { createLineBar } from "./line_bar.js";
import { createListView } from "./list_view.js";
import { nameIn, nameOf } from "./names.js";
import { element, place } from "./nodes.js";
import { createSession } from "./session.js";
import { openSettings, showSettings } from "./settings.js";
import { openStream } from "./stream.js";
import { createTalkView } from "./talk_view.js";
import { text } from "./text.js";
import { openTickets } from "./tickets.js";
import { tick } from "./times.js";
import { createToasts } from "./toasts.js";
import { watchScreen } from "./screen.js";
import { undoOf } from "./undo.js";

const root = /** @type {HTMLElement} */ (document.getElementById("inbox"));
const { me = "", home = "/", ticket = "", events = "", frames = "", icon = "", iconDot = "", signIn = "" } = root.dataset;
const csrf = /** @type {HTMLInputElement | null} */ (document.querySelector("#inbox input[name=csrfmiddlewaretoken]"))?.value || "";

const drafts = openDrafts(Number(me));
const tickets = openTickets({ address: ticket, me: drafts.owner, csrf });
const settings = openSettings();
const toasts = createToasts();
const heard = element("p.visually-hidden", { role: "status" });
/** @type {Map<string, import("./frames.js").Item>} */
const known = new Map();
let frame = 0;

const session = createSession({
  drafts,
  makeLine: ({ onFrame, onChange }) =>
    createLine({
      locale: text.locale.slice(0, 2),
      fetchTicket: tickets.fetch,
      openSocket: () => new WebSocket(`${location.origin.replace("http", "ws")}/ws/inbox`),
      openStream: () => openStream({ events, frames, csrf: tickets.csrf() }),
      onFrame,
      onChange,
    }),
  onChange: () => {
    frame ||= requestAnimationFrame(render);
  },
  onEvent: tell,
  onRefused: refused,
});

/** @param {string} id */
const addressOf = (id) => `${home}${encodeURIComponent(id)}/`;
const idInAddress = () => decodeURIComponent(location.pathname.slice(home.length).split("/")[0]);

/** @param {string} id */
const open = (id) => {
  const shown = session.state().open?.id;
  // From one conversation to the next is one step for the button "back", which leads to the list.
  if (!shown) history.pushState({ fromList: true }, "", addressOf(id));
  else if (id !== shown) history.replaceState(history.state, "", addressOf(id));
  follow();
  if (matchMedia(PHONE).matches) root.querySelector(/** @type {"button"} */ (".talk-back"))?.focus({ preventScroll: true });
};

const back = () => {
  if (history.state?.fromList) return history.back();
  history.replaceState(null, "", home);
  follow();
};

/** What the address says is what is open. */
const follow = () => {
  const id = idInAddress();
  const before = session.state().open?.id;
  if (id) session.openTalk(id);
  else if (before) {
    session.leave();
    render();
    /** @type {HTMLElement | null} */ (root.querySelector(`.talk-card[href="${CSS.escape(addressOf(before))}"]`))?.focus({ preventScroll: true });
  }
};

const alerts = createAlerts({ settings, open, icon, iconDot });
const list = createListView({ session, addressOf, open, openSettings: () => showSettings({ settings, session, trySound: alerts.beep, askNotify: alerts.ask }) });
const talk = createTalkView({ session, drafts, settings, say: (words) => void toasts.say(words), back, addressOf });
const bar = createLineBar({ session, signIn: () => `${signIn}?next=${encodeURIComponent(location.pathname)}` });

/** @param {string} id whether one looks at this conversation now */
const inView = (id) => !document.hidden && session.state().open?.id === id;

function render() {
  frame = 0;
  const state = session.state();
  const shut = session.line().status === "stopped";
  root.classList.toggle("shut", shut);
  root.classList.toggle("talking", Boolean(state.open) && !shut);
  document.body.classList.toggle("inbox-talking", Boolean(state.open) && !shut);
  // Who may see nothing here any more sees nothing but why.
  place(root, shut ? [bar.node] : [bar.node, list.node, talk.node, toasts.node, heard]);
  if (shut) for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
  bar.render();
  list.render(state);
  talk.render(state);
  tick(root);
  countInMenu();
  alerts.count(state.counts.waiting + state.items.filter(({ unread, operator }) => unread && operator?.id === state.ready?.me.id).length);
  if (!document.hidden && talk.atEnd()) session.markRead();
}

/** The numbers in the menu and the bar, which the server wrote, follow too. */
function countInMenu() {
  const { ready, counts } = session.state();
  const words = counts.waiting ? String(counts.waiting) : "";
  for (const badge of document.querySelectorAll("#menu-count, #bar-count")) if (ready && badge.textContent !== words) badge.textContent = words;
}

/**
 * What has to be said beyond what is drawn.
 * @param {import("./frames.js").ServerFrame} said
 * @param {import("./store.js").State} before
 * @param {import("./outbox.js").Entry} [entry]
 */
function tell(said, before, entry) {
  if (said.type === "list.changed") alerts.tell(newsOf(before, said.items, inView, known));
  else if (said.type === "list.page") for (const item of said.items) known.set(item.conversation, item);
  else if (said.type === "message.added" && said.author === "visitor") {
    const { open: shown } = session.state();
    heard.textContent = shown?.talk ? `${nameOf(shown.talk)}: ${said.text}` : said.text;
  } else if (said.type === "talk.acted" && entry) acted(entry, before);
  else if (said.type === "knowledge.added") toasts.say(said.found ? text.learned : text.learnedNotFound);
}

/** @param {import("./outbox.js").Entry} entry @param {import("./store.js").State} before */
function acted(entry, before) {
  const action = /** @type {keyof typeof text.acted} */ (entry.action);
  const undo = entry.undoes ? undefined : undoOf(entry, before);
  if (!(action in text.acted) || entry.undoes) return;
  // What the head of the conversation shows anyway is only read out.
  if (!undo && action !== "assign") heard.textContent = text.acted[action];
  else {
    const act = () => undo?.forEach((step) => session.act(step.action, { ...step.more, undoes: true }, entry.conversation));
    toasts.say(text.acted[action], undo && { label: text.undo, act });
  }
}

/** @param {import("./frames.js").Refusal} refusal @param {import("./outbox.js").Entry} [entry] */
function refused(refusal, entry) {
  if (entry && (entry.type === "message.send" || entry.type === "note.add")) talk.composer.refused(entry, refusal);
  else if (refusal.code === "taken" && entry) askTakeFrom(nameIn(refusal), (action) => session.act(action, {}, entry.conversation));
  else if (refusal.code !== "not_found" || entry) toasts.say(refusal.message);
}

/** @param {number} step */
const go = (step) => {
  const id = list.neighbour(step);
  if (id) open(id);
};

listenToKeys({
  on: () => settings.get().shortcuts,
  chooseView: list.choose,
  actions: {
    ...talk.actions,
    next: () => go(1),
    previous: () => go(-1),
    search: list.focusSearch,
    reply: () => session.state().open && talk.composer.focus("reply"),
    note: () => session.state().open && talk.composer.focus("note"),
    details: talk.toggleDetails,
    why: talk.why,
    undo: toasts.undo,
    help: showKeys,
    leave() {
      if (talk.closeDetails()) return;
      if (talk.composer.isWriting()) talk.composer.blur();
      else if (session.state().open) back();
    },
  },
});

root.replaceChildren(bar.node);
watchScreen(root, () => talk.atEnd() && talk.toEnd());
addEventListener("popstate", follow);
for (const event of ["online", "offline", "visibilitychange"]) addEventListener(event, () => requestAnimationFrame(render), true);
setInterval(() => tick(root), 1000);
follow();
render();
session.start();

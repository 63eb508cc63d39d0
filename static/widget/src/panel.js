/**
 * The entry of the panel: builds the views at the first opening and draws them once per frame from the session's state.
 * Called by loader.js, which gives the button and the shadow root.
 */

import { createAnnouncer } from "./announcer.js";
import { createComposer } from "./composer.js";
import { createDialog } from "./dialog.js";
import { element, say } from "./element.js";
import { createHeader } from "./header.js";
import { CLOSE_REFUSED } from "./protocol.js";
import { createSession } from "./session.js";
import { applyStyle } from "./style.js";
import { createTranscript } from "./transcript.js";
import { fill } from "./words.js";
import { anchor } from "./markdown_view.js";
import * as text from "#lang";

/**
 * @typedef {object} LoaderSite what the server puts into the loader
 * @property {string} key
 * @property {string} host own origin
 * @property {string} language
 * @property {string} name
 * @property {string} accent
 * @property {string} [greeting]
 * @property {Record<string, string>} panel file by language
 *
 * @typedef {object} Context
 * @property {HTMLElement} holder
 * @property {ShadowRoot} root
 * @property {HTMLButtonElement} button
 * @property {HTMLAnchorElement | null} link the plain link of the tag
 * @property {boolean} full
 * @property {LoaderSite} site
 * @property {string} key
 * @property {string} language
 *
 * @typedef {{toggle: () => void}} Panel
 */

const OPEN = "M6 9l6 6 6-6";
/** A person's typing sign may be lost when it ends. */
const TYPING_MS = 8_000;
/** So many failed tries until another way is offered. */
const MANY = 3;

/**
 * @param {Context} context
 * @returns {Panel}
 */
export function mount(context) {
  const { root, button } = context;
  const closedShape = button.querySelector("path")?.getAttribute("d") || "";
  /** @type {ReturnType<typeof createChat> | undefined} */
  let chat;

  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-label", fill(text.dialog, { name: context.site.name }));

  /** @param {boolean} open */
  const showState = (open) => {
    button.classList.toggle("open", open);
    button.querySelector("path")?.setAttribute("d", open ? OPEN : closedShape);
  };

  return {
    toggle() {
      if (!chat) {
        chat = createChat(context, () => showState(false));
        const { dialog, open } = chat;
        root.append(dialog.node);
        applyStyle(root, () => {
          button.className = "launcher";
          showState(true);
          open();
        });
      } else if (chat.dialog.isOpen()) chat.dialog.close();
      else {
        showState(true);
        chat.open();
      }
    },
  };
}

/**
 * @param {Context} context
 * @param {() => void} onClose
 */
function createChat({ root, button, link, full, site, key, language }, onClose) {
  let frame = 0;
  /** @type {ReturnType<typeof import("./contact.js").createContact> | undefined} */
  let contact;
  let contactAsked = false;
  let skipped = false;
  let lostAt = 0;
  /** @type {HTMLElement | undefined} */
  let badge;
  let seenSeq = 0;

  const schedule = () => {
    frame ||= requestAnimationFrame(render);
  };
  const session = createSession({ key, host: site.host, locale: language, onChange: schedule });
  const transcript = createTranscript({ send: session.send, retry: session.retry, discard: session.discard, earlier: session.earlier });
  const composer = createComposer({ send: session.send, stop: session.stop });
  const announcer = createAnnouncer();
  const bar = element("p", { className: "bar", hidden: true });
  const header = createHeader({ name: site.name, askPerson: session.askPerson, close: full ? undefined : () => dialog.close() });
  const dialog = createDialog({
    button,
    full,
    children: [header.node, transcript.node, bar, ...composer.nodes, announcer.node],
    firstFocus: () => composer.box,
    onClose,
  });

  /** What is wrong with the line, in words; empty while all is well or only just lost. */
  const trouble = () => {
    const { status, code } = session.line();
    const { site: known } = session.state();
    if (status === "open" || status === "idle") {
      lostAt = 0;
      return "";
    }
    if (status === "stopped") return code === CLOSE_REFUSED ? text.refused : text.expired;
    if (!navigator.onLine) return fill(text.offline, { you: known?.address });
    lostAt ||= Date.now();
    // A drop of a moment is nobody's business.
    if (Date.now() - lostAt < 1000) {
      setTimeout(schedule, 1000);
      return "";
    }
    return code > MANY ? text.unreachable : session.state().greeted ? text.reconnecting : text.connecting;
  };

  /** @param {string} words */
  const renderBar = (words) => {
    const { status, code } = session.line();
    const known = session.state().site;
    const other = link?.href || (known?.whatsapp && "https://wa.me/" + known.whatsapp) || (known?.email && "mailto:" + known.email);
    const offer = words && other && (status === "stopped" || code > MANY) ? other : "";
    bar.hidden = !words;
    if (bar.firstChild?.textContent === words && Boolean(bar.firstElementChild) === Boolean(offer)) return;
    bar.textContent = words;
    if (offer) bar.append(" ", anchor(offer, text.otherWay));
  };

  const renderContact = () => {
    const state = session.state();
    const wanted = state.handler === "waiting" && !skipped && state.site && (contact || !state.contactGiven);
    if (!wanted) {
      transcript.setCard(undefined);
      if (state.handler !== "waiting") contact = undefined;
      return;
    }
    if (contact) {
      transcript.setCard(contact.node);
      contact.render(state.contactGiven);
    } else if (!contactAsked) {
      contactAsked = true;
      import(__MODULE_CONTACT__).then((/** @type {typeof import("./contact.js")} */ module) => {
        const skip = () => {
          skipped = true;
          schedule();
        };
        contact = module.createContact({ site: /** @type {import("./protocol.js").Site} */ (session.state().site), give: session.giveContact, skip });
        contactAsked = false;
        schedule();
      }, () => {
        // The card is a convenience; the conversation waits for a person all the same.
      });
    }
  };

  const renderBadge = () => {
    const { seq, rows } = session.state();
    if (dialog.isOpen()) seenSeq = seq;
    const count = rows.filter((row) => (row.seq || 0) > seenSeq && row.author !== "visitor").length;
    if (count && !badge) root.append((badge = element("span", { className: "badge" })));
    if (!badge) return;
    badge.hidden = !count;
    say(badge, String(count));
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typingTimer;
  const expireTyping = () => {
    clearTimeout(typingTimer);
    if (session.state().typing) typingTimer = setTimeout(session.expireTyping, TYPING_MS);
  };

  const render = () => {
    frame = 0;
    const state = session.state();
    const words = trouble();
    header.render(state);
    renderBar(words);
    composer.render(state, session.line().status !== "stopped");
    if (dialog.isOpen()) transcript.render(state, state.site?.greeting ?? site.greeting ?? "");
    renderContact();
    announcer.render(state, words);
    renderBadge();
    expireTyping();
    if (dialog.isOpen() && !document.hidden) session.markRead();
  };

  const open = () => {
    dialog.open();
    render();
    transcript.toEnd();
    composer.refresh();
    if (session.line().status === "idle") session.start();
  };

  return { dialog, open };
}

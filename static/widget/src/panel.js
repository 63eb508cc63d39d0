/**
 * The entry of the panel: builds the views at the first opening and draws them once per frame from the session's state.
 * Called by loader.js, which gives the button and the shadow root.
 */

import css from "./panel.css";
import * as text from "#lang";
import { createComposer } from "./composer.js";
import { createDialog } from "./dialog.js";
import { element, icon } from "./element.js";
import { createHeader } from "./header.js";
import { MANY_TRIES } from "./limits.js";
import { anchor } from "./link.js";
import { CLOSE_REFUSED } from "./protocol.js";
import { createSession } from "./session.js";
import { lastOf, lastSeq } from "./store.js";
import { openStorage } from "./storage.js";
import { addStyle } from "./style.js";
import { createTranscript } from "./transcript.js";

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
 * @property {ShadowRoot} root
 * @property {HTMLButtonElement} button
 * @property {HTMLAnchorElement | null} link the plain link of the tag
 * @property {boolean} full
 * @property {LoaderSite} site
 * @property {string} key
 * @property {DOMStringMap} data attributes of the tag; `identity` is the website's token of who is signed in
 *
 * @typedef {{toggle: () => void, identify: () => unknown}} Panel
 * @typedef {ReturnType<typeof createChat>} Chat
 * @typedef {import("./storage.js").Storage} Storage
 */

const CHEVRON = "M6 9l6 6 6-6";

/**
 * @param {Context} context
 * @returns {Panel}
 */
export function mount(context) {
  const shared = openStorage(context.key);
  /** @type {Chat | undefined} */
  let chat;
  addStyle(context.root, css, import.meta.url);
  const begin = (storage = shared) => (chat = createChat(context, storage));
  const identify = () =>
    import(__MODULE_IDENTITY__).then(
      ({ become }) => become(context, shared, begin, chat),
      // The chat works without, for a visitor like any other.
      () => {},
    );
  return {
    identify() {
      if (chat || !context.data.identity) identify();
    },
    async toggle() {
      if (!chat && context.data.identity) await identify();
      (chat || begin()).toggle();
    },
  };
}

/** @param {Context} context @param {Storage} storage */
function createChat({ root, button, link, full, site, key }, storage) {
  let frame = 0;
  let seen = 0;
  let trouble = "";
  /** @type {HTMLElement | undefined} */
  let card;
  /** Turns a list to choose from into buttons, and back. @type {((usable: boolean) => void) | undefined} */
  let offer;

  const label = text.dialog.replace("{name}", site.name);
  const shape = button.querySelector("path");
  const bubble = shape?.getAttribute("d") || "";
  const onChange = () => {
    frame ||= requestAnimationFrame(render);
  };
  const session = createSession({ key, storage, host: site.host, locale: text.language, onChange, onRefused: (words) => composer.put(words) });
  const transcript = createTranscript(site.greeting);
  const composer = createComposer(session);
  const bar = element("p.bar", {});
  const askPerson = () => {
    session.askPerson();
    transcript.toEnd();
  };
  const header = createHeader({ name: site.name, askPerson, close: !full && (() => dialog.node.close()) });
  const dialog = createDialog({
    label,
    full,
    children: [header.node, transcript.log, bar, ...composer.nodes, transcript.announcer.node],
    box: composer.box,
    onToggle(open) {
      button.setAttribute("aria-expanded", /** @type {any} */ (open));
      button.classList.toggle("open", open);
      shape?.setAttribute("d", open ? CHEVRON : bubble);
      if (!open) button.focus();
    },
  });
  button.title = label;
  button.className = "launcher";
  root.append(dialog.node);

  /** @param {import("./store.js").State} state */
  const renderBar = ({ site: known, conversation }) => {
    const { status, attempt, code } = session.line();
    const lost = status === "stopped" || attempt > MANY_TRIES;
    const words = !navigator.onLine
      ? text.offline
      : lost
        ? code === CLOSE_REFUSED
          ? text.refused
          : text.unreachable
        : conversation && attempt
          ? text.reconnecting
          : "";
    if (words === trouble) return;
    bar.textContent = trouble = words;
    const other = link?.href || (known?.whatsapp && "https://wa.me/" + known.whatsapp);
    if (lost && other) bar.append(anchor(text.otherWay, other));
    if (words) transcript.announcer.say(words);
  };

  /** What is not needed in every chat comes when it is. @type {Set<string>} */
  const asked = new Set();
  /** @param {string} file @param {(module: any) => void} use */
  const need = (file, use) =>
    asked.size === asked.add(file).size ||
    import(file).then(
      (module) => {
        if (module.css) addStyle(root, module.css, module.url);
        use(module.create({ element, icon, anchor }));
        onChange();
      },
      // The chat works without meanwhile: plain text, a person who answers right here. By another name: browsers remember what failed.
      () => setTimeout(need, 4e3, file + "?", use),
    );

  /** @param {import("./store.js").State} state */
  const needModules = (state) => {
    const { messages, pending, handler, contact_given, site: known } = state;
    if (messages[0] || pending[0]) {
      need(__MODULE_MARKDOWN__, (markdown) => transcript.use({ markdown }));
      need(__MODULE_DETAIL__, (create) => transcript.use({ detail: create(session.tell) }));
    }
    if (handler === "human") need(__MODULE_TYPING__, (watch) => watch(composer.box, session));
    if (messages[2] || transcript.log.scrollHeight > transcript.log.clientHeight) {
      need(__MODULE_HISTORY__, (create) => transcript.use({ dress: create(transcript.log, session.tell, transcript.toEnd) }));
    }
    if (lastOf(state)?.choices) need(__MODULE_CHOICES__, (create) => (offer = create(transcript.log, session, dialog.focus)));
    const wanted = handler === "waiting" && !contact_given;
    if (wanted) {
      need(__MODULE_CONTACT__, (create) => {
        card = create(known, (/** @type {{name: string, contact: string} | undefined} */ values) => {
          if (values) session.giveContact(values);
          dialog.focus();
        });
      });
    }
    return wanted ? card : undefined;
  };

  const render = () => {
    frame = 0;
    const state = session.state();
    const { open } = dialog.node;
    const usable = session.line().status !== "stopped";
    const seq = lastSeq(state);
    header.render(state, usable);
    renderBar(state);
    composer.render(state, usable);
    transcript.render(state, needModules(state));
    offer?.(usable);
    if (open) seen = seq;
    if (open && !document.hidden) session.markRead();
    button.classList.toggle("unread", seq > seen);
  };

  session.start();
  return {
    node: dialog.node,
    end: session.end,
    toggle() {
      if (dialog.node.open) return dialog.node.close();
      dialog.open();
      render();
      composer.refresh();
      transcript.toEnd();
    },
  };
}

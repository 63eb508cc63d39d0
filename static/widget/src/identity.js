/**
 * Whoever the website has signed in: their own chat, and nothing of it left in the browser for whoever comes next. A module of its own, fetched by
 * panel.js when the tag has a token of the website or the page calls Kanal.identify or Kanal.logout.
 *
 * What proves it is kept in this page's memory only. The browser's storage holds what is not sent yet, under the customer's own number.
 */

import { openStorage } from "./storage.js";

const TOKEN = "token";
const OUTBOX = "out:";
/** Whom the tabs of this browser show. */
const WHO = "who";
/** Under whose name the chat of this browser's visitor went on after a token was refused. */
const AS = "as";
/** As our tokens of signed-in customers begin. */
const SESSION = "c.";

/**
 * @typedef {import("./storage.js").Storage} Storage
 * @typedef {import("./panel.js").Chat} Chat
 */

/** The customer of this page. @type {{sub: string, token: string, session?: string} | undefined} */
let customer;
/** Whom this page could not sign in. */
let claimed = "";
/** @type {Chat | undefined} */
let shown;
let listens = false;

/**
 * Makes the chat that of whom the tag names now, or of nobody.
 * @param {import("./panel.js").Context} context
 * @param {Storage} shared what visitors of this browser have in common
 * @param {(storage?: Storage) => Chat} create
 * @param {Chat} [chat] the one there is
 */
export function become({ key, site, data }, shared, create, chat) {
  shown = chat;

  /** A chat for whoever is there now, in place of the one there is: nothing of that is left. @param {Storage} [storage] */
  const begin = (storage) => {
    const before = shown;
    const open = before?.node.open;
    shown = create(storage);
    if (!before) return;
    before.end();
    before.node.onclose = null;
    before.node.close();
    before.node.remove();
    if (open) shown.toggle();
  };

  const token = data.identity;

  /** @param {string} sub */
  const ownOf = (sub) => openStorage(`${key}:~${sub}`);

  /** What was not sent yet goes with them. @param {Storage} area */
  const forget = (area) => {
    for (const kept of area.all(OUTBOX)) area.remove(OUTBOX + JSON.parse(kept).id);
  };

  /** The customer of this page is gone: the server ends all that was signed for them until now. */
  const leave = () => {
    if (!customer) return;
    const { sub, session } = customer;
    customer = undefined;
    forget(ownOf(sub));
    if (session) {
      // Not over the line, which may be down, and with the page, which may be about to go.
      const body = JSON.stringify([{ type: "identity.set", token: "" }]);
      fetch(`${site.host}/chat/${key}/frames`, { method: "POST", body, headers: { Authorization: "Bearer " + session }, keepalive: true, credentials: "omit" }).catch(() => {});
    }
  };

  /** As a visitor like any other; the server says why, once. @param {string} [refused] */
  const anonymous = (refused) =>
    begin({
      ...shared,
      get(name) {
        if (name !== "identity") return shared.get(name);
        const once = refused;
        refused = undefined;
        return once;
      },
    });

  const sub = readSub(token || "");
  const as = shared.get(AS);
  const left = as && (!token || (sub && sub !== as));
  if (left) {
    // Written by somebody whom we could not sign in: it is not for whoever comes next either.
    forget(shared);
    for (const name of [TOKEN, AS]) shared.remove(name);
  }
  if (!token) {
    const known = customer;
    const who = shared.get(WHO);
    leave();
    if (who) forget(ownOf(who));
    // Other tabs hear it.
    shared.remove(WHO);
    claimed = "";
    if (known || left) begin();
    return;
  }
  if (customer?.sub === sub && customer.session) {
    customer.token = token;
    return;
  }
  leave();
  if (!sub) return anonymous(token);
  const mine = (customer = { sub, token, session: "" });
  const own = ownOf(sub);
  /** Names of what was written on this page, by whoever sits here now. @type {Set<string>} */
  const written = new Set([]);
  begin({
    get: (name) => (name === TOKEN ? mine.session || shared.get(name) : name !== "identity" ? own.get(name) : mine.session ? undefined : mine.token),
    set(name, value) {
      if (name !== TOKEN) {
        written.add(name);
        return own.set(name, value);
      }
      if (value.startsWith(SESSION)) {
        mine.session = value;
        // What was begun before is theirs now, and opens with its old token no more.
        for (const gone of [TOKEN, AS]) shared.remove(gone);
        return shared.set(WHO, sub);
      }
      shared.set(name, value);
      // Refused: words of this page go on with its visitor, older ones wait for the customer.
      for (const entry of written) {
        const words = own.get(entry);
        words && shared.set(entry, words);
        own.remove(entry);
      }
      customer = undefined;
      shared.set(AS, (claimed = sub));
      anonymous(mine.token);
    },
    remove(name) {
      if (name === TOKEN && mine.session) mine.session = "";
      else for (const area of [own, shared]) area.remove(name);
      return true;
    },
    // What was written before signing in and could not be sent yet goes along.
    all: (prefix) => [...own.all(prefix), ...shared.all(prefix)],
  });
  if (listens) return;
  listens = true;
  // Another tab signed out, or somebody else in: this one does not go on showing who was there.
  addEventListener("storage", () => {
    if (customer?.session ? shared.get(WHO) !== customer.sub : claimed && shared.get(AS) !== claimed) {
      data.identity = claimed = "";
      leave();
      begin();
    }
  });
}

/** The customer's number as the token claims it: for names in the storage only, for what counts is what the server reads. @param {string} token */
function readSub(token) {
  try {
    return String(JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub || "");
  } catch {
    return "";
  }
}

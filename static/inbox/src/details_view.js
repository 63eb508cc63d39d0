/**
 * Who the visitor is, beside the conversation; on a phone a sheet over it. Called by talk_view.js.
 */

import { tagBadges } from "./card_view.js";
import { nameOf } from "./names.js";
import { element, signButton, theirs } from "./nodes.js";
import { text } from "./text.js";
import { fullTime } from "./times.js";

/** @typedef {import("./frames.js").Talk} Talk */

/** @param {{close: () => void, recordOf: (id: string) => string, addressOf: (id: string) => string}} parts */
export function createDetailsView({ close, recordOf, addressOf }) {
  const list = element("dl", {});
  const record = element("a", {}, text.record);
  const closeButton = signButton("close", text.closeDetails, close);
  const node = element("aside.about", { "aria-label": text.about.title }, element("div.about-head", {}, element("h2", {}, text.about.title), closeButton), list, element("p.about-more", {}, record));
  let drawn = "";

  /** @param {string} label @param {...(Node | string)} words */
  const fact = (label, ...words) => [element("dt", {}, label), element("dd", {}, ...(words.length ? words : [text.about.none]))];

  return {
    node,
    focus: () => closeButton.focus(),
    /** @param {import("./store.js").State} state */
    render({ open, ready }) {
      const talk = /** @type {Talk | undefined} */ (open?.talk);
      if (!open?.ready || !talk) {
        drawn = "";
        list.replaceChildren();
        return;
      }
      const look = JSON.stringify([talk, ready?.tags]);
      if (look === drawn) return;
      drawn = look;
      record.href = recordOf(talk.conversation);
      const { about } = text;
      const site = ready?.sites.find(({ id }) => id === talk.site)?.name;
      const tags = tagBadges(talk, ready);
      list.replaceChildren(
        ...fact(about.name, theirs(nameOf(talk)), ...(talk.verified ? [" ", element("span.badge human", {}, about.verified)] : [])),
        ...(talk.verified ? fact(about.customer, theirs(Object.values(talk.verified).join(" · "))) : []),
        ...fact(about.contact, ...contact(talk)),
        ...fact(about.page, ...page(talk)),
        ...fact(about.device, ...(talk.device ? [theirs(talk.device)] : [])),
        ...fact(about.language, ...(talk.language || talk.locale ? [languageName(talk.language || talk.locale || "")] : [])),
        ...(ready && ready.sites.length > 1 && site ? fact(about.site, site) : []),
        ...fact(about.started, ...(talk.started_at ? [fullTime(talk.started_at)] : [])),
        ...(talk.earlier?.length ? fact(about.earlier, ...talk.earlier.map((one) => element("a.earlier-talk", { href: addressOf(one.conversation) }, fullTime(one.last_at)))) : []),
        ...(tags.length ? fact(about.tags, ...tags.flatMap((tag) => [tag, " "])) : []),
      );
    },
  };
}

/** The server makes the address, from what is plainly a number or an e-mail address. @param {Talk} talk @returns {Node[]} */
function contact({ contact: words, contact_link: address }) {
  if (!words) return [];
  return address && /^(https:\/\/wa\.me\/|mailto:)/.test(address) ? [element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, theirs(words))] : [theirs(words)];
}

/** @param {Talk} talk @returns {Node[]} */
function page({ page: where }) {
  const { url = "", title = "" } = where || {};
  if (!/^https?:\/\/[^/\s]/i.test(url)) return title ? [theirs(title)] : [];
  const link = element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, theirs((title || url).slice(0, 90)));
  return title ? [link, element("br"), element("span.quiet", {}, theirs(url.slice(0, 90)))] : [link];
}

/** @param {string} code */
function languageName(code) {
  try {
    return new Intl.DisplayNames([text.locale], { type: "language" }).of(code) || code;
  } catch {
    return code;
  }
}

/**
 * The card of a visitor who waits for a person: when people are there, another way to reach them, and where to answer if
 * the visitor leaves. Loaded by panel.js when it is needed; brings its own styles.
 */

import styles from "./contact.css";
import * as text from "#lang";

export const css = styles;
export const { url } = import.meta;

/**
 * @param {{element: typeof import("./element.js").element, anchor: typeof import("./link.js").anchor}} kit the panel's own makers of nodes
 */
export function create({ element, anchor }) {
  /** @param {string} placeholder @param {object} more */
  const input = (placeholder, more) => element("input", { placeholder, "aria-label": placeholder, ...more });

  /** @param {import("./protocol.js").Site} site @param {(values?: {name: string, contact: string}) => void} done without values if the visitor leaves none */
  return ({ hours, whatsapp, address }, done) => {
    const node = element("div.card", {}, element("b", {}, text.contactTitle));
    /** @type {typeof done} */
    const leave = (values) => {
      node.hidden = true;
      done(values);
    };
    const name = input(text.contactName, { autocomplete: "name", maxLength: 80 });
    const way = input(text.contactWay, { maxLength: 120, autocapitalize: "none", spellcheck: false });
    const wrong = element("p.wrong", { role: "alert" });
    const form = element(
      "form",
      { noValidate: true },
      element("p", {}, text.contactPurpose.replace("{you}", address || text.you)),
      way,
      wrong,
      name,
      element("div", {}, element("button", {}, text.contactSend), element("button", { type: "button", onclick: () => leave() }, text.contactSkip)),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const contact = way.value.trim();
      const fits = isContact(contact);
      wrong.textContent = fits ? "" : text.contactWrong;
      if (fits) leave({ name: name.value.trim(), contact });
      else way.focus();
    };

    if (hours) node.append(element("p", {}, hours.open ? text.contactOpen : [text.contactClosed + " " + (hours.note || ""), ...hours.lines].join("\n")));
    if (whatsapp) node.append(anchor(text.whatsapp, "https://wa.me/" + whatsapp.replace(/\D/g, "")));
    node.append(form);
    return node;
  };
}

/** An e-mail address, or enough digits to be a phone number. @param {string} words */
const isContact = (words) => /^\S+@\S+\.\S+$/.test(words) || (/^[+\d\s().-]+$/.test(words) && words.replace(/\D/g, "").length > 7);

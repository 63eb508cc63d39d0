/**
 * The card of a visitor who waits for a person: when people are there, another way to reach them, and where to answer if
 * the visitor leaves. Loaded by panel.js when it is needed.
 */

import { element } from "./element.js";
import { anchor } from "./markdown_view.js";
import { fill } from "./words.js";
import * as text from "#lang";

/**
 * @param {{site: import("./protocol.js").Site, give: (values: {name?: string, contact: string}) => void, skip: () => void}} options
 */
export function createContact({ site, give, skip }) {
  const you = site.address;
  const hours = site.hours;
  const name = element("input", { autocomplete: "name", maxLength: 80, placeholder: text.contactName, "aria-label": text.contactName });
  const way = element("input", { maxLength: 120, placeholder: text.contactWay, "aria-label": text.contactWay, autocomplete: "tel", autocapitalize: "none", spellcheck: false });
  const wrong = element("p", { className: "wrong", role: "alert" });
  const form = element(
    "form",
    { noValidate: true },
    element("p", {}, fill(text.contactPurpose, { you })),
    way,
    wrong,
    name,
    element("div", { className: "buttons" }, element("button", { className: "primary" }, text.contactSend), element("button", { type: "button", onclick: skip }, text.contactSkip)),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    const contact = way.value.trim();
    const fits = isContact(contact);
    wrong.textContent = fits ? "" : text.contactWrong;
    way.setAttribute("aria-invalid", String(!fits));
    if (!fits) return way.focus();
    give({ name: name.value.trim() || undefined, contact });
  };

  const node = element("div", { className: "card" }, element("h3", {}, text.contactTitle));
  if (hours) {
    const closed = [text.contactClosed, hours.note].filter(Boolean).join(" ");
    node.append(element("p", {}, hours.open ? text.contactOpen : closed));
    if (!hours.open && hours.lines.length) node.append(element("p", { className: "hours" }, hours.lines.join("\n")));
  }
  if (site.whatsapp) {
    const button = anchor("https://wa.me/" + site.whatsapp.replace(/\D/g, ""), text.whatsapp);
    button.className = "whatsapp";
    node.append(button);
  }
  const thanks = element("p", { className: "thanks" }, fill(text.contactThanks, { you }));
  node.append(form);

  return {
    node,
    /** @param {boolean} given */
    render(given) {
      if (given && form.isConnected) form.replaceWith(thanks);
    },
  };
}

/** An e-mail address, or enough digits to be a phone number. @param {string} words */
const isContact = (words) => /^\S+@\S+\.\S+$/.test(words) || (/^[+\d][\d\s().-]*$/.test(words) && words.replace(/\D/g, "").length >= 8);

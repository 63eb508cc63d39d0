/**
 * The only script a page pays for before anybody wants to chat: draws the button, fetches the panel on intent, takes over
 * the plain link of the tag. Served as /widget.js; the server puts the site's look in place of __KANAL_SITE__, or null.
 */

const site = __KANAL_SITE__;
const page = document;
const script = /** @type {HTMLScriptElement | null} */ (page.currentScript || page.querySelector("script[src*='/widget.js']"));
const data = script?.dataset || {};
/** Tells the panel, once it may be asked for, that the page signed somebody in or out. @type {() => unknown} */
let tell;
const identify = (token = "") => {
  data.identity = token;
  tell?.();
};
window.Kanal = { identify, logout: () => identify() };

const start = () => {
  // Nothing to draw (a plain link stays a link), or a second copy of the tag.
  if (!site || page.querySelector("kanal-chat")) return;
  const { host, panel, accent, language, name, key } = site;
  const link = /** @type {HTMLAnchorElement | null} */ (page.querySelector("a[data-kanal]"));
  const holder = page.createElement("kanal-chat");
  const root = holder.attachShadow({ mode: "open" });
  const button = page.createElement("button");
  const [svg, path] = ["svg", "path"].map((tag) => page.createElementNS("http://www.w3.org/2000/svg", tag));
  const full = "full" in data;
  let tries = 0;
  /** @type {Promise<import("./panel.js").Panel | 0> | 0} */
  let loading = 0;

  // A failed import is remembered by some browsers: each try needs an address of its own.
  const load = () =>
    (loading ||= import(host + (panel[data.lang || navigator.language.slice(0, 2)] || panel[language]) + "#" + tries++).then(
      ({ mount }) => mount({ root, button, link, full, site, key: data.site || key, data }),
      () => (loading = 0),
    ));
  // What a logout ends may be shown by another tab.
  tell = () => (loading || !data.identity) && load().then((loaded) => loaded && loaded.identify());
  const toggle = async () => {
    button.style.opacity = ".7";
    const loaded = await load();
    button.style.opacity = "";
    if (loaded) loaded.toggle();
    else if (link) location.href = link.href;
  };

  // White or black, whichever reads better: relative luminance of WCAG with 2.2 as the exponent, times 255 ** 2.2.
  const colour = parseInt(accent.slice(1), 16);
  const light = 0.2126 * (colour >> 16) ** 2.2 + 0.7152 * ((colour >> 8) & 255) ** 2.2 + 0.0722 * (colour & 255) ** 2.2 > 35300;
  holder.style.cssText = `all:initial;position:fixed;z-index:2147483000;bottom:20px;inset-inline-end:20px;--accent:${accent};--ink:${light ? "#000" : "#fff"}`;
  button.style.cssText = "width:56px;height:56px;padding:14px;border:1px solid #0000;border-radius:50%;background:var(--accent);color:var(--ink);box-shadow:0 4px 18px #0004;cursor:pointer";
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("fill", "currentColor");
  path.setAttribute("d", "M12 3a9 9 0 0 0-7.8 13.5L3 21l4.5-1.2A9 9 0 1 0 12 3z");
  svg.append(path);
  button.append(svg);
  button.title = "Chat " + name;
  button.ariaExpanded = "false";
  button.onclick = toggle;
  button.onfocus = button.ontouchstart = load;
  // Hovering is a guess, not a wish: no guesses at the cost of somebody who saves data.
  if (!(/** @type {any} */ (navigator).connection?.saveData)) button.onmouseenter = load;
  page.documentElement.append(holder);
  if (full) toggle();
  else root.append(button);
  if (link) {
    link.onclick = () => {
      toggle();
      return false;
    };
    // In the tag itself the link has become the button; elsewhere in the page it stays where it is and opens the chat.
    if (script?.previousElementSibling === link) link.style.display = "none";
  }
};

const plan = () => (window.requestIdleCallback || setTimeout)(start, /** @type {any} */ ({ timeout: 2000 }));
if (page.readyState === "loading") addEventListener("DOMContentLoaded", plan);
else plan();

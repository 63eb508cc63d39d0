/**
 * The only script a page pays for before anybody wants to chat: draws the button, fetches the panel on intent, takes over
 * the plain link of the tag. Served as /widget.js; the server puts the site's look in place of __KANAL_SITE__, or null.
 */

(() => {
  const site = __KANAL_SITE__;
  const page = document;
  const script = /** @type {HTMLScriptElement | null} */ (page.currentScript || page.querySelector("script[src*='/widget.js']"));
  const data = script?.dataset || {};
  const mark = Symbol.for("kanal");
  // Nothing to draw (the link stays a link), or a second copy of the tag.
  if (!site || mark in window) return;
  /** @type {any} */ (window)[mark] = 1;

  const { host, panel, accent } = site;
  const full = "full" in data;
  const before = script?.previousElementSibling;
  const link = /** @type {HTMLAnchorElement | null} */ (page.querySelector("a[data-kanal]"));
  const holder = page.createElement("kanal-chat");
  const button = page.createElement("button");
  let tries = 0;
  /** @type {Promise<import("./panel.js").Panel | void> | 0} */
  let loading = 0;

  const load = () =>
    (loading ||= import(host + (panel[data.lang || site.language] || panel.id) + "#" + tries++).then(
      (module) => module.mount({ holder, root, button, link, full, site, key: data.site || site.key, language: data.lang || site.language }),
      () => {
        loading = 0;
      },
    ));

  const toggle = async () => {
    button.style.opacity = ".7";
    const loaded = await load();
    button.style.opacity = "";
    if (loaded) loaded.toggle();
    else if (link) location.href = link.href;
  };

  const [red, green, blue] = [1, 3, 5].map((i) => (parseInt(accent.slice(i, i + 2), 16) / 255) ** 2.2);
  const ink = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
  holder.style.cssText = `all:initial;position:fixed;bottom:0;inset-inline-end:0;z-index:2147483000;--accent:${accent};--ink:${ink}`;
  const root = holder.attachShadow({ mode: "open" });

  const draw = () => {
    page.documentElement.append(holder);
    if (full) {
      toggle();
      return;
    }
    const svg = page.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = page.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", "M12 3a9 9 0 0 0-7.8 13.5L3 21l4.5-1.2A9 9 0 1 0 12 3z");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("fill", "currentColor");
    svg.append(path);
    button.append(svg);
    button.ariaLabel = "Chat " + site.name;
    button.style.cssText = `position:absolute;bottom:20px;inset-inline-end:20px;width:56px;height:56px;padding:14px;border:0;border-radius:50%;color:${ink};background:${accent};box-shadow:0 4px 18px #0004;cursor:pointer`;
    button.onclick = toggle;
    button.onfocus = button.ontouchstart = load;
    // Hovering is a guess, not a wish: no guesses at the cost of somebody who saves data.
    if (!(/** @type {any} */ (navigator).connection?.saveData)) button.onpointerenter = load;
    root.append(button);
    if (before === link && link) link.style.display = "none";
  };

  page.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target).closest?.("a[data-kanal]");
    if (target && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      toggle();
    }
  });

  const plan = () => (window.requestIdleCallback || setTimeout)(draw, /** @type {any} */ ({ timeout: 2000 }));
  if (page.readyState === "loading") page.addEventListener("DOMContentLoaded", plan);
  else plan();
})();

/**
 * The list of conversations with its views, search and filters. Called by page.js at every change; draws cards by card_view.js.
 */

import { createCardView } from "./card_view.js";
import { SEARCH_MS } from "./limits.js";
import { button, element, place, sign, signButton } from "./nodes.js";
import { mayAnswerNowhere } from "./store.js";
import { text } from "./text.js";

const VIEWS = /** @type {import("./frames.js").View[]} */ (["waiting", "mine", "assistant", "all", "closed"]);

/**
 * @param {object} parts
 * @param {import("./session.js").Session} parts.session
 * @param {(id: string) => string} parts.addressOf
 * @param {(id: string) => void} parts.open
 * @param {() => void} parts.openSettings
 */
export function createListView({ session, addressOf, open, openSettings }) {
  const box = element("input", { type: "search", placeholder: text.searchShort, "aria-label": text.search, autocomplete: "off", enterKeyHint: "search" });
  const filterButton = signButton("filter", text.filters, () => showFilters(Boolean(filters.hidden)));
  const tabs = VIEWS.map((view) => element("button", { type: "button", onclick: () => session.look({ view, query: "" }) }));
  const [site, tag, since] = [text.anySite, text.anyTag, text.anyTime].map((any) => element("select", { "aria-label": any }));
  const filters = element("div.list-filters", { hidden: true }, site, tag, since);
  const list = element("ul.talks", { "aria-label": text.inbox });
  const empty = element("p.empty", {});
  const clear = button(
    text.clearFilters,
    () => {
      box.value = site.value = tag.value = since.value = "";
      session.look({ query: "", site: 0, tag: 0, since: "" });
      box.focus();
    },
    "button small soft list-clear",
  );
  const more = button(text.moreTalks, () => session.more(), "button small soft list-more");
  const node = element(
    "section.list-side",
    { "aria-label": text.inbox },
    element("div.list-head", {}, element("div.list-search", { role: "search" }, sign("search"), box), filterButton, signButton("settings", text.settings, openSettings)),
    element("div.view-tabs", { role: "group", "aria-label": text.inbox }, ...tabs),
    filters,
    element("div.list-scroll", { tabIndex: -1 }, list, empty, clear, more),
  );
  /** @type {Map<string, ReturnType<typeof createCardView>>} */
  const cards = new Map();
  /** @type {any} */
  let timer = 0;
  let choices = "";
  /** @type {import("./frames.js").View | ""} */
  let view = "";

  /** @param {boolean} on */
  const showFilters = (on) => {
    filters.hidden = !on;
    filterButton.setAttribute("aria-expanded", String(on));
  };
  showFilters(false);

  const lookFor = () => {
    clearTimeout(timer);
    const query = box.value.trim();
    // What is looked for may be anywhere.
    if (query !== session.state().search.query) session.look(query ? { query, view: "all" } : { query });
  };
  box.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(lookFor, SEARCH_MS);
  };
  box.onkeydown = (event) => {
    if (event.key === "Enter") lookFor();
  };
  site.onchange = () => session.look({ site: Number(site.value) });
  tag.onchange = () => session.look({ tag: Number(tag.value) });
  since.onchange = () => session.look({ since: since.value && new Date(Date.now() - Number(since.value) * 86_400_000).toISOString().slice(0, 10) });

  /** @param {import("./store.js").State} state */
  const renderChoices = ({ ready }) => {
    if (!ready || choices === (choices = JSON.stringify([ready.sites, ready.tags]))) return;
    const { sites, tags } = ready;
    const siteName = new Map(sites.map(({ id, name }) => [id, name]));
    site.replaceChildren(new Option(text.anySite, ""), ...sites.map(({ id, name }) => new Option(name, String(id))));
    tag.replaceChildren(
      new Option(text.anyTag, ""),
      ...tags.map(({ id, name, site: of }) => new Option(sites.length > 1 ? `${name} (${siteName.get(of) ?? ""})` : name, String(id))),
    );
    since.replaceChildren(new Option(text.anyTime, ""), ...Object.entries(text.times).map(([days, words]) => new Option(words, days)));
    site.hidden = sites.length < 2;
    tag.hidden = !tags.length;
  };

  return {
    node,
    focusSearch: () => box.focus(),
    /** The conversation so many places after this one, for the keyboard. @param {number} step */
    neighbour(step) {
      const { items, open: shown } = session.state();
      const at = items.findIndex(({ conversation }) => conversation === shown?.id);
      return items[at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step]?.conversation;
    },
    /** @param {number} number of the view, from 1 */
    choose: (number) => VIEWS[number - 1] && session.look({ view: VIEWS[number - 1], query: "" }),
    /** @param {import("./store.js").State} state */
    render(state) {
      const { search, items, counts, loading } = state;
      renderChoices(state);
      tabs.forEach((tab, i) => {
        const name = VIEWS[i];
        const count = /** @type {Record<string, number>} */ (counts)[name];
        const words = element("span", {}, text.views[/** @type {keyof typeof text.views} */ (name)]);
        tab.replaceChildren(words, ...(count ? [element("span.count", {}, String(count))] : []));
        tab.setAttribute("aria-pressed", String(search.view === name));
        tab.classList.toggle("urgent", name === "waiting" && counts.waiting > 0);
      });
      // On a phone the row of views is wider than the screen.
      if (search.view !== view) tabs[VIEWS.indexOf((view = search.view))].scrollIntoView({ block: "nearest", inline: "nearest" });
      filterButton.classList.toggle("on", Boolean(search.site || search.tag || search.since));
      if (!search.query && document.activeElement !== box) box.value = "";
      const nodes = items.map((item) => {
        const card = cards.get(item.conversation) || createCardView({ address: addressOf(item.conversation), open: () => open(item.conversation) });
        cards.set(item.conversation, card);
        card.update(item, state);
        return card.node;
      });
      place(list, nodes);
      for (const id of cards.keys()) if (cards.size > 500 && !items.some(({ conversation }) => conversation === id)) cards.delete(id);
      empty.hidden = items.length > 0;
      const narrowed = Boolean(search.query || search.site || search.tag || search.since);
      clear.hidden = loading === "first" || !narrowed || items.length > 0;
      empty.textContent = loading ? text.loading : narrowed ? text.emptySearch : search.view === "mine" && mayAnswerNowhere(state) ? text.emptyViewer : text.emptyList[search.view];
      more.hidden = !state.more;
    },
  };
}

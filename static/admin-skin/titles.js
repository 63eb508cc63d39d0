/** Suggests only the titles of the chosen site: those of another one would be refused. Without it all are suggested. */

{
  const site = /** @type {HTMLSelectElement | null} */ (document.getElementById("id_site"));
  const list = document.getElementById("entry-titles");
  const all = [...(list?.querySelectorAll("option") ?? [])];
  const suggest = () => list?.replaceChildren(...all.filter((option) => !site?.value || option.dataset.site === site.value));
  site?.addEventListener("change", suggest);
  suggest();
}

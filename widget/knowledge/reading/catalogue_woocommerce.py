"""The product CSV of WooCommerce: simple products, and variable ones whose variations stand in rows of their own. Loaded by formats.py."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from widget.knowledge.reading.catalogue import Offer, read_offers
from widget.knowledge.reading.catalogue_mapped import Cells, offer_of, offers, opened
from widget.knowledge.reading.letters import seen_line
from widget.knowledge.reading.mapping import plain
from widget.knowledge.reading.piece import Read, Skipped
from widget.knowledge.reading.tables import Row

# The columns' names in the export's English and Indonesian.
_ROLES = {
    **dict.fromkeys(("id", "nomorid"), "id"),
    **dict.fromkeys(("type", "tipe", "jenis"), "type"),
    "sku": "sku",
    **dict.fromkeys(("name", "nama"), "name"),
    **dict.fromkeys(("published", "dipublikasikan", "diterbitkan"), "published"),
    **dict.fromkeys(("visibilityincatalog", "visibilitasdikatalog"), "visibility"),
    **dict.fromkeys(("shortdescription", "deskripsisingkat"), "short"),
    **dict.fromkeys(("description", "deskripsi"), "description"),
    **dict.fromkeys(("instock", "stoktersedia", "tersedia"), "availability"),
    **dict.fromkeys(("stock", "stok", "persediaan"), "stock"),
    **dict.fromkeys(("regularprice", "harganormal", "hargareguler"), "price"),
    **dict.fromkeys(("saleprice", "hargaobral", "hargadiskon"), "sale_price"),
    **dict.fromkeys(("datesalepricestarts", "tanggalhargaobralmulai"), "sale_begins"),
    **dict.fromkeys(("datesalepriceends", "tanggalhargaobralberakhir"), "sale_ends"),
    **dict.fromkeys(("categories", "kategori"), "category"),
    **dict.fromkeys(("tags", "tag"), "tags"),
    **dict.fromkeys(("images", "gambar"), "image"),
    **dict.fromkeys(("parent", "induk"), "parent"),
    **dict.fromkeys(("brands", "brand", "merek"), "brand"),
    **dict.fromkeys(("permalink", "producturl", "url"), "url"),
    **{f"{word}{number}{rest}": f"attribute {number}" for number in range(1, 11) for word in ("attribute", "atribut") for rest in ("value", "values", "nilai")},
}


def read(path: Path, options: Mapping[str, str]) -> Iterator[Read]:
    """Raises ReadingError."""
    table = opened(path, options)
    # "Attribute 1 value(s)": what stands in brackets is no part of a name elsewhere.
    roles = {name: _ROLES.get(plain(name.replace("(s)", "s")), "") for name in table.names}
    return read_offers(lambda: offers(table, lambda row: _offer(row, roles, options)), options)


def _offer(row: Row, roles: Mapping[str, str], options: Mapping[str, str]) -> Offer | Skipped:
    said: dict[str, str] = {}
    for name, cell in row.cells.items():
        said.setdefault(roles[name], cell)
    kind = said.get("type", "simple").lower()
    if said.get("published", "1") not in ("1", "true", "yes") or said.get("visibility", "visible").lower() == "hidden":
        return Skipped(row.place, "unpublished", seen_line(said.get("name", ""))[:100])
    offer = replace(offer_of(_completed(said), row.place, options), code=seen_line(said.get("sku", ""))[:40])
    # A variation names its parent by the SKU where that has one, else as "id:12".
    if "variation" in kind:
        return replace(offer, group=said.get("parent", "").strip(), variant=_attributes(said) or offer.name, parent=False)
    if "variable" in kind:
        return replace(offer, group=said.get("sku") or _named(said), parent=True)
    return offer


def _completed(said: Cells) -> Cells:
    """Roles of mapping.PRODUCTS; WooCommerce says 1, 0 and "backorder" of its stock."""
    available = {"1": "yes", "0": "no"}.get(said.get("availability", ""), said.get("availability", ""))
    begins, ends = said.get("sale_begins", "")[:10], said.get("sale_ends", "")[:10]
    span = f"{begins or '2000-01-01'}/{ends or '2999-12-31'}" if begins or ends else ""
    description = "\n\n".join(said[role] for role in ("short", "description") if said.get(role)).replace("\\n", "\n")
    category = said.get("category", "").split(",")[0].replace(">", "›")
    return {
        **said,
        "key": _named(said),
        "code": said.get("sku", ""),
        "availability": available,
        "sale_time": span,
        "description": description,
        "category": category,
    }


def _named(said: Cells) -> str:
    return f"id:{said['id']}" if said.get("id") else said.get("sku", "")


def _attributes(said: Cells) -> str:
    return ", ".join(seen_line(said[f"attribute {number}"]) for number in range(1, 11) if said.get(f"attribute {number}"))

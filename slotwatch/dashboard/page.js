// Shows tips on the charts, and the table of companies. All text of the data becomes text nodes, never markup.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// Charts

const tip = byId("tip");

function showTip(event) {
  const text = event.target.closest?.("[data-tip]")?.dataset.tip;
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const { width, height } = tip.getBoundingClientRect();
  const above = event.clientY - height - 14;
  tip.style.left = `${Math.max(6, Math.min(event.clientX + 12, innerWidth - width - 6))}px`;
  tip.style.top = `${above > 6 ? above : event.clientY + 18}px`;
}

for (const kind of ["pointermove", "pointerdown"]) addEventListener(kind, showTip, { passive: true });

// Companies

const PAGE = 25;
const companies = { rows: [], text: "", starts: new Uint32Array(0), order: [], found: [], page: 0, sort: "band" };

async function unpack(pack) {
  const bytes = Uint8Array.from(atob(pack), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function readCompany(line, rank) {
  const [id, name, domain, ein, state, band, seats, message, renewal] = line.split("\t");
  return { id, name, domain, ein, state, band: +band, seats: +seats, message: +message, renewal, rank };
}

function indexCompanies(text) {
  const lines = text ? text.split("\n") : [];
  companies.rows = lines.map(readCompany);
  companies.starts = new Uint32Array(lines.length + 1);
  const parts = [];
  let place = 0;
  companies.rows.forEach((row, rank) => {
    const part = plain(`${row.name}\t${row.domain}\t${row.id}\t${row.ein}\t${row.ein.replace("-", "")}\n`);
    companies.starts[rank] = place;
    place += part.length;
    parts.push(part);
  });
  companies.starts[lines.length] = place;
  companies.text = parts.join("");
  companies.order = companies.rows.map((row) => row.rank);
}

// Words that must all be there; an address is cut down to its domain.
function searchWords(query) {
  return plain(query)
    .split(/\s+/)
    .map((word) => word.replace(/^https?:\/\//, "").replace(/^www\./, "").replace(/^\S+@/, "").replace(/^([^/]+\.[^/]+)\/.*$/, "$1"))
    .filter(Boolean);
}

function rowAt(place) {
  let low = 0;
  let high = companies.starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (companies.starts[middle] <= place) low = middle;
    else high = middle;
  }
  return low;
}

// 1 for each company that has all words, by one walk through one text.
function matching(words) {
  const { text, starts, rows } = companies;
  const found = new Uint8Array(rows.length);
  if (!words.length) return found.fill(1);
  const [first, ...others] = [...words].sort((a, b) => b.length - a.length);
  for (let place = text.indexOf(first); place >= 0; ) {
    const row = rowAt(place);
    const end = starts[row + 1];
    if (!others.length) found[row] = 1;
    else {
      const own = text.slice(starts[row], end);
      if (others.every((word) => own.includes(word))) found[row] = 1;
    }
    place = text.indexOf(first, end);
  }
  return found;
}

function filterCompanies() {
  const found = matching(searchWords(byId("search").value));
  const band = byId("band-filter").value;
  const message = byId("message-filter").value;
  companies.found = companies.order.filter((rank) => {
    const row = companies.rows[rank];
    return found[rank] && (band === "" || row.band === +band) && (message === "" || row.message === +message);
  });
  companies.page = 0;
  showCompanies();
}

const SORTS = {
  band: (a, b) => a.rank - b.rank,
  name: (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.rank - b.rank),
  renewal: (a, b) => ((a.renewal || "~") < (b.renewal || "~") ? -1 : a.renewal === b.renewal ? a.rank - b.rank : 1),
};

function sortCompanies(by) {
  if (by === "name") for (const row of companies.rows) row.key ??= plain(row.name);
  companies.order = [...companies.rows].sort(SORTS[by]).map((row) => row.rank);
  for (const button of document.querySelectorAll("[data-sort]")) {
    const direction = by === "band" ? "descending" : "ascending";
    button.closest("th").ariaSort = button.dataset.sort === by ? direction : "none";
  }
  filterCompanies();
}

const address = (row) => `#company=${row.id}`; // an id is digits and points

function seats(row) {
  return data.roles.map((role, position) => ({ role, isFilled: Boolean(row.seats & (1 << position)) }));
}

// A text that a narrow column may break before a point.
function breakable(text) {
  const made = document.createElement("span");
  text.split(/(?=\.)/).forEach((part, position) => {
    if (position) made.append(document.createElement("wbr"));
    made.append(part);
  });
  return made;
}

function companyRow(row) {
  const made = document.createElement("tr");
  const name = document.createElement("td");
  const link = element("a", row.name);
  link.href = address(row);
  const keys = document.createElement("small");
  keys.append(...[row.domain, row.ein && `EIN ${row.ein}`].filter(Boolean).map(breakable));
  name.append(link, keys);
  const band = document.createElement("td");
  const chip = element("span", `${row.band}`, `chip band-${row.band}`);
  chip.append(element("i", ` ${data.bands[row.band] ?? ""}`));
  band.append(chip);
  const held = element("td", "", "wide held");
  for (const { role, isFilled } of seats(row)) {
    const seat = element("span", role, isFilled ? "seat filled" : "seat");
    seat.append(element("span", isFilled ? " held" : " vacant", "hidden"));
    held.append(seat);
  }
  const message = element("td", data.decisions[row.message][1], row.message === 0 ? "good" : "");
  made.append(name, element("td", row.state, "wide"), band, held, element("td", row.renewal, "wide"), message);
  return made;
}

function showCompanies() {
  const { found, page } = companies;
  const first = page * PAGE;
  const shown = found.slice(first, first + PAGE);
  byId("company-table").tBodies[0].replaceChildren(...shown.map((rank) => companyRow(companies.rows[rank])));
  const count = found.length.toLocaleString("en");
  byId("found").textContent =
    found.length === 0 ? "No company is found." : `${count} ${found.length === 1 ? "company" : "companies"} found.`;
  byId("company-table").hidden = found.length === 0;
  document.querySelector(".pager").hidden = found.length <= PAGE;
  byId("place").textContent =
    `${(first + 1).toLocaleString("en")} to ${(first + shown.length).toLocaleString("en")} of ${count}`;
  byId("previous").disabled = page === 0;
  byId("next").disabled = first + PAGE >= found.length;
}

// One company

const dialog = byId("company");
const packs = new Map();

async function story(rank) {
  if (rank >= data.told) return null;
  const position = Math.floor(rank / data.perPack);
  if (!packs.has(position)) packs.set(position, unpack(data.stories[position]).then((text) => text.split("\n")));
  return JSON.parse((await packs.get(position))[rank % data.perPack]);
}

// What the table knows, of companies whose story has no room in the page.
function shortStory(row) {
  const [code, words] = data.decisions[row.message];
  const held = seats(row).map(({ role, isFilled }) => [role, isFilled ? "held" : "vacant"]);
  const facts = [
    ["domain", row.domain],
    ["EIN", row.ein],
    ["state", row.state],
    ["renewal", row.renewal],
    ["band", `${row.band} ${data.bands[row.band] ?? ""}`],
    ["message", row.message === 0 ? words : `denied, ${code}`],
  ];
  return [
    ["In short", [{ head: [], rows: facts.filter(([, value]) => value), right: [] }]],
    ["Seats", [{ head: [], rows: held, right: [] }]],
    ["The rest", [{ text: `The details of this company do not fit into the page: slotwatch explain ${row.id} shows them.` }]],
  ];
}

function storyTable({ head, rows, right }) {
  const box = element("div", "", "scroll");
  const table = element("table", "", head.length ? "" : "facts");
  const line = (tag, cells) => {
    const made = document.createElement("tr");
    cells.forEach((cell, position) => {
      const one = element(tag, cell, right.includes(position) ? "number" : "");
      if (tag === "th") one.scope = "col";
      made.append(one);
    });
    return made;
  };
  if (head.length) table.createTHead().append(line("th", head));
  table.createTBody().append(...rows.map((row) => line("td", row)));
  box.append(table);
  return box;
}

function storyBlock(block) {
  if (block.rows) return storyTable(block);
  return element("p", block.text ?? "", [block.style, block.aligned && "aligned"].filter(Boolean).join(" "));
}

async function openCompany(id) {
  const asked = location.hash;
  const row = companies.rows.find((each) => each.id === id);
  const sections = row
    ? ((await story(row.rank)) ?? shortStory(row))
    : [["Not listed", [{ text: `No company on this page has the id ${id}: slotwatch explain ${id} may know it.` }]]];
  if (location.hash !== asked) return; // another one was asked for while this was unpacked
  byId("company-name").textContent = row ? row.name : id;
  byId("company-key").textContent = row ? row.id : "";
  const parts = sections.flatMap(([title, blocks]) => [
    element("h3", title),
    ...blocks.filter((block) => !block.rows || block.rows.length).map(storyBlock),
  ]);
  byId("story").replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
  for (const box of dialog.querySelectorAll(".scroll")) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  dialog.scrollTop = 0;
}

function followAddress() {
  const named = /^#company=(.+)$/.exec(location.hash);
  if (named) openCompany(named[1]);
  else if (dialog.open) dialog.close();
}

async function startCompanies() {
  indexCompanies(await unpack(byId("packed-companies").textContent));
  for (const id of ["search", "band-filter", "message-filter"]) byId(id).disabled = false;
  if (companies.rows.length) filterCompanies();
  byId("search").addEventListener("input", filterCompanies);
  byId("band-filter").addEventListener("change", filterCompanies);
  byId("message-filter").addEventListener("change", filterCompanies);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => sortCompanies(button.dataset.sort));
  }
  for (const [id, step] of [["previous", -1], ["next", 1]]) {
    byId(id).addEventListener("click", () => {
      companies.page += step;
      showCompanies();
    });
  }
  byId("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    if (location.hash.startsWith("#company=")) history.replaceState(null, "", location.pathname + location.search);
  });
  addEventListener("hashchange", followAddress);
  followAddress();
  document.documentElement.dataset.companies = "ready";
}

// The page is painted first.
requestAnimationFrame(() => setTimeout(startCompanies));

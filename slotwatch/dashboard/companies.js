// The companies: search, table, and the page of a single company.

const search = { text: "", starts: new Uint32Array(0), rows: [] };

// A packed text has a line per column.
const columnsOf = (text) => (text ? text.split("\n").map((line) => line.split("\t")) : []);

// The packed data leaves out the letters of a domain that repeat the company's name.
function wholeDomain(name, short) {
  if (!short) return "";
  const cut = short.indexOf(":");
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase().slice(0, +short.slice(0, cut)) + short.slice(cut + 1);
}

function readCompanies(text) {
  const [ids = [], names, domains, eins, states, bands, seats, messages, renewals, opens, windows] = columnsOf(text);
  return ids.map((company_id, rank) => ({
    company_id, name: names[rank], domain: wholeDomain(names[rank], domains[rank]), ein: eins[rank], state: states[rank],
    band: +bands[rank], seats: +seats[rank], message: +messages[rank], renewal: renewals[rank], opens: opens[rank],
    window: windows[rank] === "" ? "" : data.windows[+windows[rank]][0], holders: null, rank,
  }));
}

function indexCompanies(rows) {
  const starts = new Uint32Array(rows.length + 1);
  const parts = [];
  let place = 0;
  rows.forEach((row, rank) => {
    const people = row.holders ? row.holders.join("\t") : "";
    const part = plain(`${row.name}\t${row.domain}\t${row.company_id}\t${row.ein}\t${row.ein.replace("-", "")}\t${people}\n`);
    starts[rank] = place;
    place += part.length;
    parts.push(part);
  });
  starts[rows.length] = place;
  Object.assign(search, { text: parts.join(""), starts, rows });
}

function rowAt(place) {
  const { starts } = search;
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle;
  }
  return low;
}

// Marks each company that has all words with 1, in one pass through one text.
function matching(words) {
  const { text, starts, rows } = search;
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

const SEAT_WORDS = { vacant: false, empty: false, open: false, filled: true, held: true };
const stateCodes = new Map(Object.entries(data.states).map(([code, name]) => [plain(name), code]));
const stateNames = [...stateCodes.keys()].sort((a, b) => b.length - a.length);

function seatTest(role, isFilled) {
  const place = data.roles.findIndex((each) => plain(each) === role);
  return (row) => Boolean(row.seats & (1 << place)) === isFilled;
}

// Parts of a query: seats (`vacant CFO`), a state by name or code, and words that must all occur.
// An address is cut down to its domain.
function readQuery(query) {
  const tests = [];
  const roles = data.roles.map(plain);
  const seat = new RegExp(`\\b(${Object.keys(SEAT_WORDS).join("|")})\\s+(${roles.join("|")})\\b|\\b(${roles.join("|")})\\s+(${Object.keys(SEAT_WORDS).join("|")})\\b`, "g");
  let text = ` ${plain(query).replace(/[,;]/g, " ")} `.replace(seat, (all, how, role, roleFirst, howLast) => {
    tests.push(seatTest(role ?? roleFirst, SEAT_WORDS[how ?? howLast]));
    return " ";
  });
  for (const name of stateNames) {
    if (!text.includes(` ${name} `)) continue;
    // the state's name may also be part of a company's name
    const code = stateCodes.get(name);
    const own = matching(name.split(" "));
    tests.push((row) => row.state === code || own[row.rank] === 1);
    text = text.replace(` ${name} `, " ");
  }
  const words = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (roles.includes(word)) tests.push(seatTest(word, true));
    else if (word === "vacant") tests.push((row) => row.seats !== (1 << data.roles.length) - 1);
    else if (word.length === 2 && data.states[word.toUpperCase()]) {
      const [code, own] = [word.toUpperCase(), matching([word])];
      const begins = new RegExp(`(^|[^\\p{L}\\p{N}])${word}`, "u");
      tests.push((row) => row.state === code || (own[row.rank] === 1 && begins.test(plain(`${row.name} ${(row.holders ?? []).join(" ")}`))));
    } else words.push(word.replace(/^https?:\/\//, "").replace(/^www\./, "").replace(/^\S+@/, "").replace(/^([^/]+\.[^/]+)\/.*$/, "$1"));
  }
  return { tests, words: words.filter(Boolean) };
}

function companySearch(query) {
  const { tests, words } = readQuery(query);
  const found = matching(words);
  return (row) => found[row.rank] === 1 && tests.every((test) => test(row));
}

function seats(row) {
  return data.roles.map((role, position) => ({
    role,
    isFilled: Boolean(row.seats & (1 << position)),
    holder: row.holders?.[position] ?? "",
  }));
}

// A text that may wrap before a full stop in a narrow column.
function breakable(text) {
  const made = document.createElement("span");
  text.split(/(?=\.)/).forEach((part, position) => {
    if (position) made.append(document.createElement("wbr"));
    made.append(part);
  });
  return made;
}

function fillName(cell, row) {
  const keys = document.createElement("small");
  keys.append(...[row.domain, row.ein && `EIN ${row.ein}`].filter(Boolean).map(breakable));
  cell.append(companyLink(row, row.name), keys);
}

function fillSeats(cell, row) {
  for (const { role, isFilled, holder } of seats(row)) {
    const seat = element("span", "", isFilled ? "seat filled" : "seat");
    const what = isFilled ? holder || "held" : "vacant";
    seat.append(element("b", role), " ", element("span", what, isFilled ? "holder" : "vacant"));
    cell.append(seat);
  }
}

function fillMessage(cell, row) {
  const [code, words] = data.decisions[row.message];
  cell.append(element("span", words, code === "AUTHORISED" ? "good" : ""));
}

const COMPANY_COLUMNS = [
  { key: "name", label: "Company", fill: fillName },
  { key: "state", label: "State" },
  { key: "band", label: "Band", kind: "band" },
  { key: "seats", label: "Seats held", fill: fillSeats },
  { key: "renewal", label: "Renews" },
  { key: "message", label: "Message", fill: fillMessage },
];

const SAVED_COLUMNS = [
  ...["company_id", "name", "domain", "ein", "state", "band"].map((key) => ({ key })),
  ...data.roles.map((role, place) => ({
    key: role,
    text: (row) => (row.seats & (1 << place) ? (row.holders?.[place] ?? "filled") : "vacant"),
  })),
  ...["renewal", "opens", "window"].map((key) => ({ key })),
  { key: "message", text: (row) => data.decisions[row.message][0] },
];

const everySeat = (1 << data.roles.length) - 1;

// The Sunday of a week, from its Monday.
function weekEnd(monday) {
  const day = new Date(`${monday}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 6);
  return day.toISOString().slice(0, 10);
}

const isLater = (row) => row.window.startsWith("with"); // with or without a contact

const COMPANY_TESTS = {
  band: (choice) => (choice === "3+" ? (row) => row.band >= 3 : (row) => row.band === +choice),
  vacant: (choice) => {
    if (choice === "any") return (row) => row.seats !== everySeat;
    if (choice === "none") return (row) => row.seats === everySeat;
    const place = data.roles.indexOf(choice);
    return (row) => place < 0 || !(row.seats & (1 << place));
  },
  window: (choice) => (choice === "later" ? isLater : (row) => row.window === choice),
  message: (choice) => (row) => data.decisions[row.message][0] === choice,
  opens: (choice) =>
    choice === "week"
      ? (row) => row.opens >= data.week && row.opens <= weekEnd(data.week)
      : (row) => row.opens.startsWith(choice) && row.opens !== "",
};

// Options that depend on the companies there are.
function addChoices(rows) {
  const add = (filter, values, name = (value) => value) => {
    const field = document.querySelector(`#companies-card [data-filter=${filter}]`);
    for (const value of values) field.add(new Option(name(value), value));
  };
  const distinct = (value) => [...new Set(rows.map(value))].filter(Boolean).sort();
  add("state", distinct((row) => row.state), (code) => (data.states[code] ? `${code} ${data.states[code]}` : code));
  add("renewal", distinct((row) => row.renewal));
  add("opens", distinct((row) => (isLater(row) ? row.opens.slice(0, 7) : "")));
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

// For companies whose story is left out of the page to save space: what the table shows.
function shortStory(row) {
  const [code, words] = data.decisions[row.message];
  const held = seats(row).map(({ role, isFilled, holder }) => [role, isFilled ? holder || "held" : "vacant"]);
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
    ["The rest", [{ text: `The details of this company do not fit into the page: slotwatch explain ${row.company_id} shows them.` }]],
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
  const row = search.rows.find((each) => each.company_id === id);
  const sections = row
    ? ((await story(row.rank)) ?? shortStory(row))
    : [["Not listed", [{ text: `No company on this page has the id ${id}: slotwatch explain ${id} may know it.` }]]];
  if (location.hash !== asked) return; // another one was asked for while this was unpacked
  byId("company-name").textContent = row ? row.name : id;
  byId("company-key").textContent = row ? row.company_id : "";
  const parts = sections.flatMap(([title, blocks]) => [
    element("h3", title),
    ...blocks.filter((block) => !block.rows || block.rows.length).map(storyBlock),
  ]);
  byId("story").replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
  for (const box of dialog.querySelectorAll(".scroll")) markScrolling(box);
  dialog.scrollTop = 0;
}

async function startCompanies() {
  const rows = readCompanies(await unpack(byId("packed-companies").textContent));
  const held = columnsOf(await unpack(byId("packed-holders").textContent));
  (held[0] ?? []).forEach((_, rank) => (rows[rank].holders = held.map((names) => names[rank])));
  indexCompanies(rows);
  addChoices(rows);
  makeList("companies", {
    rows, columns: COMPANY_COLUMNS, total: data.total, rest: "slotwatch explain", tests: COMPANY_TESTS,
    search: companySearch, noun: ["company", "companies"], saved: SAVED_COLUMNS,
  });
  byId("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    if (location.hash.startsWith("#company=")) setAddress(place.before);
  });
}

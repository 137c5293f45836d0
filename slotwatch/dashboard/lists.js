// Lists are tables that sort and filter, keep the filter in the page's address, and can be saved and printed in full.
// All text of the data becomes text nodes, never markup.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const MOST_PRINTED = 5000; // rows
const lists = new Map();

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function unpack(pack) {
  const bytes = Uint8Array.from(atob(pack), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const number = (count) => count.toLocaleString("en");

function debounced(task) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, 120);
  };
}

// Rows sorted by one column: numbers as numbers, texts without accents, empty cells last, ties in their old order.
function sorted(rows, key, isDescending) {
  const sign = isDescending ? -1 : 1;
  const keyed = rows.map((row) => {
    const value = row[key] ?? "";
    return [typeof value === "number" ? value : plain(`${value}`), row];
  });
  keyed.sort(([one, a], [other, b]) => {
    if (one === "" || other === "") return (one === "") - (other === "") || a.rank - b.rank;
    return (one < other ? -sign : one > other ? sign : 0) || a.rank - b.rank;
  });
  return keyed.map(([, row]) => row);
}

// A cell of a CSV file: quoted, and changed if a spreadsheet would read it as a formula. A phone number is not a
// formula.
function fileCell(value) {
  const text = `${value ?? ""}`;
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d\s().-]+$/.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}

function save(name, lines) {
  const file = new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const copying = { timer: 0 };

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = element("textarea", text, "hidden");
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.dataset.label ??= button.textContent;
  button.textContent = "Copied";
  clearTimeout(copying.timer);
  copying.timer = setTimeout(() => (button.textContent = button.dataset.label), 2000);
}

// The parts of a mail, in a separate row below the row of its message.
function mailRow(row, width) {
  const made = element("tr", "", "mail");
  const cell = document.createElement("td");
  cell.colSpan = width;
  const box = element("div", "", "mail-text");
  for (const [name, text, button] of [
    ["To", row.to_email, "Copy address"],
    ["Subject", row.subject, "Copy subject"],
    ["", row.body, "Copy text"],
  ]) {
    const part = element("div", "", "mail-part");
    const line = element("p", text ?? "");
    if (name) line.prepend(element("b", `${name}: `));
    part.append(line);
    if (button) {
      const copier = element("button", button);
      copier.type = "button";
      copier.addEventListener("click", () => copy(text ?? "", copier));
      part.append(copier);
    }
    box.append(part);
  }
  cell.append(box);
  made.append(cell);
  return made;
}

function mailButton(row, text) {
  const button = element("button", text ?? "", "as-link");
  button.type = "button";
  button.ariaExpanded = "false";
  button.addEventListener("click", () => {
    const line = button.closest("tr");
    const isOpen = button.ariaExpanded === "true";
    button.ariaExpanded = `${!isOpen}`;
    if (isOpen) line.nextElementSibling.remove();
    else line.after(mailRow(row, line.cells.length));
  });
  return button;
}

function companyLink(row, text) {
  const link = element("a", text ?? "");
  link.href = `#company=${row.company_id}`; // an id is digits and points
  return link;
}

function bandChip(band) {
  const chip = element("span", `${band}`, `chip band-${band}`);
  chip.append(element("i", ` ${data.bands[band] ?? ""}`));
  return chip;
}

// Functions that fill a cell, by kind of column; a column of any other kind is text.
const KINDS = {
  company: (cell, row, value) => cell.append(companyLink(row, value)),
  mail: (cell, row, value) => cell.append(mailButton(row, value)),
  band: (cell, row, value) => value !== null && value !== "" && cell.append(bandChip(value)),
};

function lineOf(row, columns) {
  const made = document.createElement("tr");
  for (const column of columns) {
    const cell = document.createElement("td");
    if (column.is_wide) cell.classList.add("wide");
    if (column.kind === "number") cell.classList.add("number");
    const fill = column.fill ?? KINDS[column.kind];
    if (fill) fill(cell, row, row[column.key]);
    else cell.textContent = `${row[column.key] ?? ""}`;
    made.append(cell);
  }
  return made;
}

/*
A list over the card that the page has for it. `rows` are objects with a `rank`, their place in the first order.
`columns` are as in slotwatch/dashboard/lists.py, and may have `fill`, a function of cell, row and value.
`tests` has, per filter, a function from the choice to a test of a row; by default the value of the column is compared.
`search` gives for a text a test of a row; without it there is no search field.
*/
function makeList(id, { rows, columns, total, rest, tests = {}, search, noun = ["row", "rows"], saved }) {
  const card = byId(`${id}-card`);
  const part = (name) => card.querySelector(`[data-part=${name}]`);
  const fields = [...card.querySelectorAll("[data-filter]")];
  const [field, table, pager] = [part("search"), card.querySelector("table"), part("pager")];
  const buttons = [...card.querySelectorAll("[data-sort]")];
  const shown = columns.filter((column) => !column.is_hidden);
  const perPage = +card.dataset.page;
  const list = { id, rows, found: rows, page: 0, sort: "", isDescending: false };

  const sameValue = (key) => (choice) => (row) => `${row[key] ?? ""}`.split("|").includes(choice);

  list.filter = () => {
    const chosen = fields.filter((each) => each.value);
    const needed = chosen.map((each) => (tests[each.dataset.filter] ?? sameValue(each.dataset.filter))(each.value));
    const text = field?.value.trim();
    if (text) needed.push(search(text));
    list.found = needed.length ? rows.filter((row) => needed.every((test) => test(row))) : rows;
    if (list.sort) list.found = sorted(list.found, list.sort, list.isDescending);
    list.page = 0;
    list.show();
  };

  list.show = (all = false) => {
    const { found, page } = list;
    const first = all ? 0 : page * perPage;
    const now = found.slice(first, first + (all ? MOST_PRINTED : perPage));
    table.tBodies[0].replaceChildren(...now.map((row) => lineOf(row, shown)));
    const count = number(found.length);
    const left = total > rows.length ? ` The page has ${number(rows.length)} of ${number(total)}; ${rest} has the others.` : "";
    const cut = all && found.length > now.length ? ` The first ${number(now.length)} are printed.` : "";
    part("found").textContent = (found.length
      ? `${count} ${noun[found.length === 1 ? 0 : 1]} found.`
      : rows.length ? `No ${noun[0]} is found.` : card.dataset.empty) + left + cut;
    table.parentElement.hidden = found.length === 0;
    pager.hidden = all || found.length <= perPage;
    part("place").textContent = `${number(first + 1)} to ${number(first + now.length)} of ${count}`;
    part("previous").disabled = page === 0;
    part("next").disabled = first + perPage >= found.length;
    part("save").disabled = part("print").disabled = found.length === 0;
    part("clear").hidden = !fields.some((each) => each.value) && !field?.value && !list.sort;
    for (const button of buttons) {
      const direction = list.isDescending ? "descending" : "ascending";
      button.closest("th").ariaSort = button.dataset.sort === list.sort ? direction : "none";
    }
    markScrolling(table.parentElement);
  };

  // The address of the list with its present filter.
  list.address = () => {
    const kept = new URLSearchParams();
    if (field?.value.trim()) kept.set("q", field.value.trim());
    for (const each of fields) if (each.value) kept.set(each.dataset.filter, each.value);
    if (list.sort) kept.set("sort", `${list.isDescending ? "-" : ""}${list.sort}`);
    return `#${id}${kept.size ? `?${kept.toString().replaceAll("+", "%20")}` : ""}`;
  };

  // Applies the filter of an address. A choice that matches no row is kept, and the list is then empty.
  list.follow = (asked) => {
    if (field) field.value = asked.get("q") ?? "";
    for (const each of fields) {
      const choice = asked.get(each.dataset.filter) ?? "";
      if (choice && ![...each.options].some((option) => option.value === choice)) each.add(new Option(choice, choice));
      each.value = choice;
    }
    const by = asked.get("sort") ?? "";
    list.isDescending = by.startsWith("-");
    list.sort = columns.some((column) => column.key === by.replace(/^-/, "")) ? by.replace(/^-/, "") : "";
    list.filter();
  };

  list.reveal = () => {
    const folded = card.closest("details");
    if (folded) folded.open = true;
    card.scrollIntoView({ block: "start" });
  };

  const changed = () => {
    list.filter();
    keepAddress(list.address());
  };

  for (const each of fields) {
    each.disabled = false;
    each.addEventListener("change", changed);
  }
  if (field) {
    field.disabled = false;
    const keep = debounced(() => keepAddress(list.address()));
    field.addEventListener("input", () => {
      list.filter();
      keep();
    });
  }
  card.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const isFirst = list.sort !== button.dataset.sort;
      list.isDescending = isFirst ? button.dataset.first === "descending" : !list.isDescending;
      list.sort = button.dataset.sort;
      changed();
    });
  }
  for (const [name, step] of [["previous", -1], ["next", 1]]) {
    part(name).addEventListener("click", () => {
      list.page += step;
      list.show();
    });
  }
  part("clear").addEventListener("click", () => {
    list.follow(new URLSearchParams());
    keepAddress(list.address());
  });
  part("save").addEventListener("click", () => {
    const kept = saved ?? [{ key: "company_id", label: "company_id" }, ...columns];
    const line = (row) => kept.map((column) => fileCell(column.text ? column.text(row) : row[column.key])).join(",");
    save(`slotwatch-${id}-${data.asOf}.csv`, [kept.map((column) => fileCell(column.key)).join(","), ...list.found.map(line)]);
  });
  part("print").addEventListener("click", () => {
    list.show(true);
    card.classList.add("printed");
    document.body.classList.add("one-list");
    const restore = () => {
      card.classList.remove("printed");
      document.body.classList.remove("one-list");
      list.show();
    };
    addEventListener("afterprint", restore, { once: true });
    print();
  });
  card.closest("details")?.addEventListener("toggle", () => markScrolling(table.parentElement));
  lists.set(id, list);
  list.filter();
  return list;
}

// A table that is wider than its container says so, and can be scrolled by keyboard.
function markScrolling(box) {
  const isWider = box.scrollWidth > box.clientWidth + 1;
  box.classList.toggle("wider", isWider);
  if (isWider) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

async function startLists() {
  for (const [id, { columns, total, rest, noun }] of Object.entries(data.lists)) {
    const text = await unpack(byId(`packed-${id}`).textContent);
    const keys = ["company_id", ...columns.map((column) => column.key)];
    const rows = (text ? text.split("\n") : []).map((line, rank) => {
      const row = { rank };
      JSON.parse(line).forEach((value, place) => (row[keys[place]] = value));
      return row;
    });
    const search = (query) => {
      const words = plain(query).split(/\s+/).filter(Boolean);
      return (row) => {
        row.own ??= plain(keys.map((key) => row[key] ?? "").join("\t"));
        return words.every((word) => row.own.includes(word));
      };
    };
    makeList(id, { rows, columns, total, rest, search, noun });
  }
}

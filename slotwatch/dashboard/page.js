// Tips on the charts, and the address of what is shown.

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

// `before` is the address to return to when a company is closed.
const place = { before: "" };

function setAddress(address) {
  history.replaceState(null, "", address || location.pathname + location.search);
}

// The page keeps the address of a company in the URL while the company is open.
function keepAddress(address) {
  place.before = address;
  if (!location.hash.startsWith("#company=")) setAddress(address);
}

function followAddress() {
  const named = /^#company=(.+)$/.exec(location.hash);
  if (named) {
    openCompany(named[1]);
    return;
  }
  if (dialog.open) dialog.close();
  place.before = location.hash;
  const [, id, asked] = /^#([\w-]+)(?:\?(.*))?$/.exec(location.hash) ?? [];
  const list = lists.get(id);
  if (!list) {
    if (id) byId(id)?.scrollIntoView();
    return;
  }
  list.follow(new URLSearchParams(asked ?? ""));
  list.reveal();
}

async function start() {
  await startLists();
  await startCompanies();
  addEventListener("hashchange", followAddress);
  addEventListener("resize", debounced(() => document.querySelectorAll(".scroll").forEach(markScrolling)));
  document.querySelectorAll(".scroll").forEach(markScrolling);
  followAddress();
  document.documentElement.dataset.companies = "ready";
}

// Let the browser paint the page first.
requestAnimationFrame(() => setTimeout(start));

// A visit's page: the picture viewer, the keys, and the step between a verdict and its recording.
// Without it the page still works: every picture is a link and the form is a form.
"use strict";

const data = JSON.parse(document.getElementById("visit-data").textContent);
const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
document.documentElement.classList.add("scripted");

// ---- pictures -------------------------------------------------------------------------------------------

const files = new Map(data.files.map((file) => [file.number, file]));
const order = data.files.map((file) => file.number);
const viewer = byId("viewer"), pane = byId("pane"), sheet = byId("sheet");
const LARGEST_SCALE = 12;
const view = { file: null, second: null, item: null, place: 0, scale: 1, x: 0, y: 0, ratio: 4 / 3, boxes: true, picture: null };

function pictureUrl(file, second, size) {
  const at = second === null || second === undefined ? "" : `&s=${second}`;
  return `${data.base}/media/${file.number}/picture?size=${size}${at}&v=${data.version}`;
}

/** Show a file; `focus` is a box to bring near where it is small. */
function show(number, { second = null, item = null, focus = null } = {}) {
  const file = files.get(number);
  if (!file) return;
  const same = view.file === file && (file.video || view.second === second);
  Object.assign(view, { file, second, item });
  if (same) settlePicture(focus);
  else replacePicture(focus);
  drawBoxes();
  markStrip();
  showMoments();
}

function replacePicture(focus) {
  const { file, second } = view;
  sheet.replaceChildren();
  view.ratio = file.size ? file.size[0] / file.size[1] : 4 / 3;
  byId("picture-name").textContent = `${order.indexOf(file.number) + 1}/${order.length} ${file.name}`;
  if (file.failed) {
    view.picture = Object.assign(document.createElement("p"), { className: "no-picture", textContent: data.words.noPicture });
  } else {
    view.picture = file.video ? videoOf(file) : imageOf(file, second, focus);
  }
  sheet.append(view.picture);
  settlePicture(focus);
  preload();
}

function imageOf(file, second, focus) {
  const image = document.createElement("img");
  image.alt = file.name;
  image.draggable = false;
  image.onload = () => {
    if (view.picture !== image || image.dataset.full) return;
    view.ratio = image.naturalWidth / image.naturalHeight;
    settlePicture(focus);
  };
  image.src = pictureUrl(file, second, "view");
  return image;
}

function videoOf(file) {
  const video = document.createElement("video");
  Object.assign(video, { controls: true, muted: true, playsInline: true, preload: "metadata" });
  video.poster = pictureUrl(file, view.second ?? file.moments[0], "view");
  video.src = `${data.base}/media/${file.number}/video`;
  video.ontimeupdate = drawBoxes;
  video.onseeked = drawBoxes;
  video.onloadedmetadata = () => {
    if (view.picture !== video) return;
    if (video.videoWidth) view.ratio = video.videoWidth / video.videoHeight;
    settlePicture(null);
    if (view.second !== null) video.currentTime = view.second;
  };
  video.onerror = () => {
    if (view.picture !== video) return;
    byId("picture-name").textContent += ` · ${data.words.unplayable}`;
    file.unplayable = true;
    view.picture = imageOf(file, view.second, null);
    sheet.replaceChildren(view.picture);
    settlePicture(null);
    drawBoxes();
  };
  return file.unplayable ? imageOf(file, view.second, null) : video;
}

/** Take the view to the whole picture, or near a small box. */
function settlePicture(focus) {
  if (view.picture?.tagName === "VIDEO" && view.second !== null && view.picture.readyState > 0) {
    view.picture.pause();
    view.picture.currentTime = view.second;
  } else if (view.file.unplayable && view.picture) {
    view.picture.src = pictureUrl(view.file, view.second, "view");
  }
  view.scale = 1; view.x = view.y = 0;
  if (focus) {
    const [left, top, right, bottom] = focus;
    const share = Math.max(right - left, bottom - top);
    if ((right - left) * (bottom - top) < 0.04) {
      view.scale = Math.min(4, 0.4 / Math.max(share, 0.05));
      const fit = fitted();
      view.x = (0.5 - (left + right) / 2) * fit.width * view.scale;
      view.y = (0.5 - (top + bottom) / 2) * fit.height * view.scale;
    }
  }
  place();
}

function fitted() {
  const room = pane.getBoundingClientRect();
  const width = Math.min(room.width, room.height * view.ratio);
  return { width, height: width / view.ratio, room };
}

/** Put the sheet where scale and pan say; it never leaves the pane. */
function place() {
  if (!view.file) return;
  const { width, height, room } = fitted();
  const wide = width * view.scale, tall = height * view.scale;
  const slackX = Math.max(0, (wide - room.width) / 2), slackY = Math.max(0, (tall - room.height) / 2);
  view.x = Math.min(slackX, Math.max(-slackX, view.x));
  view.y = Math.min(slackY, Math.max(-slackY, view.y));
  Object.assign(sheet.style, {
    width: `${wide}px`, height: `${tall}px`,
    transform: `translate(${(room.width - wide) / 2 + view.x}px, ${(room.height - tall) / 2 + view.y}px)`,
  });
  byId("zoom-level").textContent = `${Math.round(view.scale * 100)}%`;
  pane.classList.toggle("zoomed", view.scale > 1);
  sharpen(wide);
}

/** Fetch the large picture once the smaller one is stretched. */
function sharpen(wide) {
  const image = view.picture;
  if (image?.tagName !== "IMG" || image.dataset.full || !image.naturalWidth || !view.file) return;
  if (wide * devicePixelRatio <= image.naturalWidth * 1.15 || Math.max(image.naturalWidth, image.naturalHeight) < 1280) return;
  image.dataset.full = "yes";
  image.src = pictureUrl(view.file, view.file.video ? view.second : null, "full");
}

function zoom(factor, at = null) {
  const before = view.scale;
  view.scale = Math.min(LARGEST_SCALE, Math.max(1, view.scale * factor));
  const room = pane.getBoundingClientRect();
  const fromMiddle = at ? [at.x - room.left - room.width / 2, at.y - room.top - room.height / 2] : [0, 0];
  const grown = view.scale / before;
  view.x = fromMiddle[0] - (fromMiddle[0] - view.x) * grown;
  view.y = fromMiddle[1] - (fromMiddle[1] - view.y) * grown;
  place();
}

function preload() {
  const at = order.indexOf(view.file.number);
  for (const number of [order[at + 1], order[at - 1]]) {
    const file = files.get(number);
    if (file && !file.failed && !file.video) new Image().src = pictureUrl(file, null, "view");
  }
}

function step(by) {
  if (!order.length) return;
  const at = (order.indexOf(view.file?.number) + by + order.length) % order.length;
  show(order[at]);
}

// ---- boxes ----------------------------------------------------------------------------------------------

function drawBoxes() {
  all(".box", sheet).forEach((box) => box.remove());
  if (!view.boxes || !view.file || view.file.failed) return;
  const moving = view.picture?.tagName === "VIDEO";
  const now = moving ? view.picture.currentTime : view.second;
  const drawn = new Set();
  for (const [item, places] of itemsWithSelectedFirst()) {
    for (const spot of places) {
      if (spot.file !== view.file.number) continue;
      if (view.file.video && (spot.second === null || Math.abs(spot.second - (now ?? 0)) > 0.35)) continue;
      for (const box of spot.boxes) {
        const key = box.join();
        if (!drawn.has(key)) sheet.append(boxOf(box, spot.label, item === view.item));
        drawn.add(key);
      }
    }
  }
}

function itemsWithSelectedFirst() {
  const entries = Object.entries(data.items);
  return entries.sort(([one], [other]) => (other === view.item) - (one === view.item));
}

function boxOf([left, top, right, bottom], label, strong) {
  const box = document.createElement("div");
  box.className = strong ? "box strong" : "box";
  Object.assign(box.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${(right - left) * 100}%`, height: `${(bottom - top) * 100}%` });
  const tag = Object.assign(document.createElement("span"), { className: top < 0.06 ? "tag below" : "tag", textContent: label });
  if (label) box.append(tag);
  return box;
}

function toggleBoxes() {
  view.boxes = !view.boxes;
  byId("toggle-boxes")?.setAttribute("aria-pressed", String(view.boxes));
  drawBoxes();
}

// ---- strip, moments, what stands beside a picture -------------------------------------------------------

function markStrip() {
  for (const link of all("#strip a")) {
    const here = Number(link.dataset.file) === view.file.number;
    link.toggleAttribute("aria-current", here);
    if (here) {
      const strip = byId("strip"), frame = link.parentElement;
      if (frame.offsetLeft < strip.scrollLeft || frame.offsetLeft + frame.offsetWidth > strip.scrollLeft + strip.clientWidth) {
        strip.scrollLeft = frame.offsetLeft - strip.clientWidth / 2;
      }
    }
  }
  for (const about of all(".about")) about.hidden = Number(about.dataset.about) !== view.file.number;
  drawCrop();
}

function drawCrop() {
  const svg = document.querySelector(`[data-crop="${view.file.number}"]`);
  if (!svg || svg.firstChild || !view.file.size) return;
  const [width, height] = view.file.size, [left, top, right, bottom] = view.file.stamp;
  const padX = (right - left) * 0.06 * width, padY = (bottom - top) * 0.25 * height;
  const box = [left * width - padX, top * height - padY, (right - left) * width + 2 * padX, (bottom - top) * height + 2 * padY];
  svg.setAttribute("viewBox", box.map((value) => value.toFixed(1)).join(" "));
  const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
  const small = (box[2] / width) * 1280 < 420;
  const attributes = { href: pictureUrl(view.file, view.file.stampSecond, small ? "full" : "view"), width, height, preserveAspectRatio: "none" };
  for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, value);
  svg.append(image);
}

function showMoments() {
  const bar = byId("moments");
  bar.hidden = !view.file.video || !view.file.moments.length;
  if (bar.hidden || bar.dataset.of === String(view.file.number)) return;
  bar.dataset.of = String(view.file.number);
  bar.replaceChildren(...view.file.moments.map((second) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `▸ ${second.toFixed(1)} s` });
    button.dataset.second = String(second);
    button.onclick = () => show(view.file.number, { second, item: view.item });
    return button;
  }));
}

// ---- items ----------------------------------------------------------------------------------------------

const entries = all(".entry");
let current = null;

/** Select an item and take the viewer to what shows it. */
function select(entry, { scroll = true, picture = true } = {}) {
  if (!entry) return;
  for (const one of entries) {
    one.classList.toggle("current", one === entry);
    one.querySelector(".pick").setAttribute("aria-expanded", String(one === entry));
  }
  current = entry;
  view.item = entry.dataset.item;
  if (picture) goToPlace(0);
  if (scroll) entry.scrollIntoView({ block: "nearest" });
}

function goToPlace(which) {
  const places = data.items[view.item] ?? [];
  if (places.length) {
    view.place = which % places.length;
    const spot = places[view.place];
    show(spot.file, { second: spot.second, item: view.item, focus: spot.boxes.length === 1 ? spot.boxes[0] : null });
  } else if (data.wanted[view.item]?.length) {
    show(data.wanted[view.item][0], { item: view.item });
  } else {
    drawBoxes();
  }
  all("[data-place]", current).forEach((button) => button.toggleAttribute("aria-current", places.length > 0 && Number(button.dataset.place) === view.place));
}

function move(by) {
  const at = entries.indexOf(current);
  select(entries[Math.min(entries.length - 1, Math.max(0, at + by))]);
}

/** The radio button of an item's field with a value. */
const radio = (entry, field, value) => all(`input[type=radio][name="${field}:${CSS.escape(entry.dataset.item)}"]`, entry).find((input) => input.value === value);

function say(field, value) {
  const input = current && radio(current, field, value);
  if (!input) return false;
  input.checked = true;
  tally();
  return true;
}

function confirmItem() {
  if (say("word", "confirm")) move(1);
}

function overturnItem() {
  if (!say("word", "overturn")) return;
  current.querySelector(".why")?.scrollIntoView({ block: "nearest" });
}

function chooseReason(digit) {
  if (!radio(current, "word", "overturn")?.checked) return;
  const reasons = all(".why input[type=radio]", current);
  const chosen = reasons[digit - 1];
  if (!chosen) return;
  chosen.checked = true;
  tally();
  const own = current.querySelector(".own input");
  if (chosen.value === "other") own.focus();
  else move(1);
}

function answer(digit) {
  const value = ["shown", "not_shown", "cannot_tell"][digit - 1];
  if (value && say("answer", value)) move(1);
}

function counts() {
  const checked = (value, field) => all(`input[type=radio][name^="${field}:"]:checked`).filter((input) => input.value === value).length;
  if (data.blind) {
    const answered = all('input[type=radio][name^="answer:"]:checked').length;
    return `${answered}/${entries.length} ${data.words.answered}`;
  }
  const said = [[checked("confirm", "word"), data.words.confirmed], [checked("overturn", "word"), data.words.overturned]];
  return said.filter(([count]) => count).map(([count, word]) => `${count} ${word}`).join(" · ");
}

function tally() {
  const line = byId("tally");
  if (line) line.textContent = counts();
}

// ---- the verdict ----------------------------------------------------------------------------------------

const form = byId("decision"), choose = byId("choose"), settle = byId("settle");
let chosen = null, seconds = 0, visibleSince = performance.now();

function settleOn(button) {
  const gap = data.blind ? entries.find((entry) => !entry.querySelector('input[name^="answer:"]:checked')) : lacksReason();
  if (gap) {
    select(gap);
    gap.classList.add("lacking");
    return;
  }
  chosen = button;
  byId("settle-name").textContent = button.firstChild.textContent.trim();
  byId("settle-tally").textContent = counts();
  settle.className = `settle ${button.value}`;
  choose.hidden = true;
  settle.hidden = false;
  byId("settle-yes").focus({ preventScroll: true });
}

function lacksReason() {
  return entries.find((entry) => {
    if (!entry.querySelector('input[value="overturn"]:checked')) return false;
    const reason = entry.querySelector(".why input[type=radio]:checked");
    return !reason || (reason.value === "other" && !entry.querySelector(".own input").value.trim());
  });
}

function unsettle() {
  chosen = null;
  settle.hidden = true;
  choose.hidden = false;
}

function record() {
  if (!chosen) return;
  if (!document.hidden) seconds += (performance.now() - visibleSince) / 1000;
  byId("seconds").value = seconds.toFixed(1);
  const button = chosen;
  byId("settle-yes").disabled = true;
  choose.hidden = false; // a hidden button's value would not be sent by every browser
  form.requestSubmit(button);
}

if (data.deciding) {
  form.addEventListener("submit", (event) => {
    if (event.submitter === chosen && chosen) return;
    event.preventDefault();
    if (event.submitter?.name === "verdict") settleOn(event.submitter);
  });
  form.addEventListener("change", (event) => {
    const entry = event.target.closest(".entry");
    entry?.classList.remove("lacking");
    if (entry && entry !== current) select(entry, { scroll: false });
    tally();
  });
  byId("settle-yes").onclick = record;
  byId("settle-no").onclick = unsettle;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) seconds += (performance.now() - visibleSince) / 1000;
    else visibleSince = performance.now();
  });
  setInterval(keepClaim, 5 * 60 * 1000);
}

async function keepClaim() {
  if (document.hidden) return;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const answer = await fetch(`${data.base}/claim`, { method: "POST", headers: { "X-CSRF-Token": token } }).catch(() => null);
  if (answer?.status === 409) byId("tally").textContent = data.words.lost;
}

// ---- keys -----------------------------------------------------------------------------------------------

const press = (name) => () => settleOn(form.querySelector(`button[value=${name}]`));
const KEYS = {
  j: () => move(1), k: () => move(-1), n: () => step(1), p: () => step(-1), arrowright: () => step(1), arrowleft: () => step(-1),
  b: toggleBoxes, e: () => goToPlace(view.place + 1),
  "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: () => { view.scale = 1; place(); },
  " ": () => { if (view.picture?.tagName === "VIDEO") view.picture.paused ? view.picture.play() : view.picture.pause(); },
  "?": () => byId("help").showModal(),
  u: () => byId("undo")?.click(), x: () => byId("next-case")?.querySelector("button").click(), q: () => byId("leave")?.querySelector("button").click(),
};
if (data.deciding) {
  Object.assign(KEYS, { a: press("accept"), r: press("reject"), t: press("retake"), h: press("hand_over") });
  if (!data.blind) Object.assign(KEYS, { c: confirmItem, o: overturnItem });
}

function isTyping(target) {
  return target.closest("textarea, select, summary") || (target.tagName === "INPUT" && target.type !== "radio");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || byId("help").open) return;
  const key = event.key.toLowerCase();
  if (settle && !settle.hidden) {
    if (key === "escape") unsettle();
    else if (key === "enter" && event.target.id !== "settle-no") { event.preventDefault(); record(); }
    return;
  }
  if (isTyping(event.target)) {
    if (key === "escape" || (key === "enter" && event.target.closest("#decision"))) { event.preventDefault(); event.target.blur(); }
    return;
  }
  // A focused button keeps the keys that press it.
  if ((key === " " || key === "enter") && event.target.closest("button, a, video")) return;
  const digit = data.deciding && /^[1-9]$/.test(key) ? Number(key) : 0;
  const act = digit ? () => (data.blind ? answer(digit) : chooseReason(digit)) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
});

// ---- pointers -------------------------------------------------------------------------------------------

const touches = new Map();
let spread = 0;

pane.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
}, { passive: false });
pane.addEventListener("pointerdown", (event) => {
  if (view.picture?.tagName === "VIDEO" && view.scale === 1) return;
  touches.set(event.pointerId, event);
  pane.setPointerCapture(event.pointerId);
});
pane.addEventListener("pointermove", (event) => {
  const before = touches.get(event.pointerId);
  if (!before) return;
  touches.set(event.pointerId, event);
  if (touches.size === 2) {
    const [one, other] = [...touches.values()];
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (spread) zoom(apart / spread, { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 });
    spread = apart;
  } else {
    view.x += event.clientX - before.clientX;
    view.y += event.clientY - before.clientY;
    place();
  }
});
for (const end of ["pointerup", "pointercancel"]) {
  pane.addEventListener(end, (event) => { touches.delete(event.pointerId); spread = 0; });
}
pane.addEventListener("dblclick", (event) => (view.scale > 1 ? KEYS[0]() : zoom(3, { x: event.clientX, y: event.clientY })));
addEventListener("resize", place);

// ---- begin ----------------------------------------------------------------------------------------------

for (const link of all("#strip a")) link.addEventListener("click", (event) => { event.preventDefault(); show(Number(link.dataset.file)); });
for (const entry of entries) {
  entry.querySelector(".pick").addEventListener("click", () => select(entry, { scroll: false }));
  for (const button of all("[data-place]", entry)) button.addEventListener("click", () => { select(entry, { scroll: false, picture: false }); goToPlace(Number(button.dataset.place)); });
  // A second press on a word takes it back.
  for (const input of all(".choice input", entry)) input.addEventListener("click", () => {
    if (input.dataset.was === "yes" && !data.blind) { say("word", ""); }
    all(".choice input", entry).forEach((one) => { one.dataset.was = one.checked ? "yes" : ""; });
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && byId(decodeURIComponent(link.hash.slice(1)));
  if (!target) return;
  if (target.matches(".entry")) { event.preventDefault(); select(target); }
  else if (target.closest("#strip")) { event.preventDefault(); show(Number(target.querySelector("a").dataset.file)); viewer.scrollIntoView({ block: "nearest" }); }
});
byId("previous-picture").onclick = () => step(-1);
byId("next-picture").onclick = () => step(1);
byId("zoom-in").onclick = () => zoom(1.5);
byId("zoom-out").onclick = () => zoom(1 / 1.5);
byId("zoom-fit").onclick = () => KEYS[0]();
if (byId("toggle-boxes")) byId("toggle-boxes").onclick = toggleBoxes;
if (byId("help-button")) byId("help-button").onclick = () => byId("help").showModal();
if (order.length) {
  viewer.hidden = false;
  show(order[0]);
}
select(entries[0], { scroll: false, picture: !data.blind });
tally();

// The handles of the tuning pages: one threshold moves a marker, the figures and the list of what flips.
// Without it a page shows the value in force and a table of every other.
"use strict";

for (const section of document.querySelectorAll(".dial")) follow(section);

function follow(section) {
  const data = JSON.parse(section.querySelector(".dial-data").textContent);
  const handle = section.querySelector("input[type=range]");
  const plot = section.querySelector(".plot");
  const marker = section.querySelector(".marker");

  const show = () => {
    const place = Number(handle.value);
    handle.setAttribute("aria-valuetext", data.stops[place]);
    section.querySelector("output").textContent = data.stops[place];
    const [left, right] = data.plot;
    marker.style.left = `${100 * (left + data.places[place] * (right - left))}%`;
    showFigures(section, data, place);
    showFlips(section, data, place);
  };

  handle.disabled = false;
  marker.hidden = false;
  handle.addEventListener("input", show);
  dragOn(plot, (x) => {
    const nearest = nearestPlace(data, x);
    if (nearest === Number(handle.value)) return;
    handle.value = nearest;
    show();
  });
  show();
}

function showFigures(section, data, place) {
  for (const tile of section.querySelectorAll("[data-line]")) {
    const [value, interval] = data.lines[tile.dataset.line][place];
    tile.querySelector(".value").textContent = value;
    tile.querySelector(".interval").textContent = interval;
    tile.querySelector(".total").textContent = data.totals[tile.dataset.line][place];
  }
  for (const tile of section.querySelectorAll("[data-count]")) {
    tile.querySelector(".value").textContent = data.counts[tile.dataset.count][place];
  }
}

function showFlips(section, data, place) {
  if (!data.flips.length) return;
  section.querySelector(".flip-total").textContent = data.flipTotals[place];
  const shown = new Set(data.flips[place].map(String));
  for (const card of section.querySelectorAll("[data-card]")) card.hidden = !shown.has(card.dataset.card);
}

/** Tell `moved` how far from the left (0..1) a pointer is that was pressed on the plot, until it is let go. */
function dragOn(plot, moved) {
  const tell = (event) => {
    const { left, width } = plot.getBoundingClientRect();
    moved((event.clientX - left) / width);
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    plot.setPointerCapture(event.pointerId);
    tell(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (plot.hasPointerCapture(event.pointerId)) tell(event);
  });
}

function nearestPlace(data, x) {
  const [left, right] = data.plot;
  const wanted = (x - left) / (right - left);
  let best = 0;
  data.places.forEach((place, index) => {
    if (Math.abs(place - wanted) < Math.abs(data.places[best] - wanted)) best = index;
  });
  return best;
}

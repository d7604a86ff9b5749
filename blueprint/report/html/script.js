"use strict";
// The same draws as the report was made with: CPython's random numbers, seeded by name.
const data = JSON.parse(document.getElementById("data").textContent);
const criteria = Object.keys(data.weights);
const all = Object.keys(data.scores);

// The ids of the gates that are switched off, and the patterns that the others leave.
const switches = () => [...document.querySelectorAll("#weights input[type=checkbox]")];
const off = () => switches().filter((each) => !each.checked).map((each) => each.value);
const closed = (pattern) => Object.keys(data.gates).filter((id) => data.gates[id].includes(pattern) && !off().includes(id));
let patterns = all.filter((id) => !closed(id).length);

function uniform(seed) {
  const state = new Uint32Array(624);
  const mix = (a, b, factor) => Math.imul(a ^ (a >>> 30), factor) ^ b;
  state[0] = 19650218;
  for (let i = 1; i < 624; i++) {
    state[i] = Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1812433253) + i;
  }
  let i = 1;
  for (let k = 0; k < 624; k++) {
    state[i] = (mix(state[i - 1], 0, 1664525) ^ state[i]) + seed;
    if (++i === 624) { state[0] = state[623]; i = 1; }
  }
  for (let k = 0; k < 623; k++) {
    state[i] = (mix(state[i - 1], 0, 1566083941) ^ state[i]) - i;
    if (++i === 624) { state[0] = state[623]; i = 1; }
  }
  state[0] = 0x80000000;
  let index = 624;
  function twist() {
    for (let k = 0; k < 624; k++) {
      const y = (state[k] & 0x80000000) | (state[(k + 1) % 624] & 0x7fffffff);
      state[k] = state[(k + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    index = 0;
  }
  function next() {
    if (index === 624) twist();
    let y = state[index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
}

function stream(name) {
  const draw = uniform(data.seeds[name]);
  return Float64Array.from({ length: data.draws }, draw);
}

// Independent errors have a stream for each score, correlated ones a stream for each pattern.
const streams = new Map();
function drawn(name) {
  if (!streams.has(name)) streams.set(name, stream(name));
  return streams.get(name);
}

// The shares of draws at each rank, by pattern.
function ranks(weights, correlated = false) {
  const totals = patterns.map(() => new Float64Array(data.draws));
  for (const id of criteria) {
    const [low, high] = weights[id];
    const column = drawn(`weight/${id}`);
    patterns.forEach((pattern, p) => {
      const [least, most] = data.scores[pattern][id];
      const scores = drawn(correlated ? `score/${pattern}` : `score/${id}/${pattern}`);
      const total = totals[p];
      for (let n = 0; n < data.draws; n++) {
        total[n] += (low + (high - low) * column[n]) * (least + (most - least) * scores[n]);
      }
    });
  }
  const shares = {};
  patterns.forEach((pattern, p) => {
    const counts = patterns.map(() => 0);
    for (let n = 0; n < data.draws; n++) {
      let rank = 0;
      for (let other = 0; other < patterns.length; other++) {
        const ahead = totals[other][n] - totals[p][n];
        if (ahead > 0 || (ahead === 0 && other < p)) rank++;
      }
      counts[rank]++;
    }
    shares[pattern] = counts.map((count) => count / data.draws);
  });
  return shares;
}

const middle = ([low, high]) => (low + high) / 2;

function sharesOfWeight(weights) {
  const total = criteria.reduce((sum, id) => sum + middle(weights[id]), 0);
  return Object.fromEntries(criteria.map((id) => [id, middle(weights[id]) / total]));
}

// The patterns by their values at the middle of all intervals, best first.
function byValue(weights) {
  const shares = sharesOfWeight(weights);
  const value = (pattern) => criteria.reduce((sum, id) => sum + shares[id] * middle(data.scores[pattern][id]), 0);
  return [...patterns].sort((a, b) => value(b) - value(a) || (a < b ? -1 : 1));
}

// Which share of all weight a criterion has, and at which another pattern takes the lead.
function tippings(weights) {
  const shares = sharesOfWeight(weights);
  const order = byValue(weights);
  return criteria.map((id) => {
    const now = shares[id];
    let best = null;
    for (const other of order.slice(1)) {
      const ahead = (key) => middle(data.scores[order[0]][key]) - middle(data.scores[other][key]);
      const all = criteria.reduce((sum, key) => sum + shares[key] * ahead(key), 0);
      const rest = (all - now * ahead(id)) / (1 - now);
      const at = rest / (rest - ahead(id));
      if (at >= 0 && at <= 1 && (best === null || Math.abs(at - now) < Math.abs(best.at - now))) {
        best = { at, leader: other };
      }
    }
    return { id, now, best };
  });
}

function percent(share) {
  if (share > 0 && share < 0.01) return "under 1 %";
  if (share > 0.99 && share < 1) return "over 99 %";
  return `${Math.floor(share * 100 + 1e-9)} %`;
}

// Of draws, never all or none: the model itself may be wrong.
function frequency(share) {
  if (share >= 1) return "over 99 %";
  return share > 0 ? percent(share) : "under 1 %";
}

const meanShare = ({ independent, correlated }, id) => (independent[id][0] + correlated[id][0]) / 2;
const byShare = (shares) => [...patterns].sort((a, b) => meanShare(shares, b) - meanShare(shares, a));
const both = ({ independent, correlated }, id) =>
  `${frequency(independent[id][0])}, or ${frequency(correlated[id][0])} with correlated errors`;

// The one rule for the winner: best by value, and first often enough under both kinds of errors.
function verdict(shares, weights) {
  const [best] = byValue(weights);
  const share = Math.min(shares.independent[best][0], shares.correlated[best][0]);
  if (share >= data.bands.clear) return { winner: best, words: "a clear lead" };
  if (share >= data.bands.leaning) return { winner: best, words: "only a leaning" };
  return { winner: null, words: "" };
}

function contenders(shares) {
  let sum = 0;
  return byShare(shares).filter((id) => {
    const missing = sum < data.bands.clear;
    sum += meanShare(shares, id);
    return missing;
  });
}

function listed(names) {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function headline(shares, weights) {
  if (patterns.length === 0) return "None of these patterns is left.";
  if (patterns.length === 1) return `${data.titles[patterns[0]]} is the only one that is left to weigh.`;
  const { winner, words } = verdict(shares, weights);
  if (winner) return `${data.titles[winner]} first in ${both(shares, winner)}, of plausible weightings: ${words}.`;
  const names = contenders(shares).map((id) => `${data.titles[id]} (first in ${both(shares, id)})`);
  return `Undecided between ${listed(names)}.`;
}

function figure({ independent, correlated }, id) {
  return `${frequency(independent[id][0])} · ${frequency(correlated[id][0])}`;
}

function showShares(shares) {
  const box = document.getElementById("shares");
  const widths = shares.independent;
  for (const pattern of all) {
    const row = box.querySelector(`[data-pattern="${pattern}"]`);
    const isLeft = patterns.includes(pattern);
    row.classList.toggle("removed", !isLeft);
    row.querySelector(".why").textContent = isLeft ? "" : `ruled out: ${closed(pattern).join(", ")}`;
    if (!isLeft) continue;
    row.querySelector(".share").textContent = patterns.length > 1 ? figure(shares, pattern) : "the only one left";
    row.querySelectorAll(".rank").forEach((part, rank) => { part.style.width = `${(widths[pattern][rank] ?? 0) * 100}%`; });
  }
  byShare(shares).reverse()
    .forEach((pattern) => box.prepend(box.querySelector(`[data-pattern="${pattern}"]`)));
}

function showTipping(weights) {
  const box = document.getElementById("tipping");
  if (!box || patterns.length < 2) return;
  for (const { id, now, best } of tippings(weights)) {
    const row = box.querySelector(`[data-criterion="${id}"]`);
    const track = row.querySelector(".track");
    track.querySelector(".now").style.left = `${now * 100}%`;
    track.querySelector(".at")?.remove();
    let note = `${percent(now)}, no weight changes it`;
    if (best) {
      const mark = document.createElement("i");
      mark.className = `at ${best.leader}`;
      mark.style.left = `${best.at * 100}%`;
      track.append(mark);
      note = `${percent(now)} → ${percent(best.at)} ${data.titles[best.leader]}`;
    }
    row.querySelector(".note").textContent = note;
  }
}

// A link leads into what is folded, and paper shows all of it.
function unfold() {
  const target = location.hash.length > 1 && !location.hash.includes("=") && document.getElementById(location.hash.slice(1));
  if (!target) return;
  const inside = target.querySelector(":scope > details");
  if (inside) inside.open = true;
  for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details:not([open])")) { each.open = true; each.dataset.opened = ""; }
});
addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("details[data-opened]")) { each.open = false; delete each.dataset.opened; }
});

const form = document.getElementById("weights");

// A slider that was moved counts as `--weight`: with the spread of a stated weight.
const isMoved = (id) => Number(form.elements[id].value) !== middle(data.weights[id]);
function interval(id) {
  if (!isMoved(id)) return data.weights[id];
  const value = Number(form.elements[id].value);
  return value === 0 ? [0, 0] : [Math.max(0, value - data.spread), Math.min(100, value + data.spread)];
}

// The moved sliders as flags for the command line, and in the address of the page.
function showCommand() {
  const moved = criteria.filter(isMoved).map((id) => [id, form.elements[id].value]);
  document.getElementById("command").textContent =
    ["blueprint compare", ...data.needs, ...moved.map(([id, value]) => `--weight ${id}=${value}`),
      ...[...data.without, ...off()].map((id) => `--without-gate ${id}`)].join(" ");
  const address = [...moved.map(([id, value]) => `${id}=${value}`), ...off().map((id) => `without-gate=${id}`)].join("&");
  if (address || location.hash.includes("=")) history.replaceState(null, "", `#${address}`);
  document.body.classList.toggle("moved", moved.length + off().length > 0);
}

function readAddress() {
  if (!location.hash.includes("=")) return false;
  for (const [id, value] of new URLSearchParams(location.hash.slice(1))) {
    if (criteria.includes(id) && value !== "" && Number(value) >= 0 && Number(value) <= 100) {
      form.elements[id].value = value;
    }
    const gate = id === "without-gate" && switches().find((each) => each.value === value);
    if (gate) gate.checked = false;
  }
  return criteria.some(isMoved) || off().length > 0;
}

function update() {
  const weights = Object.fromEntries(criteria.map((id) => [id, interval(id)]));
  for (const id of criteria) {
    const [low, high] = weights[id];
    const shown = form.elements[id].closest(".slider").querySelector("output");
    shown.textContent = low === high ? `${low}` : `${low} to ${high}`;
  }
  showCommand();
  patterns = all.filter((id) => !closed(id).length);
  if (!criteria.some((id) => weights[id][1] > 0)) return;
  const shares = { independent: ranks(weights), correlated: ranks(weights, true) };
  document.getElementById("headline").textContent = headline(shares, weights);
  showShares(shares);
  showTipping(weights);
}

if (form && all.length) {
  const said = document.getElementById("headline").textContent;
  let waiting = false;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; update(); });
  });
  document.getElementById("as-given").addEventListener("click", () => {
    form.reset();
    update();
    document.getElementById("headline").textContent = said;
  });
  if (readAddress()) update();
  else showCommand();
}

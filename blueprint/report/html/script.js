"use strict";
// The same draws as the report was made with: CPython's random numbers, seeded by name.
const data = JSON.parse(document.getElementById("data").textContent);
const criteria = Object.keys(data.weights);
const patterns = Object.keys(data.scores);

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

let streams = null;
function drawn() {
  if (streams === null) {
    streams = { weight: {}, score: {} };
    for (const id of criteria) {
      streams.weight[id] = stream(`weight/${id}`);
      for (const pattern of patterns) {
        const [low, high] = data.scores[pattern][id];
        const score = stream(`score/${id}/${pattern}`).map((u) => low + (high - low) * u);
        streams.score[`${id}/${pattern}`] = score;
      }
    }
  }
  return streams;
}

// The shares of draws at each rank, by pattern.
function ranks(weights) {
  const { weight, score } = drawn();
  const totals = patterns.map(() => new Float64Array(data.draws));
  for (const id of criteria) {
    const [low, high] = weights[id];
    const column = weight[id];
    patterns.forEach((pattern, p) => {
      const scores = score[`${id}/${pattern}`];
      const total = totals[p];
      for (let n = 0; n < data.draws; n++) total[n] += (low + (high - low) * column[n]) * scores[n];
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

// Which share of all weight a criterion has, and at which another pattern takes the lead.
function tippings(weights) {
  const total = criteria.reduce((sum, id) => sum + middle(weights[id]), 0);
  const shares = Object.fromEntries(criteria.map((id) => [id, middle(weights[id]) / total]));
  const value = (pattern) => criteria.reduce((sum, id) => sum + shares[id] * middle(data.scores[pattern][id]), 0);
  const order = [...patterns].sort((a, b) => value(b) - value(a));
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

function headline(shares) {
  const ordered = [...patterns].sort((a, b) => shares[b][0] - shares[a][0]);
  const [first, ...others] = ordered.map((id) => ({ title: data.titles[id], share: shares[id][0] }));
  if (!others.length) return `${first.title} is the only one that is left to weigh.`;
  if (first.share >= data.bands.clear) return `${first.title} first in ${percent(first.share)} of plausible weightings: a clear lead.`;
  if (first.share >= data.bands.leaning) return `${first.title} first in ${percent(first.share)} of plausible weightings: a leaning, no more.`;
  const rest = others.map((each) => `${each.title} in ${percent(each.share)}`).join(", ");
  return `No clear winner: ${first.title} comes first in ${percent(first.share)} of plausible weightings, ${rest}.`;
}

function showShares(shares) {
  const box = document.getElementById("shares");
  for (const pattern of patterns) {
    const row = box.querySelector(`[data-pattern="${pattern}"]`);
    row.querySelector(".share").textContent = percent(shares[pattern][0]);
    row.querySelectorAll(".rank").forEach((part, rank) => { part.style.width = `${shares[pattern][rank] * 100}%`; });
  }
  [...patterns].sort((a, b) => shares[a][0] - shares[b][0])
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

const form = document.getElementById("weights");

// A slider moves the middle of an interval, and keeps how wide it is.
function interval(id) {
  const [low, high] = data.weights[id];
  const value = Number(form.elements[id].value);
  if (value === middle(data.weights[id])) return [low, high];
  const half = (high - low) / 2;
  return [Math.max(0, value - half), Math.min(100, value + half)];
}

function update() {
  const weights = Object.fromEntries(criteria.map((id) => [id, interval(id)]));
  for (const id of criteria) {
    const [low, high] = weights[id];
    const shown = form.elements[id].closest(".slider").querySelector("output");
    shown.textContent = low === high ? `${low}` : `${low} to ${high}`;
  }
  if (!criteria.some((id) => weights[id][1] > 0)) return;
  const shares = ranks(weights);
  document.getElementById("headline").textContent = headline(shares);
  showShares(shares);
  showTipping(weights);
  const moved = criteria.some((id) => Number(form.elements[id].value) !== middle(data.weights[id]));
  document.body.classList.toggle("moved", moved);
}

if (form) {
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
}

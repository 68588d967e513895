// The page: what is selected, what is asked of the API, and when.
import { get, put, remove } from "./api.js";
import { Chart } from "./chart.js";
import { count, measured, moment, rfc3339, scoreClass, seconds, span } from "./format.js";
import { Sidebar } from "./sidebar.js";

const WINDOWS = { "15m": 900, "1h": 3600, "6h": 21600, "1d": 86400, "7d": 604800 };
const AUTO_POINTS = 600;
const MOST_POINTS = 2000;
const EARLIEST = "-9223372036854775807"; // nanoseconds
const LEVELS = [0.95, 0.8, 0.5]; // widest first: the narrow ones are painted over the wide ones

const $ = (id) => document.getElementById(id);
const state = { id: null, series: null, window: "auto", zoom: null, horizon: 96, points: [], kind: "gauge", resolution: "raw", forecast: null, anomalies: [], events: null };
let loads = 0;

const chart = new Chart($("chart"), $("strip"), $("tip"), zoom);
const sidebar = new Sidebar({
  onSelect: (id) => { location.hash = hash({ series: id }); },
  onAnomaly: (anomaly) => {
    const start = seconds(anomaly.time);
    const end = anomaly.timeEnd === null ? seconds(anomaly.peakTime) : seconds(anomaly.timeEnd);
    sidebar.spacing(anomaly.series).then((spacing) => {
      const room = Math.max((end - start) * 2, spacing * 60);
      location.hash = hash({ series: anomaly.series, from: rfc3339(start - room), to: rfc3339(end + room) });
    });
  },
  onTrouble: (problem) => trouble("list", problem),
  onCount: (total) => showEmpty(total === 0),
});

// ---- address ----

function hash({ series, from, to, window = state.window }) {
  const parts = new URLSearchParams({ series });
  if (from) {
    parts.set("from", from);
    parts.set("to", to);
  } else if (window !== "auto") {
    parts.set("window", window);
  }
  return parts.toString();
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const id = Number(parts.get("series"));
  if (!Number.isInteger(id) || id < 1) {
    state.id = null;
    return;
  }
  state.window = parts.get("window") in WINDOWS || parts.get("window") === "all" ? parts.get("window") : "auto";
  state.zoom = parts.has("from") && parts.has("to") ? { min: seconds(parts.get("from")), max: seconds(parts.get("to")) } : null;
  if (state.zoom && !(state.zoom.max > state.zoom.min)) state.zoom = null;
  if (id !== state.id) {
    trouble("series", null);
    Object.assign(state, { id, series: null, points: [], forecast: null, anomalies: [] });
  }
  sidebar.choose(id);
  load();
}

addEventListener("hashchange", readAddress);

// ---- one series ----

/** Whatever is under way for the series comes to nothing. */
function abandon() {
  loads++;
  state.events?.close();
}

async function load() {
  abandon();
  const mine = loads;
  const { id, zoom: range } = state;
  try {
    const [series, points] = await Promise.all([get(`series/${id}`), get(`series/${id}/points`, span4points(range))]);
    const shown = points.body.map(point);
    const anomalies = shown.length === 0 ? { body: [] } : await get(`series/${id}/anomalies`, span4anomalies(range, shown));
    if (mine !== loads) return;
    trouble("series", null);
    showEmpty(false);
    state.series = series.body;
    state.points = shown;
    state.resolution = points.headers.get("Longwave-Resolution");
    state.kind = points.headers.get("Longwave-Kind");
    state.anomalies = anomalies.body.map(anomaly).filter((one) => one.kind === state.kind);
    paint();
    listen();
    await loadForecast();
  } catch (problem) {
    if (mine !== loads) return;
    trouble("series", problem);
    if (problem.type !== "unknown-series") {
      setTimeout(() => mine === loads && load(), 3000);
      return;
    }
    state.series = null;
    $("view").hidden = true;
    listen();
  }
}

function span4points(range) {
  if (range) {
    // A little more on each side, so that lines run out of the picture.
    const room = (range.max - range.min) * 0.25;
    return { from: rfc3339(range.min - room), to: rfc3339(range.max + room), limit: MOST_POINTS };
  }
  if (state.window === "auto") return { limit: AUTO_POINTS };
  return state.window === "all" ? { from: EARLIEST, limit: MOST_POINTS } : { from: `-${WINDOWS[state.window]}s`, limit: MOST_POINTS };
}

/** Of those that began since; the newest ones come first, so a stretch of the past needs its end. */
function span4anomalies(range, shown) {
  const from = rfc3339((range?.min ?? shown[0].time) - 1e-6);
  return range ? { from, to: rfc3339(range.max + 1e-6), limit: 300 } : { from, limit: 300 };
}

const point = (row) => ({ ...row, time: seconds(row.time), text: row.time });
const anomaly = (row) => ({
  id: row.id, start: seconds(row.time), end: row.timeEnd === null ? null : seconds(row.timeEnd), peakTime: seconds(row.peakTime), peakValue: row.peakValue,
  peakScore: row.peakScore, expected: row.expected, kind: row.kind,
});

let forecastTimer = 0;
let lastForecast = 0;

/** At most one forecast in two seconds, however fast points arrive. */
function forecastSoon() {
  if (forecastTimer === 0) {
    forecastTimer = setTimeout(() => {
      forecastTimer = 0;
      if (state.id !== null) loadForecast();
    }, Math.max(0, lastForecast + 2000 - Date.now()));
  }
}

async function loadForecast() {
  const mine = loads;
  lastForecast = Date.now();
  if (state.horizon === 0) {
    state.forecast = null;
    note("");
    paint();
    return;
  }
  try {
    const { body } = await get(`series/${state.id}/forecast`, { horizon: state.horizon, levels: LEVELS.join(",") });
    if (mine !== loads) return;
    const intervals = [...body.intervals].sort((a, b) => b.level - a.level);
    state.forecast = {
      model: body.model, issuedAt: seconds(body.issuedAt), levels: intervals.map((interval) => interval.level),
      points: body.points.map((row) => ({ time: seconds(row.time), mean: row.mean, bounds: intervals.map(({ lower, upper }) => [row[lower], row[upper]]) })),
    };
    const measured = intervals.filter((interval) => interval.achievedCoverage !== null)
      .map((interval) => `${(interval.level * 100).toFixed(0)} % interval held ${(interval.achievedCoverage * 100).toFixed(1)} %`);
    note(`Forecast by ${body.model}, ${body.points.length} steps.${measured.length ? ` Measured coverage: ${measured.join(", ")}.` : ""}`);
  } catch (problem) {
    if (mine !== loads) return;
    state.forecast = null;
    note(problem.type === "warming-up" ? `No forecast yet: ${problem.message}` : `No forecast now: ${problem.message}`);
    setTimeout(() => mine === loads && forecastSoon(), 3000);
  }
  paint();
}

function visibleRange() {
  if (state.zoom) return state.zoom;
  const first = state.points[0]?.time ?? 0;
  const last = state.points.at(-1)?.time ?? 1;
  const start = state.window in WINDOWS ? last - WINDOWS[state.window] : first;
  const ahead = state.forecast?.points.at(-1)?.time ?? last;
  // The fan never takes more than a third of the picture.
  return { min: start, max: Math.max(last + 1e-3, Math.min(ahead, last + (last - start) / 2)) };
}

function paint() {
  const { series } = state;
  if (!series) return;
  $("view").hidden = false;
  $("name").textContent = series.name;
  document.title = `${series.name} · Longwave`;
  const last = state.zoom ? null : state.points.at(-1);
  const score = last?.score ?? series.lastScore;
  $("facts").textContent = [series.tenant === "default" ? series.bucket : `${series.tenant}/${series.bucket}`, series.promoted ?? series.model ?? "warming up", state.kind,
    series.lastTime && `last point ${moment(last?.time ?? seconds(series.lastTime))}`,
    state.resolution !== "raw" && `summarised by ${state.resolution.replace("PT", "").toLowerCase()}`].filter(Boolean).join(" · ");
  $("kind").textContent = series.kindChosen ? "take as its samples say" : `take as ${other(state.kind)}`;
  $("kind").title = series.kindChosen ? `A person chose that it is a ${series.kind}` : state.kind === "counter"
    ? "Show, forecast and score its values as they are written" : "Show, forecast and score its increase per second: for values that only grow";
  for (const place of document.querySelectorAll("[data-kind-of-value]")) place.textContent = state.kind === "counter" ? "rate" : "value";
  $("now-value").textContent = measured(last?.value ?? series.lastValue, state.kind);
  $("now-expected").textContent = measured(last?.predicted, state.kind);
  $("now-score").textContent = score === null || score === undefined ? "–" : score.toFixed(3);
  $("now-score").className = scoreClass(score);
  for (const button of $("windows").children) button.setAttribute("aria-pressed", String(!state.zoom && button.dataset.window === state.window));
  $("live").setAttribute("aria-pressed", String(!state.zoom));
  chart.show(state.points, state.forecast, state.anomalies, visibleRange(), state.kind);
  $("chart").dataset.series = series.id;
  $("chart").dataset.resolution = state.resolution;
}

let zoomTimer = 0;

function zoom(range) {
  clearTimeout(zoomTimer);
  if (range === null) {
    location.hash = hash({ series: state.id });
    return;
  }
  state.zoom = range;
  $("live").setAttribute("aria-pressed", "false");
  for (const button of $("windows").children) button.setAttribute("aria-pressed", "false");
  zoomTimer = setTimeout(() => {
    history.replaceState(null, "", `#${hash({ series: state.id, from: rfc3339(range.min), to: rfc3339(range.max) })}`);
    load();
  }, 350);
}

$("windows").addEventListener("click", (event) => {
  const chosen = event.target.dataset?.window;
  if (!chosen) return;
  const next = `#${hash({ series: state.id, window: chosen })}`;
  if (location.hash === next) readAddress(); else location.hash = next;
});
$("live").addEventListener("click", () => zoom(null));
$("horizon").addEventListener("change", (event) => {
  state.horizon = Number(event.target.value);
  loadForecast();
});

// ---- gauge or counter ----

const other = (kind) => kind === "counter" ? "gauge" : "counter";

$("kind").addEventListener("click", async () => {
  $("kind").disabled = true;
  await (state.series.kindChosen ? change(state.id, remove, undefined, (series) => !series.kindChosen)
    : change(state.id, put, { kind: other(state.series.kind) }, (series) => series.kindChosen));
  $("kind").disabled = false;
});

/** It takes effect in the stream, so the page waits until the series is as it was asked to be, but not for ever. */
async function change(id, call, body, done) {
  try {
    await call(`series/${id}/kind`, body);
    note("Its kind is being changed…");
    for (let tries = 0; state.id === id && !done((await get(`series/${id}`)).body); tries++) {
      if (tries === 50) throw new Error("the stream has not come so far; it may still happen");
      await later(300);
    }
    if (state.id === id) await load();
  } catch (problem) {
    note(`Not changed: ${problem.message}`);
  }
}

const later = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

// ---- forgetting ----

$("forget").addEventListener("click", () => {
  $("forget-name").textContent = state.series.name;
  $("forget-dialog").returnValue = "keep";
  $("forget-dialog").showModal();
});
$("forget-dialog").addEventListener("close", () => {
  if ($("forget-dialog").returnValue === "forget") forget(state.id);
});

/** It takes effect in the stream, so the page waits until the series is not known any more. */
async function forget(id) {
  try {
    await remove(`series/${id}`);
    note("This series is being forgotten…");
    while (state.id === id && await get(`series/${id}`).then(() => true, (problem) => problem.type !== "unknown-series")) {
      await later(300);
    }
    if (state.id !== id) return;
    abandon();
    Object.assign(state, { id: null, series: null });
    $("view").hidden = true;
    document.title = "Longwave";
    history.replaceState(null, "", "#");
    sidebar.choose(null);
    await sidebar.refresh();
    if (state.id === null) listen();
  } catch (problem) {
    note(`Not forgotten: ${problem.message}`);
  }
}

// ---- live ----

let reloadTimer = 0;

function listen() {
  state.events?.close();
  const mine = loads;
  const last = state.points.at(-1);
  // While a person looks at the past only the status is needed.
  const query = state.zoom || !state.series ? "" : `?${new URLSearchParams({ series: state.id, ...(last && state.resolution === "raw" ? { since: last.text } : {}) })}`;
  const events = new EventSource(`/api/v1/live${query}`);
  state.events = events;
  events.onopen = () => link("open", "live");
  events.onerror = () => {
    link("waiting", "reconnecting");
    if (events.readyState === EventSource.CLOSED) setTimeout(() => mine === loads && listen(), 5000);
  };
  events.addEventListener("status", (event) => status(JSON.parse(event.data)));
  events.addEventListener("reset", reloadSoon);
  events.addEventListener("anomalies", (event) => {
    const known = new Map(state.anomalies.map((one) => [one.id, one]));
    for (const row of JSON.parse(event.data)) if (row.kind === state.kind) known.set(row.id, anomaly(row));
    state.anomalies = [...known.values()];
    paint();
  });
  events.addEventListener("points", (event) => {
    const { kind, points } = JSON.parse(event.data);
    const fresh = points.map(point);
    if (state.resolution !== "raw" || kind !== state.kind) {
      reloadSoon();
      return;
    }
    const newest = state.points.at(-1)?.time ?? -Infinity;
    state.points.push(...fresh.filter((one) => one.time > newest));
    const end = state.points.at(-1).time;
    if (state.window === "auto") state.points.splice(0, Math.max(0, state.points.length - AUTO_POINTS));
    else if (state.window in WINDOWS) state.points.splice(0, Math.max(0, state.points.findIndex((one) => one.time >= end - WINDOWS[state.window])));
    if (state.points.length > 2 * MOST_POINTS) reloadSoon();
    paint();
    forecastSoon();
  });
}

/** Summaries are made by the service, so new points mean asking it again, but not for each of them. */
function reloadSoon() {
  if (reloadTimer === 0) {
    reloadTimer = setTimeout(() => {
      reloadTimer = 0;
      if (state.id !== null) load();
    }, 3000);
  }
}

// A browser keeps pages that a person has left, and with them their connections, of which it has six for a server.
addEventListener("pagehide", abandon);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  link("waiting", "reconnecting");
  if (state.id === null) listen(); else load();
});

// ---- status ----

let before = null;
let lastGrowth = null;
let firstLook = null;

function status(now) {
  $("status-series").textContent = count(now.series);
  $("status-tenant").textContent = now.tenant ?? "";
  $("status").classList.toggle("one-tenant", Boolean(now.tenant));
  if (!now.tenant) progress(now);
  writeCommand(now.writeUrl);
  sidebar.refresh();
}

/** What is counted for all tenants together. */
function progress(now) {
  const at = performance.now();
  $("status-samples").textContent = count(now.samples);
  $("status-dead").textContent = count(now.deadLetters);
  $("status-dead").parentElement.classList.toggle("bad", now.deadLetters > 0);
  if (before && at > before.at) {
    const rate = (now.samples - before.samples) / (at - before.at) * 1000;
    $("status-rate").textContent = rate >= 10 || rate === 0 ? count(rate) : rate.toFixed(1);
    if (now.samples !== before.samples) lastGrowth = at;
  }
  before = { at, samples: now.samples };
  firstLook ??= at;
  age();
}

/** How long ago samples came last; of those that came before the page looked only how long ago that is at least. */
function age() {
  if (before === null) return;
  const since = span(Math.max(lastGrowth === null ? 1 : 0, Math.round((performance.now() - (lastGrowth ?? firstLook)) / 1000)));
  $("status-age").textContent = lastGrowth !== null ? `${since} ago` : before.samples === 0 ? "none yet" : `over ${since} ago`;
}

setInterval(age, 1000);

function link(kind, text) {
  $("link").className = `link ${kind}`;
  $("link").textContent = text;
}

function note(text) {
  $("note").textContent = text;
}

const troubles = { series: null, list: null };

/** What is wrong with the chosen series stays said while the list of all is fine. */
function trouble(of, found) {
  troubles[of] = found;
  const problem = troubles.series ?? troubles.list;
  $("trouble").hidden = problem === null;
  if (problem) $("trouble").textContent = problem.type === "unknown-series" ? problem.message : `${problem.message}. Trying again…`;
}

// ---- nothing there yet ----

function showEmpty(empty) {
  $("empty").hidden = !empty;
  if (empty) $("view").hidden = true;
  else if (state.id === null && sidebar.first !== null) location.hash = hash({ series: sidebar.first });
}

function writeCommand(writeUrl) {
  const url = writeUrl ?? `${location.protocol}//${location.hostname}:${Number(location.port || 80) + 1}`;
  $("write-command").textContent = `curl -i "${url}/api/v2/write?org=home&bucket=demo&precision=s" \\\n  -H "Content-Type: text/plain; charset=utf-8" \\\n`
    + `  --data-binary "room,sensor=a temperature=21.5"`;
}

$("copy-command").addEventListener("click", async () => {
  await navigator.clipboard?.writeText($("write-command").textContent);
  $("copy-command").textContent = "Copied";
  setTimeout(() => { $("copy-command").textContent = "Copy"; }, 1500);
});

writeCommand(null);
readAddress();
await sidebar.refresh();
if (state.events === null) listen();

// The page of groups: series that one model judges jointly, how their rows score, which series speak against them, and what follows.
import { get } from "./api.js";
import { element, fill } from "./elements.js";
import { count, moment, rfc3339, scoreClass, seconds, shortMoment, span } from "./format.js";
import { JudgedRows, percent, SmallForecast } from "./group-charts.js";

const POLL_MILLIS = 3000;
const MOST_GROUPS = 100;
const MOST_ANOMALIES = 50;
const ROWS = 600;
const MOST_NUMBERS = 120000; // shares at once: fewer rows of many series
const LINES = 40;
const MULTIPLES = 24;
const LEVELS = [0.95, 0.8]; // widest first: the narrow one is painted over the wide one

const $ = (id) => document.getElementById(id);
const state = { name: null, range: null, group: null, rows: [], anomalies: [], all: false, forecasts: [], multiples: MULTIPLES };
const troubles = new Map();
let loads = 0;
let timer = 0;

const judged = new JudgedRows({
  chart: $("chart"), place: $("heat-place"), table: $("heat"), canvas: $("heat-canvas"), tip: $("tip"), says: (text) => { $("cell").textContent = text; },
});

// ---- groups ----

async function listGroups() {
  const groups = (await get("groups", { limit: MOST_GROUPS })).body;
  $("group-count").textContent = groups.length === MOST_GROUPS ? `first ${MOST_GROUPS}` : groups.length || "";
  fill($("groups"), [state.name, groups], () => groups.map((group) => {
    const button = element("button", { type: "button", "aria-current": String(group.name === state.name) },
      element("div", { class: "name" }, group.name), element("div", { class: "when" }, `${group.model} · ${many(group.series.length, "series", "series")}`),
      element("div", { class: "when" }, group.judgedTo === null ? "no row yet" : `last row ${shortMoment(seconds(group.judgedTo))}`));
    if (group.problem !== null) button.append(element("div", { class: "when problem" }, group.problem));
    button.onclick = () => { location.hash = `group=${group.name}`; };
    return element("li", {}, button);
  }));
  return groups;
}

/** How to make one, with a model that can. */
async function explain() {
  const model = (await get("models", { limit: 1000 })).body.find((one) => ["forecast", "reconstruct"].includes(one.task) && one.available);
  $("group-command").textContent = `curl -X PUT '${location.origin}/api/v1/groups/plant' -H 'content-type: application/json' \\\n`
    + `  -d '{"model":"${model?.id ?? "MODEL"}","series":[1,2,3]}'`;
  $("no-models").hidden = $("train-command").hidden = model !== undefined;
}

async function load() {
  const mine = ++loads;
  clearTimeout(timer);
  try {
    const groups = await listGroups();
    if (mine !== loads) return;
    if (state.name === null && groups.length > 0) {
      history.replaceState(null, "", `#group=${groups[0].name}`);
      state.name = groups[0].name;
      await listGroups();
    }
    if (state.name === null) {
      await explain();
    } else {
      await loadGroup(mine);
    }
    $("empty").hidden = state.name !== null;
  } finally {
    // What is not looked at is not asked for; coming back asks at once.
    if (mine === loads && !document.hidden) timer = setTimeout(refresh, POLL_MILLIS);
  }
}

async function loadGroup(mine) {
  const { name, range } = state;
  const path = `groups/${name}`;
  const group = (await get(path)).body;
  const rows = await judgedRows(path, group);
  const from = range?.from ?? rows[0]?.text;
  const anomalies = (await get(`${path}/anomalies`, { limit: MOST_ANOMALIES })).body;
  // Of a stretch of the past the newest events may be others.
  const shown = from === undefined ? [] : (await get(`${path}/anomalies`, { limit: 300, from, to: range?.to })).body;
  if (mine !== loads) return;
  Object.assign(state, { group, rows, anomalies, shown: shown.map((one) => ({ start: seconds(one.time), end: one.timeEnd === null ? null : seconds(one.timeEnd) })) });
  show();
}

/** Those of the range, or the newest ones, of which only the ones that came since are asked for. */
async function judgedRows(path, group) {
  const limit = rowLimit(group);
  if (state.range !== null) return (await get(`${path}/scores`, { ...state.range, limit })).body.rows.map(row);
  const known = state.group?.name === group.name && state.group.createdAt === group.createdAt ? state.rows : [];
  if (known.length > 0) {
    const since = (await get(`${path}/scores`, { from: known.at(-1).text, limit })).body.rows.map(row);
    // Unless so many came that some between may be missing, or what is known is there no more.
    if (since.length > 0 && since.length < limit && since[0].text === known.at(-1).text) return known.slice(0, -1).concat(since).slice(-limit);
  }
  return (await get(`${path}/scores`, { limit })).body.rows.map(row);
}

const rowLimit = (group) => Math.max(1, Math.min(ROWS, Math.floor(MOST_NUMBERS / group.series.length)));
const row = (one) => ({ ...one, text: one.time, time: seconds(one.time) });

// ---- one group ----

function show() {
  const { group, rows } = state;
  $("group").hidden = false;
  document.title = `${group.name} · Longwave`;
  $("name").textContent = group.name;
  const step = duration(group.step);
  $("facts").textContent = [group.model, many(group.series.length, "series", "series"), `a row every ${span(step)}`,
    group.judgedTo === null ? "no row yet" : `last row ${moment(seconds(group.judgedTo))}`].join(" · ");
  $("problem").textContent = group.problem === null ? "" : `It does not go on: ${group.problem}`;
  $("problem").hidden = group.problem === null;
  $("newest").hidden = state.range === null;
  const score = state.range === null ? rows.at(-1)?.score : undefined;
  $("now-score").textContent = score === undefined ? "–" : score.toFixed(3);
  $("now-score").className = scoreClass(score);
  $("judged").hidden = rows.length === 0;
  $("note").textContent = rows.length === 0
    ? state.range === null ? "No row is judged yet: the model warms up on the first ones, and each waits for all series." : "No rows are stored of this stretch."
    : "";
  const lines = linesShown();
  $("all-series").hidden = group.series.length <= LINES;
  $("all-series").textContent = state.all ? `The ${LINES} that speak most against` : `All ${count(group.series.length)} series`;
  $("all-series").setAttribute("aria-pressed", String(state.all));
  judged.show(rows, group.series, lines, state.shown, step);
  showAnomalies();
}

/** Series of the heat strip in their order: all of them, or those that speak most against. */
function linesShown() {
  const all = state.group.series.map((_, n) => n);
  if (state.all || all.length <= LINES) return all;
  const evidence = all.map((n) => state.rows.reduce((sum, one) => sum + (one.contribution[n] ?? 0) * one.score, 0));
  return all.sort((a, b) => evidence[b] - evidence[a]).slice(0, LINES).sort((a, b) => a - b);
}

function showAnomalies() {
  const { group, anomalies } = state;
  fill($("group-anomalies"), [group.name, anomalies], () => anomalies.length === 0 ? [element("li", { class: "none" }, "None yet.")] : anomalies.map((one) => {
    const start = seconds(one.time);
    const end = one.timeEnd === null ? null : seconds(one.timeEnd);
    const button = element("button", { type: "button", "data-anomaly": one.id, title: "Show the rows around it" },
      element("span", { class: "score high" }, one.peakScore.toFixed(3)),
      element("span", {}, shortMoment(start), element("span", { class: "muted" }, ` · ${many(one.points, "row", "rows")}${end === null ? " · lasts" : end > start ? ` · ${span(end - start)}` : ""}`)),
      element("span", { class: "against" }, one.contributions.slice(0, 3).map(({ name, share }) => `${name} ${percent(share)}`).join(", ")));
    button.onclick = () => {
      const step = duration(group.step);
      const last = end ?? Math.max(start, seconds(group.judgedTo ?? one.peakTime));
      // Rows are shown from the start of the stretch on, as many as fit: a long anomaly must not lie behind them.
      const most = rowLimit(group) * step;
      const room = Math.min(Math.max(60 * step, last - start), Math.max(most / 10, (most - (last - start)) / 2));
      location.hash = new URLSearchParams({ group: group.name, from: rfc3339(start - room), to: rfc3339(last + room) }).toString();
    };
    return element("li", {}, button);
  }));
}

/** Seconds of an ISO 8601 duration as the service writes it: hours, minutes and seconds. */
function duration(text) {
  const [, hours = 0, minutes = 0, rest = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest) || 1;
}

// ---- the joint forecast ----

async function drawForecast() {
  const { name } = state;
  $("draw-forecast").disabled = true;
  try {
    const { body } = await get(`groups/${name}/forecast`, { levels: LEVELS.join(",") });
    if (name !== state.name) return;
    state.forecasts = body;
    state.multiples = MULTIPLES;
    $("multiples").replaceChildren();
    await showForecasts(name);
  } finally {
    $("draw-forecast").disabled = false;
  }
}

async function showForecasts(name) {
  const { forecasts } = state;
  const first = $("multiples").children.length;
  const some = forecasts.slice(first, state.multiples);
  $("forecast").hidden = false;
  $("forecast-title").textContent = forecasts.length === 0 ? "No series to forecast"
    : `Forecast by ${forecasts[0].model}, ${many(forecasts[0].points.length, "step", "steps")} from ${shortMoment(seconds(forecasts[0].issuedAt))}`;
  $("more-forecasts").hidden = forecasts.length <= state.multiples;
  const pasts = await Promise.all(some.map((forecast) => past(forecast)));
  if (name !== state.name || forecasts !== state.forecasts) return;
  some.forEach((forecast, n) => {
    const member = state.group.series.find((one) => one.series === forecast.series);
    const place = element("div", { class: "plot", role: "img", "aria-label": `Forecast of ${member?.name ?? forecast.series}: ${forecast.points.length} steps` });
    $("multiples").append(element("figure", { "data-series": forecast.series }, element("figcaption", {},
      element("a", { href: `/#series=${forecast.series}` }, member?.name ?? `series ${forecast.series}`)), place));
    const intervals = [...forecast.intervals].sort((a, b) => b.level - a.level);
    new SmallForecast(place).show(pasts[n], {
      issuedAt: seconds(forecast.issuedAt),
      points: forecast.points.map((one) => ({ time: seconds(one.time), mean: one.mean, bounds: intervals.map(({ lower, upper }) => [one[lower], one[upper]]) })),
    });
  });
}

/** As long a stretch before the forecast as it is itself. */
async function past(forecast) {
  const issued = seconds(forecast.issuedAt);
  const length = duration(forecast.step) * forecast.points.length;
  const points = (await get(`series/${forecast.series}/points`, { from: rfc3339(issued - length), to: rfc3339(issued + 1e-6), limit: 500 })).body;
  return points.map((point) => ({ time: seconds(point.time), value: point.value }));
}

// ---- what a person does ----

$("newest").onclick = () => { location.hash = `group=${state.name}`; };
$("draw-forecast").onclick = () => attempt("forecast", drawForecast);
$("more-forecasts").onclick = async () => {
  state.multiples += MULTIPLES;
  $("more-forecasts").disabled = true; // until these are there, the next ones would be the same
  await attempt("forecast", () => showForecasts(state.name));
  $("more-forecasts").disabled = false;
};
$("all-series").onclick = () => {
  state.all = !state.all;
  show();
};

// ---- the rest ----

const refresh = () => attempt("load", load);

/** Does something that may fail; what went wrong stands on top until the same has gone well. */
async function attempt(what, action) {
  try {
    await action();
    troubles.delete(what);
  } catch (problem) {
    troubles.set(what, what === "forecast" ? `No forecast now: ${problem.message}` : problem.message);
    if (what === "load" && problem.type === "unknown-group") $("group").hidden = true;
  }
  $("trouble").textContent = [...troubles.values()].join(" · ");
  $("trouble").hidden = troubles.size === 0;
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const name = parts.get("group") || null;
  const range = parts.has("from") && parts.has("to") ? { from: parts.get("from"), to: parts.get("to") } : null;
  if (name !== state.name) {
    Object.assign(state, { group: null, rows: [], anomalies: [], forecasts: [] });
    $("group").hidden = $("forecast").hidden = true; // until they are those of this address
    troubles.delete("forecast");
  }
  Object.assign(state, { name, range, rows: [] });
  refresh();
}

const many = (number, one, more) => `${count(number)} ${number === 1 ? one : more}`;

addEventListener("hashchange", readAddress);
document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : refresh());
readAddress();

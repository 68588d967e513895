// The page of recordings: jobs that classify files, how far they are, and their answers.
import { get, post, remove } from "./api.js";
import { element, fill } from "./elements.js";
import { count, moment, seconds, shortMoment } from "./format.js";

const POLL_MILLIS = 1000;
const PAGE = 1000;
const MOST_JOBS = 100;

const ALL = Symbol("all"); // in place of a class; null is the class of what could not be classified

const $ = (id) => document.getElementById(id);
const state = { id: null, job: null, results: [], wanted: PAGE, cursor: null, label: ALL };
const troubles = new Map();
let loads = 0;
let timer = 0;

// ---- jobs ----

async function listJobs() {
  const jobs = (await get("classifications", { limit: MOST_JOBS })).body;
  $("job-count").textContent = jobs.length === MOST_JOBS ? `newest ${MOST_JOBS}` : jobs.length || "";
  fill($("jobs"), [state.id, jobs], () => jobs.map((job) => {
    const button = element("button", { type: "button", "aria-current": String(job.id === state.id) },
      element("div", { class: "name" }, job.model), element("div", { class: "when" }, `${shortMoment(seconds(job.createdAt))} · ${howFar(job)}`));
    button.onclick = () => { location.hash = `job=${job.id}`; };
    return element("li", {}, button);
  }));
}

function howFar(job) {
  const all = `${count(job.recordings)} recording${job.recordings === 1 ? "" : "s"}`;
  return (job.finishedAt === null ? `${count(job.classified)} of ${all}` : all) + (job.failed ? `, ${count(job.failed)} failed` : "");
}

async function load() {
  const mine = ++loads;
  const { id, wanted } = state;
  clearTimeout(timer);
  await listJobs();
  $("empty").hidden = id !== null;
  if (id === null) return;
  const job = (await get(`classifications/${id}`)).body;
  // Asked for after the job, so that none of a finished one is missed; all that are shown, because pages of one that runs gain answers.
  const { answers, cursor } = await results(id, wanted);
  if (mine !== loads) return;
  Object.assign(state, { job, results: answers, cursor });
  show();
  if (job.finishedAt === null) timer = setTimeout(() => attempt("load", load), POLL_MILLIS);
}

/** The first answers of a job, whole pages of them, and where the next page begins; null where there is none. */
async function results(id, wanted) {
  const answers = [];
  let cursor = null;
  do {
    const { body, headers } = await get(`classifications/${id}/results`, { limit: PAGE, cursor });
    answers.push(...body);
    const next = /<([^>]+)>;\s*rel="next"/.exec(headers.get("Link") ?? "");
    cursor = next && new URL(next[1], location.href).searchParams.get("cursor");
  } while (cursor !== null && answers.length < wanted);
  return { answers, cursor };
}

// ---- one job ----

function show() {
  const { job } = state;
  $("job").hidden = false;
  $("job-model").textContent = job.model;
  $("job-facts").textContent = `${howFar(job)} · ${moment(Math.floor(seconds(job.createdAt)))}${job.finishedAt === null ? "" : " · finished"}`;
  $("progress").hidden = job.finishedAt !== null;
  $("progress").max = Math.max(1, job.recordings);
  $("progress").value = job.classified;
  showLabels();
  const shown = state.results.filter((result) => state.label === ALL || result.label === state.label);
  fill($("results").tBodies[0], shown, () => shown.map(row));
  $("results").hidden = state.results.length === 0;
  $("more").hidden = state.cursor === null;
  const loaded = `first ${count(state.results.length)} answers`;
  $("note").textContent = state.results.length === 0 ? (job.finishedAt === null ? "Waiting for the first answer." : "There are no answers.")
    : state.cursor !== null ? `Of the ${loaded}${state.label === ALL ? "" : `, ${count(shown.length)} of them shown`}.` : "";
}

function showLabels() {
  const counts = new Map(state.job.classes.map((name) => [name, 0]));
  for (const { label } of state.results) counts.set(label, (counts.get(label) ?? 0) + 1);
  fill($("labels"), [[...counts], state.label === ALL ? "all" : [state.label]], () => [...counts].map(([name, many]) => {
    const button = element("button", { type: "button", "aria-pressed": String(name === state.label) }, `${name ?? "failed"} `, element("b", {}, count(many)));
    button.onclick = () => {
      state.label = state.label === name ? ALL : name;
      show();
    };
    return button;
  }));
}

function row(result) {
  const where = result.seconds !== null ? `${result.seconds.toFixed(3)} s` : result.number > 0 ? `case ${result.number + 1}` : "";
  if (result.problem !== null) {
    return element("tr", {}, element("td", {}, result.recording), element("td", {}, where), element("td", { colspan: 2, class: "problem" }, result.problem));
  }
  const others = Object.entries(result.probabilities).sort(([, a], [, b]) => b - a).map(([name, p]) => `${name} ${p.toFixed(4)}`).join("\n");
  const meter = element("meter", { min: 0, max: 1, value: result.probability });
  return element("tr", {}, element("td", {}, result.recording), element("td", {}, where), element("td", {}, result.label),
    element("td", { title: others }, meter, ` ${result.probability.toFixed(3)}`));
}

async function download() {
  const { id, job } = state;
  const lines = [["recording", "number", "seconds", "label", ...job.classes, "problem"]];
  for (const result of (await results(id, Infinity)).answers) {
    lines.push([result.recording, result.number, result.seconds, result.label, ...job.classes.map((name) => result.probabilities[name]), result.problem]);
  }
  const text = lines.map((line) => line.map(field).join(",")).join("\n");
  const link = element("a", { href: URL.createObjectURL(new Blob([`${text}\n`], { type: "text/csv" })), download: `${job.model}-${id.slice(0, 8)}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function field(value) {
  const text = String(value ?? "");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// ---- what a person does ----

async function listModels() {
  const models = (await get("models", { limit: 1000 })).body.filter((model) => model.task === "classify" && model.available);
  $("model").replaceChildren(...models.map((model) => element("option", { value: model.id }, model.id)));
  $("no-models").hidden = $("train-command").hidden = models.length > 0;
  $("classify").disabled = models.length === 0;
}

$("files").onchange = () => {
  const files = [...$("files").files];
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  $("chosen").textContent = files.length === 0 ? "" : `${count(files.length)} file${files.length === 1 ? "" : "s"}, ${(bytes / 1e6).toFixed(1)} MB`;
};

$("upload").onsubmit = (event) => {
  event.preventDefault();
  attempt("classify", async () => {
    const form = new FormData();
    for (const file of $("files").files) form.append("recordings", file, file.name);
    $("classify").disabled = true;
    try {
      const job = (await post(`classifications?model=${encodeURIComponent($("model").value)}`, form)).body;
      $("upload").reset();
      $("files").onchange();
      location.hash = `job=${job.id}`;
    } finally {
      $("classify").disabled = false;
    }
  });
};

$("more").onclick = () => {
  state.wanted = state.results.length + PAGE;
  attempt("load", load);
};
$("download").onclick = () => attempt("download", download);
$("forget").onclick = () => $("forget-dialog").showModal();
$("forget-dialog").onclose = () => {
  if ($("forget-dialog").returnValue !== "forget") return;
  $("forget-dialog").returnValue = "";
  attempt("forget", async () => {
    await remove(`classifications/${state.id}`);
    location.hash = "";
  });
};

// ---- the rest ----

/** Does something that may fail; what went wrong stands on top until the same has gone well. */
async function attempt(what, action) {
  try {
    await action();
    troubles.delete(what);
  } catch (problem) {
    troubles.set(what, problem.message);
    if (problem.status === 404) $("empty").hidden = false; // a job that is not there does not come
    else if (action === load && state.id !== null) timer = setTimeout(() => attempt("load", load), 5 * POLL_MILLIS);
  }
  $("trouble").textContent = [...troubles.values()].join(" · ");
  $("trouble").hidden = troubles.size === 0;
}

function readAddress() {
  const id = new URLSearchParams(location.hash.slice(1)).get("job") || null;
  Object.assign(state, { id, job: null, results: [], wanted: PAGE, cursor: null, label: ALL });
  $("job").hidden = true; // until it is that of this address
  $("forget-dialog").close();
  attempt("load", load);
}

addEventListener("hashchange", readAddress);
attempt("models", listModels);
readAddress();

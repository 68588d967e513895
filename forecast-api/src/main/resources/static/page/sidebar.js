// The left side: finding a series by typing, the list with sparklines, and recent anomalies.
import { get } from "./api.js";
import { measured, scoreClass, seconds, shortMoment, span } from "./format.js";

const $ = (id) => document.getElementById(id);
const MOST = 60;

export class Sidebar {
  constructor({ onSelect, onAnomaly, onTrouble, onCount }) {
    Object.assign(this, { onSelect, onAnomaly, onTrouble, onCount, rows: [], active: -1, chosen: null, first: null, asked: 0, busy: false });
    const search = $("search");
    let timer = 0;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { this.active = -1; this.find(); }, 120);
    });
    search.addEventListener("keydown", (event) => this.key(event));
    addEventListener("keydown", (event) => {
      if (event.key === "/" && !["INPUT", "SELECT"].includes(document.activeElement?.tagName)) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    });
    $("series").addEventListener("click", (event) => {
      const row = event.target.closest("li[data-id]");
      if (row) this.onSelect(Number(row.dataset.id));
    });
  }

  /** Marks the selected series. */
  choose(id) {
    this.chosen = id;
    for (const row of $("series").children) row.setAttribute("aria-selected", String(Number(row.dataset.id) === id));
    this.reveal = true;
    this.showChosen();
  }

  /** Scrolls to the selected series once after it was chosen, and not again while a person scrolls. */
  showChosen() {
    const row = $("series").querySelector("[aria-selected=true]");
    if (row && this.reveal) {
      row.scrollIntoView({ block: "nearest" });
      this.reveal = false;
    }
  }

  async refresh() {
    if (this.busy) return;
    this.busy = true;
    try {
      await Promise.all([this.find(), this.findAnomalies()]);
    } finally {
      this.busy = false;
    }
  }

  /** Seconds between the newest points of a series. */
  async spacing(id) {
    try {
      const { body } = await get(`series/${id}/points`, { limit: 20 });
      return body.length > 1 ? (seconds(body.at(-1).time) - seconds(body[0].time)) / (body.length - 1) : 60;
    } catch {
      return 60;
    }
  }

  async find() {
    const mine = ++this.asked;
    const typed = $("search").value.trim();
    try {
      const { body, headers } = await get("series", { q: typed, limit: MOST, recent: 40 });
      if (mine !== this.asked) return;
      this.rows = body;
      if (typed === "") this.first = body[0]?.id ?? null;
      this.draw(headers.has("Link"));
      this.onTrouble(null);
      if (typed === "") this.onCount(body.length);
    } catch (problem) {
      if (mine === this.asked) this.onTrouble(problem);
    }
  }

  draw(more) {
    $("series-count").textContent = this.rows.length === 0 ? "" : more ? `first ${this.rows.length}, type to narrow` : this.rows.length;
    const list = $("series");
    const scrolled = list.scrollTop;
    if (this.rows.length === 0) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = $("search").value ? "Nothing has these words in its name." : "No series yet.";
      list.replaceChildren(none);
      return;
    }
    list.replaceChildren(...this.rows.map((row, index) => this.item(row, index)));
    list.scrollTop = scrolled;
    this.mark();
    this.showChosen();
  }

  item(row, index) {
    const item = document.createElement("li");
    item.id = `series-${index}`;
    item.dataset.id = row.id;
    item.role = "option";
    item.setAttribute("aria-selected", String(row.id === this.chosen));
    item.title = row.key;
    const text = document.createElement("div");
    const name = document.createElement("div");
    name.className = "name";
    name.textContent = `${row.measurement} ${row.field}`;
    const tags = document.createElement("div");
    tags.className = "tags";
    const pairs = Object.entries(row.tags).map(([key, value]) => `${key}=${value}`).join(" ");
    tags.textContent = `${measured(row.lastValue, row.kind)} · ${pairs || row.bucket}`;
    text.append(name, tags);
    const score = document.createElement("span");
    score.className = `score ${scoreClass(row.lastScore)}`;
    score.textContent = row.lastScore === null ? "–" : row.lastScore.toFixed(2);
    score.title = "anomaly score of the newest point";
    item.append(text, sparkline(row.recent ?? []), score);
    return item;
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const move = event.key === "ArrowDown" ? 1 : -1;
      this.active = this.rows.length === 0 ? -1 : (this.active + move + this.rows.length + (this.active < 0 && move < 0 ? 1 : 0)) % this.rows.length;
      this.mark();
      $(`series-${this.active}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      const row = this.rows[Math.max(0, this.active)];
      if (row) this.onSelect(row.id);
    } else if (event.key === "Escape") {
      $("search").value = "";
      this.active = -1;
      this.find();
      $("search").blur();
    }
  }

  mark() {
    for (const [index, row] of [...$("series").children].entries()) row.classList.toggle("active", index === this.active);
    const active = $(`series-${this.active}`);
    if (active) $("search").setAttribute("aria-activedescendant", active.id);
    else $("search").removeAttribute("aria-activedescendant");
  }

  async findAnomalies() {
    try {
      const { body, headers } = await get("anomalies", { limit: 40 });
      $("anomaly-count").textContent = body.length === 0 ? "" : headers.has("Link") ? `newest ${body.length}` : body.length;
      const list = $("anomalies");
      if (body.length === 0) {
        const none = document.createElement("li");
        none.className = "none";
        none.textContent = "None so far.";
        list.replaceChildren(none);
        return;
      }
      list.replaceChildren(...body.map((anomaly) => this.event(anomaly)));
    } catch {
      // Said by the list of series, which is asked at the same time.
    }
  }

  event(anomaly) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.anomaly = anomaly.id;
    const text = document.createElement("div");
    const name = document.createElement("div");
    name.className = "name";
    name.textContent = anomaly.name;
    const when = document.createElement("div");
    when.className = "when";
    const lasts = document.createElement("b");
    lasts.textContent = anomaly.timeEnd === null ? "lasts"
        : anomaly.points === 1 ? "1 sample" : span(Math.max(0, seconds(anomaly.timeEnd) - seconds(anomaly.time)));
    when.append(shortMoment(seconds(anomaly.time)), " · ", lasts,
      ` · ${measured(anomaly.peakValue, anomaly.kind)}, expected ${measured(anomaly.expected, anomaly.kind)}`);
    text.append(name, when);
    const score = document.createElement("span");
    score.className = `score ${scoreClass(anomaly.peakScore)}`;
    score.textContent = anomaly.peakScore.toFixed(2);
    button.append(text, score);
    button.addEventListener("click", () => this.onAnomaly(anomaly));
    item.append(button);
    return item;
  }
}

function sparkline(values) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 24");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  if (values.length > 1) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", values.map((value, index) =>
      `${index ? "L" : "M"}${(index / (values.length - 1) * 100).toFixed(1)} ${(high > low ? 22 - (value - low) / (high - low) * 20 : 12).toFixed(1)}`).join(""));
    svg.append(path);
  }
  return svg;
}

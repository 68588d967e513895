// What is drawn of a group: scores over time, under them which series speak against each row, and a small chart for the forecast of each series.
import uPlot from "/webjars/uplot/1.6.30/dist/uPlot.esm.js";
import { css, powerOfAll, TIMES, valueAxis } from "./chart.js";
import { moment, number, scoreClass } from "./format.js";

const RIGHT = 22; // room for half a mark of the time axis
const LINE = 20; // height of a series in the heat strip
const COLORS = ["value", "expected", "forecast", "forecast-1", "forecast-2", "anomaly", "anomaly-fill", "muted", "grid", "panel", "warn", "line"];

const colors = () => Object.fromEntries(COLORS.map((name) => [name, css(`--${name}`)]));
const axis = (color) => ({ stroke: color.muted, grid: { stroke: color.grid, width: 1 }, ticks: { stroke: color.grid, width: 1, size: 5 }, font: "12px system-ui" });

/** Scores, with the heat strip on the same time axis: what stands left of the one is as wide as what stands left of the other. */
export class JudgedRows {
  /** @param says told in words what the keyboard has come to */
  constructor({ chart, place, table, canvas, tip, says }) {
    Object.assign(this, { chart, place, table, canvas, tip, says, rows: [], series: [], lines: [], anomalies: [], range: { min: 0, max: 1 }, at: null });
    this.build();
    new ResizeObserver(() => this.resize()).observe(chart);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.build());
    canvas.addEventListener("mousemove", (event) => this.hover(event));
    canvas.addEventListener("mouseleave", () => { tip.hidden = true; });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => {
      this.at = null;
      tip.hidden = true;
      this.drawHeat();
    });
  }

  /**
   * @param rows ascending in time, each with its score and a share for each series or null
   * @param lines which of the series have a line in the heat strip
   * @param step distance of two rows in seconds
   */
  show(rows, series, lines, anomalies, step) {
    Object.assign(this, { rows, series, lines, anomalies, step });
    const last = rows.at(-1)?.time ?? 1;
    this.range = { min: (rows[0]?.time ?? 0) - step / 2, max: last + step / 2 };
    if (this.at) this.at.line = Math.min(this.at.line, lines.length - 1);
    this.label();
    this.draw();
  }

  left() {
    return innerWidth <= 900 ? 110 : 220;
  }

  build() {
    this.plot?.destroy();
    this.colors = colors();
    this.plot = new uPlot({
      ...this.size(), legend: { show: false }, padding: [8, RIGHT, 0, 0],
      series: [{}, { stroke: "transparent", paths: () => null, points: { show: false } }], scales: { x: { time: true }, y: { range: [0, 1] } },
      axes: [{ ...axis(this.colors), space: 90, values: TIMES }, { ...axis(this.colors), size: () => this.left(), splits: () => [0, 0.5, 1] }],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      hooks: { drawClear: [(u) => this.drawRegions(u)], draw: [(u) => this.drawScores(u)], setCursor: [(u) => this.explainScore(u)] },
    }, this.data(), this.chart);
    this.chart.addEventListener("mouseleave", () => { this.tip.hidden = true; });
    this.draw();
  }

  data() {
    return [this.rows.map((row) => row.time), this.rows.map((row) => row.score)];
  }

  size() {
    const box = this.chart.getBoundingClientRect();
    return { width: Math.max(200, Math.floor(box.width)), height: Math.max(80, Math.floor(box.height)) };
  }

  resize() {
    this.plot.setSize(this.size());
    this.drawHeat();
  }

  draw() {
    this.plot.batch(() => {
      this.plot.setData(this.data(), false);
      this.plot.setScale("x", this.range);
    });
    this.drawHeat();
    this.describe();
  }

  end(anomaly) {
    return anomaly.end ?? this.rows.at(-1)?.time ?? anomaly.start;
  }

  drawRegions(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = this.colors["anomaly-fill"];
    for (const anomaly of this.anomalies) {
      const from = Math.max(bbox.left, u.valToPos(anomaly.start, "x", true) - 3 * devicePixelRatio);
      const to = Math.min(bbox.left + bbox.width, u.valToPos(this.end(anomaly), "x", true) + 3 * devicePixelRatio);
      if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
    }
    ctx.restore();
  }

  drawScores(u) {
    const { ctx, bbox } = u;
    const width = Math.max(devicePixelRatio, Math.min(6 * devicePixelRatio, bbox.width / Math.max(1, this.rows.length) * 0.7));
    const bottom = bbox.top + bbox.height;
    ctx.save();
    for (const row of this.rows) {
      ctx.fillStyle = { high: this.colors.anomaly, mid: this.colors.warn, "": this.colors.expected }[scoreClass(row.score)];
      const top = u.valToPos(row.score, "y", true);
      ctx.fillRect(u.valToPos(row.time, "x", true) - width / 2, top, width, bottom - top);
    }
    ctx.restore();
  }

  /** Names of the series, made anew only when they are others, so that a link keeps the focus. */
  label() {
    const text = JSON.stringify(this.lines.map((line) => this.series[line]));
    if (text === this.labelled) return;
    this.labelled = text;
    this.table.tBodies[0].replaceChildren(...this.lines.map((line) => {
      const { series, name, column } = this.series[line];
      const head = document.createElement("th");
      head.scope = "row";
      const said = document.createElement(series === null ? "span" : "a");
      if (series !== null) said.href = `/#series=${series}`;
      said.textContent = name;
      said.title = `${name}, column ${column}${series === null ? ", forgotten" : ""}`;
      head.append(said);
      const row = document.createElement("tr");
      row.append(head);
      return row;
    }));
  }

  x(time) {
    return (time - this.range.min) / (this.range.max - this.range.min) * this.canvas.clientWidth;
  }

  drawHeat() {
    const { canvas, lines, rows } = this;
    this.place.style.setProperty("--left", `${this.left()}px`);
    canvas.style.height = `${lines.length * LINE}px`;
    const width = canvas.clientWidth;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(lines.length * LINE * devicePixelRatio);
    if (width === 0 || rows.length === 0) return;
    const ctx = canvas.getContext("2d");
    ctx.scale(devicePixelRatio, devicePixelRatio);
    for (const row of rows) {
      const from = this.x(row.time - this.step / 2);
      const wide = Math.max(1, this.x(row.time + this.step / 2) - from);
      lines.forEach((line, n) => {
        const share = row.contribution[line];
        // Of a row that is as expected somebody has the largest share too: it is only as dark as the row is anomalous.
        ctx.fillStyle = share === null ? this.colors.line : this.colors.anomaly;
        ctx.globalAlpha = share === null ? 1 : Math.sqrt(Math.max(0, Math.min(1, share))) * (0.06 + 0.94 * row.score ** 2);
        ctx.fillRect(from, n * LINE + 1, wide, LINE - 2);
      });
    }
    ctx.globalAlpha = 1;
    if (this.at) {
      ctx.strokeStyle = this.colors.value;
      ctx.lineWidth = 2;
      ctx.strokeRect(this.x(this.at.time) - 5, this.at.line * LINE + 1, 10, LINE - 2);
    }
  }

  hover(event) {
    const line = Math.min(this.lines.length - 1, Math.max(0, Math.floor(event.offsetY / LINE)));
    const time = this.range.min + event.offsetX / this.canvas.clientWidth * (this.range.max - this.range.min);
    const row = this.nearest(time);
    if (row >= 0 && line >= 0) this.explainCell(row, line, event.clientX, event.clientY);
  }

  nearest(time) {
    let best = -1;
    this.rows.forEach((row, n) => {
      if (best < 0 || Math.abs(row.time - time) < Math.abs(this.rows[best].time - time)) best = n;
    });
    return best;
  }

  key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] }[event.key];
    if (!move || this.rows.length === 0 || this.lines.length === 0) return;
    event.preventDefault();
    const within = (value, most) => Math.max(0, Math.min(most, value));
    const last = this.rows.length - 1;
    const row = this.at ? within(this.nearest(this.at.time) + move[0], last) : last;
    this.at = { time: this.rows[row].time, line: this.at ? within(this.at.line + move[1], this.lines.length - 1) : 0 };
    this.drawHeat();
    const box = this.canvas.getBoundingClientRect();
    this.says(this.explainCell(row, this.at.line, box.left + this.x(this.at.time), box.top + (this.at.line + 0.5) * LINE));
  }

  explainCell(n, line, x, y) {
    const row = this.rows[n];
    const share = row.contribution[this.lines[line]];
    const { name } = this.series[this.lines[line]];
    const expected = row.expected[this.lines[line]];
    const lines = [["series", name], ["score", row.score.toFixed(3), row.score >= 0.9], ["share", share === null ? "no value" : percent(share)]];
    if (expected !== null) lines.push(["expected", number(expected)]);
    this.tell(row.time, lines, x, y);
    return `${name}, ${moment(row.time)}: score ${row.score.toFixed(3)}, ${share === null ? "no value" : `share ${percent(share)}`}`;
  }

  explainScore(u) {
    const { left, top, idx } = u.cursor;
    const row = idx === null || idx === undefined || left < 0 ? null : this.rows[idx];
    if (!row) {
      this.tip.hidden = true;
      return;
    }
    const most = row.contribution.map((share, n) => [share, n]).filter(([share]) => share !== null).sort(([a], [b]) => b - a).slice(0, 3);
    const box = u.over.getBoundingClientRect();
    this.tell(row.time, [["score", row.score.toFixed(3), row.score >= 0.9], ["model", row.model], ...most.map(([share, n]) => [this.series[n].name, percent(share)])],
      box.left + left, box.top + top);
  }

  tell(time, lines, x, y) {
    const table = document.createElement("table");
    table.createCaption().textContent = moment(time);
    for (const [name, value, bad] of lines) {
      const row = table.insertRow();
      row.insertCell().textContent = name;
      const cell = row.insertCell();
      cell.textContent = value;
      cell.className = bad ? "bad" : "";
    }
    const { tip } = this;
    tip.replaceChildren(table);
    tip.hidden = false;
    tip.style.left = `${Math.max(8, x + 18 + tip.offsetWidth > innerWidth - 8 ? x - 18 - tip.offsetWidth : x + 18)}px`;
    tip.style.top = `${Math.max(8, Math.min(innerHeight - tip.offsetHeight - 8, y - tip.offsetHeight / 2))}px`;
  }

  /** What is drawn, for people who cannot see it and for tests. */
  describe() {
    const last = this.rows.at(-1);
    const inRange = this.anomalies.filter((anomaly) => anomaly.start <= this.range.max && this.end(anomaly) >= this.range.min).length;
    Object.assign(this.chart.dataset, { rows: this.rows.length, anomalies: inRange });
    this.chart.setAttribute("aria-label", last ? `Scores of ${this.rows.length} rows until ${moment(last.time)}, last ${last.score.toFixed(3)}, ${inRange} anomalies`
      : "Chart without rows");
    this.canvas.dataset.lines = this.lines.length;
    this.canvas.setAttribute("aria-label", `Shares of ${this.lines.length} series in ${this.rows.length} rows`);
  }
}

export const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The newest values of a series and its forecast. */
export class SmallForecast {
  constructor(place) {
    this.place = place;
    this.points = [];
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => place.isConnected && this.draw());
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(place);
  }

  /** @param forecast of steps with a mean and bounds, the widest first */
  show(points, forecast) {
    Object.assign(this, { points, forecast });
    this.draw();
  }

  size() {
    return { width: Math.max(120, Math.floor(this.place.clientWidth)), height: Math.max(80, Math.floor(this.place.clientHeight)) };
  }

  draw() {
    this.plot?.destroy();
    const color = colors();
    const levels = this.forecast.points[0]?.bounds.length ?? 0;
    const hidden = { stroke: "transparent", width: 0, points: { show: false } };
    const series = [{}, { stroke: color.value, width: 1.4, points: { show: false } }, { stroke: color.forecast, width: 1.6, points: { show: false } }];
    const bands = [];
    for (let level = 0; level < levels; level++) {
      series.push(hidden, hidden);
      bands.push({ series: [4 + 2 * level, 3 + 2 * level], fill: color[`forecast-${Math.min(level, 1) + 1}`] });
    }
    const data = this.data(levels);
    const power = powerOfAll(data.slice(1));
    const small = { ...axis(color), font: "11px system-ui" };
    this.plot = new uPlot({
      ...this.size(), series, bands, legend: { show: false }, padding: [6, 8, 0, 0], cursor: { show: false }, scales: { x: { time: true } },
      axes: [{ ...small, space: 70, size: 42, values: TIMES }, { ...small, space: 26, ...valueAxis(48, () => power) }],
    }, power === 0 ? data : data.map((column, n) => n === 0 ? column : column.map((value) => value && value / 10 ** power)), this.place);
    this.place.dataset.points = this.points.length;
    this.place.dataset.steps = this.forecast.points.length;
  }

  data(levels) {
    const past = this.points.filter((point) => point.time <= this.forecast.issuedAt);
    const blank = (many) => Array(many).fill(null);
    const ahead = this.forecast.points;
    const columns = [past.map((point) => point.time).concat(ahead.map((step) => step.time)), past.map((point) => point.value).concat(blank(ahead.length)),
      blank(past.length).concat(ahead.map((step) => step.mean))];
    for (let level = 0; level < levels; level++) {
      for (const side of [0, 1]) columns.push(blank(past.length).concat(ahead.map((step) => step.bounds[level][side])));
    }
    return columns;
  }
}

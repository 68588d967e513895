// The chart of one series: values with the expected range, the forecast fan, anomalies, and the score strip below it.
import uPlot from "/webjars/uplot/1.6.30/dist/uPlot.esm.js";
import { measured, moment, number, powerOf, span, tickLabels } from "./format.js";

const LEVELS = 3;
// Columns of the value chart: time, value, min, max, expected, its range, forecast mean, then lower and upper per level, widest first.
const COLUMN = { value: 1, min: 2, max: 3, expected: 4, lower: 5, upper: 6, mean: 7, band: 8 };
const COLUMNS = COLUMN.band + 2 * LEVELS;
const LEFT = 62; // pixels beside the chart that suffice for most values

// What a mark on the time axis says, by the distance of two marks in seconds: 24 hours, and the day wherever it changes.
const DAY = "\n{YYYY}-{MM}-{DD}";
export const TIMES = [
  [86400 * 365, "{YYYY}", null, null, null, null, null, null, 1],
  [86400 * 28, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
  [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", DAY, null, DAY, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", DAY, null, DAY, null, null, null, 1],
  [0.001, ":{ss}.{fff}", `\n{HH}:{mm}${DAY.replace("\n", " ")}`, null, DAY, null, "\n{HH}:{mm}", null, 1],
];

/** An axis of values that is as wide as its labels, at least so wide; the power of ten is that by which the drawn values were divided. */
export const valueAxis = (least, power) => ({
  values: (u, ticks, axis, space, step) => tickLabels(ticks, step, power()),
  size: (u, labels, side, cycle) => {
    const axis = u.axes[side];
    if (cycle > 1) return axis._size; // or the height of the other axis and the labels here could take turns for ever
    u.ctx.font = axis.font[0];
    const widest = Math.max(0, ...(labels ?? []).map((label) => u.ctx.measureText(label).width / devicePixelRatio));
    return Math.max(least, Math.ceil(widest) + axis.ticks.size + axis.gap + 4);
  },
});

/** The power of ten for columns of values. */
export const powerOfAll = (columns) => powerOf(columns.reduce((most, column) => column.reduce((size, value) => Math.max(size, Math.abs(value ?? 0)), most), 0));

export const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Chart {
  /** @param onZoom told the range in seconds when a person zooms, null when they zoom out again */
  constructor(place, strip, tip, onZoom) {
    this.place = place;
    this.strip = strip;
    this.tip = tip;
    this.onZoom = onZoom;
    this.points = [];
    this.forecast = null;
    this.anomalies = [];
    this.range = null;
    this.setting = false;
    this.power = 0;
    this.left = LEFT;
    this.build();
    new ResizeObserver(() => this.resize()).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.build());
  }

  /** Points ascending in time, forecast or null, anomalies, the visible range in seconds, and whether the points are values of a gauge or rates of a counter. */
  show(points, forecast, anomalies, range, kind) {
    this.points = points;
    this.forecast = forecast;
    this.anomalies = anomalies;
    this.range = range;
    this.kind = kind;
    this.draw();
  }

  build() {
    this.main?.destroy();
    this.low?.destroy();
    this.colors = Object.fromEntries(["value", "expected", "expected-fill", "forecast", "forecast-1", "forecast-2", "forecast-3", "extent", "anomaly",
      "anomaly-fill", "muted", "grid", "panel", "warn"].map((name) => [name, css(`--${name}`)]));
    const color = this.colors;
    const axis = { stroke: color.muted, grid: { stroke: color.grid, width: 1 }, ticks: { stroke: color.grid, width: 1, size: 5 }, font: "12px system-ui" };
    const hidden = { stroke: "transparent", width: 0, points: { show: false } };
    const bands = [{ series: [COLUMN.max, COLUMN.min], fill: color.extent }, { series: [COLUMN.upper, COLUMN.lower], fill: color["expected-fill"] }];
    const series = [{}, { stroke: color.value, width: 1.6, points: { show: (u) => this.visible(u) < 60, size: 5, fill: color.value } }, hidden, hidden,
      { stroke: color.expected, width: 1, dash: [4, 4], points: { show: false } }, hidden, hidden,
      { stroke: color.forecast, width: 1.8, points: { show: false } }];
    for (let level = 0; level < LEVELS; level++) {
      series.push(hidden, hidden);
      bands.push({ series: [COLUMN.band + 2 * level + 1, COLUMN.band + 2 * level], fill: color[`forecast-${level + 1}`] });
    }
    const cursor = (more) => ({ sync: { key: "longwave" }, drag: { x: true, y: false, setScale: true, dist: 6 }, points: { show: false }, ...more });
    const hooks = (more) => ({ setScale: [(u, key) => key === "x" && this.zoomed(u)], ready: [(u) => this.wheel(u)], ...more });
    this.main = new uPlot({
      ...this.size(), series, bands, legend: { show: false }, padding: [6, 14, 0, 0],
      scales: { x: { time: true }, y: { range: (u, low, high) => this.yRange(u, low, high) } },
      axes: [{ ...axis, space: 90, values: TIMES }, { ...axis, ...valueAxis(LEFT, () => this.power) }],
      cursor: cursor({ bind: { dblclick: () => () => { this.onZoom(null); } } }),
      hooks: hooks({ drawClear: [(u) => this.drawRegions(u)], draw: [(u) => this.drawMarks(u), (u) => this.follow(u)], setCursor: [(u) => this.explain(u)] }),
    }, this.columns(), this.place);
    this.low = new uPlot({
      ...this.size(true), legend: { show: false }, padding: [8, 14, 10, 0],
      series: [{}, { stroke: "transparent", paths: () => null, points: { show: false } }], scales: { x: { time: true }, y: { range: [0, 1] } },
      axes: [{ ...axis, show: false }, { ...axis, size: () => this.left, splits: () => [0, 0.5, 1] }],
      cursor: cursor({ y: false, bind: { dblclick: () => () => { this.onZoom(null); } } }), hooks: hooks({ draw: [(u) => this.drawScores(u)] }),
    }, this.scores(), this.strip);
    this.place.addEventListener("mouseleave", () => { this.tip.hidden = true; });
    if (this.range) this.draw();
  }

  draw() {
    this.setting = true;
    this.main.batch(() => {
      this.main.setData(this.columns(), false);
      this.main.setScale("x", this.range);
    });
    this.low.batch(() => {
      this.low.setData(this.scores(), false);
      this.low.setScale("x", this.range);
    });
    this.setting = false;
    this.describe();
  }

  size(strip = false) {
    const box = (strip ? this.strip : this.place).getBoundingClientRect();
    return { width: Math.max(200, Math.floor(box.width - 8)), height: Math.max(60, Math.floor(box.height - (strip ? 12 : 14))) };
  }

  resize() {
    const { width, height } = this.size();
    if (width !== this.main.width || height !== this.main.height) {
      this.main.setSize({ width, height });
      this.low.setSize(this.size(true));
    }
  }

  /** Points and forecast steps on one time axis: uPlot wants every column as long as the first. */
  columns() {
    const columns = Array.from({ length: COLUMNS }, () => []);
    const put = (time, fill) => {
      columns[0].push(time);
      for (let column = 1; column < COLUMNS; column++) columns[column].push(null);
      fill(columns[0].length - 1);
    };
    const fan = this.fan();
    let step = 0;
    const steps = (until) => {
      while (step < fan.length && fan[step].time < until) {
        const at = fan[step++];
        put(at.time, (row) => this.fillFan(columns, row, at));
      }
    };
    for (const point of this.points) {
      steps(point.time);
      put(point.time, (row) => {
        columns[COLUMN.value][row] = point.value;
        columns[COLUMN.min][row] = point.min ?? null;
        columns[COLUMN.max][row] = point.max ?? null;
        columns[COLUMN.expected][row] = point.predicted;
        columns[COLUMN.lower][row] = point.lower;
        columns[COLUMN.upper][row] = point.upper;
        if (step < fan.length && fan[step].time === point.time) this.fillFan(columns, row, fan[step++]);
      });
    }
    steps(Infinity);
    // A forecast step between two points must not cut the line of values, nor a point the fan: undefined is passed over, null is a gap.
    for (let column = 1; column < COLUMNS; column++) bridge(columns[column]);
    this.power = powerOfAll(columns.slice(1));
    if (this.power === 0) return columns;
    return columns.map((column, n) => n === 0 ? column : column.map((value) => value && this.drawn(value)));
  }

  /** A value as it is drawn. */
  drawn(value) {
    return this.power === 0 ? value : value / 10 ** this.power;
  }

  /** Forecast steps with bounds, begun at the last value so that the fan opens there. */
  fan() {
    const forecast = this.forecast;
    if (!forecast || this.points.length === 0) return [];
    const last = this.points.findLast((point) => point.time <= forecast.issuedAt);
    const start = last ? [{ time: last.time, mean: last.value, bounds: forecast.levels.map(() => [last.value, last.value]) }] : [];
    return start.concat(forecast.points);
  }

  fillFan(columns, row, at) {
    columns[COLUMN.mean][row] = at.mean;
    at.bounds.forEach(([low, high], level) => {
      columns[COLUMN.band + 2 * level][row] = low;
      columns[COLUMN.band + 2 * level + 1][row] = high;
    });
  }

  scores() {
    return [this.points.map((point) => point.time), this.points.map((point) => point.score)];
  }

  visible(u) {
    const { min, max } = u.scales.x;
    return this.points.filter((point) => point.time >= min && point.time <= max).length;
  }

  yRange(u, low, high) {
    if (low === null || high === null) return [0, 1];
    // Where values differ by their last bits there must be room for ticks that can be told apart.
    const room = high > low ? Math.max((high - low) * 0.07, Math.max(Math.abs(low), Math.abs(high)) * 2e-15) : Math.abs(high) * 0.05 || 1;
    return [low - room, high + room];
  }

  zoomed(u) {
    if (this.setting) return;
    const { min, max } = u.scales.x;
    if (this.range && Math.abs(min - this.range.min) < 1e-9 && Math.abs(max - this.range.max) < 1e-9) return;
    this.range = { min, max };
    this.setting = true;
    this.main.setScale("x", this.range);
    this.low.setScale("x", this.range);
    this.setting = false;
    this.onZoom(this.range);
  }

  /** The wheel zooms around the pointer, with shift or sideways it moves. */
  wheel(u) {
    u.over.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { min, max } = u.scales.x;
      const width = max - min;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      let range;
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        const move = sideways / u.over.clientWidth * width;
        range = { min: min + move, max: max + move };
      } else {
        const center = min + event.offsetX / u.over.clientWidth * width;
        const factor = Math.exp(Math.max(-100, Math.min(100, event.deltaY)) * 0.0022);
        range = { min: center - (center - min) * factor, max: center + (max - center) * factor };
      }
      if (range.max - range.min > 1e-6) u.setScale("x", range);
    }, { passive: false });
  }

  end(anomaly) {
    return anomaly.end ?? this.points.at(-1)?.time ?? anomaly.start;
  }

  drawRegions(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = this.colors["anomaly-fill"];
    for (const anomaly of this.anomalies) {
      const left = u.valToPos(anomaly.start, "x", true);
      const right = u.valToPos(this.end(anomaly), "x", true);
      const from = Math.max(bbox.left, left - 3 * devicePixelRatio);
      const to = Math.min(bbox.left + bbox.width, right + 3 * devicePixelRatio);
      if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
    }
    ctx.restore();
  }

  drawMarks(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const anomaly of this.anomalies) {
      const x = u.valToPos(anomaly.peakTime, "x", true);
      const y = u.valToPos(this.drawn(anomaly.peakValue), "y", true);
      ctx.beginPath();
      ctx.arc(x, y, 5 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fillStyle = this.colors.anomaly;
      ctx.strokeStyle = this.colors.panel;
      ctx.lineWidth = 2 * devicePixelRatio;
      ctx.fill();
      ctx.stroke();
    }
    if (this.forecast) {
      const x = u.valToPos(this.forecast.issuedAt, "x", true);
      ctx.strokeStyle = this.colors.forecast;
      ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.lineWidth = devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** The scores stay under their values however wide the labels of these are. */
  follow(u) {
    const { _size: left, _values: labels } = u.axes[1];
    this.place.dataset.ticks = labels?.join(" ") ?? "";
    if (left === this.left) return;
    this.left = left;
    this.low?.redraw(false, true);
  }

  drawScores(u) {
    const { ctx, bbox } = u;
    const shown = Math.max(1, this.visible(u));
    const width = Math.max(devicePixelRatio, Math.min(6 * devicePixelRatio, bbox.width / shown * 0.7));
    const bottom = bbox.top + bbox.height;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const point of this.points) {
      if (point.score === null || point.time < u.scales.x.min || point.time > u.scales.x.max) continue;
      ctx.fillStyle = point.score >= 0.9 ? this.colors.anomaly : point.score >= 0.6 ? this.colors.warn : this.colors.expected;
      const top = u.valToPos(point.score, "y", true);
      ctx.fillRect(u.valToPos(point.time, "x", true) - width / 2, top, width, bottom - top);
    }
    ctx.restore();
  }

  explain(u) {
    const { left, top, idx } = u.cursor;
    if (idx === null || idx === undefined || left < 0) {
      this.tip.hidden = true;
      return;
    }
    const time = u.data[0][idx];
    const rows = [];
    const says = (value) => measured(value, this.kind);
    const add = (name, value, bad = false) => rows.push([name, value, bad]);
    const point = this.points.find((candidate) => candidate.time === time);
    const step = this.forecast?.points.find((candidate) => candidate.time === time);
    if (point) {
      add(point.count ? `mean of ${point.count}` : this.kind === "counter" ? "rate" : "value", says(point.value));
      if (point.total !== undefined) add("total", number(point.total));
      if (point.count) add("min … max", `${says(point.min)} … ${says(point.max)}`);
      if (point.predicted !== null) add("expected", says(point.predicted));
      if (point.lower !== null) add("range", `${says(point.lower)} … ${says(point.upper)}`);
      add("score", point.score === null ? "none" : point.score.toFixed(3), point.score >= 0.9);
    }
    if (step) {
      add("forecast", says(step.mean));
      step.bounds.forEach(([low, high], level) => add(`${this.forecast.levels[level] * 100} %`, `${says(low)} … ${says(high)}`));
    }
    const anomaly = this.anomalies.find((candidate) => candidate.start <= time && time <= this.end(candidate));
    if (anomaly) {
      add("anomaly", anomaly.end === null ? "lasts" : span(Math.max(0, anomaly.end - anomaly.start)), true);
      add("peak", `${says(anomaly.peakValue)}, expected ${says(anomaly.expected)}`, true);
    }
    const table = document.createElement("table");
    table.createCaption().textContent = moment(time);
    for (const [name, value, bad] of rows) {
      const row = table.insertRow();
      row.insertCell().textContent = name;
      const cell = row.insertCell();
      cell.textContent = value;
      cell.className = bad ? "bad" : "";
    }
    this.tip.replaceChildren(table);
    this.tip.hidden = rows.length === 0;
    const box = u.over.getBoundingClientRect();
    const right = box.left + left + 18;
    this.tip.style.left = `${right + this.tip.offsetWidth > innerWidth - 8 ? box.left + left - 18 - this.tip.offsetWidth : right}px`;
    this.tip.style.top = `${Math.max(8, Math.min(innerHeight - this.tip.offsetHeight - 8, box.top + top - this.tip.offsetHeight / 2))}px`;
  }

  /** What is drawn, for people who cannot see it and for tests. */
  describe() {
    const { dataset } = this.place;
    const inRange = this.anomalies.filter((anomaly) => anomaly.start <= this.range.max && this.end(anomaly) >= this.range.min);
    dataset.points = this.points.length;
    dataset.forecastSteps = this.forecast?.points.length ?? 0;
    dataset.levels = this.forecast?.levels.join(" ") ?? "";
    dataset.anomalies = inRange.length;
    const last = this.points.at(-1);
    this.place.setAttribute("aria-label", last ? `Chart of ${this.points.length} points until ${moment(last.time)}, last value ${measured(last.value, this.kind)}, `
      + `${dataset.forecastSteps} forecast steps, ${inRange.length} anomalies` : "Chart without points");
  }
}

function bridge(column) {
  const first = column.findIndex((value) => value !== null);
  const last = column.findLastIndex((value) => value !== null);
  for (let row = first + 1; row < last; row++) {
    if (column[row] === null) column[row] = undefined;
  }
}

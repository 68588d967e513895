// Times and numbers, both ways.

/** Seconds since the epoch, with as much of the fraction as a double holds, from RFC 3339 in UTC with up to nine digits. */
export function seconds(text) {
  const dot = text.indexOf(".");
  return dot < 0 ? Date.parse(text) / 1000 : Date.parse(`${text.slice(0, dot)}Z`) / 1000 + Number(`0${text.slice(dot, -1)}`);
}

/** RFC 3339 with microseconds, which is what a double holds. */
export function rfc3339(time) {
  const whole = Math.floor(time);
  const micros = String(Math.round((time - whole) * 1e6)).padStart(6, "0");
  return micros.length > 6 ? rfc3339(whole + 1) : `${new Date(whole * 1000).toISOString().slice(0, 19)}.${micros}Z`;
}

export function number(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return value.toExponential(3);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 1000 ? 1 : size >= 10 ? 2 : 4 });
}

/** The power of ten by which values must be divided to be drawn: uPlot knows no distances of ticks for very large and very small ones. */
export function powerOf(largest) {
  return largest >= 1e15 || (largest > 0 && largest < 1e-15) ? Math.max(-300, Math.floor(Math.log10(largest))) : 0;
}

/** What stands at the ticks of an axis, that are a step apart and mean numbers times ten to the power: as short as tells them apart. */
export function tickLabels(ticks, step, power = 0) {
  const [digits, exponent] = step.toExponential().split("e");
  const place = Number(exponent) - (digits.split(".")[1] ?? "").length; // of the last digit of the step
  const largest = ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0);
  const plain = ticks.map((tick) => tick.toLocaleString("en", { maximumFractionDigits: Math.max(0, Math.min(20, -place)) }));
  if (power === 0 && (largest === 0 || (largest < 1e7 && largest >= 1e-4))) return plain;
  const short = ticks.map((tick) => {
    // What is left of a sum that is zero is less than the last digit.
    if (Math.abs(tick) < step / 2) return "0";
    const size = Number(tick.toExponential(15).split("e")[1]);
    const [mantissa, shown] = tick.toExponential(Math.max(0, Math.min(15, size - place))).split("e");
    const all = Number(shown) + power;
    return `${mantissa}e${all < 0 ? "" : "+"}${all}`;
  });
  const length = (labels) => Math.max(...labels.map((label) => label.length));
  return power !== 0 || length(short) < length(plain) ? short : plain;
}

/** A value of a series as its model sees it: of a counter, a rate. */
export function measured(value, kind) {
  return value === null || value === undefined || kind !== "counter" ? number(value) : `${number(value)}/s`;
}

export function count(value) {
  return value >= 1e9 ? `${(value / 1e9).toFixed(2)} G` : value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : Math.round(value).toLocaleString("en");
}

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const SHORT = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function moment(time) {
  const fraction = time % 1;
  return DAY.format(new Date(time * 1000)) + (fraction > 1e-6 ? ` +${(fraction * 1000).toFixed(fraction * 1000 % 1 ? 2 : 0)} ms` : "");
}

export function shortMoment(time) {
  return SHORT.format(new Date(time * 1000));
}

export function span(length) {
  if (length === 0) return "0 s";
  if (length < 1) return `${(length * 1000).toPrecision(3)} ms`;
  if (length < 120) return `${Number(length.toPrecision(3))} s`;
  if (length < 7200) return `${Math.round(length / 60)} min`;
  return length < 172800 ? `${(length / 3600).toFixed(1)} h` : `${(length / 86400).toFixed(1)} d`;
}

export function scoreClass(score) {
  return score === null || score === undefined ? "" : score >= 0.9 ? "high" : score >= 0.6 ? "mid" : "";
}

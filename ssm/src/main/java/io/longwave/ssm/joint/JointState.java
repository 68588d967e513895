package io.longwave.ssm.joint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.conformal.Episode;
import io.longwave.ssm.conformal.HorizonBands;
import io.longwave.ssm.conformal.StepErrors;
import io.longwave.ssm.conformal.TailCalibrator;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.train.MissingValues;

/**
 * What a model remembers of series that it judges together: their last L rows and how large its errors usually are. All values inside are on the model's standardised scale. Confined to one
 * thread; {@link #copy()} gives an independent twin.
 */
public final class JointState {
    static final int FORMAT = 2;
    private static final int MAGIC = 0x4c574a00 | FORMAT;
    /** Smaller ones are not told apart. */
    private static final double SMALLEST_PROBABILITY = 1e-12;
    /** Share of a window that may be without any value. */
    private static final double LARGEST_GAP = 0.25;
    private static final int MOST_MISSING = 1 << 20;
    /** Rows that are learned from whatever they score: a young state knows little of what is rare. */
    private static final int YOUNG = 1024;
    /** Rows that the size of errors, and what is rare, is learned from: many, or an anomaly that lasts for hours would become usual meanwhile. */
    private static final double SIZE_MEMORY = 4096;
    private static final double MEMORY = 20_000;

    private final JointModel model;
    private final int variates;
    /** The newest rows, oldest first, at most L, [rows, V]; NaN where a value was missing. */
    private float[] rows = new float[0];
    /** Rows since the start, those without any value among them. */
    private long tick;
    private long judged;
    private final Episode episode;
    /** Rows since each series had a value, and how many that were the time before. */
    private final int[] missing;
    private final int[] usualGap;
    private final StepErrors[] errors; // [V]
    private final HorizonBands[] bands; // [V]
    /** Forecasts on their way, [anchor - 1][V], one at a time; NaN where there is none. */
    private final float[][] inFlight;
    private final TailCalibrator evidence;

    JointState(JointModel model) {
        this(model, Stream.generate(() -> new StepErrors(SIZE_MEMORY, MEMORY)).limit(model.variates()).toArray(StepErrors[]::new),
                Stream.generate(() -> new HorizonBands(model.bandAnchors)).limit(model.variates()).toArray(HorizonBands[]::new),
                new TailCalibrator(TailCalibrator.Prior.HEAVY, MEMORY), new Episode());
        for (float[] forecasts : inFlight) {
            Arrays.fill(forecasts, Float.NaN);
        }
    }

    private JointState(JointModel model, StepErrors[] errors, HorizonBands[] bands, TailCalibrator evidence, Episode episode) {
        this.model = model;
        this.variates = model.variates();
        this.missing = new int[variates];
        this.usualGap = new int[variates];
        this.errors = errors;
        this.bands = bands;
        this.inFlight = new float[model.bandAnchors.count() - 1][variates];
        this.evidence = evidence;
        this.episode = episode;
    }

    /**
     * Verdict on one row.
     *
     * @param expected [V], in the unit of each series; NaN where it had no value
     * @param score anomaly score in [0, 1]: a threshold t raises false alarms at a rate of about 1 - t on rows that behave as before
     * @param contribution [V], share of the evidence against the row, together 1; NaN where there was no value
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record RowJudgement(double[] expected, double score, double[] contribution) {}

    /**
     * Judges rows by what was expected of them, each before the next is seen, and learns from them. Many rows at once are judged sooner than one by one, with the same verdicts up to the
     * rounding of the model's 32-bit kernels.
     *
     * @param next [R][V], in the unit of each series, one step apart, the first one step after the last; NaN where there is no value
     * @return [R]; null while the model warms up, and for rows without any value
     */
    public List<@Nullable RowJudgement> step(double[][] next) {
        List<@Nullable RowJudgement> judgements = new ArrayList<>();
        int begun = 0;
        while (rows.length == 0 && begun < next.length && Arrays.stream(next[begun]).allMatch(Double::isNaN)) {
            begun++; // a window begins with a row that has a value
            judgements.add(null);
        }
        tick += begun;
        for (int from = begun; from < next.length; from += JointModel.TOGETHER) {
            stepTogether(Arrays.copyOfRange(next, from, Math.min(next.length, from + JointModel.TOGETHER)), judgements);
        }
        return judgements;
    }

    private void stepTogether(double[][] next, List<@Nullable RowJudgement> judgements) {
        int before = rows.length / variates;
        float[] all = Arrays.copyOf(rows, rows.length + next.length * variates);
        for (int r = 0; r < next.length; r++) {
            for (int v = 0; v < variates; v++) {
                double value = next[r][v];
                if (Double.isInfinite(value)) {
                    throw new IllegalArgumentException(model.columns().get(v) + ": expected a finite number but was " + value);
                }
                all[(before + r) * variates + v] = Double.isNaN(value) ? Float.NaN : model.standardised(v, value);
            }
        }
        List<float @Nullable []> windows = new ArrayList<>();
        for (int r = 0; r < next.length; r++) {
            windows.add(window(all, before + r + (forecasts() ? 0 : 1)));
        }
        Iterator<float[]> passes = model.passes(windows.stream().filter(Objects::nonNull).toList()).iterator();
        for (int r = 0; r < next.length; r++) {
            float[] row = Arrays.copyOfRange(all, (before + r) * variates, (before + r + 1) * variates);
            float[] window = windows.get(r);
            judgements.add(window == null ? unjudged(row) : judge(row, window, passes.next()));
        }
        keep(all);
    }

    /** Goes on by rows without any value. */
    public void skip(long steps) {
        tick += steps;
        if (rows.length == 0) {
            return;
        }
        int pushed = (int) Math.min(steps, model.window());
        float[] all = Arrays.copyOf(rows, rows.length + pushed * variates);
        Arrays.fill(all, rows.length, all.length, Float.NaN);
        keep(all);
        for (int v = 0; v < variates; v++) {
            missing[v] = (int) Math.min(MOST_MISSING, missing[v] + steps);
        }
        for (float[] forecasts : inFlight) {
            Arrays.fill(forecasts, Float.NaN);
        }
    }

    private void keep(float[] all) {
        int kept = Math.min(all.length / variates, model.window());
        rows = Arrays.copyOfRange(all, all.length - kept * variates, all.length);
    }

    private boolean forecasts() {
        return model.longestHorizon() > 0;
    }

    /** L rows up to the one before {@code end}, what is missing filled in; null if there are not so many, or too many of them without any value. */
    private float @Nullable [] window(float[] all, int end) {
        if (end < model.window()) {
            return null;
        }
        float[] window = Arrays.copyOfRange(all, (end - model.window()) * variates, end * variates);
        int empty = 0;
        for (int from = 0; from < window.length; from += variates) {
            int v = 0;
            while (v < variates && Float.isNaN(window[from + v])) {
                v++;
            }
            empty += v == variates ? 1 : 0;
        }
        if (empty > model.window() * LARGEST_GAP) {
            return null;
        }
        MissingValues.fill(window, model.window(), variates);
        return window;
    }

    private @Nullable RowJudgement unjudged(float[] row) {
        tick++;
        judgeForecasts(row);
        count(row);
        return null;
    }

    private @Nullable RowJudgement judge(float[] row, float[] window, float[] pass) {
        if (judged == 0) {
            guessErrors(window);
        }
        issueForecasts(pass);
        float[] expected = forecasts() ? Arrays.copyOf(pass, variates) : Arrays.copyOfRange(pass, pass.length - variates, pass.length);
        double[] evidences = new double[variates];
        double sum = 0;
        int known = 0;
        for (int v = 0; v < variates; v++) {
            expected[v] = finite(expected[v]);
            if (!Float.isNaN(row[v])) {
                evidences[v] = 1 / Math.sqrt(Math.max(SMALLEST_PROBABILITY, tailProbability(v, Math.abs(row[v] - expected[v]))));
                sum += evidences[v];
                known++;
            }
        }
        tick++;
        judgeForecasts(row);
        if (known == 0) {
            count(row);
            return null;
        }
        judged++;
        double score = Math.clamp(1 - evidence.tailProbability(sum / known), 0, 1);
        learn(score, sum / known, row, expected);
        count(row);
        double[] said = new double[variates];
        double[] contribution = new double[variates];
        for (int v = 0; v < variates; v++) {
            boolean had = !Float.isNaN(row[v]);
            said[v] = had ? model.unit(v, expected[v]) : Double.NaN;
            // one that lies where it was expected has evidence 1, which is none
            contribution[v] = !had ? Double.NaN : sum > known ? (evidences[v] - 1) / (sum - known) : 1.0 / known;
        }
        return new RowJudgement(said, score, contribution);
    }

    /** Of the error of a series that has a value. */
    private double tailProbability(int v, double error) {
        StepErrors usual = errors[v];
        if (usual.seen() == 0) {
            usual.guess(Math.max(usual.size(), error)); // a column that never moved is not given back to the last digit
        }
        double scale = usual.scaleAfter(missing[v] > usualGap[v] ? missing[v] : 0, bands[v]);
        return usual.calibrator().tailProbability(error / scale);
    }

    private void learn(double score, double statistic, float[] row, float[] expected) {
        boolean teaches = episode.teaches(score, judged > YOUNG);
        if (teaches) {
            evidence.observe(statistic);
        }
        for (int v = 0; v < variates; v++) {
            // After a gap of another length than the last one the error is one of other steps.
            if (!Float.isNaN(row[v]) && missing[v] == usualGap[v]) {
                double error = Math.abs(row[v] - expected[v]);
                if (teaches) {
                    errors[v].observe(error);
                } else {
                    errors[v].count(error);
                }
            }
        }
    }

    private void count(float[] row) {
        for (int v = 0; v < variates; v++) {
            if (Float.isNaN(row[v])) {
                missing[v] = Math.min(MOST_MISSING, missing[v] + 1);
            } else {
                usualGap[v] = missing[v];
                missing[v] = 0;
            }
        }
    }

    private void guessErrors(float[] window) {
        for (int v = 0; v < variates; v++) {
            double sum = 0;
            for (int i = variates + v; i < window.length; i += variates) {
                sum += Math.abs(window[i] - window[i - variates]);
            }
            errors[v].guess(sum / Math.max(1, model.window() - 1));
        }
    }

    private void issueForecasts(float[] pass) {
        for (int anchor = 1; anchor < model.bandAnchors.count() && model.bandAnchors.steps(anchor) <= model.longestHorizon(); anchor++) {
            if (model.bandAnchors.isIssued(anchor, tick)) {
                System.arraycopy(pass, (model.bandAnchors.steps(anchor) - 1) * variates, inFlight[anchor - 1], 0, variates);
            }
        }
    }

    private void judgeForecasts(float[] row) {
        for (int anchor = 1; anchor < model.bandAnchors.count(); anchor++) {
            if (!model.bandAnchors.isDue(anchor, tick)) {
                continue;
            }
            for (int v = 0; v < variates; v++) {
                float forecast = inFlight[anchor - 1][v];
                if (Float.isFinite(forecast) && !Float.isNaN(row[v])) {
                    bands[v].observe(anchor, Math.abs(row[v] - finite(forecast)));
                }
            }
            Arrays.fill(inFlight[anchor - 1], Float.NaN);
        }
    }

    /** A network that overflows forecasts the mean. */
    private static float finite(float forecast) {
        return Float.isNaN(forecast) ? 0 : (float) JointModel.bounded(forecast);
    }

    /**
     * Future values of all series, [V], from the present state, which stays as it is.
     *
     * @param horizon steps ahead, from 1 to the model's {@linkplain JointModel#longestHorizon() longest}
     * @param levels K interval levels in (0, 1)
     * @param stepNanos distance of two rows
     * @return null while the model warms up
     */
    public @Nullable List<Outlook> forecast(int horizon, double[] levels, long stepNanos) {
        if (horizon < 1 || horizon > model.longestHorizon()) {
            throw new IllegalArgumentException(
                    "horizon: expected 1 to " + model.longestHorizon() + " but was " + horizon);
        }
        float[] window = judged == 0 ? null : window(rows, rows.length / variates);
        if (window == null) {
            return null;
        }
        float[] pass = model.passes(List.of(window)).getFirst();
        List<Outlook> outlooks = new ArrayList<>();
        for (int v = 0; v < variates; v++) {
            outlooks.add(outlook(v, pass, horizon, levels, stepNanos));
        }
        return outlooks;
    }

    private Outlook outlook(int v, float[] pass, int horizon, double[] levels, long stepNanos) {
        double[] mean = new double[horizon];
        double[][] lower = new double[levels.length][horizon];
        double[][] upper = new double[levels.length][horizon];
        double[] achieved = new double[levels.length];
        for (int h = 0; h < horizon; h++) {
            mean[h] = model.unit(v, finite(pass[h * variates + v]));
        }
        for (int k = 0; k < levels.length; k++) {
            double oneStep = errors[v].halfWidth(levels[k]);
            achieved[k] = errors[v].coverage().achieved(levels[k]);
            for (int h = 0; h < horizon; h++) {
                double expected = finite(pass[h * variates + v]);
                double half = bands[v].halfWidth(h + 1, levels[k], oneStep);
                lower[k][h] = model.unit(v, expected - half);
                upper[k][h] = model.unit(v, expected + half);
            }
        }
        return new Outlook(stepNanos, mean, lower, upper, achieved);
    }

    /** Rows judged so far. */
    public long rowsJudged() {
        return judged;
    }

    /** An independent copy with the same bits. */
    public JointState copy() {
        JointState copy = new JointState(model, Arrays.stream(errors).map(StepErrors::copy).toArray(StepErrors[]::new),
                Arrays.stream(bands).map(HorizonBands::copy).toArray(HorizonBands[]::new), evidence.copy(), episode.copy());
        copy.rows = rows; // replaced as a whole, never written to
        copy.tick = tick;
        copy.judged = judged;
        System.arraycopy(missing, 0, copy.missing, 0, variates);
        System.arraycopy(usualGap, 0, copy.usualGap, 0, variates);
        for (int a = 0; a < inFlight.length; a++) {
            System.arraycopy(inFlight[a], 0, copy.inFlight[a], 0, variates);
        }
        return copy;
    }

    private int bytesWithoutRows() {
        int ofSeries = 2 * Integer.BYTES + StepErrors.BYTES + model.bandAnchors.bytes() + Float.BYTES * inFlight.length;
        return 4 * Integer.BYTES + 2 * Long.BYTES + Episode.BYTES + TailCalibrator.BYTES + variates * ofSeries;
    }

    /** The state as bytes for {@link JointModel#readState}. Big-endian. */
    public byte[] write() {
        ByteBuffer out = ByteBuffer.allocate(bytesWithoutRows() + Float.BYTES * rows.length);
        out.putInt(MAGIC).putInt(variates).putInt(model.window()).putInt(rows.length / variates);
        out.putLong(tick).putLong(judged);
        episode.write(out);
        evidence.write(out);
        for (int v = 0; v < variates; v++) {
            out.putInt(missing[v]).putInt(usualGap[v]);
            errors[v].write(out);
            bands[v].write(out);
            for (float[] forecasts : inFlight) {
                out.putFloat(forecasts[v]);
            }
        }
        for (float value : rows) {
            out.putFloat(value);
        }
        return out.array();
    }

    static JointState read(JointModel model, byte[] bytes) {
        JointState state = new JointState(model);
        int least = state.bytesWithoutRows();
        if (bytes.length < least) {
            throw new IllegalArgumentException("joint state: expected at least " + least + " bytes but was " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw new IllegalArgumentException("joint state: expected format mark %08x but was %08x".formatted(MAGIC, magic));
        }
        int variates = in.getInt();
        int window = in.getInt();
        int held = in.getInt();
        if (variates != state.variates || window != model.window() || held < 0 || held > window
                || bytes.length != least + Float.BYTES * held * variates) {
            throw new IllegalArgumentException("joint state: expected up to " + model.window() + " rows of " + state.variates
                    + " series but was " + held + " of " + variates + ", window " + window + ", in " + bytes.length + " bytes");
        }
        state.tick = in.getLong();
        state.judged = in.getLong();
        state.episode.read(in);
        state.evidence.read(in);
        for (int v = 0; v < variates; v++) {
            state.missing[v] = in.getInt();
            state.usualGap[v] = in.getInt();
            state.errors[v].read(in);
            state.bands[v].read(in);
            for (float[] forecasts : state.inFlight) {
                forecasts[v] = in.getFloat();
            }
        }
        state.rows = new float[held * variates];
        for (int i = 0; i < state.rows.length; i++) {
            state.rows[i] = in.getFloat();
        }
        return state;
    }
}

package io.longwave.ssm.windowed;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.conformal.CoverageTracker;
import io.longwave.ssm.conformal.HorizonBands;
import io.longwave.ssm.conformal.StepErrors;
import io.longwave.ssm.conformal.TailCalibrator;
import io.longwave.ssm.streaming.Cadence;
import io.longwave.ssm.streaming.SeriesState;

/** One series served by a network that was trained on windows. All values inside are on the model's standardised scale. */
final class WindowedState implements SeriesState {
    static final int FORMAT = 2;
    private static final int MAGIC = 0x4c575300 | FORMAT;

    private static final int NOT_ANCHORED = -1;
    /** Scale of the logistic distribution that is most like a normal one of deviation 1. */
    private static final double LOGISTIC_SCALE = 1 / 1.702;

    private final WindowedModel model;
    /** Ring of the window of the last anchoring and of what came after it. */
    private final float[] values;
    private int newest;
    private int held;
    private int sinceAnchor = NOT_ANCHORED;
    /** Of the window of the last anchoring: what is taken off, and what the rest is divided by. */
    private double taken;
    private double scale = 1;
    /** Null until anchored, and after reading until the first step. */
    private SteppedNetwork.@Nullable State recurrent;

    private long samples;
    private long lastTime = Long.MIN_VALUE;
    private long tick;

    private final Cadence cadence;
    private final StepErrors errors;
    private final HorizonBands bands;
    /** Forecasts on their way, [anchor - 1], one at a time; NaN where there is none. */
    private final float[] inFlight;

    WindowedState(WindowedModel model) {
        this(model, new Cadence(), new StepErrors(), new HorizonBands(model.bandAnchors));
        Arrays.fill(inFlight, Float.NaN);
    }

    private WindowedState(WindowedModel model, Cadence cadence, StepErrors errors, HorizonBands bands) {
        this.model = model;
        this.values = new float[model.lag + model.anchorEvery];
        this.inFlight = new float[model.bandAnchors.count() - 1];
        this.cadence = cadence;
        this.errors = errors;
        this.bands = bands;
    }

    @Override
    public @Nullable Judgement step(long timeNanos, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value: expected a finite number but was " + value);
        }
        if (timeNanos <= lastTime) {
            throw new IllegalArgumentException("time: expected later than " + lastTime + " but was " + timeNanos);
        }
        float x = model.standardised(value);
        int missing = 0;
        if (samples > 0) {
            long distance = timeNanos - lastTime;
            missing = Cadence.missingSteps(distance > 0 ? distance : Long.MAX_VALUE, cadence.stepNanos());
            if (cadence.observe(distance > 0 ? distance : Long.MAX_VALUE) && samples > 2) {
                Arrays.fill(inFlight, Float.NaN);
            }
            bridge(missing, x);
        }
        lastTime = timeNanos;
        samples++;

        Judgement judgement = null;
        if (sinceAnchor == NOT_ANCHORED) {
            push(x);
        } else {
            double expected = model.forecast(recurrent(), taken, scale, 1)[0];
            judgement = judge(x, expected, missing);
            push(x);
        }
        tick++;
        judgeForecasts(x);
        issueForecasts();
        return judgement;
    }

    /** Fills missing steps, or begins a new window where there are too many. */
    private void bridge(int missing, float next) {
        if (missing == 0) {
            return;
        }
        if (missing > model.horizon) {
            held = 0;
            sinceAnchor = NOT_ANCHORED;
            recurrent = null;
            tick++;
            Arrays.fill(inFlight, Float.NaN);
            return;
        }
        float last = values[newest];
        double[] filling = sinceAnchor == NOT_ANCHORED ? null : model.forecast(recurrent(), taken, scale, missing);
        for (int i = 0; i < missing; i++) {
            push(filling == null ? last + (next - last) * (i + 1) / (missing + 1) : (float) filling[i]);
            tick++;
            for (int anchor = 1; anchor < model.bandAnchors.count(); anchor++) {
                if (model.bandAnchors.isDue(anchor, tick)) {
                    inFlight[anchor - 1] = Float.NaN;
                }
            }
        }
    }

    private Judgement judge(double x, double expected, int missing) {
        double size = Math.abs(x - expected);
        double scale = errors.scaleAfter(missing, bands);
        TailCalibrator calibrator = errors.calibrator();
        double half = calibrator.body().quantile(0.9) * scale;
        double score = 1 - calibrator.tailProbability(size / scale);
        if (missing == 0) {
            errors.observe(size);
        }
        return new Judgement(model.unit(expected), model.unit(expected - half), model.unit(expected + half),
                Math.min(1, Math.max(0, score)));
    }

    private void push(float x) {
        SteppedNetwork.State stepped = sinceAnchor == NOT_ANCHORED ? null : recurrent();
        newest = newest + 1 == values.length ? 0 : newest + 1;
        values[newest] = x;
        held = Math.min(held + 1, values.length);
        if (stepped != null) {
            stepped.step((x - taken) / scale);
            sinceAnchor++;
        }
        if (stepped == null ? held >= model.lag : sinceAnchor == model.anchorEvery) {
            anchor();
        }
    }

    private void anchor() {
        float[] window = window(0);
        if (errors.seen() == 0) {
            double sum = 0;
            for (int i = 1; i < window.length; i++) {
                sum += Math.abs(window[i] - window[i - 1]);
            }
            errors.guess(sum / (window.length - 1));
        }
        taken = model.offset(window);
        scale = model.scale(window);
        recurrent = model.run(window, taken, scale);
        sinceAnchor = 0;
    }

    /** The recurrent state; after reading it is computed anew by the steps that once led to it. */
    private SteppedNetwork.State recurrent() {
        SteppedNetwork.State state = recurrent;
        if (state == null) {
            float[] window = window(sinceAnchor);
            scale = model.scale(window);
            state = model.run(window, taken, scale);
            for (int back = sinceAnchor - 1; back >= 0; back--) {
                state.step((at(back) - taken) / scale);
            }
            recurrent = state;
        }
        return state;
    }

    /** L values up to the one {@code back} before the newest. */
    private float[] window(int back) {
        float[] window = new float[model.lag];
        for (int i = 0; i < window.length; i++) {
            window[i] = at(back + window.length - 1 - i);
        }
        return window;
    }

    private float at(int back) {
        int i = newest - back;
        return values[i < 0 ? i + values.length : i];
    }

    private void judgeForecasts(float x) {
        for (int anchor = 1; anchor < model.bandAnchors.count(); anchor++) {
            if (model.bandAnchors.isDue(anchor, tick) && !Float.isNaN(inFlight[anchor - 1])) {
                bands.observe(anchor, Math.abs(x - inFlight[anchor - 1]));
                inFlight[anchor - 1] = Float.NaN;
            }
        }
    }

    private void issueForecasts() {
        if (sinceAnchor == NOT_ANCHORED) {
            return;
        }
        int furthest = model.bandAnchors.count() - 1;
        while (furthest > 0 && !model.bandAnchors.isIssued(furthest, tick)) {
            furthest--;
        }
        if (furthest == 0) {
            return;
        }
        double[] rolled = model.forecast(recurrent(), taken, scale, model.bandAnchors.steps(furthest));
        for (int anchor = 1; anchor <= furthest; anchor++) {
            if (model.bandAnchors.isIssued(anchor, tick)) {
                inFlight[anchor - 1] = (float) rolled[model.bandAnchors.steps(anchor) - 1];
            }
        }
    }

    @Override
    public double relativeWidth(double level) {
        return errors.calibrator().relativeWidth(level);
    }

    @Override
    public @Nullable Outlook forecast(int horizon, double[] levels) {
        if (horizon < 1) {
            throw new IllegalArgumentException("horizon: expected at least 1 but was " + horizon);
        }
        for (double level : levels) {
            if (!(level > 0 && level < 1)) {
                throw new IllegalArgumentException("level: expected a number between 0 and 1 but was " + level);
            }
        }
        if (sinceAnchor == NOT_ANCHORED) {
            return null;
        }
        double[] expected = expected(horizon);
        double[] mean = new double[horizon];
        double[][] lower = new double[levels.length][horizon];
        double[][] upper = new double[levels.length][horizon];
        double[] achieved = new double[levels.length];
        for (int h = 0; h < horizon; h++) {
            mean[h] = model.unit(expected[h]);
        }
        for (int k = 0; k < levels.length; k++) {
            double oneStep = errors.halfWidth(levels[k]);
            achieved[k] = errors.coverage().achieved(levels[k]);
            for (int h = 0; h < horizon; h++) {
                double measured = bands.halfWidth(h + 1, levels[k], oneStep);
                double half = h < model.horizon ? measured : Math.max(measured, spread(levels[k]));
                lower[k][h] = model.unit(expected[h] - half);
                upper[k][h] = model.unit(expected[h] + half);
            }
        }
        return new Outlook(cadence.stepNanos(), mean, lower, upper, achieved);
    }

    /**
     * Half of the band that holds about this share of a normal distribution with the deviation of the training data. A band beyond the trained horizon is no narrower: right behind it errors may be as
     * large as anywhere, and one distance at which they were measured says little of the others.
     */
    private static double spread(double level) {
        return StrictMath.log((1 + level) / (1 - level)) * LOGISTIC_SCALE;
    }

    /** The network's pass over the last L values, rolled on. */
    private double[] expected(int horizon) {
        SteppedNetwork.State anchored = recurrent;
        if (sinceAnchor == 0 && anchored != null) {
            return model.forecast(anchored, taken, scale, horizon); // just anchored: that pass is at hand
        }
        float[] window = window(0);
        double offset = model.offset(window);
        double deviation = model.scale(window);
        return model.forecast(model.run(window, offset, deviation), offset, deviation, horizon);
    }

    @Override
    public long stepNanos() {
        return cadence.stepNanos();
    }

    @Override
    public long samplesSeen() {
        return samples;
    }

    @Override
    public long lastTimeNanos() {
        return lastTime;
    }

    @Override
    public WindowedState copy() {
        WindowedState copy = new WindowedState(model, cadence.copy(), errors.copy(), bands.copy());
        System.arraycopy(values, 0, copy.values, 0, values.length);
        System.arraycopy(inFlight, 0, copy.inFlight, 0, inFlight.length);
        copy.newest = newest;
        copy.held = held;
        copy.sinceAnchor = sinceAnchor;
        copy.taken = taken;
        copy.scale = scale;
        copy.recurrent = recurrent == null ? null : recurrent.copy();
        copy.samples = samples;
        copy.lastTime = lastTime;
        copy.tick = tick;
        return copy;
    }

    private int bytes() {
        return 3 * Integer.BYTES + 4 * Long.BYTES + 2 * Double.BYTES + 2 * Integer.BYTES + Cadence.BYTES + TailCalibrator.BYTES
                + CoverageTracker.BYTES + model.bandAnchors.bytes() + Float.BYTES * (inFlight.length + values.length);
    }

    @Override
    public byte[] write() {
        ByteBuffer out = ByteBuffer.allocate(bytes());
        out.putInt(MAGIC).putInt(model.lag).putInt(values.length);
        out.putLong(samples).putLong(lastTime).putLong(tick).putLong(errors.seen());
        out.putDouble(errors.size()).putDouble(taken).putInt(errors.outliersInARow()).putInt(sinceAnchor);
        cadence.write(out);
        errors.calibrator().write(out);
        errors.coverage().write(out);
        bands.write(out);
        for (float forecast : inFlight) {
            out.putFloat(forecast);
        }
        // oldest first; what a young state does not hold yet is NaN
        for (int back = values.length - 1; back >= 0; back--) {
            out.putFloat(back < held ? at(back) : Float.NaN);
        }
        return out.array();
    }

    static WindowedState read(WindowedModel model, byte[] bytes) {
        WindowedState state = new WindowedState(model);
        if (bytes.length != state.bytes()) {
            throw new IllegalArgumentException(model.family() + " state: expected " + state.bytes() + " bytes but was " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw new IllegalArgumentException(model.family() + " state: expected format mark %08x but was %08x".formatted(MAGIC, magic));
        }
        int lag = in.getInt();
        int length = in.getInt();
        if (lag != model.lag || length != state.values.length) {
            throw new IllegalArgumentException(model.family() + " state: expected lag " + model.lag + " and " + state.values.length
                    + " values but was " + lag + " and " + length);
        }
        state.samples = in.getLong();
        state.lastTime = in.getLong();
        state.tick = in.getLong();
        long residuals = in.getLong();
        double sigma = in.getDouble();
        state.taken = in.getDouble();
        state.errors.restore(residuals, sigma, in.getInt());
        state.sinceAnchor = in.getInt();
        state.cadence.read(in);
        state.errors.calibrator().read(in);
        state.errors.coverage().read(in);
        state.bands.read(in);
        for (int i = 0; i < state.inFlight.length; i++) {
            state.inFlight[i] = in.getFloat();
        }
        for (int i = 0; i < length; i++) {
            state.values[i] = in.getFloat();
            state.held += Float.isNaN(state.values[i]) ? 0 : 1;
        }
        state.newest = length - 1;
        if (state.sinceAnchor != NOT_ANCHORED && (state.sinceAnchor < 0 || state.sinceAnchor + lag > state.held)) {
            throw new IllegalArgumentException(model.family() + " state: expected an anchor within " + state.held + " values but it is "
                    + state.sinceAnchor + " back");
        }
        return state;
    }
}

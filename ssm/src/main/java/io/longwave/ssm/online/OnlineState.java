package io.longwave.ssm.online;

import io.longwave.ssm.conformal.CoverageTracker;
import io.longwave.ssm.conformal.Episode;
import io.longwave.ssm.conformal.TailCalibrator;
import io.longwave.ssm.streaming.Cadence;
import io.longwave.ssm.streaming.SeriesState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * State of one series. Inside, a value y is u = (y - origin) / 2^exponent, with both chosen so that u moves by about 1, which keeps every number far
 * from overflow whatever the unit of the series.
 */
final class OnlineState implements SeriesState {
    /** Raised with every change of what is kept and of the arithmetic: states of before are warmed anew. */
    static final int FORMAT = 2;
    private static final int MAGIC = 0x4c574f00 | FORMAT;
    static final int BYTES = 4 + 4 * 8 + 8 + 2 * 4 + 8 * 8 + Cadence.BYTES + LegendreMemory.BYTES + Readout.BYTES + SeasonalProfile.BYTES
            + HorizonAnchors.BYTES + TailCalibrator.BYTES + Evidence.BYTES + CoverageTracker.BYTES + Episode.BYTES;

    /** Samples before the first judgement. */
    static final int WARM_UP = 24;
    /** Samples that are learned from whatever they score: a young state knows little of what is rare, and what it takes for an episode may be how the series is. */
    static final int YOUNG = 256;
    /** Missing steps that are filled with own predictions; a longer gap starts the short memory again. */
    static final int LONGEST_FILLED_GAP = 32;

    private static final int UNKNOWN_UNIT = Integer.MIN_VALUE;
    private static final double LARGEST = 0x1p40;
    private static final double SMALLEST_SIGMA = 0x1p-30;
    private static final double OUTLIER = 10;
    private static final double SIGMA_GAIN = 1.0 / 256;

    private long samples;
    private long firstTime;
    private long lastTime = Long.MIN_VALUE;
    private long tick;
    private double origin;
    private int exponent = UNKNOWN_UNIT;
    private int outliersInARow;

    private double level;
    private double deviation;
    private double baseline;
    private double sigma;
    private double nearMean;
    private double nearSeason;
    private double seasonPower;
    private double seasonMatch;

    private final Cadence cadence;
    private final LegendreMemory memory;
    private final Readout readout;
    private final SeasonalProfile profile;
    private final HorizonAnchors anchors;
    private final TailCalibrator calibrator;
    private final Evidence evidence;
    private final CoverageTracker coverage;
    private final Episode episode;

    OnlineState() {
        this(new Cadence(), new LegendreMemory(), new Readout(), new SeasonalProfile(), new HorizonAnchors(),
                new TailCalibrator(TailCalibrator.Prior.HEAVY), new Evidence(), new CoverageTracker(),
                new Episode());
    }

    private OnlineState(Cadence cadence, LegendreMemory memory, Readout readout, SeasonalProfile profile, HorizonAnchors anchors,
            TailCalibrator calibrator, Evidence evidence, CoverageTracker coverage, Episode episode) {
        this.cadence = cadence;
        this.memory = memory;
        this.readout = readout;
        this.profile = profile;
        this.anchors = anchors;
        this.calibrator = calibrator;
        this.evidence = evidence;
        this.coverage = coverage;
        this.episode = episode;
    }

    @Override
    public @Nullable Judgement step(long timeNanos, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value: expected a finite number but was " + value);
        }
        if (samples == 0) {
            origin = value;
            firstTime = timeNanos;
            lastTime = timeNanos;
            samples = 1;
            return null;
        }
        if (timeNanos <= lastTime) {
            throw new IllegalArgumentException("time: expected later than " + lastTime + " but was " + timeNanos);
        }
        long distance = timeNanos - lastTime;
        long usual = cadence.stepNanos();
        if (cadence.observe(distance > 0 ? distance : Long.MAX_VALUE) && samples > 2) {
            anchors.cancel();
        }
        int missing = Cadence.missingSteps(distance, usual);
        if (exponent == UNKNOWN_UNIT && value != origin) {
            exponent = clampedExponent(Math.getExponent(0.5 * value - 0.5 * origin) + 1);
        }
        double u = toUnit(value);

        boolean longGap = missing > LONGEST_FILLED_GAP;
        if (longGap) {
            anchors.cancel();
            tick += 1;
        } else {
            double seen = memory.lag(0);
            for (int i = 0; i < missing; i++) {
                advance(memory, seen);
                tick++;
                anchors.miss(tick);
            }
            tick++;
        }

        double season = profile.enter(timeNanos, timeNanos - firstTime);
        double seasonShare = seasonShare();
        double seasonal = seasonShare * season;
        double r = u - seasonal;

        double stay = memory.lag(0);
        double change = readout.predict(memory, level);
        double rolled = bounded(stay + change, stay);
        double expected = longGap ? anchors.mix(Math.min(missing, 1 << 20) + 1, stay, stay, level) : anchors.mixAt(0, rolled, stay, level);
        double error = r - expected;
        double size = Math.abs(error);

        double scale = Math.max(sigma, SMALLEST_SIGMA);
        if (missing > 0) {
            double median = sigma * calibrator.body().quantile(0.5);
            scale *= Math.max(1, anchors.halfWidth(missing + 1, 0.5, median) / Math.max(median, SMALLEST_SIGMA));
        }
        double surprise = size / scale;

        Judgement judgement = null;
        boolean judging = samples >= WARM_UP;
        boolean calibrating = false;
        if (judging) {
            double half = calibrator.body().quantile(0.9) * scale;
            boolean constant = isConstant(error);
            double news = constant
                    ? 0
                    : evidence.weigh(calibrator.tailProbability(surprise), Math.copySign(surprise, error),
                            (r - level) / Math.max(deviation, SMALLEST_SIGMA));
            double score = constant ? 0 : 1 - evidence.tailProbability(news);
            calibrating = episode.teaches(score, samples >= YOUNG) && !constant;
            if (calibrating) {
                evidence.learn(news);
            }
            judgement = new Judgement(fromUnit(expected + seasonal), fromUnit(expected + seasonal - half),
                    fromUnit(expected + seasonal + half),
                    Math.min(1, Math.max(0, score)));
        }

        learn(timeNanos, u, r, season, seasonShare, expected, rolled, stay, surprise, scale, missing, longGap, judging, calibrating);
        lastTime = timeNanos;
        samples++;
        rebaseIfNeeded();
        return judgement;
    }

    private void learn(long timeNanos, double u, double r, double season, double seasonShare, double expected, double rolled, double stay,
            double surprise, double scale, int missing, boolean longGap, boolean judging, boolean calibrating) {
        double error = r - expected;
        boolean outlier = judging && surprise > OUTLIER;
        double limit = judging ? Math.scalb(OUTLIER * scale, Math.min(outliersInARow, 60)) : Double.MAX_VALUE;
        double harmless = Math.min(limit, Math.max(-limit, error));
        outliersInARow = outlier ? outliersInARow + 1 : 0;

        if (judging && missing == 0 && !isConstant(error)) {
            coverage.observe(surprise, calibrator.body());
            if (calibrating) {
                calibrator.observe(surprise);
            }
        }
        double accepted = expected + harmless;
        if (missing == 0) {
            anchors.learn(0, accepted - rolled, accepted - stay, accepted - level, harmless, deviation);
            double robust = Math.min(3 * scale, Math.max(-3 * scale, accepted - rolled));
            readout.learn(memory, level, judging ? robust : accepted - rolled);
        }
        anchors.judge(tick, u, deviation);

        double sigmaGain = Math.max(1.0 / (samples + 1), SIGMA_GAIN);
        if (missing == 0) {
            sigma += sigmaGain * (Math.min(Math.abs(harmless), limit) - sigma);
        }

        long step = Math.max(1, cadence.stepNanos());
        double slow = Math.max(1.0 / (samples + 1), 1 / (double) Math.max(64, Math.min(512, 86_400_000_000_000L / step)));
        double acceptedValue = accepted + seasonShare * season;
        level += slow * (accepted - level);
        deviation += slow * (Math.abs(accepted - level) - deviation);
        baseline += slow * (acceptedValue - season - baseline);
        nearMean += 1.0 / 16 * (acceptedValue - nearMean);
        nearSeason += 1.0 / 16 * (season - nearSeason);
        double x = season - nearSeason;
        double y = acceptedValue - nearMean;
        seasonPower += 1.0 / 2000 * (x * x - seasonPower);
        seasonMatch += 1.0 / 2000 * (x * y - seasonMatch);
        profile.learn(timeNanos, acceptedValue - baseline, step, timeNanos - firstTime);

        if (longGap) {
            memory.fill(accepted);
        } else {
            memory.push(accepted);
        }
        issue(timeNanos, step, seasonShare);
    }

    private void issue(long timeNanos, long step, double seasonShare) {
        if (samples < WARM_UP) {
            return;
        }
        double stay = memory.lag(0);
        Rolling rolling = new Rolling(stay);
        anchors.forEachIssued(tick, (slot, anchor, steps) -> {
            double rolled = rolling.to(steps);
            double seasonal = seasonShare * profile.at(timeNanos + steps * step, timeNanos, timeNanos - firstTime);
            anchors.issue(slot, rolled + seasonal, stay + seasonal, level + seasonal,
                    anchors.mixAt(anchor, rolled, stay, level) + seasonal);
        });
    }

    /** The memory moved forward on its own predictions, as far as somebody asks. */
    private final class Rolling {
        private @Nullable LegendreMemory ahead; // most often nobody asks
        private final double lastSeen;
        private int steps;

        Rolling(double lastSeen) {
            this.lastSeen = lastSeen;
        }

        /** The signal so many steps ahead, not fewer than the time before. */
        double to(int wanted) {
            LegendreMemory moved = ahead == null ? memory.copy() : ahead;
            ahead = moved;
            for (; steps < wanted; steps++) {
                advance(moved, lastSeen);
            }
            return moved.lag(0);
        }
    }

    @Override
    public double relativeWidth(double level) {
        return calibrator.relativeWidth(level);
    }

    @Override
    public @Nullable Outlook forecast(int horizon, double[] levels) {
        if (horizon < 1) {
            throw new IllegalArgumentException("horizon: expected at least 1 but was " + horizon);
        }
        if (samples < WARM_UP) {
            return null;
        }
        long step = cadence.stepNanos();
        double share = seasonShare();
        double[] mean = new double[horizon];
        double[][] lower = new double[levels.length][horizon];
        double[][] upper = new double[levels.length][horizon];
        double[] oneStep = new double[levels.length];
        double[] achieved = new double[levels.length];
        for (int k = 0; k < levels.length; k++) {
            if (!(levels[k] > 0 && levels[k] < 1)) {
                throw new IllegalArgumentException("level: expected a number between 0 and 1 but was " + levels[k]);
            }
            oneStep[k] = calibrator.body().quantile(levels[k]) * sigma;
            achieved[k] = coverage.achieved(levels[k]);
        }
        double stay = memory.lag(0);
        Rolling rolling = new Rolling(stay);
        for (int h = 0; h < horizon; h++) {
            double expected = anchors.mix(h + 1, rolling.to(h + 1), stay, level)
                    + share * profile.at(lastTime + (h + 1) * step, lastTime, lastTime - firstTime);
            mean[h] = fromUnit(expected);
            for (int k = 0; k < levels.length; k++) {
                double half = anchors.halfWidth(h + 1, levels[k], oneStep[k]);
                lower[k][h] = fromUnit(expected - half);
                upper[k][h] = fromUnit(expected + half);
            }
        }
        return new Outlook(step, mean, lower, upper, achieved);
    }

    // Nothing can be learned about the size of surprises from a series that has none.
    private boolean isConstant(double error) {
        return error == 0 && sigma <= SMALLEST_SIGMA;
    }

    /** Rolls a memory one step forward on its own prediction. @param anchor the last value that was seen */
    private void advance(LegendreMemory rolling, double anchor) {
        rolling.push(bounded(rolling.lag(0) + readout.predict(rolling, level), anchor));
    }

    // A closed loop may be unstable: it stays within a few deviations of the slow level, or where the series was seen last. Not where the loop has come to: it would reach further with every step.
    private double bounded(double r, double anchor) {
        double reach = Math.abs(anchor - level) + 6 * deviation;
        return Math.min(level + reach, Math.max(level - reach, r));
    }

    private double seasonShare() {
        double share = seasonMatch / (seasonPower + 1e-4 * deviation * deviation + Double.MIN_NORMAL);
        // a slope this close to 0 or 1 is one of them and noise
        return Math.min(1, Math.max(0, (share - 0.1) / 0.7));
    }

    private double toUnit(double value) {
        if (exponent == UNKNOWN_UNIT) {
            return 0;
        }
        double u = Math.scalb(value, -exponent) - Math.scalb(origin, -exponent);
        return Math.min(LARGEST, Math.max(-LARGEST, u));
    }

    private double fromUnit(double u) {
        if (exponent == UNKNOWN_UNIT) {
            return origin;
        }
        // halves, so that the sum of two large finite numbers stays finite
        double half = 0.5 * origin + Math.scalb(0.5 * u, exponent);
        double largest = 0.5 * Double.MAX_VALUE;
        return 2 * Math.min(largest, Math.max(-largest, half));
    }

    // The unit stays within 2^60 of the origin, below which differences of doubles around it vanish anyway.
    private int clampedExponent(int wanted) {
        int lowest = Math.max(-1070, Math.getExponent(origin) - 60);
        return Math.min(1020, Math.max(lowest, wanted));
    }

    private void rebaseIfNeeded() {
        if (exponent == UNKNOWN_UNIT) {
            return;
        }
        boolean far = Math.abs(level) > 0x1p12;
        boolean large = deviation > 0x1p5;
        boolean small = deviation < 0x1p-5 && deviation > 0;
        if (!far && !large && !small) {
            return;
        }
        double moved = 0;
        if (far) {
            double newOrigin = fromUnit(level);
            moved = toUnit(newOrigin);
            origin = newOrigin;
        }
        int newExponent = exponent;
        if (large || small) {
            newExponent = clampedExponent(exponent + Math.getExponent(deviation));
        }
        double factor = Math.scalb(1.0, exponent - newExponent);
        if (moved == 0 && factor == 1) {
            return;
        }
        exponent = newExponent;
        level = (level - moved) * factor;
        baseline = (baseline - moved) * factor;
        nearMean = (nearMean - moved) * factor;
        nearSeason *= factor;
        deviation *= factor;
        sigma *= factor;
        seasonPower *= factor * factor;
        seasonMatch *= factor * factor;
        memory.rebase(moved, factor);
        profile.rescale(factor);
        anchors.rebase(moved, factor);
        readout.rescale(factor);
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
    public SeriesState copy() {
        OnlineState copy = new OnlineState(cadence.copy(), memory.copy(), readout.copy(), profile.copy(), anchors.copy(), calibrator.copy(),
                evidence.copy(), coverage.copy(), episode.copy());
        copy.samples = samples;
        copy.firstTime = firstTime;
        copy.lastTime = lastTime;
        copy.tick = tick;
        copy.origin = origin;
        copy.exponent = exponent;
        copy.outliersInARow = outliersInARow;
        copy.level = level;
        copy.deviation = deviation;
        copy.baseline = baseline;
        copy.sigma = sigma;
        copy.nearMean = nearMean;
        copy.nearSeason = nearSeason;
        copy.seasonPower = seasonPower;
        copy.seasonMatch = seasonMatch;
        return copy;
    }

    @Override
    public byte[] write() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(MAGIC).putLong(samples).putLong(firstTime).putLong(lastTime).putLong(tick);
        out.putDouble(origin).putInt(exponent).putInt(outliersInARow);
        out.putDouble(level).putDouble(deviation).putDouble(baseline).putDouble(sigma).putDouble(nearMean).putDouble(nearSeason);
        out.putDouble(seasonPower).putDouble(seasonMatch);
        cadence.write(out);
        memory.write(out);
        readout.write(out);
        profile.write(out);
        anchors.write(out);
        calibrator.write(out);
        evidence.write(out);
        coverage.write(out);
        episode.write(out);
        return out.array();
    }

    static OnlineState read(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("online state: expected " + BYTES + " bytes but was " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw new IllegalArgumentException("online state: expected format mark %08x but was %08x".formatted(MAGIC, magic));
        }
        long samples = in.getLong();
        long firstTime = in.getLong();
        long lastTime = in.getLong();
        long tick = in.getLong();
        double origin = in.getDouble();
        int exponent = in.getInt();
        int outliersInARow = in.getInt();
        double[] scalars = new double[8];
        for (int i = 0; i < scalars.length; i++) {
            scalars[i] = in.getDouble();
        }
        Cadence cadence = new Cadence();
        cadence.read(in);
        LegendreMemory memory = new LegendreMemory();
        memory.read(in);
        Readout readout = new Readout();
        readout.read(in);
        SeasonalProfile profile = new SeasonalProfile();
        profile.read(in);
        HorizonAnchors anchors = new HorizonAnchors();
        anchors.read(in);
        TailCalibrator calibrator = new TailCalibrator(TailCalibrator.Prior.HEAVY);
        calibrator.read(in);
        Evidence evidence = new Evidence();
        evidence.read(in);
        CoverageTracker coverage = new CoverageTracker();
        coverage.read(in);
        Episode episode = new Episode();
        episode.read(in);
        OnlineState state = new OnlineState(cadence, memory, readout, profile, anchors, calibrator, evidence, coverage, episode);
        state.samples = samples;
        state.firstTime = firstTime;
        state.lastTime = lastTime;
        state.tick = tick;
        state.origin = origin;
        state.exponent = exponent;
        state.outliersInARow = outliersInARow;
        state.level = scalars[0];
        state.deviation = scalars[1];
        state.baseline = scalars[2];
        state.sigma = scalars[3];
        state.nearMean = scalars[4];
        state.nearSeason = scalars[5];
        state.seasonPower = scalars[6];
        state.seasonMatch = scalars[7];
        return state;
    }
}

package io.longwave.ssm.spacetime;

import java.util.List;
import java.util.stream.IntStream;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.ssm.conformal.HorizonBands;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.MeanPathForecaster;
import io.longwave.train.ScaleAugmentedForecaster;
import io.longwave.train.Scaler;

/**
 * A trained SpaceTime network that serves a stream.
 *
 * <p>A forecast is the network's pass over the last L values, so it is the one {@code evaluate} measures, up to the rounding of its 32-bit kernels;
 * beyond the trained horizon the closed loop rolls on, the mean path stays at its last value, and the forecast is kept within one and a half times the
 * span of what came before. A sample is judged by the one-step prediction of the recurrent state, which is anchored on the last L values (offset taken off,
 * zero start) and anchored anew after every L / {@value #ANCHORS_PER_LAG} samples: anchoring costs L steps of the recurrence, so a sample costs
 * 1 + {@value #ANCHORS_PER_LAG} of them, and the network never sees much more than the L values it was trained on. A network that
 * takes the last value off is anchored at every sample, at a cost of L steps each. Score and bands are calibrated as {@code io.longwave.ssm.conformal} says, on the past residuals of the series itself.
 *
 * <p>The samples are taken as steps of equal length, whatever the training data's. Up to T missing steps are filled with the closed-loop forecast;
 * after a longer gap the window is filled anew. A series is standardised with the scale of the training data: a model serves series like those it was
 * trained on.
 *
 * <p>In memory a series takes 8 N D bytes per block and decoder, 16 KiB at the sizes training starts from (N = D = 32) and 128 KiB at the published ones,
 * and 5 L more. {@link SeriesState#write()} writes 5 L and some 350 bytes, 2 KiB at lag 336: the recurrent state is computed again from the window when a
 * state that was read is first stepped, to the same bits.
 */
public final class SpaceTimeStreamingModel implements StreamingModel {
    /** Anchorings while the window slides by its own length. */
    static final int ANCHORS_PER_LAG = 4;
    /** Residuals that a new state learns from before it is put to use. */
    private static final int CALIBRATING = 512;
    private static final int FURTHEST_ANCHOR = 1024;
    /** Deviations of the training data, in which everything inside is counted. */
    private static final double LARGEST = 0x1p30;

    final SpaceTimeRecurrence recurrence;
    final int lag;
    final int horizon;
    final int anchorEvery;
    /** Horizons at which the size of errors is measured. */
    final HorizonBands.Anchors bandAnchors;
    private final String id;
    private final Offset offset;
    private final double[] meanPath; // [T]
    private final double mean;
    private final double std;

    private SpaceTimeStreamingModel(String id, SpaceTimeConfig config, MeanPathForecaster.Parts parts, Scaler scaler) {
        this.id = id;
        this.recurrence = new SpaceTimeRecurrence(config, parts.weights());
        this.lag = config.lag();
        this.horizon = config.horizon();
        this.offset = config.offset();
        // Trained around its last value, a network has only ever seen windows that end at zero: between anchors it would be lost.
        this.anchorEvery = offset == Offset.LAST ? 1 : Math.max(1, lag / ANCHORS_PER_LAG);
        this.bandAnchors = bandAnchors(horizon);
        this.meanPath = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            meanPath[h] = parts.path()[h];
        }
        this.mean = scaler.mean().getFirst();
        this.std = scaler.std().getFirst();
    }

    /** Powers of four, the trained horizon, because errors change their ways there, and one beyond it unless that is far. */
    private static HorizonBands.Anchors bandAnchors(int horizon) {
        IntStream within = IntStream.iterate(1, step -> step < horizon, step -> 4 * step);
        IntStream last = IntStream.of(horizon, 4 * horizon).filter(step -> step == horizon || step <= FURTHEST_ANCHOR);
        return new HorizonBands.Anchors(IntStream.concat(IntStream.of(1), IntStream.concat(within, last)).distinct().toArray());
    }

    /** @throws CheckpointException if configuration or weights are not those of a SpaceTime network of one series, naming what was expected and found */
    public static SpaceTimeStreamingModel open(StoredModel stored) {
        try {
            List<String> columns = stored.card().scaler().columns();
            if (columns.size() != 1) {
                throw new IllegalArgumentException("expected a model of one series but it forecasts " + columns
                        + " jointly, and the stream serves each series by itself");
            }
            int horizon = stored.card().config().path("horizon").asInt(0);
            MeanPathForecaster.Parts parts = MeanPathForecaster.parts(SpaceTimeFamily.NAME, stored.card().config(), stored.weights(),
                    horizon, 1);
            SpaceTimeConfig config = SpaceTimeFamily.read(ScaleAugmentedForecaster.withoutSetting(parts.config()), stored.card().seed());
            if (config.variates() != 1) {
                throw new IllegalArgumentException("variates: expected 1 but was " + config.variates());
            }
            return new SpaceTimeStreamingModel(stored.id(), config, parts, stored.card().scaler());
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(stored.directory(), e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public SeriesState newState() {
        return new SpaceTimeState(this);
    }

    @Override
    public int warmUpSamples() {
        return lag + CALIBRATING;
    }

    @Override
    public int stateFormat() {
        return SpaceTimeState.FORMAT;
    }

    @Override
    public SeriesState readState(byte[] bytes) {
        return SpaceTimeState.read(this, bytes);
    }

    @Override
    public String numericProfile() {
        return "scalar-float64-strict";
    }

    /** On the model's scale, rounded to 32 bits as the training data are, and far from where the network's sums would overflow. */
    float standardised(double value) {
        double x = (0.5 * value - 0.5 * mean) / std * 2;
        return (float) bounded(x);
    }

    double unit(double standardised) {
        double value = mean + std * standardised;
        return Math.min(Double.MAX_VALUE, Math.max(-Double.MAX_VALUE, value));
    }

    /** What is taken off a window, [L]. */
    double offset(float[] window) {
        return switch (offset) {
            case MEAN -> {
                double sum = 0;
                for (float x : window) {
                    sum += x;
                }
                yield sum / window.length;
            }
            case LAST -> window[window.length - 1];
            case NONE -> 0;
        };
    }

    /** The recurrent state after a window from a zero start. */
    SpaceTimeRecurrence.State run(float[] window, double taken) {
        SpaceTimeRecurrence.State state = recurrence.start();
        for (float x : window) {
            state.step(x - taken);
        }
        return state;
    }

    /** Forecast of a recurrent state on the model's scale, [steps]. */
    double[] forecast(SpaceTimeRecurrence.State state, double taken, int steps) {
        double[] out = new double[steps];
        state.forecast(steps, out);
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (int h = 0; h < steps; h++) {
            double x = out[h] + taken + meanPath[Math.min(h, horizon - 1)];
            if (h >= horizon) {
                // nothing in training bounds the closed loop here
                double reach = 0.25 * (highest - lowest);
                x = Math.min(highest + reach, Math.max(lowest - reach, x));
            } else {
                lowest = Math.min(lowest, x);
                highest = Math.max(highest, x);
            }
            // a network that overflows forecasts no change
            out[h] = Double.isNaN(x) ? h == 0 ? taken : out[h - 1] : bounded(x);
        }
        return out;
    }

    private static double bounded(double standardised) {
        return Math.min(LARGEST, Math.max(-LARGEST, standardised));
    }
}

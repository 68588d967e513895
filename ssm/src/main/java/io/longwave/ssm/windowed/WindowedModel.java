package io.longwave.ssm.windowed;

import java.util.List;
import java.util.function.ToDoubleFunction;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.ssm.conformal.HorizonBands;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.MeanPathForecaster;
import io.longwave.train.ScaleAugmentedForecaster;
import io.longwave.train.Scaler;
import io.longwave.train.TrainableModel.NamedTensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network trained to forecast from the last L values of a series, serving a stream.
 *
 * <p>A forecast is the network's pass over the last L values, so it is the one {@code evaluate} measures, up to the rounding of its 32-bit kernels;
 * beyond the trained horizon the network goes on from its own forecasts, the mean path stays at its last value, and the forecast is kept within one
 * and a half times the span of what came before. A sample is judged by the one-step prediction of the recurrent state, which is anchored on the last L
 * values (offset and deviation taken off, zero start) and anchored anew after every L / {@value #ANCHORS_PER_LAG} samples: anchoring costs L steps of the
 * recurrence, so a sample costs 1 + {@value #ANCHORS_PER_LAG} of them, and the network never sees much more than the L values it was trained on. A network
 * that takes the last value off, or averages over the window, is anchored at every sample, at a cost of L steps each. Score and bands are calibrated as
 * {@code io.longwave.ssm.conformal} says, on the past residuals of the series itself.
 *
 * <p>The samples are taken as steps of equal length, whatever the training data's. Up to T missing steps are filled with the forecast;
 * after a longer gap the window is filled anew. A series is standardised with the scale of the training data: a model serves series like those it was
 * trained on.
 *
 * <p>In memory a series takes the network's recurrent state and 5 L bytes. {@link SeriesState#write()} writes 5 L and some 350 bytes, 2 KiB at lag 336: the
 * recurrent state is computed again from the window when a state that was read is first stepped, to the same bits.
 */
public final class WindowedModel implements StreamingModel {
    /** Anchorings while the window slides by its own length. */
    static final int ANCHORS_PER_LAG = 4;
    /** Size of errors, coverage, cadence and the objects around them. */
    private static final int BYTES_OF_WHAT_WAS_MEASURED = 1_100;
    /** Residuals that a new state learns from before it is put to use. */
    private static final int CALIBRATING = 512;
    /** Deviations of the training data, in which everything inside is counted. */
    private static final double LARGEST = 0x1p30;

    final int lag;
    final int horizon;
    final int anchorEvery;
    /** Horizons at which the size of errors is measured. */
    final HorizonBands.Anchors bandAnchors;
    private final String id;
    private final String family;
    private final SteppedNetwork network;
    private final Offset offset;
    private final ToDoubleFunction<float[]> scale;
    private final double[] meanPath; // [T]
    private final double mean;
    private final double std;

    private WindowedModel(StoredModel stored, Network opened, float[] path) {
        this.id = stored.id();
        this.family = stored.card().family();
        this.network = opened.network;
        this.lag = opened.lag;
        this.horizon = opened.horizon;
        this.offset = opened.offset;
        this.scale = opened.scale;
        // Trained around its last value, a network has only ever seen windows that end at zero: between anchors it would be lost.
        this.anchorEvery = offset == Offset.LAST || opened.wholeWindows ? 1 : Math.max(1, lag / ANCHORS_PER_LAG);
        this.bandAnchors = HorizonBands.Anchors.within(horizon);
        this.meanPath = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            meanPath[h] = path[h];
        }
        Scaler scaler = stored.card().scaler();
        this.mean = scaler.mean().getFirst();
        this.std = scaler.std().getFirst();
    }

    /**
     * A stored network and the windows it was trained on.
     *
     * @param lag L
     * @param horizon T
     * @param offset what is taken off a window
     * @param scale from a window to what it is divided by after that
     * @param wholeWindows whether a forecast is one of just L samples and means nothing a few samples later
     */
    public record Network(SteppedNetwork network, int lag, int horizon, Offset offset, ToDoubleFunction<float[]> scale,
            boolean wholeWindows) {}

    /** Makes a network of what is stored of it. */
    public interface Opening {
        /** @throws IllegalArgumentException if it cannot serve a single series or settings and weights do not fit, naming what was expected and found */
        Network open(ObjectNode config, List<NamedTensor> weights, long seed);
    }

    /** @throws CheckpointException if it forecasts several series jointly, or as {@code opening} refuses it */
    public static WindowedModel open(StoredModel stored, Opening opening) {
        try {
            List<String> columns = stored.card().scaler().columns();
            if (columns.size() != 1) {
                throw new IllegalArgumentException("expected a model of one series but it forecasts " + columns
                        + " jointly; a group of series can have it, and no series by itself");
            }
            int horizon = stored.card().config().path("horizon").asInt(0);
            MeanPathForecaster.Parts parts = MeanPathForecaster.parts(stored.card().family(), stored.card().config(), stored.weights(),
                    horizon, 1);
            Network network = opening.open(ScaleAugmentedForecaster.withoutSetting(parts.config()), parts.weights(), stored.card().seed());
            return new WindowedModel(stored, network, parts.path());
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(stored.directory(), e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    String family() {
        return family;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public SeriesState newState() {
        return new WindowedState(this);
    }

    @Override
    public int warmUpSamples() {
        return lag + CALIBRATING;
    }

    @Override
    public int stateBytes() {
        return BYTES_OF_WHAT_WAS_MEASURED + 2 * bandAnchors.bytes() + Float.BYTES * (lag + anchorEvery) + network.stateBytes();
    }

    @Override
    public int stateFormat() {
        return WindowedState.FORMAT;
    }

    @Override
    public SeriesState readState(byte[] bytes) {
        return WindowedState.read(this, bytes);
    }

    @Override
    public String numericProfile() {
        return network.numericProfile();
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

    /** What a window is divided by, its offset taken off. */
    double scale(float[] window) {
        return scale.applyAsDouble(window);
    }

    /** The recurrent state after a window from the start. */
    SteppedNetwork.State run(float[] window, double taken, double scale) {
        SteppedNetwork.State state = network.start();
        for (float x : window) {
            state.step((x - taken) / scale);
        }
        return state;
    }

    /** Forecast of a recurrent state on the model's scale, [steps]. */
    double[] forecast(SteppedNetwork.State state, double taken, double scale, int steps) {
        double[] out = new double[steps];
        state.forecast(steps, out);
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (int h = 0; h < steps; h++) {
            double x = out[h] * scale + taken + meanPath[Math.min(h, horizon - 1)];
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

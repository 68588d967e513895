package io.longwave.ssm.joint;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.conformal.HorizonBands;
import io.longwave.train.Scaler;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.reconstruct.TrainableReconstructor;

/**
 * A stored model that judges rows of the series it was trained on. Forecasters and reconstructors of any family do; only the former forecast. Safe for many threads, which take turns: a
 * pass uses every core or the whole device.
 */
public final class JointModel {
    /** Rows that a new state learns the size of errors from before it is put to use. */
    private static final int CALIBRATING = 2048;
    /** Windows that the network is given at once: it keeps memory for each number it has seen, so one window alone is the only other. */
    static final int TOGETHER = 16;
    /** Deviations of the training data, in which everything inside is counted. */
    private static final double LARGEST = 0x1p30;

    /** Horizons at which the size of errors is measured. */
    final HorizonBands.Anchors bandAnchors;
    private final ModelCard card;
    private final Network network;

    private JointModel(ModelCard card, Network network) {
        this.card = card;
        this.network = network;
        this.bandAnchors = HorizonBands.Anchors.within(Math.max(1, network.horizon()));
    }

    /** A pass over windows. */
    private interface Network {
        /** L. */
        int window();

        /** H; 0 of one that gives back the window itself. */
        int horizon();

        /**
         * @param windows [B, L, V], standardised
         * @param out [B, H, V], or [B, L, V] of one that reconstructs
         */
        void pass(float[] windows, int batch, float[] out);
    }

    private record Forecasting(TrainableForecaster model) implements Network {
        @Override
        public int window() {
            return model.lag();
        }

        @Override
        public int horizon() {
            return model.horizon();
        }

        @Override
        public void pass(float[] windows, int batch, float[] out) {
            model.forecast(windows, batch, out);
        }
    }

    private record Reconstructing(TrainableReconstructor model) implements Network {
        @Override
        public int window() {
            return model.window();
        }

        @Override
        public int horizon() {
            return 0;
        }

        @Override
        public void pass(float[] windows, int batch, float[] out) {
            model.reconstruct(windows, batch, out);
        }
    }

    /** @throws CheckpointException if the model neither forecasts nor reconstructs, or its files cannot be read */
    public static JointModel open(StoredModel stored) {
        ModelCard card = stored.card();
        return switch (card.task()) {
            case ModelCard.FORECAST -> new JointModel(card, new Forecasting(stored.forecaster(ModelFamilies.forecaster(card.family())
                    .orElseThrow(() -> unknownFamily(stored)))));
            case ModelCard.RECONSTRUCT -> new JointModel(card, new Reconstructing(stored.reconstructor(
                    ModelFamilies.reconstructor(card.family()).orElseThrow(() -> unknownFamily(stored)))));
            default -> throw new CheckpointException(stored.directory(), "expected a model of task " + ModelCard.FORECAST + " or "
                    + ModelCard.RECONSTRUCT + " but its task is " + card.task());
        };
    }

    private static CheckpointException unknownFamily(StoredModel stored) {
        return new CheckpointException(stored.directory(),
                "expected a family that can " + stored.card().task() + " but was " + stored.card().family());
    }

    /** Registered id. */
    public String id() {
        return card.id();
    }

    /** What it calls its series, [V]. */
    public List<String> columns() {
        return card.scaler().columns();
    }

    /** Distance of two rows of the data it was trained on, nanoseconds; 0 if that is not known. */
    public long trainedStepNanos() {
        return Math.multiplyExact(card.data().cadenceMillis(), 1_000_000L);
    }

    /** Rows ahead that it forecasts at most; 0 if it does not forecast. */
    public int longestHorizon() {
        return network.horizon();
    }

    /** Rows that a new state is given before it is put to use. */
    public int warmUpRows() {
        return network.window() + CALIBRATING;
    }

    /** State of series of which nothing is known yet. */
    public JointState newState() {
        return new JointState(this);
    }

    /** Version of what {@link JointState#write()} writes. */
    public int stateFormat() {
        return JointState.FORMAT;
    }

    /**
     * Reads what {@link JointState#write()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are no state of this model, naming what was expected and found
     */
    public JointState readState(byte[] bytes) {
        return JointState.read(this, bytes);
    }

    /** L. */
    int window() {
        return network.window();
    }

    /** V. */
    int variates() {
        return card.scaler().columns().size();
    }

    /** Rows that a pass gives. */
    int given() {
        return network.horizon() == 0 ? network.window() : network.horizon();
    }

    /**
     * Passes over windows.
     *
     * @param windows R windows, [L, V] each, standardised, at most {@value #TOGETHER}
     * @return [R][H, V], or [R][L, V] of a model that reconstructs
     */
    synchronized List<float[]> passes(List<float[]> windows) {
        int in = network.window() * variates();
        int out = given() * variates();
        int batch = windows.size() == 1 ? 1 : TOGETHER;
        float[] ins = new float[batch * in]; // what is left over stays zero
        float[] outs = new float[batch * out];
        for (int b = 0; b < windows.size(); b++) {
            System.arraycopy(windows.get(b), 0, ins, b * in, in);
        }
        if (!windows.isEmpty()) {
            network.pass(ins, batch, outs);
        }
        return IntStream.range(0, windows.size()).mapToObj(b -> Arrays.copyOfRange(outs, b * out, (b + 1) * out)).toList();
    }

    /** On the model's scale, rounded to 32 bits as the training data are, and far from where the network's sums would overflow. */
    float standardised(int variate, double value) {
        Scaler scaler = card.scaler();
        return (float) bounded((0.5 * value - 0.5 * scaler.mean().get(variate)) / scaler.std().get(variate) * 2);
    }

    double unit(int variate, double standardised) {
        double value = card.scaler().mean().get(variate) + card.scaler().std().get(variate) * standardised;
        return Math.min(Double.MAX_VALUE, Math.max(-Double.MAX_VALUE, value));
    }

    static double bounded(double standardised) {
        return Math.min(LARGEST, Math.max(-LARGEST, standardised));
    }
}

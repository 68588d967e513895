package io.longwave.ssm.sequence;

import io.longwave.ssm.windowed.SteppedNetwork;

/**
 * A {@link SequenceForecaster} of one series sample by sample: the network's recurrence moves at the end of every patch, and the head makes a forecast of
 * what it has become there. Between two patches the forecast is that of the last one, from the place where the stream is.
 */
final class SteppedForecaster implements SteppedNetwork {
    /** Objects around the arrays of one. */
    private static final int BYTES_OF_A_BLOCK = 256;

    private final SequenceNetworkRecurrence network;
    private final Pooling pooling;
    private final int patch;
    private final int width;
    private final int horizon;
    private final float[] headWeight;
    private final float[] headBias;

    /**
     * @param headWeight [T, H]
     * @param headBias [T], T at least the patch
     */
    SteppedForecaster(SequenceNetworkRecurrence network, Pooling pooling, float[] headWeight, float[] headBias) {
        this.network = network;
        this.pooling = pooling;
        this.patch = network.config().patch();
        this.width = network.config().width();
        this.horizon = headBias.length;
        this.headWeight = headWeight;
        this.headBias = headBias;
    }

    @Override
    public State start() {
        return new Stepped();
    }

    /** The steps of all layers are lane by lane, with the same bits in vectors of any width and on a device. */
    @Override
    public String numericProfile() {
        return "lanes-float32";
    }

    /** States of the layers, for which a kernel may keep as much room again, what goes between them, and what the head reads. */
    @Override
    public int stateBytes() {
        return Float.BYTES * (2 * network.stateSize() + 3 * width * network.config().blocks() + patch + width) + 2 * Double.BYTES * width
                + BYTES_OF_A_BLOCK * network.config().blocks();
    }

    private final class Stepped implements State {
        private final SequenceNetworkRecurrence.Cohort cohort = network.start(1);
        private final float[] samples = new float[patch];
        private final float[] hidden = new float[width];
        /** Of what the network put out at all steps, for the mean. */
        private final double[] sum = new double[width];
        private final double[] pooled = new double[width];
        private long steps;
        /** Samples of a patch that is not whole. */
        private int waiting;

        @Override
        public void step(double sample) {
            samples[waiting++] = (float) sample;
            if (waiting < patch) {
                return;
            }
            waiting = 0;
            cohort.step(samples, hidden);
            steps++;
            for (int i = 0; i < width; i++) {
                sum[i] += hidden[i];
            }
        }

        @Override
        public void forecast(int count, double[] out) {
            int ready = Math.min(count, horizon - waiting);
            head(ready, out);
            if (ready == count) {
                return;
            }
            Stepped ahead = copy();
            double[] next = new double[horizon];
            for (int at = ready, fed = 0; at < count; at += ready) {
                for (; fed < at; fed++) {
                    ahead.step(out[fed]);
                }
                ready = Math.min(count - at, horizon - ahead.waiting);
                ahead.head(ready, next);
                System.arraycopy(next, 0, out, at, ready);
            }
        }

        /** The next {@code count} of the samples that the head has at the end of the last patch. */
        private void head(int count, double[] out) {
            for (int i = 0; i < width; i++) {
                pooled[i] = pooling == Pooling.LAST ? hidden[i] : sum[i] / Math.max(1, steps);
            }
            for (int h = 0; h < count; h++) {
                int row = (waiting + h) * width;
                double x = headBias[waiting + h];
                for (int i = 0; i < width; i++) {
                    x += headWeight[row + i] * pooled[i];
                }
                out[h] = x;
            }
        }

        @Override
        public Stepped copy() {
            Stepped copy = new Stepped();
            float[] states = new float[network.stateSize()];
            cohort.read(states);
            copy.cohort.write(states);
            System.arraycopy(samples, 0, copy.samples, 0, patch);
            System.arraycopy(hidden, 0, copy.hidden, 0, width);
            System.arraycopy(sum, 0, copy.sum, 0, width);
            copy.steps = steps;
            copy.waiting = waiting;
            return copy;
        }
    }
}

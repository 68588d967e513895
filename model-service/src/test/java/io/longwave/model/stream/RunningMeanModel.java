package io.longwave.model.stream;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.StreamingModel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Expects the mean of all samples so far; the smallest model that still depends on every sample and on their order. It fails on the value
 * {@link #POISON}, as a model with a bug would.
 */
record RunningMeanModel(String id, String numericProfile) implements StreamingModel {
    static final double POISON = 666;

    @Override
    public SeriesState newState() {
        return new State(0, Long.MIN_VALUE, 0);
    }

    @Override
    public int stateBytes() {
        return 48;
    }

    @Override
    public int stateFormat() {
        return 1;
    }

    @Override
    public SeriesState readState(byte[] bytes) {
        if (bytes.length != 24) {
            throw new IllegalArgumentException("running mean: expected 24 bytes but were " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new State(buffer.getLong(), buffer.getLong(), buffer.getDouble());
    }

    private static final class State implements SeriesState {
        private long seen;
        private long lastTime;
        private double mean;

        State(long seen, long lastTime, double mean) {
            this.seen = seen;
            this.lastTime = lastTime;
            this.mean = mean;
        }

        @Override
        public @Nullable Judgement step(long timeNanos, double value) {
            if (value == POISON) {
                throw new ArithmeticException("the model fails on " + value);
            }
            if (timeNanos <= lastTime) {
                throw new IllegalStateException("expected a time after " + lastTime + " but was " + timeNanos);
            }
            double expected = mean;
            seen++;
            lastTime = timeNanos;
            mean = 0.75 * mean + 0.25 * value;
            double error = Math.abs(value - expected);
            return seen <= 3 ? null : new Judgement(expected, expected - 1, expected + 1, 1 - 1 / (1 + error * error));
        }

        @Override
        public double relativeWidth(double level) {
            return level;
        }

        @Override
        public @Nullable Outlook forecast(int horizon, double[] levels) {
            if (seen < 3) {
                return null;
            }
            double[] mean = new double[horizon];
            Arrays.fill(mean, this.mean);
            double[][] lower = new double[levels.length][horizon];
            double[][] upper = new double[levels.length][horizon];
            double[] coverage = new double[levels.length];
            Arrays.fill(coverage, Double.NaN);
            for (int k = 0; k < levels.length; k++) {
                Arrays.fill(lower[k], this.mean - levels[k]);
                Arrays.fill(upper[k], this.mean + levels[k]);
            }
            return new Outlook(1_000_000_000L, mean, lower, upper, coverage);
        }

        @Override
        public long stepNanos() {
            return 0;
        }

        @Override
        public long samplesSeen() {
            return seen;
        }

        @Override
        public long lastTimeNanos() {
            return lastTime;
        }

        @Override
        public SeriesState copy() {
            return new State(seen, lastTime, mean);
        }

        @Override
        public byte[] write() {
            return ByteBuffer.allocate(24).putLong(seen).putLong(lastTime).putDouble(mean).array();
        }
    }
}

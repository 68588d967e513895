package io.longwave.train;

/** Learning rate of each step, a function of the step alone so that a resumed training sees the same rates. */
public sealed interface LearningRateSchedule {

    /**
     * @param step optimiser steps taken before this one, over all epochs
     * @param stepsPerEpoch of this training, at least 1
     */
    double rate(long step, int stepsPerEpoch);

    /** The same rate always. */
    record Constant(double rate) implements LearningRateSchedule {
        public Constant {
            requireRate("rate", rate);
        }

        @Override
        public double rate(long step, int stepsPerEpoch) {
            return rate;
        }
    }

    /**
     * Linear warm-up, then half a cosine down to a floor, changing with every step.
     *
     * @param peak rate at the end of the warm-up
     * @param floor rate at the end of the cosine and ever after
     * @param warmupEpochs length of the warm-up, may be a fraction or 0
     * @param epochs length of warm-up and cosine together
     */
    record Cosine(double peak, double floor, double warmupEpochs, double epochs) implements LearningRateSchedule {
        public Cosine {
            requireRate("peak", peak);
            requireRate("floor", floor);
            if (!(warmupEpochs >= 0 && epochs > warmupEpochs)) {
                throw new IllegalArgumentException("expected 0 <= warmupEpochs < epochs but was " + warmupEpochs + " and " + epochs);
            }
        }

        @Override
        public double rate(long step, int stepsPerEpoch) {
            double epoch = (step + 1.0) / stepsPerEpoch;
            if (epoch < warmupEpochs) {
                return peak * epoch / warmupEpochs;
            }
            double done = Math.min(1, (epoch - warmupEpochs) / (epochs - warmupEpochs));
            return floor + (peak - floor) * (1 + Math.cos(Math.PI * done)) / 2;
        }
    }

    /**
     * The schedule of the published SpaceTime code: changes once per epoch, with that epoch's number at its end, so that the first two epochs both
     * use {@code start}.
     *
     * @param peak rate the cosine starts from
     * @param start rate of the warm-up's first epoch, 1e-6 there
     * @param floor rate after the cosine, 1e-5 there
     * @param warmupEpochs 10 there
     * @param epochs length of the cosine, 300 there
     */
    record PublishedCosine(double peak, double start, double floor, int warmupEpochs, int epochs) implements LearningRateSchedule {
        public PublishedCosine {
            requireRate("peak", peak);
            requireRate("start", start);
            requireRate("floor", floor);
            if (warmupEpochs < 0 || epochs <= warmupEpochs) {
                throw new IllegalArgumentException("expected 0 <= warmupEpochs < epochs but was " + warmupEpochs + " and " + epochs);
            }
        }

        @Override
        public double rate(long step, int stepsPerEpoch) {
            long epoch = Math.max(0, step / stepsPerEpoch - 1);
            if (epoch < warmupEpochs) {
                return start + epoch * (peak - start) / warmupEpochs;
            }
            if (epoch >= epochs) {
                return floor;
            }
            return floor + (peak - floor) * (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
        }
    }

    private static void requireRate(String name, double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite rate, not negative: " + rate);
        }
    }
}

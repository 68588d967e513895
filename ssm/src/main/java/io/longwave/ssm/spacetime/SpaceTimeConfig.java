package io.longwave.ssm.spacetime;

import io.longwave.kernel.WindowCentring.Offset;

/**
 * Sizes and settings of one SpaceTime network.
 *
 * @param variates V, series in and out
 * @param lag L, rows the model sees
 * @param horizon T, rows it predicts
 * @param modelDim D, channels; a multiple of 8 V (filters) and of kernels · V
 * @param encoderBlocks at least 1
 * @param kernels kernel rows of the first block
 * @param encoderStateSize N of the encoder
 * @param decoderStateSize N of the decoder
 * @param minAverageWindow,maxAverageWindow window of the moving-average residuals, drawn from [min, max)
 * @param normOrder p of the row norm, 1 or 2
 * @param dropout rate in [0, 1); 1 + rate ties the mask over time
 * @param lossWeights of horizon, one-step outputs and next inputs
 * @param offset what is taken off each window
 * @param seed of initial weights, filter windows and dropout
 */
public record SpaceTimeConfig(int variates, int lag, int horizon, int modelDim, int encoderBlocks, int kernels, int encoderStateSize,
        int decoderStateSize, int minAverageWindow, int maxAverageWindow, int normOrder, double dropout, LossWeights lossWeights,
        Offset offset, long seed) {
    /** Filters of one repeat: differencing of orders 0 to 3 and as many moving-average residuals. */
    static final int FILTERS = 8;
    static final int DIFFERENCES = 4;

    public SpaceTimeConfig {
        require(variates >= 1, "variates", "at least 1", variates);
        require(lag >= 2, "lag", "at least 2", lag);
        require(horizon >= 1, "horizon", "at least 1", horizon);
        require(encoderBlocks >= 1, "encoder blocks", "at least 1", encoderBlocks);
        require(kernels >= 1, "kernels", "at least 1", kernels);
        require(modelDim >= 1 && modelDim % (FILTERS * variates) == 0, "model width", "a multiple of " + FILTERS * variates, modelDim);
        require(modelDim % (kernels * variates) == 0, "model width", "a multiple of " + kernels * variates, modelDim);
        require(encoderStateSize >= 1, "encoder state size", "at least 1", encoderStateSize);
        require(decoderStateSize >= 1, "decoder state size", "at least 1", decoderStateSize);
        require(minAverageWindow >= 1 && maxAverageWindow > minAverageWindow, "average window", "1 <= min < max", maxAverageWindow);
        require(normOrder == 1 || normOrder == 2, "norm order", "1 or 2", normOrder);
        require(!lossWeights.needsOpenPass() || lag > encoderStateSize, "lag", "more than the encoder state size " + encoderStateSize
                + " for the open-loop losses", lag);
        if (!(dropout >= 0 && dropout < 2 && dropout != 1)) {
            throw new IllegalArgumentException("dropout: expected a rate in [0, 1), or 1 + rate to tie it over time, but was " + dropout);
        }
    }

    private static void require(boolean condition, String name, String expected, int found) {
        if (!condition) {
            throw new IllegalArgumentException(name + ": expected " + expected + " but was " + found);
        }
    }

    /** The published settings; width 128 for one series, the next multiple that fits for several. */
    public static SpaceTimeConfig defaults(int variates, int lag, int horizon) {
        int unit = 16 * variates;
        int width = Math.max(128, unit);
        width = (width + unit - 1) / unit * unit;
        LossWeights weights = lag > 64 ? LossWeights.ALL : LossWeights.HORIZON_ONLY;
        return new SpaceTimeConfig(variates, lag, horizon, width, 1, 16, 64, 64, 4, 64, 1, 0.25, weights, Offset.MEAN, 0);
    }

    /**
     * Sizes and loss that a training starts from when nothing else is asked for: a quarter of the published width, half of its states and the
     * horizon's part of the loss alone, which is also all that the published code trains after its first epoch. A horizon as long as the lag or
     * shorter starts from the last value, a longer one from the mean of the lag: on ETTh1 each validates better on its side.
     */
    public static SpaceTimeConfig recommended(int variates, int lag, int horizon) {
        SpaceTimeConfig published = defaults(variates, lag, horizon);
        int unit = 16 * variates;
        int width = (Math.max(32, unit) + unit - 1) / unit * unit;
        return new SpaceTimeConfig(variates, lag, horizon, width, 1, published.kernels, 32, 32, published.minAverageWindow,
                published.maxAverageWindow, published.normOrder, published.dropout, LossWeights.HORIZON_ONLY,
                horizon <= lag ? Offset.LAST : Offset.MEAN, published.seed);
    }

    public SpaceTimeConfig withSeed(long other) {
        return new SpaceTimeConfig(variates, lag, horizon, modelDim, encoderBlocks, kernels, encoderStateSize, decoderStateSize,
                minAverageWindow, maxAverageWindow, normOrder, dropout, lossWeights, offset, other);
    }

    public SpaceTimeConfig withDropout(double other) {
        return new SpaceTimeConfig(variates, lag, horizon, modelDim, encoderBlocks, kernels, encoderStateSize, decoderStateSize,
                minAverageWindow, maxAverageWindow, normOrder, other, lossWeights, offset, seed);
    }

    public SpaceTimeConfig withLossWeights(LossWeights other) {
        return new SpaceTimeConfig(variates, lag, horizon, modelDim, encoderBlocks, kernels, encoderStateSize, decoderStateSize,
                minAverageWindow, maxAverageWindow, normOrder, dropout, other, offset, seed);
    }

    public SpaceTimeConfig withOffset(Offset other) {
        return new SpaceTimeConfig(variates, lag, horizon, modelDim, encoderBlocks, kernels, encoderStateSize, decoderStateSize,
                minAverageWindow, maxAverageWindow, normOrder, dropout, lossWeights, other, seed);
    }

    public SpaceTimeConfig withWidth(int width, int blocks) {
        return new SpaceTimeConfig(variates, lag, horizon, width, blocks, kernels, encoderStateSize, decoderStateSize, minAverageWindow,
                maxAverageWindow, normOrder, dropout, lossWeights, offset, seed);
    }

    /** Channels of one filter row and of one head: the series. */
    int headDim() {
        return variates;
    }

    int filterRepeats() {
        return modelDim / (FILTERS * variates);
    }

    /**
     * Weights of the three parts of the loss; a part of weight 0 is not computed.
     *
     * @param horizon of the closed-loop forecast
     * @param oneStep of the open-loop outputs, one step ahead inside the lag
     * @param nextInput of the decoder's prediction of its own next input
     */
    public record LossWeights(double horizon, double oneStep, double nextInput) {
        /** All three, as published. */
        public static final LossWeights ALL = new LossWeights(1, 1, 1);
        public static final LossWeights HORIZON_ONLY = new LossWeights(1, 0, 0);

        public LossWeights {
            if (!(horizon >= 0 && oneStep >= 0 && nextInput >= 0) || horizon + oneStep + nextInput == 0) {
                throw new IllegalArgumentException(
                        "loss weights: expected at least 0 and not all 0 but was " + horizon + ", " + oneStep + ", " + nextInput);
            }
        }

        boolean needsOpenPass() {
            return oneStep > 0 || nextInput > 0;
        }
    }
}

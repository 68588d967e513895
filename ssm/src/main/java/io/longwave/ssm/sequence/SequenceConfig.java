package io.longwave.ssm.sequence;

import tools.jackson.databind.node.ObjectNode;

/**
 * Sizes and settings of the network around a kind of sequence layer.
 *
 * @param inputs V, channels in
 * @param patch k, consecutive samples that form one step: the encoder sees V k numbers and the layers ⌈L / k⌉ steps. It is a convolution with
 *        kernel and stride k, and what makes raw audio affordable
 * @param width H, channels of every layer
 * @param blocks residual blocks
 * @param norm what is normalised
 * @param preNorm whether the norm comes before the layer, with one more behind the last block, or behind the residual sum
 * @param dropout rate in [0, 1) of the activation behind the layer
 * @param tiedDropout whether a mask is the same at all steps of a sequence
 */
public record SequenceConfig(int inputs, int patch, int width, int blocks, Norm norm, boolean preNorm, double dropout,
        boolean tiedDropout) {

    /** What a block normalises. */
    public enum Norm {
        /** Nothing. */
        NONE,
        /** The channels of each position. */
        LAYER,
        /** The channels of each position, by their root mean square. */
        RMS,
        /** Each channel over the batch; a model at work uses the statistics of its training. */
        BATCH
    }

    public SequenceConfig {
        requireAtLeastOne("inputs", inputs);
        requireAtLeastOne("patch", patch);
        requireAtLeastOne("width", width);
        requireAtLeastOne("blocks", blocks);
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout: expected a rate in [0, 1) but was " + dropout);
        }
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
        }
    }

    /** Steps of the layers for a sequence of so many samples. */
    public int steps(int samples) {
        return (samples + patch - 1) / patch;
    }

    /** As {@link io.longwave.ssm.tape.DropoutStream} takes it. */
    double configuredDropout() {
        return tiedDropout && dropout > 0 ? 1 + dropout : dropout;
    }

    /** Puts all settings but the inputs, which follow from the task. */
    void write(ObjectNode json) {
        json.put("patch", patch).put("width", width).put("blocks", blocks).put("norm", norm.name()).put("preNorm", preNorm)
                .put("dropout", dropout).put("tiedDropout", tiedDropout);
    }

    static SequenceConfig read(Settings settings, int inputs) {
        return new SequenceConfig(inputs, settings.whole("patch", 1), settings.whole("width", 1), settings.whole("blocks", 1),
                settings.choice("norm", Norm.class), settings.flag("preNorm"), settings.number("dropout", 0, 0.99),
                settings.flag("tiedDropout"));
    }
}

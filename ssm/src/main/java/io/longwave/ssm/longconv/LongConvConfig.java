package io.longwave.ssm.longconv;

import io.longwave.ssm.sequence.Settings;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings of a long-convolution layer.
 *
 * @param taps K, length of a kernel
 * @param initial how the taps are drawn
 * @param squash λ, soft threshold of the taps once the ramp is over
 * @param squashRamp optimiser steps over which λ rises from 0: with the whole threshold at once most random taps would be dead from the start
 * @param smooth p, taps to each side that are averaged
 * @param kernelDropout share of taps left out in training
 * @param kernelRate learning rate of the taps, as a multiple of the common one
 * @param bidirectional whether a second kernel sees the future
 * @param butterfly whether the block matrices of the transforms are learned too
 * @param butterflyRate learning rate of these, as a multiple of the common one
 * @param streamOrder numbers of state per channel that a stream may use in place of the last K inputs; 0 keeps the taps
 * @param streamTolerance relative error of the kernel up to which it does
 */
record LongConvConfig(int taps, Initial initial, double squash, int squashRamp, int smooth, double kernelDropout, double kernelRate,
        boolean bidirectional, Butterfly butterfly, double butterflyRate, int streamOrder, double streamTolerance) {

    /** How taps are drawn. */
    enum Initial {
        /** k[h, j] = 0.002 N(0, 1). */
        RANDOM,
        /** k[h, j] = 0.02 N(0, 1) exp(−(j / K) (H / 2)^(h / H)): every channel decays at its own rate, from 1 to H / 2 per kernel. */
        GEOMETRIC
    }

    /** The block matrices of the transforms that a convolution is made of. */
    enum Butterfly {
        /** Fourier matrices: a convolution. */
        FIXED,
        /** Parameters that start at the Fourier matrices: a map that sees the whole sequence. */
        LEARNED
    }

    LongConvConfig {
        if (taps < 1) {
            throw new IllegalArgumentException("taps: expected at least 1 but was " + taps);
        }
        if (bidirectional && butterfly == Butterfly.LEARNED) {
            throw new IllegalArgumentException(
                    "butterfly: expected FIXED with bidirectional but was LEARNED; a learned butterfly sees the whole sequence with one kernel");
        }
    }

    static LongConvConfig defaults(int length) {
        return new LongConvConfig(length, Initial.GEOMETRIC, 0.001, 200, 0, 0, 1, false, Butterfly.FIXED, 0.25, 32, 1e-3);
    }

    /** Reads settings; models stored before there was a choice have fixed matrices. */
    static LongConvConfig read(ObjectNode stored) {
        ObjectNode json = stored.deepCopy();
        if (!json.has("butterfly") && !json.has("butterflyRate")) {
            json.put("butterfly", Butterfly.FIXED.name()).put("butterflyRate", 0.0);
        }
        Settings settings = Settings.like(defaults(1).write(), json, LongConvFamily.NAME);
        return new LongConvConfig(settings.whole("taps", 1), settings.choice("initial", Initial.class),
                settings.number("squash", 0, Double.MAX_VALUE), settings.whole("squashRamp", 0), settings.whole("smooth", 0),
                settings.number("kernelDropout", 0, 0.99), settings.number("kernelRate", 0, Double.MAX_VALUE),
                settings.flag("bidirectional"), settings.choice("butterfly", Butterfly.class),
                settings.number("butterflyRate", 0, Double.MAX_VALUE), settings.whole("streamOrder", 0),
                settings.number("streamTolerance", 0, 1));
    }

    ObjectNode write() {
        return JsonNodeFactory.instance.objectNode().put("taps", taps).put("initial", initial.name()).put("squash", squash)
                .put("squashRamp", squashRamp).put("smooth", smooth).put("kernelDropout", kernelDropout).put("kernelRate", kernelRate)
                .put("bidirectional", bidirectional).put("butterfly", butterfly.name()).put("butterflyRate", butterflyRate)
                .put("streamOrder", streamOrder).put("streamTolerance", streamTolerance);
    }
}

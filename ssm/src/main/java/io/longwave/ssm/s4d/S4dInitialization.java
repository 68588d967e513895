package io.longwave.ssm.s4d;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.hippo.NormalPlusLowRank;

/** Where the modes of S4D start: A and B of the stored members, imaginary parts negative. S4D, arXiv:2206.11893, section 4. */
enum S4dInitialization {
    /** −1/2 − iπm: the frequencies of a Fourier basis. */
    LIN,
    /** −1/2 − i N/π (N/(2m+1) − 1): close to the spectrum of LegS. */
    INV,
    /** −1/2 − i N/π (N/(m+1) − 1). */
    INV2,
    /** −1/2 − i (1+2m)²/π. */
    QUAD,
    /** −(m+1): real decays only. */
    REAL,
    /** The normal part of HiPPO-LegS, and its B. */
    LEGS,
    /** −1/2 − i exp(normal). */
    RAND;

    private static final double CLIP = 2;

    /** What the modes are driven with. */
    enum Input {
        /** 1, or what belongs to LegS. */
        NATURAL,
        /** Standard complex normal. */
        RANDOM,
        /** +1, −1, +1 and so on. */
        ALTERNATING;

        static List<String> labels() {
            return Arrays.stream(values()).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
        }
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * A of one copy, [n].
     *
     * @param stateSize N
     */
    Complex[] modes(int stateSize, SplittableRandom random) {
        int n = stateSize / 2;
        if (this == LEGS) {
            return NormalPlusLowRank.of(Hippo.of(Hippo.Measure.LEGS, stateSize)).w();
        }
        Complex[] out = new Complex[n];
        for (int m = 0; m < n; m++) {
            double frequency = switch (this) {
                case LIN -> Math.PI * m;
                case INV -> stateSize / Math.PI * (stateSize / (2.0 * m + 1) - 1);
                case INV2 -> stateSize / Math.PI * (stateSize / (m + 1.0) - 1);
                case QUAD -> (1 + 2.0 * m) * (1 + 2.0 * m) / Math.PI;
                case RAND -> Math.exp(random.nextGaussian());
                case REAL, LEGS -> 0;
            };
            out[m] = new Complex(this == REAL ? -(m + 1) : -0.5, -frequency);
        }
        return out;
    }

    /** B of one copy, [n]. */
    Complex[] inputs(Input input, int stateSize, SplittableRandom random) {
        int n = stateSize / 2;
        if (input == Input.NATURAL && this == LEGS) {
            return NormalPlusLowRank.of(Hippo.of(Hippo.Measure.LEGS, stateSize)).clippedB(CLIP);
        }
        Complex[] out = new Complex[n];
        for (int m = 0; m < n; m++) {
            out[m] = switch (input) {
                case NATURAL -> Complex.ONE;
                case RANDOM -> new Complex(random.nextGaussian(), random.nextGaussian()).times(Math.sqrt(0.5));
                case ALTERNATING -> Complex.real(m % 2 == 0 ? 1 : -1);
            };
        }
        return out;
    }
}

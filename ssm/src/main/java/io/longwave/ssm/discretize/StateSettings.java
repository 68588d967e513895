package io.longwave.ssm.discretize;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.longwave.kernel.Transform;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.ssm.sequence.Settings;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings that all families with modes share, and the initial numbers that follow from them.
 *
 * @param stateSize N, even
 * @param copies independent A and B that the channels share; more than there are channels count as one each
 * @param dtMin,dtMax step sizes are drawn log-uniformly between them
 * @param dtTransform,realTransform of step sizes and real parts
 * @param bidirectional whether each output sees the future too, by a kernel of its own
 */
public record StateSettings(int stateSize, int copies, double dtMin, double dtMax, Transform dtTransform, Transform realTransform,
        boolean bidirectional) {
    /** Real parts start at least this far from zero, and so do imaginary parts of conjugate pairs. */
    private static final double SMALLEST = 1e-4;
    /** Sequences longer than this start from slower modes, as Path-X needs. */
    private static final int LONG = 16_384;

    public StateSettings {
        if (stateSize < 2 || stateSize % 2 != 0) {
            throw new IllegalArgumentException("stateSize: expected an even number of at least 2 but was " + stateSize);
        }
        if (copies < 1) {
            throw new IllegalArgumentException("copies: expected at least 1 but was " + copies);
        }
        if (!(dtMin > 0 && dtMin <= dtMax)) {
            throw new IllegalArgumentException("dtMin: expected more than 0 and at most dtMax = " + dtMax + " but was " + dtMin);
        }
    }

    /** The published ones. */
    public static StateSettings defaults(int length) {
        return new StateSettings(64, 1, length > LONG ? 1e-4 : 1e-3, 0.1, Transform.SOFTPLUS, Transform.EXP, false);
    }

    /** The same with another transform of real parts. */
    public StateSettings withRealTransform(Transform other) {
        return new StateSettings(stateSize, copies, dtMin, dtMax, dtTransform, other, bidirectional);
    }

    /** Puts all settings. */
    public void write(ObjectNode json) {
        json.put("stateSize", stateSize).put("copies", copies).put("dtMin", dtMin).put("dtMax", dtMax)
                .put("dtTransform", dtTransform.label()).put("realTransform", realTransform.label()).put("bidirectional", bidirectional);
    }

    public static StateSettings read(Settings settings) {
        List<String> transforms = Arrays.stream(Transform.values()).map(Transform::label).toList();
        return new StateSettings(settings.whole("stateSize", 2, 4096), settings.whole("copies", 1), settings.number("dtMin", 1e-12, 1e6),
                settings.number("dtMax", 1e-12, 1e6), Transform.of(settings.text("dtTransform", transforms)),
                Transform.of(settings.text("realTransform", transforms)), settings.flag("bidirectional"));
    }

    /** Kernels per channel: one for the past, one more for the future. */
    public int heads() {
        return bidirectional ? 2 : 1;
    }

    /** Copies among {@code channels}. */
    public int copiesOf(int channels) {
        return Math.min(copies, channels);
    }

    /**
     * Initial raw numbers: A and B as given, real parts and negative imaginary parts at least 1e-4 in size; step sizes log-uniform; C standard
     * complex normal, each part of variance 1/2.
     *
     * @param a modes of each copy in continuous time, [copies][n], imaginary parts not positive
     * @param b [copies][n]
     * @param clampImaginary whether every mode is a conjugate pair, whose frequency starts away from zero
     */
    public RawModes draw(int channels, Complex[][] a, Complex[][] b, boolean clampImaginary, SplittableRandom random) {
        int n = a[0].length;
        Layout layout = new Layout(heads(), channels, a.length, n, false, dtTransform, realTransform, Transform.NONE);
        double[] aReal = new double[a.length * n];
        double[] aImag = new double[a.length * n];
        double[] rawB = new double[2 * a.length * n];
        for (int i = 0; i < aReal.length; i++) {
            Complex mode = a[i / n][i % n];
            aReal[i] = realTransform.inverse(Math.max(-mode.re(), SMALLEST));
            aImag[i] = clampImaginary ? Math.max(-mode.im(), SMALLEST) : -mode.im();
            rawB[2 * i] = b[i / n][i % n].re();
            rawB[2 * i + 1] = b[i / n][i % n].im();
        }
        double[] invDt = new double[channels];
        for (int h = 0; h < channels; h++) {
            double log = Math.log(dtMin) + random.nextDouble() * (Math.log(dtMax) - Math.log(dtMin));
            invDt[h] = dtTransform.inverse(Math.exp(log));
        }
        double[] c = drawC(2 * heads() * channels * n, random);
        return new RawModes(layout, invDt, aReal, aImag, rawB, c);
    }

    private static double[] drawC(int size, SplittableRandom random) {
        double[] c = new double[size];
        for (int i = 0; i < size; i++) {
            c[i] = random.nextGaussian() * Math.sqrt(0.5);
        }
        return c;
    }

    /** The skip connection D, standard normal. */
    public static double[] drawSkip(int channels, SplittableRandom random) {
        double[] skip = new double[channels];
        for (int h = 0; h < channels; h++) {
            skip[h] = random.nextGaussian();
        }
        return skip;
    }
}

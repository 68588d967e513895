package io.longwave.ssm.hippo;

import java.util.Locale;

/**
 * State matrix and input vector of one measure. Equations: {@code package-info}.
 *
 * @param n N
 * @param a A, [N, N] row by row; owned by the record, read only
 * @param b B, [N]; owned by the record, read only
 */
public record Hippo(Measure measure, int n, double[] a, double[] b) {

    /** What the coefficients are the best approximation under. */
    public enum Measure {
        /** Legendre polynomials over all of the past, stretched with time. */
        LEGS,
        /** Legendre polynomials over a window that moves. */
        LEGT,
        /** A truncated Fourier basis over a window that moves. */
        FOUT,
        /** The Legendre memory unit: LegT in other units. */
        LMU,
        /** The normal part of LegS with half of its input. */
        LEGSD,
        /** The normal part of FouT, at its own frequencies. */
        FOUD;

        /** Reads {@code legs}, {@code legt}, {@code fout} or {@code fourier}, {@code lmu}, {@code legsd}, {@code foud}. */
        public static Measure of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "legs", "hippo" -> LEGS;
                case "legt" -> LEGT;
                case "fout", "fourier" -> FOUT;
                case "lmu" -> LMU;
                case "legsd" -> LEGSD;
                case "foud" -> FOUD;
                default -> throw new IllegalArgumentException(
                        "measure: expected legs, legt, fout (fourier), lmu, legsd or foud but was " + name);
            };
        }
    }

    /**
     * @throws IllegalArgumentException if n is not positive, or odd where the basis comes in pairs
     */
    public static Hippo of(Measure measure, int n) {
        if (n < 1) {
            throw new IllegalArgumentException("state size: expected at least 1 but was " + n);
        }
        if ((measure == Measure.FOUT || measure == Measure.FOUD) && n % 2 != 0) {
            throw new IllegalArgumentException("state size: expected an even number for a Fourier basis but was " + n);
        }
        double[] a = new double[n * n];
        double[] b = new double[n];
        switch (measure) {
            case LEGS -> legs(n, a, b);
            case LEGT -> legt(n, a, b);
            case LMU -> lmu(n, a, b);
            case FOUT -> {
                fourier(n, Math.PI, a, b);
                addOuter(n, -1, b, a);
            }
            case LEGSD -> {
                legs(n, a, b);
                addOuter(n, 0.5, b, a);
                for (int i = 0; i < n; i++) {
                    b[i] *= 0.5;
                }
            }
            case FOUD -> {
                fourier(n, 2 * Math.PI, a, b);
                for (int i = 0; i < n; i++) {
                    a[i * n + i] = -0.5;
                }
            }
        }
        return new Hippo(measure, n, a, b);
    }

    private static void legs(int n, double[] a, double[] b) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                a[i * n + j] = -Math.sqrt((2.0 * i + 1) * (2.0 * j + 1));
            }
            a[i * n + i] = -(i + 1);
            b[i] = Math.sqrt(2.0 * i + 1);
        }
    }

    private static void legt(int n, double[] a, double[] b) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = -0.5 * Math.sqrt((2.0 * i + 1) * (2.0 * j + 1)) * (i >= j ? 1 : alternating(i - j));
            }
            b[i] = 0.5 * Math.sqrt(2.0 * i + 1);
        }
    }

    private static void lmu(int n, double[] a, double[] b) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = (2.0 * i + 1) * (i < j ? -1 : alternating(i - j + 1));
            }
            b[i] = (2.0 * i + 1) * alternating(i);
        }
    }

    private static double alternating(int power) {
        return power % 2 == 0 ? 1 : -1;
    }

    /** Rotations of the pairs (cosine, sine) at multiples of {@code frequency}; the pair of frequency 0 stands still. */
    private static void fourier(int n, double frequency, double[] a, double[] b) {
        for (int m = 0; m < n / 2; m++) {
            a[(2 * m + 1) * n + 2 * m] = frequency * m;
            a[2 * m * n + 2 * m + 1] = -frequency * m;
            b[2 * m] = m == 0 ? 1 : Math.sqrt(2);
        }
    }

    /** A += factor b bᵀ. */
    private static void addOuter(int n, double factor, double[] b, double[] a) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] += factor * b[i] * b[j];
            }
        }
    }
}

package io.longwave.ssm.discretize;

import java.util.Arrays;
import java.util.List;

import io.longwave.kernel.DiagonalKernel;
import io.longwave.ssm.complex.Complex;

/**
 * One mode over one step, as functions of x = dt A: the state is multiplied by exp({@link #logStep}) and the input enters with
 * dt B {@link #hold}. S4D, arXiv:2206.11893, eq. 5.
 */
public enum Discretization {
    /** The input is constant over the step. */
    ZERO_ORDER_HOLD("zoh") {
        @Override
        public Complex logStep(Complex x) {
            return x;
        }

        /** (e^x − 1) / x, 1 at 0. */
        @Override
        public Complex hold(Complex x) {
            return x.squaredAbs() < SMALL * SMALL ? series(x, Series.HOLD) : x.expm1().over(x);
        }

    },
    /** The trapezoidal rule. */
    BILINEAR("bilinear") {
        @Override
        public Complex logStep(Complex x) {
            return x.times(0.5).plus(1).times(hold(x)).log();
        }

        /** 1 / (1 − x/2). */
        @Override
        public Complex hold(Complex x) {
            return x.times(-0.5).plus(1).inverse();
        }

    };

    /** Below this, series. */
    private static final double SMALL = 0.5;
    private static final int TERMS = 18;

    private final String label;

    Discretization(String label) {
        this.label = label;
    }

    /** Reads {@code zoh} or {@code bilinear}. */
    public static Discretization of(String name) {
        for (Discretization discretization : values()) {
            if (discretization.label.equals(name)) {
                return discretization;
            }
        }
        throw new IllegalArgumentException("discretization: expected zoh or bilinear but was " + name);
    }

    /** All names. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Discretization::label).toList();
    }

    /** The name in configurations. */
    public String label() {
        return label;
    }

    /** The same for {@link DiagonalKernel}, whose kernels are made without a round trip over the host. */
    DiagonalKernel.Rule rule() {
        return switch (this) {
            case ZERO_ORDER_HOLD -> DiagonalKernel.Rule.ZERO_ORDER_HOLD;
            case BILINEAR -> DiagonalKernel.Rule.BILINEAR;
        };
    }

    /** Logarithm of what one step multiplies the state by; any branch, only whole powers are used. */
    public abstract Complex logStep(Complex x);

    /** What dt B is multiplied by. */
    public abstract Complex hold(Complex x);

    /** Σ c_k x^k by Horner's rule; in plain numbers. */
    private static Complex series(Complex x, double[] coefficients) {
        double re = 0;
        double im = 0;
        for (int k = TERMS - 1; k >= 0; k--) {
            double next = re * x.re() - im * x.im() + coefficients[k];
            im = re * x.im() + im * x.re();
            re = next;
        }
        return new Complex(re, im);
    }

    /** Coefficients of (e^x − 1) / x about 0: 1 / (k+1)!. */
    private static final class Series {
        private static final double[] HOLD = new double[TERMS];

        static {
            double factorial = 1;
            for (int k = 0; k < TERMS; k++) {
                factorial *= k + 1;
                HOLD[k] = 1 / factorial;
            }
        }

        private Series() {}
    }
}

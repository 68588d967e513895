package io.longwave.ssm.online;

import java.nio.ByteBuffer;

/**
 * Fixed companion and HiPPO memory of one signal: the last {@value #LAGS} values, and {@value #ORDER} Legendre coefficients of about the last
 * {@value #WINDOW} values (HiPPO-LegT, zero-order hold). Nothing in it is learned.
 */
final class LegendreMemory {
    static final int LAGS = 4;
    static final int ORDER = 6;
    static final int WINDOW = 64;
    static final int BYTES = 8 * (LAGS + ORDER);

    private static final double[] TRANSITION = new double[ORDER * ORDER];
    private static final double[] INPUT = new double[ORDER];

    static {
        discretize(2.0 / WINDOW);
    }

    // [LAGS + ORDER]: lags, newest first, then coefficients, lowest degree first
    private final double[] values = new double[LAGS + ORDER];

    LegendreMemory copy() {
        LegendreMemory copy = new LegendreMemory();
        copy.set(this);
        return copy;
    }

    void set(LegendreMemory other) {
        System.arraycopy(other.values, 0, values, 0, values.length);
    }

    /** As if the signal had always had this value: a constant is the Legendre polynomial of degree 0. */
    void fill(double value) {
        for (int i = 0; i < LAGS; i++) {
            values[i] = value;
        }
        values[LAGS] = value;
        for (int i = 1; i < ORDER; i++) {
            values[LAGS + i] = 0;
        }
    }

    void push(double value) {
        for (int i = LAGS - 1; i > 0; i--) {
            values[i] = values[i - 1];
        }
        values[0] = value;
        double c0 = values[LAGS];
        double c1 = values[LAGS + 1];
        double c2 = values[LAGS + 2];
        double c3 = values[LAGS + 3];
        double c4 = values[LAGS + 4];
        double c5 = values[LAGS + 5];
        for (int i = 0; i < ORDER; i++) {
            int row = i * ORDER;
            double sum = Math.fma(TRANSITION[row], c0, INPUT[i] * value);
            sum = Math.fma(TRANSITION[row + 1], c1, sum);
            sum = Math.fma(TRANSITION[row + 2], c2, sum);
            sum = Math.fma(TRANSITION[row + 3], c3, sum);
            sum = Math.fma(TRANSITION[row + 4], c4, sum);
            values[LAGS + i] = Math.fma(TRANSITION[row + 5], c5, sum);
        }
    }

    double lag(int index) {
        return values[index];
    }

    /** Legendre coefficient; that of degree 0 is the mean over the window. */
    double coefficient(int degree) {
        return values[LAGS + degree];
    }

    /** Follows a change of unit and origin: value becomes (value - origin) * factor. */
    void rebase(double origin, double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (i <= LAGS ? values[i] - origin : values[i]) * factor;
        }
    }

    void write(ByteBuffer out) {
        for (double value : values) {
            out.putDouble(value);
        }
    }

    void read(ByteBuffer in) {
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getDouble();
        }
    }

    /**
     * Zero-order hold of HiPPO-LegT through exp([[dt A, dt B], [0, 0]]) by a Taylor series: the norm of dt A is below 1, so that 30 terms leave
     * nothing above one rounding.
     */
    private static void discretize(double dt) {
        int n = ORDER + 1;
        double[] generator = new double[n * n];
        for (int i = 0; i < ORDER; i++) {
            for (int j = 0; j < ORDER; j++) {
                double sign = i >= j || (i - j) % 2 == 0 ? 1 : -1;
                generator[i * n + j] = dt * -0.5 * StrictMath.sqrt((2 * i + 1) * (2 * j + 1)) * sign;
            }
            generator[i * n + ORDER] = dt * 0.5 * StrictMath.sqrt(2 * i + 1);
        }
        double[] sum = new double[n * n];
        double[] term = new double[n * n];
        for (int i = 0; i < n; i++) {
            sum[i * n + i] = 1;
            term[i * n + i] = 1;
        }
        for (int k = 1; k <= 30; k++) {
            double[] next = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double product = 0;
                    for (int m = 0; m < n; m++) {
                        product = Math.fma(term[i * n + m], generator[m * n + j], product);
                    }
                    next[i * n + j] = product / k;
                }
            }
            term = next;
            for (int i = 0; i < sum.length; i++) {
                sum[i] += term[i];
            }
        }
        for (int i = 0; i < ORDER; i++) {
            System.arraycopy(sum, i * n, TRANSITION, i * ORDER, ORDER);
            INPUT[i] = sum[i * n + ORDER];
        }
    }
}

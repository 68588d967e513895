package io.longwave.ssm.spacetime;

import java.nio.ByteBuffer;

/**
 * D companion systems side by side, stepped in place: x ← A x + b u. Rows of all arrays lie with channels innermost, [N, D], so that the loops run over
 * channels and each channel's sums have one order. The shift of A moves no data: the rows of x form a ring whose first row goes back by one.
 */
final class CompanionBank {
    private final int n;
    private final int width;
    private final double[] x; // [N, D], row i of the state at physical row (first + i) mod N
    private final double[] last;
    private int first;

    CompanionBank(int n, int width) {
        this.n = n;
        this.width = width;
        this.x = new double[n * width];
        this.last = new double[width];
    }

    CompanionBank copy() {
        CompanionBank copy = new CompanionBank(n, width);
        System.arraycopy(x, 0, copy.x, 0, x.length);
        copy.first = first;
        return copy;
    }

    /**
     * One step.
     *
     * @param a,b [N, D]
     * @param u [D]
     */
    void step(double[] a, double[] b, double[] u) {
        first = first == 0 ? n - 1 : first - 1;
        System.arraycopy(x, first * width, last, 0, width);
        for (int i = 0; i < n; i++) {
            int row = i * width;
            int at = physical(i);
            if (i == 0) {
                for (int j = 0; j < width; j++) {
                    x[at + j] = a[row + j] * last[j] + b[row + j] * u[j];
                }
            } else {
                for (int j = 0; j < width; j++) {
                    x[at + j] += a[row + j] * last[j] + b[row + j] * u[j];
                }
            }
        }
    }

    /**
     * out = c · x per channel.
     *
     * @param c [N, D]
     * @param out [D]
     */
    void read(double[] c, double[] out) {
        java.util.Arrays.fill(out, 0, width, 0);
        for (int i = 0; i < n; i++) {
            int row = i * width;
            int at = physical(i);
            for (int j = 0; j < width; j++) {
                out[j] += c[row + j] * x[at + j];
            }
        }
    }

    private int physical(int row) {
        int shifted = first + row;
        return (shifted < n ? shifted : shifted - n) * width;
    }

    int bytes() {
        return Double.BYTES * x.length;
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < n; i++) {
            int at = physical(i);
            for (int j = 0; j < width; j++) {
                out.putDouble(x[at + j]);
            }
        }
    }

    void read(ByteBuffer in) {
        first = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] = in.getDouble();
        }
    }
}

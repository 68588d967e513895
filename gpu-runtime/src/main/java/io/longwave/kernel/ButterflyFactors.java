package io.longwave.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * How a transform of N = N1 N2 … numbers is cut into block matrices, see {@link ButterflyTransform}.
 *
 * <p>With n = n1 (N / N1) + m the rows are cut as [N1][N / N1]; matrix 1 takes n1 to k1, a fixed factor for each [k1][m] follows, and the rest is a
 * transform of N / N1 numbers for each k1. Fu et al. 2023, arXiv:2302.06646, section 3.3 and appendix C; Dao et al. 2022, arXiv:2204.00595.
 *
 * @param sizes N1, N2, … in the order they are applied: 1 to 4 of them, each from 2 to 32
 */
public record ButterflyFactors(List<Integer> sizes) {
    public static final int MOST_FACTORS = 4;
    public static final int LARGEST = 32;

    public ButterflyFactors {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty() || sizes.size() > MOST_FACTORS || sizes.stream().anyMatch(size -> size < 2 || size > LARGEST)) {
            throw new IllegalArgumentException(
                    "butterfly: expected 1 to " + MOST_FACTORS + " factors from 2 to " + LARGEST + " but was " + sizes);
        }
    }

    public static ButterflyFactors of(Integer... sizes) {
        return new ButterflyFactors(List.of(sizes));
    }

    /** As few and as equal factors as make a transform of at least {@code length} numbers, the largest first. */
    public static ButterflyFactors covering(int length) {
        int count = 1;
        long room = LARGEST;
        while (room < length) {
            count++;
            room *= LARGEST;
        }
        if (count > MOST_FACTORS) {
            throw new IllegalArgumentException("butterfly: expected rows of at most " + (1 << 20) + " numbers but was " + length);
        }
        List<Integer> sizes = new ArrayList<>();
        int rest = length;
        for (int left = count; left > 0; left--) {
            int size = 2;
            while (power(size, left) < rest) {
                size++;
            }
            sizes.add(size);
            rest = Math.ceilDiv(rest, size);
        }
        return new ButterflyFactors(sizes);
    }

    private static long power(long base, int exponent) {
        long result = 1;
        for (int i = 0; i < exponent; i++) {
            result *= base;
        }
        return result;
    }

    /** N. */
    public int length() {
        return sizes.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
    }

    /** Numbers of all matrices: for each its real part, [Ni, Ni], then its imaginary part. */
    public int numbers() {
        return sizes.stream().mapToInt(size -> 2 * size * size).sum();
    }

    /** The matrices in the order they are applied. */
    public List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        int blocks = 1;
        int rest = length();
        int at = 0;
        for (int size : sizes) {
            rest /= size;
            stages.add(new Stage(blocks, size, rest, at, blocks == 1));
            blocks *= size;
            at += 2 * size * size;
        }
        return stages;
    }

    /** The matrices with which the transform is the right-angle Fourier transform, row k, column n. */
    public double[] fourier() {
        return fourier(1);
    }

    /** The same with N⁻¹ in the first matrix: their adjoint is the exact inverse, and its gradient their transform. */
    public double[] inverse() {
        return fourier(1.0 / length());
    }

    private double[] fourier(double scale) {
        double[] matrices = new double[numbers()];
        for (Stage stage : stages()) {
            int n = stage.size;
            double size = stage.blocks == 1 ? scale : 1;
            for (int row = 0; row < n; row++) {
                for (int column = 0; column < n; column++) {
                    double angle = 2 * Math.PI * turns(stage.twisted, row, column, n);
                    matrices[stage.at + row * n + column] = size * Math.cos(angle);
                    matrices[stage.at + n * n + row * n + column] = size * Math.sin(angle);
                }
            }
        }
        return matrices;
    }

    /** (twist / 4 − k) n / period, less whole turns. */
    private static double turns(boolean twisted, int k, int n, int period) {
        long quarters = (long) n * ((twisted ? 1 : 0) - 4L * k);
        return Math.floorMod(quarters, 4L * period) / (4.0 * period);
    }

    /**
     * One matrix and the factors behind it, applied to rows seen as [blocks][size][rest]:
     * out[p][k][m] = w[k][m] Σ_n F[k][n] in[p][n][m].
     *
     * @param blocks product of the sizes before
     * @param size Ni
     * @param rest product of the sizes behind
     * @param at where the real part of F starts among the numbers of all matrices
     * @param twisted whether the turn θⁿ is in F and w: in the first stage
     */
    public record Stage(int blocks, int size, int rest, int at, boolean twisted) {

        /** Where the imaginary part of F starts. */
        public int imaginaryAt() {
            return at + size * size;
        }

        /** w, [size][rest], as real parts and then imaginary parts. */
        public double[] twiddles() {
            int n = size * rest;
            double[] w = new double[2 * n];
            for (int k = 0; k < size; k++) {
                for (int m = 0; m < rest; m++) {
                    double angle = 2 * Math.PI * turns(twisted, k, m, n);
                    w[k * rest + m] = Math.cos(angle);
                    w[n + k * rest + m] = Math.sin(angle);
                }
            }
            return w;
        }
    }
}

package io.longwave.ssm.longconv;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/**
 * Complex rows on the host, transformed by kernels.
 *
 * @param re,im [rows, size]
 */
record ComplexRows(int rows, int size, double[] re, double[] im) {

    /** Numbers with a last axis of two. */
    static ComplexRows ofPairs(int rows, int size, double[] pairs) {
        double[] re = new double[rows * size];
        double[] im = new double[rows * size];
        for (int i = 0; i < re.length; i++) {
            re[i] = pairs[2 * i];
            im[i] = pairs[2 * i + 1];
        }
        return new ComplexRows(rows, size, re, im);
    }

    double[] pairs() {
        double[] pairs = new double[2 * re.length];
        for (int i = 0; i < re.length; i++) {
            pairs[2 * i] = re[i];
            pairs[2 * i + 1] = im[i];
        }
        return pairs;
    }

    ComplexRows transposed() {
        double[] outRe = new double[re.length];
        double[] outIm = new double[im.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < size; c++) {
                outRe[c * rows + r] = re[r * size + c];
                outIm[c * rows + r] = im[r * size + c];
            }
        }
        return new ComplexRows(size, rows, outRe, outIm);
    }

    ComplexRows times(ComplexRows other) {
        double[] outRe = new double[re.length];
        double[] outIm = new double[im.length];
        for (int i = 0; i < re.length; i++) {
            outRe[i] = re[i] * other.re[i] - im[i] * other.im[i];
            outIm[i] = re[i] * other.im[i] + im[i] * other.re[i];
        }
        return new ComplexRows(rows, size, outRe, outIm);
    }

    /** Discrete Fourier transform of each row. */
    ComplexRows transformed(Kernels kernels) {
        Tensor tensorRe = kernels.of(re, rows, size);
        Tensor tensorIm = kernels.of(im, rows, size);
        kernels.fourierTransform().forward(tensorRe, tensorIm, tensorRe, tensorIm);
        return new ComplexRows(rows, size, kernels.toDoubles(tensorRe), kernels.toDoubles(tensorIm));
    }

    /** Inverse of {@link #transformed}. */
    ComplexRows restored(Kernels kernels) {
        Tensor tensorRe = kernels.of(re, rows, size);
        Tensor tensorIm = kernels.of(im, rows, size);
        kernels.fourierTransform().inverse(tensorRe, tensorIm, tensorRe, tensorIm);
        return new ComplexRows(rows, size, kernels.toDoubles(tensorRe), kernels.toDoubles(tensorIm));
    }

    /** What a factor of a transform is: exp(2πi turns) at each place. */
    interface Turns {
        double at(int row, int column);
    }

    static ComplexRows unit(int rows, int size, Turns turns) {
        double[] re = new double[rows * size];
        double[] im = new double[rows * size];
        for (int i = 0; i < re.length; i++) {
            double angle = 2 * Math.PI * turns.at(i / size, i % size);
            re[i] = Math.cos(angle);
            im[i] = Math.sin(angle);
        }
        return new ComplexRows(rows, size, re, im);
    }

    /** Complex matrix product. */
    ComplexRows product(ComplexRows other) {
        double[] outRe = new double[rows * other.size];
        double[] outIm = new double[rows * other.size];
        for (int i = 0; i < rows; i++) {
            for (int q = 0; q < size; q++) {
                for (int j = 0; j < other.size; j++) {
                    int a = i * size + q;
                    int b = q * other.size + j;
                    outRe[i * other.size + j] += re[a] * other.re[b] - im[a] * other.im[b];
                    outIm[i * other.size + j] += re[a] * other.im[b] + im[a] * other.re[b];
                }
            }
        }
        return new ComplexRows(rows, other.size, outRe, outIm);
    }
}

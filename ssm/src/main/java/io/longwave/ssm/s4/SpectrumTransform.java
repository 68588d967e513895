package io.longwave.ssm.s4;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** Real rows of L numbers from their bins 0 to L/2, by the definition. */
final class SpectrumTransform {
    private SpectrumTransform() {}

    static void inverseReal(Kernels kernels, Tensor re, Tensor im, Tensor out) {
        int length = out.dim(1);
        int bins = re.dim(1);
        double[] real = kernels.toDoubles(re);
        double[] imaginary = kernels.toDoubles(im);
        double[] x = new double[out.size()];
        for (int row = 0; row < out.dim(0); row++) {
            for (int t = 0; t < length; t++) {
                double sum = 0;
                for (int k = 0; k < bins; k++) {
                    double phase = 2 * Math.PI * ((long) k * t % length) / length;
                    double term = real[row * bins + k] * Math.cos(phase) - imaginary[row * bins + k] * Math.sin(phase);
                    sum += k == 0 || 2 * k == length ? term : 2 * term;
                }
                x[row * length + t] = sum / length;
            }
        }
        kernels.upload(x, out);
    }

    static void inverseRealGradient(Kernels kernels, Tensor gradient, Tensor re, Tensor im) {
        int length = gradient.dim(1);
        int bins = re.dim(1);
        double[] x = kernels.toDoubles(gradient);
        double[] real = new double[re.size()];
        double[] imaginary = new double[im.size()];
        for (int row = 0; row < gradient.dim(0); row++) {
            for (int k = 0; k < bins; k++) {
                boolean single = k == 0 || 2 * k == length;
                for (int t = 0; t < length; t++) {
                    double phase = 2 * Math.PI * ((long) k * t % length) / length;
                    double weight = (single ? 1.0 : 2.0) / length * x[row * length + t];
                    real[row * bins + k] += weight * Math.cos(phase);
                    imaginary[row * bins + k] -= single ? 0 : weight * Math.sin(phase);
                }
            }
        }
        kernels.upload(real, re);
        kernels.upload(imaginary, im);
    }
}

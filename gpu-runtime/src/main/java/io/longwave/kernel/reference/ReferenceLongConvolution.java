package io.longwave.kernel.reference;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution;
import io.longwave.tensor.Tensor;

/** The double sum of the definition. */
final class ReferenceLongConvolution implements LongConvolution {

    @Override
    public void forward(Terms terms, Tensor yTensor) {
        Extent x = terms.check(yTensor);
        double[] y = ReferenceTensor.of(yTensor);
        sum(terms, x, y);
        gate(terms, y);
    }

    private static double @Nullable [] numbers(@Nullable Tensor tensor) {
        return tensor == null ? null : ReferenceTensor.of(tensor);
    }

    /** x = inputGate · u. */
    private static double[] gatedInput(Terms terms) {
        double[] u = ReferenceTensor.of(terms.input()).clone();
        double[] gate = numbers(terms.inputGate());
        for (int i = 0; gate != null && i < u.length; i++) {
            u[i] *= gate[i];
        }
        return u;
    }

    private static void gate(Terms terms, double[] y) {
        double[] gate = numbers(terms.outputGate());
        for (int i = 0; gate != null && i < y.length; i++) {
            y[i] *= gate[i];
        }
    }

    /** c, before the output gate. */
    private static void sum(Terms terms, Extent x, double[] c) {
        double[] input = gatedInput(terms);
        double[] skip = numbers(terms.skip());
        Arrays.fill(c, 0);
        addProducts(x, terms.kernel(), 0, input, c);
        if (terms.back() != null) {
            addProducts(x, terms.back(), 1, input, c);
        }
        if (skip != null) {
            forEachPlace(x, (j, in, out) -> c[out] += skip[j] * input[in]);
        }
    }

    private static void addProducts(Extent x, Tensor kernel, int ahead, double[] input, double[] c) {
        forEachTap(x, kernel, ahead, (taps, tap, in, out, count) -> {
            for (int i = 0; i < count; i++) {
                c[out + i] += taps[tap] * input[in + i];
            }
        });
    }

    /** A tap with the numbers of a row that it meets, from in on, and the results that they go to, from out on. */
    private interface Reach {
        void visit(double[] taps, int tap, int in, int out, int count);
    }

    private interface Place {
        void visit(int channel, int in, int out);
    }

    private static void forEachPlace(Extent x, Place place) {
        for (int j = 0; j < x.channels(); j++) {
            for (int b = 0; b < x.batch(); b++) {
                int in = (j % x.variates() * x.batch() + b) * x.length();
                int out = (j * x.batch() + b) * x.length();
                for (int t = 0; t < x.length(); t++) {
                    place.visit(j, in + t, out + t);
                }
            }
        }
    }

    /**
     * Taps of a kernel with the positions they reach.
     *
     * @param ahead 0 for the past, 1 for the future
     */
    private static void forEachTap(Extent x, Tensor kernelTensor, int ahead, Reach reach) {
        double[] kernel = ReferenceTensor.of(kernelTensor);
        int taps = kernelTensor.dim(1);
        int perRow = x.channelsPerRow(kernelTensor);
        for (int j = 0; j < x.channels(); j++) {
            for (int b = 0; b < x.batch(); b++) {
                int in = (j % x.variates() * x.batch() + b) * x.length();
                int out = (j * x.batch() + b) * x.length();
                for (int s = 0; s < taps && s + ahead < x.length(); s++) {
                    int tap = j / perRow * taps + s;
                    int distance = s + ahead;
                    if (ahead == 0) {
                        reach.visit(kernel, tap, in, out + distance, x.length() - distance);
                    } else {
                        reach.visit(kernel, tap, in + distance, out, x.length() - distance);
                    }
                }
            }
        }
    }

    @Override
    public void backward(Terms terms, Tensor gradientTensor, Gradients gradients) {
        Extent x = terms.check(gradientTensor);
        gradients.check(terms);
        double[] dc = ReferenceTensor.of(gradientTensor).clone();
        double[] dOutputGate = numbers(gradients.outputGate());
        if (dOutputGate != null) {
            double[] c = new double[dc.length];
            sum(terms, x, c);
            for (int i = 0; i < c.length; i++) {
                dOutputGate[i] += dc[i] * c[i];
            }
        }
        gate(terms, dc);

        double[] input = gatedInput(terms);
        double[] dInput = new double[input.length];
        double[] dKernel = numbers(gradients.kernel());
        double[] dBack = numbers(gradients.back());
        double[] skip = numbers(terms.skip());
        double[] dSkip = numbers(gradients.skip());
        addGradients(x, terms.kernel(), 0, input, dc, dInput, dKernel);
        if (terms.back() != null) {
            addGradients(x, terms.back(), 1, input, dc, dInput, dBack);
        }
        forEachPlace(x, (j, in, out) -> {
            if (skip != null) {
                dInput[in] += skip[j] * dc[out];
            }
            if (dSkip != null) {
                dSkip[j] += input[in] * dc[out];
            }
        });
        double[] u = ReferenceTensor.of(terms.input());
        double[] gate = numbers(terms.inputGate());
        double[] du = numbers(gradients.input());
        double[] dGate = numbers(gradients.inputGate());
        for (int i = 0; i < dInput.length; i++) {
            if (du != null) {
                du[i] += gate == null ? dInput[i] : gate[i] * dInput[i];
            }
            if (dGate != null) {
                dGate[i] += u[i] * dInput[i];
            }
        }
    }

    private static void addGradients(Extent x, Tensor kernel, int ahead, double[] input, double[] dc, double[] dInput,
            double @Nullable [] dKernel) {
        forEachTap(x, kernel, ahead, (taps, tap, in, out, count) -> {
            for (int i = 0; i < count; i++) {
                dInput[in + i] += taps[tap] * dc[out + i];
            }
            for (int i = 0; dKernel != null && i < count; i++) {
                dKernel[tap] += input[in + i] * dc[out + i];
            }
        });
    }

    @Override
    public void proceed(Terms terms, Tensor tailTensor, Tensor yTensor) {
        Extent x = terms.checkPiece(tailTensor, yTensor);
        double[] y = ReferenceTensor.of(yTensor);
        double[] tail = ReferenceTensor.of(tailTensor);
        double[] kernel = ReferenceTensor.of(terms.kernel());
        double[] input = gatedInput(terms);
        int taps = terms.kernel().dim(1);
        int perRow = x.channelsPerRow(terms.kernel());
        int kept = tailTensor.dim(2);
        sum(terms, x, y);
        forEachPlace(x, (_, _, out) -> {
            int t = out % x.length();
            if (t < kept) {
                y[out] += tail[out / x.length() * kept + t];
            }
        });
        for (int row = 0; row < x.channels() * x.batch(); row++) {
            int j = row / x.batch();
            int in = (j % x.variates() * x.batch() + row % x.batch()) * x.length();
            for (int i = 0; i < kept; i++) {
                int position = x.length() + i; // counted from the start of this piece
                double sum = position < kept ? tail[row * kept + position] : 0;
                for (int s = i + 1; s < taps && s <= position; s++) {
                    sum += kernel[j / perRow * taps + s] * input[in + position - s];
                }
                tail[row * kept + i] = sum; // later positions are read before they are written: position > i
            }
        }
        gate(terms, y);
    }
}

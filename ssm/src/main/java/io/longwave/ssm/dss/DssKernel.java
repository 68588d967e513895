package io.longwave.ssm.dss;

import java.util.function.Function;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.VandermondeKernel.ModeGradient;
import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DiagonalSystem;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.tensor.Tensor;

/**
 * Kernels of one length and their gradient. Modes that decay run forward from the first tap; modes that grow are the same sums run backward
 * from the last tap, where they are 1, with −E in place of E.
 */
final class DssKernel implements ModeParameters.Generator {
    private final Kernels kernels;
    private final int length;
    private final double epsilon;

    DssKernel(Kernels kernels, int length, double epsilon) {
        this.kernels = kernels;
        this.length = length;
        this.epsilon = epsilon;
    }

    @Override
    public Function<Tensor, DiagonalSystem> generate(DiagonalSystem system, Tensor kernel) {
        Complex[] weight = new Complex[system.a().length];
        Complex[] logs = new Complex[weight.length];
        boolean grows = false;
        for (int i = 0; i < weight.length; i++) {
            weight[i] = system.b()[i].times(Normalized.of(system.a()[i], system.dt()[i], length, epsilon).value());
            logs[i] = system.a()[i].times(system.dt()[i] * direction(system, i));
            grows |= direction(system, i) < 0;
        }
        Complex[] decaying = weight.clone();
        Complex[] growing = weight.clone();
        for (int i = 0; i < weight.length; i++) {
            (direction(system, i) > 0 ? growing : decaying)[i] = Complex.ZERO;
        }
        Modes forward = system.modes(1, decaying, logs);
        Modes backward = system.modes(1, growing, logs);
        var vandermonde = kernels.vandermondeKernel();
        vandermonde.forward(forward, 0, kernel);
        boolean both = grows;
        if (both) {
            Tensor fromEnd = kernels.zeros(kernel.dim(0), length);
            vandermonde.forward(backward, 0, fromEnd);
            kernels.copy(kernels.of(reversed(kernels.toDoubles(fromEnd)), kernel.dim(0), length), kernel, true);
        }
        return gradient -> {
            ModeGradient found = vandermonde.backward(forward, 0, gradient);
            if (!both) {
                return gradient(system, weight, found, found);
            }
            Tensor fromEnd = kernels.of(reversed(kernels.toDoubles(gradient)), kernel.dim(0), length);
            return gradient(system, weight, found, vandermonde.backward(backward, 0, fromEnd));
        };
    }

    /** 1 for a mode that decays or stands, −1 for one that grows. */
    private static int direction(DiagonalSystem system, int i) {
        return system.a()[i].re() > 0 ? -1 : 1;
    }

    private double[] reversed(double[] rows) {
        double[] out = new double[rows.length];
        for (int at = 0; at < rows.length; at += length) {
            for (int l = 0; l < length; l++) {
                out[at + l] = rows[at + length - 1 - l];
            }
        }
        return out;
    }

    private DiagonalSystem gradient(DiagonalSystem system, Complex[] weight, ModeGradient decaying, ModeGradient growing) {
        int size = weight.length;
        double[] gradDt = new double[size];
        Complex[] gradA = ComplexArrays.zeros(size);
        Complex[] gradB = new Complex[size];
        Complex[] gradC = new Complex[system.c().length];
        Complex[] gradWeight = ComplexArrays.zeros(size);
        Complex[] gradE = ComplexArrays.zeros(size);
        for (int j = 0; j < gradC.length; j++) {
            int i = j % size;
            boolean grows = direction(system, i) < 0;
            ModeGradient found = grows ? growing : decaying;
            Complex ofProduct = new Complex(found.weightRe()[j], found.weightIm()[j]);
            Complex ofLog = new Complex(found.logRe()[j], found.logIm()[j]);
            gradC[j] = ofProduct.timesConjugate(weight[i]);
            gradWeight[i] = gradWeight[i].plus(ofProduct.timesConjugate(system.c()[j]));
            // d exp(E l − m) / dE = l exp(·) with m held constant; what grows was summed over l' = L − 1 − l, so l = (L − 1) − l'
            Complex product = system.c()[j].times(weight[i]);
            gradE[i] = gradE[i].plus(grows ? ofProduct.timesConjugate(product).times(length - 1).minus(ofLog) : ofLog);
        }
        for (int i = 0; i < size; i++) {
            Normalized normalized = Normalized.of(system.a()[i], system.dt()[i], length, epsilon);
            gradB[i] = gradWeight[i].timesConjugate(normalized.value());
            Normalized.Gradient inner = normalized.gradient(gradWeight[i].timesConjugate(system.b()[i]));
            Complex ofE = gradE[i].plus(inner.e());
            gradA[i] = inner.a().plus(ofE.times(system.dt()[i]));
            gradDt[i] = ofE.timesConjugate(system.a()[i]).re();
        }
        return new DiagonalSystem(system.heads(), system.channels(), system.modes(), gradDt, gradA, gradB, gradC);
    }

    /**
     * (exp(s E) − 1) r with what its gradient needs.
     *
     * @param direction s
     */
    private record Normalized(Complex a, Complex e, int direction, int length, double epsilon, Complex numerator, Complex sum) {

        static Normalized of(Complex a, double dt, int length, double epsilon) {
            Complex e = a.times(dt);
            int direction = a.re() > 0 ? -1 : 1;
            return new Normalized(a, e, direction, length, epsilon, e.times(direction).expm1(), e.times(direction * length).expm1());
        }

        private Complex q() {
            return a.times(sum);
        }

        private Complex reciprocal() {
            Complex q = q();
            return q.conjugate().times(1 / (q.squaredAbs() + epsilon));
        }

        Complex value() {
            return numerator.times(reciprocal());
        }

        /** r = conj(q) / D, D = |q|² + ε: dr = (ε conj(dq) − conj(q)² dq) / D². */
        Gradient gradient(Complex g) {
            Complex q = q();
            double d = q.squaredAbs() + epsilon;
            Complex ofR = g.timesConjugate(numerator);
            Complex ofQ = ofR.conjugate().times(epsilon / (d * d)).minus(ofR.times(q.times(q)).times(1 / (d * d)));
            Complex ofNumerator = g.timesConjugate(reciprocal());
            Complex ofE = ofNumerator.timesConjugate(numerator.plus(1)).times(direction)
                    .plus(ofQ.timesConjugate(a.times(sum.plus(1))).times((double) direction * length));
            return new Gradient(ofQ.timesConjugate(sum), ofE);
        }

        /** With respect to A where it stands by itself, and to E. */
        record Gradient(Complex a, Complex e) {}
    }
}

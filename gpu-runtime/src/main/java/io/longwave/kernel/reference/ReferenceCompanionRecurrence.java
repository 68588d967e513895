package io.longwave.kernel.reference;

import io.longwave.kernel.CompanionRecurrence;
import io.longwave.tensor.Tensor;

final class ReferenceCompanionRecurrence implements CompanionRecurrence {

    @Override
    public void powers(Tensor companion, Tensor b, Tensor powers) {
        CompanionRecurrence.check(companion, b, powers);
        double[] x = ReferenceTensor.of(powers);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        for (int h = 0; h < powers.dim(0); h++) {
            double[] a = row(companion, h);
            double[] state = row(b, h);
            for (int r = steps - 1; r >= 0; r--) {
                System.arraycopy(state, 0, x, (h * steps + r) * n, n);
                state = actOnColumn(a, state);
            }
        }
    }

    @Override
    public void powersBackward(Tensor companion, Tensor powers, Tensor gradient, Tensor companionGradient, Tensor bGradient) {
        CompanionRecurrence.check(companion, bGradient, powers);
        CompanionRecurrence.check(companionGradient, bGradient, gradient);
        double[] x = ReferenceTensor.of(powers);
        double[] dx = ReferenceTensor.of(gradient);
        double[] da = ReferenceTensor.of(companionGradient);
        double[] db = ReferenceTensor.of(bGradient);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        for (int h = 0; h < powers.dim(0); h++) {
            double[] a = row(companion, h);
            double[] lambda = new double[n];
            for (int r = 0; r < steps; r++) { // r = 0 is the highest power, so this walks back in t
                int at = (h * steps + r) * n;
                double last = x[at + n - 1];
                if (r > 0) {
                    for (int i = 0; i < n; i++) {
                        da[h * n + i] += last * lambda[i];
                    }
                }
                lambda = actOnRow(lambda, a);
                for (int i = 0; i < n; i++) {
                    lambda[i] += dx[at + i];
                }
            }
            for (int i = 0; i < n; i++) {
                db[h * n + i] += lambda[i];
            }
        }
    }

    @Override
    public void kernel(Tensor powers, Tensor cTensor, Tensor kernelTensor) {
        CompanionRecurrence.checkKernel(powers, cTensor, kernelTensor);
        double[] x = ReferenceTensor.of(powers);
        double[] kernel = ReferenceTensor.of(kernelTensor);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        for (int h = 0; h < powers.dim(0); h++) {
            double[] c = row(cTensor, h);
            for (int t = 0; t < steps; t++) {
                kernel[h * steps + t] = dot(c, 0, x, (h * steps + steps - 1 - t) * n, n);
            }
        }
    }

    @Override
    public void kernelBackward(Tensor powers, Tensor cTensor, Tensor gradient, Tensor powersGradient, boolean accumulate,
            Tensor cGradient) {
        CompanionRecurrence.checkKernel(powers, cTensor, gradient);
        CompanionRecurrence.checkKernel(powersGradient, cGradient, gradient);
        double[] x = ReferenceTensor.of(powers);
        double[] g = ReferenceTensor.of(gradient);
        double[] dx = ReferenceTensor.of(powersGradient);
        double[] dc = ReferenceTensor.of(cGradient);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        for (int h = 0; h < powers.dim(0); h++) {
            double[] c = row(cTensor, h);
            for (int t = 0; t < steps; t++) {
                int at = (h * steps + steps - 1 - t) * n;
                double dk = g[h * steps + t];
                for (int i = 0; i < n; i++) {
                    dx[at + i] = (accumulate ? dx[at + i] : 0) + dk * c[i];
                    dc[h * n + i] += dk * x[at + i];
                }
            }
        }
    }

    @Override
    public void rollout(Tensor companion, Tensor bTensor, Tensor kTensor, Tensor cTensor, Tensor rollout) {
        CompanionRecurrence.check(companion, bTensor, rollout);
        CompanionRecurrence.check(kTensor, cTensor, rollout);
        double[] out = ReferenceTensor.of(rollout);
        int steps = rollout.dim(1);
        int n = rollout.dim(2);
        for (int h = 0; h < rollout.dim(0); h++) {
            double[] a = row(companion, h);
            double[] b = row(bTensor, h);
            double[] k = row(kTensor, h);
            double[] r = row(cTensor, h);
            for (int t = 0; t < steps; t++) {
                System.arraycopy(r, 0, out, (h * steps + t) * n, n);
                double feedback = dot(r, 0, b, 0, n);
                r = actOnRow(r, a);
                for (int i = 0; i < n; i++) {
                    r[i] += feedback * k[i];
                }
            }
        }
    }

    @Override
    public void rolloutBackward(Tensor companion, Tensor bTensor, Tensor kTensor, Tensor rollout, Tensor gradient, Tensor companionGradient,
            Tensor bGradient, Tensor kGradient, Tensor cGradient) {
        CompanionRecurrence.check(companion, bTensor, rollout);
        CompanionRecurrence.check(kTensor, cGradient, gradient);
        CompanionRecurrence.check(companionGradient, bGradient, rollout);
        double[] r = ReferenceTensor.of(rollout);
        double[] dr = ReferenceTensor.of(gradient);
        double[] da = ReferenceTensor.of(companionGradient);
        double[] db = ReferenceTensor.of(bGradient);
        double[] dk = ReferenceTensor.of(kGradient);
        double[] dc = ReferenceTensor.of(cGradient);
        int steps = rollout.dim(1);
        int n = rollout.dim(2);
        for (int h = 0; h < rollout.dim(0); h++) {
            double[] a = row(companion, h);
            double[] b = row(bTensor, h);
            double[] k = row(kTensor, h);
            double[] mu = new double[n];
            for (int t = steps - 1; t >= 0; t--) {
                int at = (h * steps + t) * n;
                double alongK = dot(k, 0, mu, 0, n);
                double alongB = dot(b, 0, r, at, n);
                for (int i = 0; i < n; i++) {
                    da[h * n + i] += mu[n - 1] * r[at + i];
                    db[h * n + i] += alongK * r[at + i];
                    dk[h * n + i] += alongB * mu[i];
                }
                mu = actOnColumn(a, mu);
                for (int i = 0; i < n; i++) {
                    mu[i] += alongK * b[i] + dr[at + i];
                }
            }
            for (int i = 0; i < n; i++) {
                dc[h * n + i] += mu[i];
            }
        }
    }

    /** A x. */
    private static double[] actOnColumn(double[] a, double[] x) {
        int n = x.length;
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = (i > 0 ? x[i - 1] : 0) + a[i] * x[n - 1];
        }
        return out;
    }

    /** r A. Here the gradient of the shift in powers: (λ A)[j] = λ[j+1], last entry λ · â. */
    private static double[] actOnRow(double[] r, double[] a) {
        int n = r.length;
        double[] out = new double[n];
        System.arraycopy(r, 1, out, 0, n - 1);
        out[n - 1] = dot(r, 0, a, 0, n);
        return out;
    }

    private static double[] row(Tensor tensor, int h) {
        int n = tensor.dim(1);
        double[] out = new double[n];
        System.arraycopy(ReferenceTensor.of(tensor), h * n, out, 0, n);
        return out;
    }

    private static double dot(double[] x, int xStart, double[] y, int yStart, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[xStart + i] * y[yStart + i];
        }
        return sum;
    }
}

package io.longwave.kernel.reference;

import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

final class ReferencePointwise implements Pointwise {

    @Override
    public void forward(Function function, Tensor xTensor, Tensor yTensor) {
        Pointwise.check(xTensor, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        for (int i = 0; i < x.length; i++) {
            y[i] = value(function, x[i]);
        }
    }

    private static double value(Function function, double x) {
        return switch (function) {
            case IDENTITY -> x;
            case RELU -> Math.max(x, 0);
            case GELU -> Gelu.value(x);
            case SILU -> x * sigmoid(x);
            case SIGMOID -> sigmoid(x);
            case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
            case TANH -> Math.tanh(x);
            case EXP -> Math.exp(x);
        };
    }

    @Override
    public void backward(Function function, Tensor xTensor, Tensor gradient, Tensor target, boolean accumulate) {
        Pointwise.check(xTensor, gradient, target);
        double[] x = ReferenceTensor.of(xTensor);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dx = ReferenceTensor.of(target);
        for (int i = 0; i < x.length; i++) {
            double d = dy[i] * slope(function, x[i]);
            dx[i] = accumulate ? dx[i] + d : d;
        }
    }

    private static double slope(Function function, double x) {
        double s = sigmoid(x);
        return switch (function) {
            case IDENTITY -> 1;
            case RELU -> x > 0 ? 1 : 0;
            case GELU -> Gelu.derivative(x);
            case SILU -> s * (1 + x * (1 - s));
            case SIGMOID -> s * (1 - s);
            case SOFTPLUS -> s;
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
            case EXP -> Math.exp(x);
        };
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Override
    public void multiply(Tensor aTensor, Tensor bTensor, Tensor outTensor, boolean accumulate) {
        Pointwise.check(aTensor, bTensor, outTensor);
        double[] a = ReferenceTensor.of(aTensor);
        double[] b = ReferenceTensor.of(bTensor);
        double[] out = ReferenceTensor.of(outTensor);
        for (int i = 0; i < a.length; i++) {
            out[i] = accumulate ? out[i] + a[i] * b[i] : a[i] * b[i];
        }
    }

    @Override
    public void addScaled(double factor, Tensor xTensor, Tensor yTensor) {
        Pointwise.check(xTensor, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        for (int i = 0; i < x.length; i++) {
            y[i] += factor * x[i];
        }
    }

    @Override
    public void scale(double factor, Tensor xTensor) {
        double[] x = ReferenceTensor.of(xTensor);
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
    }

    @Override
    public double sumOfSquares(Tensor x) {
        double sum = 0;
        for (double value : ReferenceTensor.of(x)) {
            sum += value * value;
        }
        return sum;
    }
}

package io.longwave.kernel.reference;

import io.longwave.kernel.VandermondeKernel;
import io.longwave.tensor.Tensor;

final class ReferenceVandermondeKernel implements VandermondeKernel {

    @Override
    public void forward(Modes modes, int start, Tensor kernelTensor) {
        VandermondeKernel.check(modes, start, kernelTensor);
        double[] kernel = ReferenceTensor.of(kernelTensor);
        int length = kernelTensor.dim(1);
        for (int r = 0; r < modes.rows(); r++) {
            for (int l = 0; l < length; l++) {
                double sum = 0;
                for (int i = r * modes.count(); i < (r + 1) * modes.count(); i++) {
                    double size = Math.exp(modes.logRe()[i] * (start + l));
                    double phase = modes.logIm()[i] * (start + l);
                    sum += size * (modes.weightRe()[i] * Math.cos(phase) - modes.weightIm()[i] * Math.sin(phase));
                }
                kernel[r * length + l] = modes.factor() * sum;
            }
        }
    }

    @Override
    public ModeGradient backward(Modes modes, int start, Tensor gradientTensor) {
        VandermondeKernel.check(modes, start, gradientTensor);
        double[] gradient = ReferenceTensor.of(gradientTensor);
        int length = gradientTensor.dim(1);
        ModeGradient out = ModeGradient.zeros(modes);
        for (int r = 0; r < modes.rows(); r++) {
            for (int i = r * modes.count(); i < (r + 1) * modes.count(); i++) {
                double sRe = 0;
                double sIm = 0;
                double tRe = 0;
                double tIm = 0;
                for (int l = 0; l < length; l++) {
                    double size = modes.factor() * gradient[r * length + l] * Math.exp(modes.logRe()[i] * (start + l));
                    double phase = modes.logIm()[i] * (start + l);
                    double re = size * Math.cos(phase);
                    double im = size * Math.sin(phase);
                    sRe += re;
                    sIm += im;
                    tRe += (start + l) * re;
                    tIm += (start + l) * im;
                }
                out.weightRe()[i] = sRe;
                out.weightIm()[i] = -sIm;
                out.logRe()[i] = modes.weightRe()[i] * tRe - modes.weightIm()[i] * tIm;
                out.logIm()[i] = -(modes.weightRe()[i] * tIm + modes.weightIm()[i] * tRe);
            }
        }
        return out;
    }
}

package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.CauchyKernel;
import io.longwave.tensor.Tensor;

/** {@link CauchyKernel}: modes are brought up, spectra stay on the device, and gradients of modes come down. */
record CudaCauchyKernel(CauchyProduct product) implements CauchyKernel {

    private CauchyProduct.Modes modes(LowRankModes x) {
        Launcher launcher = product.launcher();
        return new CauchyProduct.Modes(x.channels(), x.modes(), x.heads(), x.rank(), launcher.doubles(x.poleRe()),
                launcher.doubles(x.poleIm()), launcher.doubles(x.leftRe()), launcher.doubles(x.leftIm()), launcher.doubles(x.rightRe()),
                launcher.doubles(x.rightIm()));
    }

    @Override
    public void sums(LowRankModes x, int length, Tensor re, Tensor im) {
        CauchyKernel.check(x.lefts() * x.rights() * x.channels(), length, re, im);
        try (CauchyProduct.Modes modes = modes(x)) {
            product.sums(modes, length, re, im);
        }
    }

    @Override
    public void forward(LowRankModes x, int length, Tensor re, Tensor im) {
        CauchyKernel.check(x, length, re, im);
        try (CauchyProduct.Modes modes = modes(x)) {
            product.forward(modes, length, re, im);
        }
    }

    @Override
    public LowRankModes backward(LowRankModes x, int length, Tensor re, Tensor im) {
        CauchyKernel.check(x, length, re, im);
        int count = x.lefts() * x.rights() * x.channels() * x.modes();
        if (count == 0) {
            return x.zeros();
        }
        float[] parts = new float[CauchyProduct.GRADIENT_ARRAYS * count];
        try (CauchyProduct.Modes modes = modes(x); DeviceMemory out = product.launcher().scratch(parts.length)) {
            product.backward(modes, length, re, im, out);
            product.launcher().device().download(out, parts);
        }
        return throughProducts(x, Launcher.joined(parts, 0, count), Launcher.joined(parts, 2 * count, count),
                Launcher.joined(parts, 4 * count, count), Launcher.joined(parts, 6 * count, count));
    }

    /** From the gradients V of v = left right and W of the poles per unit of conj(v) to those of poles and vectors. */
    private static LowRankModes throughProducts(LowRankModes x, double[] vRe, double[] vIm, double[] wRe, double[] wIm) {
        LowRankModes out = x.zeros();
        int size = x.channels() * x.modes();
        for (int pair = 0; pair < x.lefts() * x.rights(); pair++) {
            for (int m = 0; m < size; m++) {
                int left = pair / x.rights() * size + m;
                int right = pair % x.rights() * size + m;
                double lRe = x.leftRe()[left];
                double lIm = x.leftIm()[left];
                double rRe = x.rightRe()[right];
                double rIm = x.rightIm()[right];
                double dRe = vRe[pair * size + m];
                double dIm = vIm[pair * size + m];
                out.leftRe()[left] += dRe * rRe + dIm * rIm;
                out.leftIm()[left] += dIm * rRe - dRe * rIm;
                out.rightRe()[right] += dRe * lRe + dIm * lIm;
                out.rightIm()[right] += dIm * lRe - dRe * lIm;
                double productRe = lRe * rRe - lIm * rIm;
                double productIm = lRe * rIm + lIm * rRe;
                double poleRe = wRe[pair * size + m];
                double poleIm = wIm[pair * size + m];
                out.poleRe()[m] += productRe * poleRe + productIm * poleIm;
                out.poleIm()[m] += productRe * poleIm - productIm * poleRe;
            }
        }
        return out;
    }
}

package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.DiagonalKernel;
import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.LowRankSpectrum;
import io.longwave.tensor.Tensor;

/** {@link LowRankSpectrum} by {@code low_rank_spectrum.cu} before and behind {@code cauchy_kernel.cu}. Nothing passes through the host. */
record CudaLowRankSpectrum(Launcher launcher, CauchyProduct product) implements LowRankSpectrum {

    @Override
    public void forward(Form form, Numbers numbers, int length, Tensor re, Tensor im) {
        LowRankSpectrum.check(form, numbers, length, re, im);
        try (CauchyProduct.Modes modes = modes(form, numbers)) {
            product.forward(modes, length, re, im);
        }
    }

    private CauchyProduct.Modes modes(Form form, Numbers numbers) {
        int rank = numbers.rank();
        long own = (long) form.channels() * form.modes();
        var modes = new CauchyProduct.Modes(form.channels(), form.modes(), form.heads(), rank, launcher.doubles(own),
                launcher.doubles(own), launcher.doubles((1 + rank) * own), launcher.doubles((1 + rank) * own),
                launcher.doubles((form.heads() + rank) * own), launcher.doubles((form.heads() + rank) * own));
        DiagonalKernel.Numbers diagonal = numbers.diagonal();
        launcher.launch("low_rank_modes", DiagonalLaunches.ofModes(form), diagonal.invDt(), diagonal.aReal(), diagonal.aImag(),
                diagonal.b(), diagonal.c(), numbers.p(), modes.poleRe(), modes.poleIm(), modes.leftRe(), modes.leftIm(), modes.rightRe(),
                modes.rightIm(), form.heads(), form.channels(), form.copies(), form.modes(), rank, form.stepPerMode(),
                DiagonalLaunches.number(form.dt()), DiagonalLaunches.number(form.real()), DiagonalLaunches.number(form.imag()));
        return modes;
    }

    @Override
    public void backward(Form form, Numbers numbers, int length, Tensor re, Tensor im, Numbers sums) {
        LowRankSpectrum.check(form, numbers, length, re, im);
        LowRankSpectrum.check(form, sums, length, re, im);
        int rank = numbers.rank();
        DiagonalKernel.Numbers diagonal = numbers.diagonal();
        try (CauchyProduct.Modes modes = modes(form, numbers);
                DeviceMemory found = launcher.scratch(CauchyProduct.GRADIENT_ARRAYS * (long) modes.pairs() * modes.size());
                DeviceMemory parts = DiagonalLaunches.parts(launcher, form, rank)) {
            product.backward(modes, length, re, im, found);
            launcher.launch("low_rank_parts", DiagonalLaunches.ofModes(form), diagonal.invDt(), diagonal.aReal(), diagonal.aImag(),
                    diagonal.b(), numbers.p(),
                    modes.leftRe(), modes.leftIm(), modes.rightRe(), modes.rightIm(), found, sums.diagonal().c(), parts, form.heads(),
                    form.channels(), form.copies(), form.modes(), rank, form.stepPerMode(), DiagonalLaunches.number(form.dt()),
                    DiagonalLaunches.number(form.real()), DiagonalLaunches.number(form.imag()));
            DiagonalLaunches.addParts(launcher, form, parts, sums.diagonal(), sums.p());
        }
    }
}

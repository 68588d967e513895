package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CauchyKernel;
import io.longwave.tensor.Tensor;

/**
 * {@link CauchyKernel} by {@code cauchy_kernel.cu}, all in float64 up to the spectrum, some channels at a time.
 *
 * @param mostSums float64 numbers that the sums of the channels taken together may be; one channel is always taken
 */
record CudaCauchyKernel(Launcher launcher, long mostSums) implements CauchyKernel {
    private static final int PAIRS = 4;
    private static final int WARP = 32;
    private static final int THREADS = 128;
    private static final long MOST_SUMS = 16L << 20;
    private static final int MOST_CHANNELS = 65_535;

    CudaCauchyKernel(Launcher launcher) {
        this(launcher, MOST_SUMS);
    }

    /** The modes on the device and how their channels are taken. */
    private final class Pass implements AutoCloseable {
        final LowRankModes modes;
        final int length;
        final int frequencies;
        final int pairs;
        final int perTurn;
        final DeviceMemory poleRe;
        final DeviceMemory poleIm;
        final DeviceMemory leftRe;
        final DeviceMemory leftIm;
        final DeviceMemory rightRe;
        final DeviceMemory rightIm;
        final DeviceMemory sums;
        final DeviceMemory work;

        Pass(LowRankModes modes, int length, int workPerJob) {
            this.modes = modes;
            this.length = length;
            this.frequencies = CauchyKernel.frequencies(length);
            this.pairs = modes.lefts() * modes.rights();
            long perChannel = (2L * pairs + workPerJob) * frequencies;
            this.perTurn = (int) Math.max(1, Math.min(Math.min(MOST_CHANNELS, modes.channels()), mostSums / perChannel));
            this.poleRe = launcher.doubles(modes.poleRe());
            this.poleIm = launcher.doubles(modes.poleIm());
            this.leftRe = launcher.doubles(modes.leftRe());
            this.leftIm = launcher.doubles(modes.leftIm());
            this.rightRe = launcher.doubles(modes.rightRe());
            this.rightIm = launcher.doubles(modes.rightIm());
            this.sums = launcher.scratch(4L * pairs * perTurn * frequencies);
            this.work = launcher.scratch(2L * workPerJob * perTurn * frequencies);
        }

        int channels(int first) {
            return Math.min(perTurn, modes.channels() - first);
        }

        void sum(int first) {
            int threads = Math.min(THREADS, Launcher.ceilDiv(frequencies, WARP) * WARP);
            launcher.launch("cauchy_kernel_sums",
                    LaunchShape.of(Launcher.ceilDiv(frequencies, threads), threads).by(channels(first), Launcher.ceilDiv(pairs, PAIRS)),
                    poleRe, poleIm, leftRe, leftIm, rightRe, rightIm, sums, first, channels(first), (long) modes.channels() * modes.modes(),
                    modes.modes(), pairs, modes.rights(), length, frequencies);
        }

        /** A thread per channel and frequency. */
        LaunchShape jobs(int first) {
            long jobs = (long) channels(first) * frequencies;
            int threads = (int) Math.min(THREADS, jobs);
            return LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(jobs, threads)), threads);
        }

        @Override
        public void close() {
            for (DeviceMemory memory : new DeviceMemory[]{poleRe, poleIm, leftRe, leftIm, rightRe, rightIm, sums, work}) {
                memory.close();
            }
        }
    }

    @Override
    public void sums(LowRankModes modes, int length, Tensor re, Tensor im) {
        int pairs = modes.lefts() * modes.rights();
        CauchyKernel.check(pairs * modes.channels(), length, re, im);
        try (Pass pass = new Pass(modes, length, 0)) {
            for (int first = 0; first < modes.channels(); first += pass.perTurn) {
                pass.sum(first);
                launcher.launchOver((long) pairs * pass.channels(first) * pass.frequencies, "cauchy_kernel_round", pass.sums, re, im, first,
                        pass.channels(first), modes.channels(), pairs, pass.frequencies);
            }
        }
    }

    @Override
    public void forward(LowRankModes modes, int length, Tensor re, Tensor im) {
        CauchyKernel.check(modes, length, re, im);
        try (Pass pass = new Pass(modes, length, 2 * modes.rank() * (modes.rank() + 1))) {
            for (int first = 0; first < modes.channels(); first += pass.perTurn) {
                pass.sum(first);
                launcher.launch("cauchy_kernel_spectrum", pass.jobs(first), pass.sums, pass.work, pass.leftRe, pass.leftIm, pass.rightRe,
                        pass.rightIm, re, im, first, pass.channels(first), modes.channels(), modes.modes(), modes.heads(), modes.rank(),
                        length, pass.frequencies);
            }
        }
    }

    @Override
    public LowRankModes backward(LowRankModes modes, int length, Tensor re, Tensor im) {
        CauchyKernel.check(modes, length, re, im);
        int size = modes.channels() * modes.modes();
        int pairs = modes.lefts() * modes.rights();
        float[] parts = new float[8 * pairs * size];
        if (size == 0) {
            return modes.zeros();
        }
        try (Pass pass = new Pass(modes, length, 2 * modes.rank() * (modes.rank() + 2));
                DeviceMemory out = launcher.scratch(parts.length)) {
            int threads = Math.min(THREADS, WARP * modes.modes());
            for (int first = 0; first < modes.channels(); first += pass.perTurn) {
                pass.sum(first);
                launcher.launch("cauchy_kernel_sum_gradients", pass.jobs(first), pass.sums, pass.work, re, im, first, pass.channels(first),
                        modes.channels(), modes.heads(), modes.rank(), length, pass.frequencies);
                launcher.launch("cauchy_kernel_mode_gradients",
                        LaunchShape.of(Launcher.ceilDiv(WARP * modes.modes(), threads), threads).by(pass.channels(first),
                                Launcher.ceilDiv(pairs, PAIRS)),
                        pass.poleRe, pass.poleIm, pass.sums, re, out, first, pass.channels(first), modes.channels(), modes.modes(), pairs,
                        modes.heads(), length, pass.frequencies);
            }
            launcher.device().download(out, parts);
        }
        return throughProducts(modes, Launcher.joined(parts, 0, pairs * size), Launcher.joined(parts, 2 * pairs * size, pairs * size),
                Launcher.joined(parts, 4 * pairs * size, pairs * size), Launcher.joined(parts, 6 * pairs * size, pairs * size));
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

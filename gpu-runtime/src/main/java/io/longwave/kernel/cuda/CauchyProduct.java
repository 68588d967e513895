package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CauchyKernel;
import io.longwave.tensor.Tensor;

/**
 * Spectra by {@code cauchy_kernel.cu} of modes that are on the device, all in float64 up to the spectrum, some channels at a time.
 *
 * @param mostSums float64 numbers that the sums of the channels taken together may be; one channel is always taken
 */
record CauchyProduct(Launcher launcher, long mostSums) {
    /** Arrays of floats that {@link #backward} leaves for each pair: V and W by their parts, each as the float nearest and what it leaves. */
    static final int GRADIENT_ARRAYS = 8;
    private static final int PAIRS = 4;
    private static final int WARP = 32;
    private static final int THREADS = 128;
    private static final long MOST_SUMS = 16L << 20;
    private static final int MOST_CHANNELS = 65_535;

    CauchyProduct(Launcher launcher) {
        this(launcher, MOST_SUMS);
    }

    /**
     * Modes on the device, in double, as in {@link CauchyKernel.LowRankModes}; closed with their memory.
     *
     * @param poleRe,poleIm [H, n]
     * @param leftRe,leftIm [1 + R, H, n]
     * @param rightRe,rightIm [heads + R, H, n]
     */
    record Modes(int channels, int modes, int heads, int rank, DeviceMemory poleRe, DeviceMemory poleIm, DeviceMemory leftRe,
            DeviceMemory leftIm, DeviceMemory rightRe, DeviceMemory rightIm) implements AutoCloseable {

        int size() {
            return channels * modes;
        }

        int lefts() {
            return 1 + rank;
        }

        int rights() {
            return heads + rank;
        }

        int pairs() {
            return lefts() * rights();
        }

        @Override
        public void close() {
            for (DeviceMemory memory : new DeviceMemory[]{poleRe, poleIm, leftRe, leftIm, rightRe, rightIm}) {
                memory.close();
            }
        }
    }

    /** How the channels are taken. */
    private final class Pass implements AutoCloseable {
        final Modes modes;
        final int length;
        final int frequencies;
        final int perTurn;
        final DeviceMemory sums;
        final DeviceMemory work;

        Pass(Modes modes, int length, int workPerJob) {
            this.modes = modes;
            this.length = length;
            this.frequencies = CauchyKernel.frequencies(length);
            long perChannel = (2L * modes.pairs() + workPerJob) * frequencies;
            this.perTurn = (int) Math.max(1, Math.min(Math.min(MOST_CHANNELS, modes.channels()), mostSums / perChannel));
            this.sums = launcher.scratch(4L * modes.pairs() * perTurn * frequencies);
            this.work = launcher.scratch(2L * workPerJob * perTurn * frequencies);
        }

        int channels(int first) {
            return Math.min(perTurn, modes.channels() - first);
        }

        void sum(int first) {
            int threads = Math.min(THREADS, Launcher.ceilDiv(frequencies, WARP) * WARP);
            launcher.launch("cauchy_kernel_sums",
                    LaunchShape.of(Launcher.ceilDiv(frequencies, threads), threads).by(channels(first),
                            Launcher.ceilDiv(modes.pairs(), PAIRS)),
                    modes.poleRe, modes.poleIm, modes.leftRe, modes.leftIm, modes.rightRe, modes.rightIm, sums, first, channels(first),
                    (long) modes.size(), modes.modes, modes.pairs(), modes.rights(), length, frequencies);
        }

        /** A thread per channel and frequency. */
        LaunchShape jobs(int first) {
            long jobs = (long) channels(first) * frequencies;
            int threads = (int) Math.min(THREADS, jobs);
            return LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(jobs, threads)), threads);
        }

        @Override
        public void close() {
            sums.close();
            work.close();
        }
    }

    /** The sums before the correction, rounded; [(1 + R) (heads + R) H, L/2 + 1]. */
    void sums(Modes modes, int length, Tensor re, Tensor im) {
        try (Pass pass = new Pass(modes, length, 0)) {
            for (int first = 0; first < modes.channels(); first += pass.perTurn) {
                pass.sum(first);
                launcher.launchOver((long) modes.pairs() * pass.channels(first) * pass.frequencies, "cauchy_kernel_round", pass.sums, re,
                        im,
                        first, pass.channels(first), modes.channels(), modes.pairs(), pass.frequencies);
            }
        }
    }

    /** K^. */
    void forward(Modes modes, int length, Tensor re, Tensor im) {
        try (Pass pass = new Pass(modes, length, 2 * modes.rank() * (modes.rank() + 1))) {
            for (int first = 0; first < modes.channels(); first += pass.perTurn) {
                pass.sum(first);
                launcher.launch("cauchy_kernel_spectrum", pass.jobs(first), pass.sums, pass.work, modes.leftRe, modes.leftIm, modes.rightRe,
                        modes.rightIm, re, im, first, pass.channels(first), modes.channels(), modes.modes(), modes.heads(), modes.rank(),
                        length, pass.frequencies);
            }
        }
    }

    /**
     * Sums of which the gradients of poles and vectors are made: V is that of left right, W that of the poles per unit of its conjugate.
     *
     * @param out {@link #GRADIENT_ARRAYS} arrays of floats, [(1 + R) (heads + R), H, n] each
     */
    void backward(Modes modes, int length, Tensor re, Tensor im, DeviceMemory out) {
        try (Pass pass = new Pass(modes, length, 2 * modes.rank() * (modes.rank() + 2))) {
            int threads = Math.min(THREADS, WARP * modes.modes());
            for (int first = 0; first < modes.channels(); first += pass.perTurn) {
                pass.sum(first);
                launcher.launch("cauchy_kernel_sum_gradients", pass.jobs(first), pass.sums, pass.work, re, im, first, pass.channels(first),
                        modes.channels(), modes.heads(), modes.rank(), length, pass.frequencies);
                launcher.launch("cauchy_kernel_mode_gradients",
                        LaunchShape.of(Launcher.ceilDiv(WARP * modes.modes(), threads), threads).by(pass.channels(first),
                                Launcher.ceilDiv(modes.pairs(), PAIRS)),
                        modes.poleRe, modes.poleIm, pass.sums, re, out, first, pass.channels(first), modes.channels(), modes.modes(),
                        modes.pairs(), modes.heads(), length, pass.frequencies);
            }
        }
    }
}

package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.tensor.Tensor;

/** Sums over modes by {@code vandermonde_kernel.cu}: two tables per mode, then products of them. */
record VandermondeProduct(Launcher launcher) {
    private static final int SPLIT = 64;
    private static final int STEPS_PER_BLOCK = 64;
    private static final int STEPS_PER_THREAD = 4;
    /** Up to this many steps of 64 taps the product reads its tables where they are. */
    private static final int FEW_STEPS = 32;
    private static final int FEW_STEPS_PER_THREAD = 2;
    private static final int FEW_STEPS_COLUMNS = 4;
    private static final int MODES_PER_WARP = 4;
    private static final int WARP = 32;
    private static final int BACKWARD_THREADS = 128;
    private static final int MOST_STEP_BLOCKS = 65_535;

    /** Arrays of floats that {@link #backward} leaves: dw and de by their parts, each as the float nearest and what it leaves. */
    static final int GRADIENT_ARRAYS = 8;

    /**
     * Modes on the device, in double.
     *
     * @param numbers logRe, logIm, weightRe, weightIm, [rows · count] each, and the factor
     */
    record Modes(int rows, int count, DeviceMemory numbers) {
        static final int ARRAYS = 4;

        long size() {
            return (long) rows * count;
        }
    }

    /** Tables on the device. */
    private final class Tables implements AutoCloseable {
        final int steps;
        final DeviceMemory basisRe;
        final DeviceMemory basisIm;
        final DeviceMemory stepsRe;
        final DeviceMemory stepsIm;

        Tables(Modes modes, int start, int length, boolean weighted) {
            long size = modes.size();
            this.steps = Launcher.ceilDiv(length, SPLIT);
            this.basisRe = launcher.scratch(size * SPLIT);
            this.basisIm = launcher.scratch(size * SPLIT);
            this.stepsRe = launcher.scratch(size * steps);
            this.stepsIm = launcher.scratch(size * steps);
            launcher.launchOver(size * (SPLIT + steps), "vandermonde_kernel_tables", modes.numbers(), weighted, basisRe, basisIm, stepsRe,
                    stepsIm, size, steps, start);
        }

        @Override
        public void close() {
            basisRe.close();
            basisIm.close();
            stepsRe.close();
            stepsIm.close();
        }
    }

    /** @param kernel [rows, length], not empty */
    void forward(Modes modes, int start, Tensor kernel) {
        int length = kernel.dim(1);
        try (Tables tables = new Tables(modes, start, length, true)) {
            if (tables.steps <= FEW_STEPS) {
                int groups = Launcher.ceilDiv(tables.steps, FEW_STEPS_PER_THREAD);
                int columns = Math.min(FEW_STEPS_COLUMNS, groups);
                launcher.launch("vandermonde_kernel_forward_short",
                        new LaunchShape(modes.rows(), Launcher.ceilDiv(groups, columns), 1, SPLIT, columns, 0), tables.basisRe,
                        tables.basisIm, tables.stepsRe, tables.stepsIm, kernel, modes.count(), tables.steps, length);
                return;
            }
            int columns = Launcher.ceilDiv(Math.min(STEPS_PER_BLOCK, tables.steps), STEPS_PER_THREAD);
            int blocks = Math.min(MOST_STEP_BLOCKS, Launcher.ceilDiv(tables.steps, STEPS_PER_THREAD * columns));
            launcher.launch("vandermonde_kernel_forward", new LaunchShape(modes.rows(), blocks, 1, SPLIT / 4, columns, 0), tables.basisRe,
                    tables.basisIm, tables.stepsRe, tables.stepsIm, kernel, modes.count(), tables.steps, length);
        }
    }

    /**
     * @param gradient [rows, length], not empty
     * @param out {@value #GRADIENT_ARRAYS} arrays of [rows · count]
     */
    void backward(Modes modes, int start, Tensor gradient, DeviceMemory out) {
        int length = gradient.dim(1);
        try (Tables tables = new Tables(modes, start, length, false)) {
            long threads = (long) modes.rows() * Launcher.ceilDiv(modes.count(), MODES_PER_WARP) * WARP;
            int block = (int) Math.min(BACKWARD_THREADS, threads);
            launcher.launch("vandermonde_kernel_backward", LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(threads, block)), block),
                    gradient, tables.basisRe, tables.basisIm, tables.stepsRe, tables.stepsIm, modes.numbers(), out, modes.rows(),
                    modes.count(), tables.steps, length, start);
        }
    }
}

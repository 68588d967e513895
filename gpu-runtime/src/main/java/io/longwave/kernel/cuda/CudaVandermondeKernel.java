package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.VandermondeKernel;
import io.longwave.tensor.Tensor;

/** {@link VandermondeKernel} by {@code vandermonde_kernel.cu}: two tables per mode, then products of them. */
record CudaVandermondeKernel(Launcher launcher) implements VandermondeKernel {
    private static final int SPLIT = 64;
    private static final int STEPS_PER_BLOCK = 64;
    private static final int MODES_PER_WARP = 4;
    private static final int WARP = 32;
    private static final int BACKWARD_THREADS = 128;
    private static final int MOST_STEP_BLOCKS = 65_535;

    /** Modes and tables on the device. */
    private final class Tables implements AutoCloseable {
        final int steps;
        final DeviceMemory weightRe;
        final DeviceMemory weightIm;
        final DeviceMemory basisRe;
        final DeviceMemory basisIm;
        final DeviceMemory stepsRe;
        final DeviceMemory stepsIm;

        Tables(Modes modes, int start, int length, boolean weighted) {
            this.steps = Launcher.ceilDiv(length, SPLIT);
            long size = (long) modes.rows() * modes.count();
            this.weightRe = launcher.doubles(modes.weightRe());
            this.weightIm = launcher.doubles(modes.weightIm());
            this.basisRe = launcher.scratch(size * SPLIT);
            this.basisIm = launcher.scratch(size * SPLIT);
            this.stepsRe = launcher.scratch(size * steps);
            this.stepsIm = launcher.scratch(size * steps);
            try (DeviceMemory logRe = launcher.doubles(modes.logRe());
                    DeviceMemory logIm = launcher.doubles(modes.logIm());
                    DeviceMemory factor = launcher.doubles(new double[]{modes.factor()})) {
                launcher.launchOver(size * (SPLIT + steps), "vandermonde_kernel_tables", logRe, logIm, orNull(weightRe, weighted),
                        orNull(weightIm, weighted), factor, basisRe, basisIm, stepsRe, stepsIm, size, steps, start);
            }
        }

        private static @Nullable DeviceMemory orNull(DeviceMemory memory, boolean wanted) {
            return wanted ? memory : null;
        }

        @Override
        public void close() {
            weightRe.close();
            weightIm.close();
            basisRe.close();
            basisIm.close();
            stepsRe.close();
            stepsIm.close();
        }
    }

    @Override
    public void forward(Modes modes, int start, Tensor kernel) {
        VandermondeKernel.check(modes, start, kernel);
        int length = kernel.dim(1);
        if (kernel.size() == 0) {
            return;
        }
        try (Tables tables = new Tables(modes, start, length, true)) {
            int perBlock = Math.min(STEPS_PER_BLOCK, tables.steps);
            int columns = Launcher.ceilDiv(perBlock, 4);
            int blocks = Math.min(MOST_STEP_BLOCKS, Launcher.ceilDiv(tables.steps, 4 * columns));
            launcher.launch("vandermonde_kernel_forward", new LaunchShape(modes.rows(), blocks, 1, SPLIT / 4, columns, 0), tables.basisRe,
                    tables.basisIm, tables.stepsRe, tables.stepsIm, kernel, modes.count(), tables.steps, length);
        }
    }

    @Override
    public ModeGradient backward(Modes modes, int start, Tensor gradient) {
        VandermondeKernel.check(modes, start, gradient);
        int length = gradient.dim(1);
        int size = modes.rows() * modes.count();
        if (gradient.size() == 0 || size == 0) {
            return ModeGradient.zeros(modes);
        }
        float[] parts = new float[8 * size];
        try (Tables tables = new Tables(modes, start, length, false); DeviceMemory out = launcher.scratch(parts.length)) {
            long threads = (long) modes.rows() * Launcher.ceilDiv(modes.count(), MODES_PER_WARP) * WARP;
            int block = (int) Math.min(BACKWARD_THREADS, threads);
            launcher.launch("vandermonde_kernel_backward", LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(threads, block)), block),
                    gradient, tables.basisRe, tables.basisIm, tables.stepsRe, tables.stepsIm, tables.weightRe, tables.weightIm, out,
                    modes.rows(), modes.count(), tables.steps, length, start);
            launcher.device().download(out, parts);
        }
        return new ModeGradient(Launcher.joined(parts, 0, size), Launcher.joined(parts, 2 * size, size),
                Launcher.joined(parts, 4 * size, size), Launcher.joined(parts, 6 * size, size));
    }
}

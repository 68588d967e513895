package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.kernel.Transform;
import io.longwave.tensor.Tensor;

/** What kernels made from the trained numbers of systems share: {@code diagonal_numbers.cuh} and {@code diagonal_kernel_sums}. */
final class DiagonalLaunches {
    private static final int WARP = 32;
    /** Arithmetic in double takes long: small blocks, on many multiprocessors. */
    private static final int THREADS = 64;
    /** Of shared numbers by a mode: inv_dt, A_real, A_imag and the two of B. */
    private static final int PARTS = 5;

    private DiagonalLaunches() {}

    /** A thread for each mode of each channel. */
    static LaunchShape ofModes(Form form) {
        return LaunchShape.of(Math.toIntExact(Launcher.ceilDiv((long) form.channels() * form.modes(), THREADS)), THREADS);
    }

    /** As the kernels number them. */
    static int number(Transform transform) {
        return switch (transform) {
            case NONE -> 0;
            case EXP -> 1;
            case SOFTPLUS -> 2;
            case RELU -> 3;
            case SIGMOID -> 4;
        };
    }

    /** Room for what each mode of each channel adds to numbers that are shared, P of {@code rank} vectors among them. */
    static DeviceMemory parts(Launcher launcher, Form form, int rank) {
        return launcher.doubles((PARTS + 2L * rank) * form.channels() * form.modes());
    }

    /** Adds them. */
    static void addParts(Launcher launcher, Form form, DeviceMemory parts, Numbers sums, @Nullable Tensor p) {
        int rank = p == null ? 0 : p.dim(0);
        long jobs = form.steps() + (PARTS - 1L + 2L * rank) * form.copies() * form.modes();
        launcher.launch("diagonal_kernel_sums", LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(jobs * WARP, THREADS)), THREADS), parts,
                sums.invDt(), sums.aReal(), sums.aImag(), sums.b(), p, form.channels(), form.copies(), form.modes(), rank,
                form.stepPerMode());
    }
}

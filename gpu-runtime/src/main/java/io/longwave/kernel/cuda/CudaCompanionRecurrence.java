package io.longwave.kernel.cuda;

import java.util.Arrays;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CompanionRecurrence;
import io.longwave.tensor.Tensor;

/** {@link CompanionRecurrence} by {@code companion_lanes.cu}, a warp for each row, or {@code companion_recurrence.cu}, a block for each. */
record CudaCompanionRecurrence(Launcher launcher) implements CompanionRecurrence {
    private static final int WARP = 32;
    private static final int MOST_THREADS = 1024;
    private static final int KERNEL_THREADS = 128;
    private static final int MOST_ALONG_Y = 65_535;
    /** Fewest times that a block takes of a sum over time. */
    private static final int TIMES_PER_SLICE = 64;
    private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
    /** Numbers for sums over a block. */
    private static final int SLOTS = 64;

    /** The most states that a lane keeps where a warp has a row. */
    private static final int MOST_OWN = 4;

    private static int threads(int states, int most) {
        return Math.min(most, Launcher.ceilDiv(states, WARP) * WARP);
    }

    /** A block per row, with {@code kept} rows of states in shared memory. */
    private static LaunchShape rows(Tensor perStep, int kept) {
        int states = perStep.dim(2);
        return LaunchShape.of(perStep.dim(0), threads(states, MOST_THREADS)).shared((kept * states + SLOTS) * Float.BYTES);
    }

    /** States of a lane where a warp has a row, 1, 2 or 4; 0 where these are too many. */
    private static int own(Tensor perStep) {
        for (int own = 1; own <= MOST_OWN; own *= 2) {
            if (perStep.dim(2) <= own * WARP) {
                return own;
            }
        }
        return 0;
    }

    /** Queues a recurrence over the rows of {@code perStep}; {@code kept} rows of states in shared memory are what a block needs. */
    private void launch(String kernel, Tensor perStep, int kept, Tensor... tensors) {
        Object[] arguments = Arrays.copyOf(tensors, tensors.length + 2, Object[].class);
        arguments[tensors.length] = perStep.dim(1);
        arguments[tensors.length + 1] = perStep.dim(2);
        int own = own(perStep);
        if (own > 0) {
            launcher.launch(kernel + "_own" + own, LaunchShape.of(perStep.dim(0), WARP), arguments);
        } else {
            launcher.launch(kernel, rows(perStep, kept), arguments);
        }
    }

    @Override
    public void powers(Tensor companion, Tensor b, Tensor powers) {
        CompanionRecurrence.check(companion, b, powers);
        if (powers.size() > 0) {
            launch("companion_recurrence_powers", powers, 2, companion, b, powers);
        }
    }

    @Override
    public void powersBackward(Tensor companion, Tensor powers, Tensor gradient, Tensor companionGradient, Tensor bGradient) {
        CompanionRecurrence.check(companion, bGradient, powers);
        CompanionRecurrence.check(companionGradient, bGradient, gradient);
        if (powers.size() > 0) {
            launch("companion_recurrence_powers_backward", powers, 3, companion, powers, gradient, companionGradient, bGradient);
        }
    }

    @Override
    public void kernel(Tensor powers, Tensor c, Tensor kernel) {
        CompanionRecurrence.checkKernel(powers, c, kernel);
        if (kernel.size() > 0) {
            long count = kernel.size();
            int block = (int) Math.min(KERNEL_THREADS, count * WARP);
            launcher.launch("companion_recurrence_kernel",
                    LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(count * WARP, block)), block), powers, c, kernel, count, powers.dim(1),
                    powers.dim(2));
        }
    }

    @Override
    public void kernelBackward(Tensor powers, Tensor c, Tensor gradient, Tensor powersGradient, boolean accumulate, Tensor cGradient) {
        CompanionRecurrence.checkKernel(powers, c, gradient);
        CompanionRecurrence.checkKernel(powersGradient, cGradient, gradient);
        if (powers.size() == 0) {
            return;
        }
        int rows = powers.dim(0);
        int steps = powers.dim(1);
        int states = powers.dim(2);
        int block = threads(states, KERNEL_THREADS);
        int tiles = Launcher.ceilDiv(states, block);
        long wanted = Launcher.ceilDiv((long) launcher.properties().multiprocessors() * BLOCKS_PER_MULTIPROCESSOR, (long) rows * tiles);
        int slices = (int) Math.min(wanted, Launcher.ceilDiv(steps, TIMES_PER_SLICE));
        try (DeviceMemory partial = launcher.scratch((long) slices * rows * states)) {
            launcher.launch("companion_recurrence_kernel_backward", LaunchShape.of(tiles, block).by(Math.min(rows, MOST_ALONG_Y), slices),
                    powers, c, gradient, powersGradient, partial, rows, steps, states, accumulate);
            launcher.launchOver((long) rows * states, "companion_recurrence_add_slices", partial, cGradient, (long) rows * states, slices);
        }
    }

    @Override
    public void rollout(Tensor companion, Tensor b, Tensor k, Tensor c, Tensor rollout) {
        CompanionRecurrence.check(companion, b, rollout);
        CompanionRecurrence.check(k, c, rollout);
        if (rollout.size() > 0) {
            launch("companion_recurrence_rollout", rollout, 2, companion, b, k, c, rollout);
        }
    }

    @Override
    public void rolloutBackward(Tensor companion, Tensor b, Tensor k, Tensor rollout, Tensor gradient, Tensor companionGradient,
            Tensor bGradient, Tensor kGradient, Tensor cGradient) {
        CompanionRecurrence.check(companion, b, rollout);
        CompanionRecurrence.check(k, cGradient, gradient);
        CompanionRecurrence.check(companionGradient, bGradient, rollout);
        if (rollout.size() > 0) {
            launch("companion_recurrence_rollout_backward", rollout, 5, companion, b, k, rollout, gradient, companionGradient, bGradient,
                    kGradient, cGradient);
        }
    }
}

package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SelectiveScan;
import io.longwave.tensor.Tensor;

/**
 * {@link SelectiveScan} by {@code selective_scan.cu}: a warp for 32 channels of an entry, or for a chunk of their time where channels are too few
 * to fill the card. That A is at most 0 is looked at before a forward pass, the one time that anything waits for the device.
 */
record CudaSelectiveScan(Launcher launcher) implements SelectiveScan {
    private static final int WARP = 32;
    private static final int TILE = 32;
    private static final int ROWS = TILE * 33;
    private static final int STATES = 4;
    private static final int FORWARD_SHARED = (3 * ROWS + 2 * TILE * STATES) * Float.BYTES;
    private static final int BACKWARD_SHARED = (6 * ROWS + 2 * TILE * STATES + 4 * STATES * WARP) * Float.BYTES;
    /** Warps that fit a multiprocessor, by their shared memory. */
    private static final int FORWARD_WARPS = 16;
    private static final int BACKWARD_WARPS = 7;
    private static final int FORWARD_BLOCK = 4;

    /** Jobs of the warps of a pass: those of all channels and entries, for each chunk of time. */
    private record Plan(int channels, int heads, int groups, int batch, int length, int states, boolean reversed, int tiles, int chunk,
            int chunks) {

        long jobs() {
            return (long) batch * groups * tiles * chunks;
        }

        /** Numbers of [chunks, B, N, H]. */
        long states(long slots) {
            return slots * batch * states * channels;
        }

        LaunchShape shape(int warps, int sharedBytes) {
            int perBlock = (int) Math.min(warps, jobs());
            return LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(jobs(), perBlock)), perBlock * WARP).shared(perBlock * sharedBytes);
        }

        Plan cut(int size) {
            return new Plan(channels, heads, groups, batch, length, states, reversed, tiles, size, Launcher.ceilDiv(length, size));
        }
    }

    private Plan plan(Inputs inputs, int warpsPerMultiprocessor) {
        int tiles = Launcher.ceilDiv(inputs.channels() / inputs.groups(), WARP);
        int segments = SelectiveScan.keptStates(inputs.length());
        Plan whole = new Plan(inputs.channels(), inputs.heads(), inputs.groups(), inputs.batch(), inputs.length(), inputs.states(),
                inputs.reversed(), tiles, segments * STRIDE, 1);
        long wanted = (long) launcher.properties().multiprocessors() * warpsPerMultiprocessor;
        if (2 * whole.jobs() > wanted) {
            return whole;
        }
        long pieces = Math.min(segments, Launcher.ceilDiv(wanted, Math.max(1, whole.jobs())));
        return whole.cut(STRIDE * (int) Launcher.ceilDiv((long) segments, pieces));
    }

    private static String kernel(String what, Inputs inputs) {
        return "selective_scan_" + what + (inputs.exactHold() ? "_exact" : "_euler") + (inputs.oneDecay() ? "_one" : "");
    }

    @Override
    public void forward(Inputs inputs, Tensor y, @Nullable Tensor kept, @Nullable Tensor last) {
        inputs.checkOutputs(y, kept, last);
        if (y.size() == 0) {
            return;
        }
        Plan plan = plan(inputs, FORWARD_WARPS);
        try (DeviceMemory running = starts(inputs, plan, inputs.u(), inputs.b(), null, inputs.initial(), false)) {
            forward(inputs, plan, running, CudaTensor.orNull(kept), y, last, STRIDE, false);
        }
    }

    private void forward(Inputs inputs, Plan plan, DeviceMemory running, @Nullable DeviceMemory kept, @Nullable Tensor y,
            @Nullable Tensor last, int keep, boolean firstOnly) {
        launcher.launch(kernel("forward", inputs), plan.shape(FORWARD_BLOCK, FORWARD_SHARED), inputs.u(), inputs.delta(), inputs.a(),
                inputs.b(), inputs.c(), inputs.skip(), inputs.deltaBias(), inputs.gate(), running, kept, y, last, plan.channels, plan.heads,
                plan.groups, plan.batch, plan.length, plan.states, plan.reversed, plan.chunk, plan.chunks, keep, firstOnly);
    }

    /** The states, or what the gradient carries, that each chunk starts from, to be closed. */
    private DeviceMemory starts(Inputs inputs, Plan plan, Tensor values, Tensor rows, @Nullable Tensor gate, @Nullable Tensor initial,
            boolean backward) {
        DeviceMemory running = launcher.scratch(plan.states(plan.chunks));
        try (DeviceMemory ends = launcher.scratch(plan.states(plan.chunks));
                DeviceMemory sizes = launcher.scratch((long) plan.chunks * plan.batch * plan.channels)) {
            if (plan.chunks > 1) {
                launcher.launch(kernel("ends", inputs), plan.shape(FORWARD_BLOCK, FORWARD_SHARED), values, inputs.delta(), inputs.a(), rows,
                        inputs.deltaBias(), gate, ends, sizes, plan.channels, plan.heads, plan.groups, plan.batch, plan.length, plan.states,
                        plan.reversed, plan.chunk, plan.chunks, backward);
            }
            launcher.launchOver(plan.states(1), "selective_scan_starts", inputs.a(), initial, ends, sizes, running, plan.channels,
                    plan.heads, plan.batch, plan.states, inputs.oneDecay(), plan.chunks, backward);
        }
        return running;
    }

    @Override
    public void backward(Inputs inputs, Tensor kept, Tensor gradient, @Nullable Tensor lastGradient, Gradients into) {
        inputs.checkGradients(kept, gradient, lastGradient, into);
        if (gradient.size() == 0) {
            return;
        }
        Plan plan = plan(inputs, BACKWARD_WARPS);
        int rows = into.b().size();
        long sums = (long) plan.chunks * plan.batch * plan.channels;
        try (DeviceMemory states = halfway(inputs, plan, CudaTensor.of(kept));
                DeviceMemory running = starts(inputs, plan, gradient, inputs.c(), inputs.gate(), lastGradient, true);
                DeviceMemory dDelta = launcher.scratch(gradient.size());
                DeviceMemory da = launcher.scratch(plan.states(plan.chunks));
                DeviceMemory db = launcher.scratch((long) plan.tiles * rows);
                DeviceMemory dc = launcher.scratch((long) plan.tiles * rows);
                DeviceMemory dSkip = launcher.scratch(sums);
                DeviceMemory dBias = launcher.scratch(sums)) {
            launcher.launch(kernel("backward", inputs), plan.shape(1, BACKWARD_SHARED), inputs.u(), inputs.delta(), inputs.a(), inputs.b(),
                    inputs.c(), inputs.skip(), inputs.deltaBias(), inputs.gate(), states, gradient, running, into.u(), dDelta, da, db, dc,
                    dSkip, dBias, into.gate(), into.initial(), plan.channels, plan.heads, plan.groups, plan.batch, plan.length, plan.states,
                    plan.reversed, plan.chunk, plan.chunks);
            launcher.launchOver(rows, "selective_scan_add", db, into.b(), (long) rows, plan.tiles);
            launcher.launchOver(rows, "selective_scan_add", dc, into.c(), (long) rows, plan.tiles);
            launcher.launchOver(into.delta().size(), "selective_scan_add_channels", dDelta, into.delta(), (long) plan.heads,
                    plan.channels / plan.heads, (long) plan.batch * plan.length);
            addHeads(plan, da, into.a(), plan.states, inputs.oneDecay());
            addHeads(plan, dSkip, into.skip(), 1, false);
            addHeads(plan, dBias, into.deltaBias(), 1, false);
        }
    }

    @Override
    public void stepSizes(Tensor delta, @Nullable Tensor bias, Tensor sizes) {
        delta.requireRank("delta", 3);
        sizes.requireShape("sizes", delta.shape().toArray());
        launcher.launchOver(sizes.size(), "selective_scan_step_sizes", delta, bias, sizes, (long) sizes.size(),
                (long) delta.dim(1) * delta.dim(2));
    }

    private void addHeads(Plan plan, DeviceMemory partial, @Nullable Tensor target, int width, boolean oneDecay) {
        if (target != null) {
            long threads = (long) plan.heads * (oneDecay ? 1 : width) * WARP;
            int block = (int) Math.min(FORWARD_BLOCK * WARP, threads);
            launcher.launch("selective_scan_add_heads", LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(threads, block)), block), partial,
                    target, plan.channels, plan.heads, width, oneDecay, (long) plan.chunks * plan.batch);
        }
    }

    /** The states before every 32 steps, from those before every 64; to be closed. */
    private DeviceMemory halfway(Inputs inputs, Plan plan, DeviceMemory kept) {
        Plan segments = plan.cut(STRIDE);
        DeviceMemory states = launcher.scratch(plan.states(Launcher.ceilDiv(plan.length, TILE)));
        try (DeviceMemory running = launcher.scratch(plan.states(segments.chunks))) {
            launcher.device().copy(kept, running, plan.states(segments.chunks) * Float.BYTES);
            forward(inputs, segments, running, states, null, null, TILE, true);
        }
        return states;
    }
}

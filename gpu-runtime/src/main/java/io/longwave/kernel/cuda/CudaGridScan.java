package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.GridScan;
import io.longwave.tensor.Tensor;

/**
 * {@link GridScan} by {@code grid_scan.cu}: wavefronts over variates and time, a warp for some variates, its lanes members of the batch. The way
 * back takes some columns at a time, whose states it computes again from those kept before them.
 */
record CudaGridScan(Launcher launcher) implements GridScan {
    private static final int WARP = 32;
    private static final int MODES = 4;
    private static final int FORWARD_WARPS = 12;
    private static final int BACKWARD_WARPS = 8;
    private static final int THREADS = 256;
    /** Sums over time that each mode has: of A1, A2, A4, A3, B1, B2, C1 and C2. */
    private static final int SUMS = 8;
    private static final int MOST_COLUMNS = 32;
    private static final int FEWEST_COLUMNS = 4;
    /** Numbers of states that the columns taken together may have. */
    private static final long MOST_STATES = 128L << 20;

    /** Sizes of a scan. */
    private record Plan(int channels, int variates, int length, int batch, int n) {

        static Plan of(Tensor x, Parameters parameters) {
            return new Plan(x.dim(0), x.dim(1), x.dim(2), x.dim(3), parameters.a1().dim(1));
        }

        /** H B, up to whole warps. */
        long width() {
            return Launcher.ceilDiv((long) channels * batch, WARP) * WARP;
        }

        /** Numbers of the states of a column. */
        long column() {
            return 2L * n * variates * width();
        }

        /** Columns from one kept state to the next. */
        int every() {
            return (int) Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, MOST_STATES / Math.max(1, column())));
        }

        int tiles() {
            return Launcher.ceilDiv(n, MODES);
        }

        int rowsPerWarp(int mostWarps) {
            return Launcher.ceilDiv(variates, mostWarps);
        }

        int warps(int mostWarps) {
            return Launcher.ceilDiv(variates, rowsPerWarp(mostWarps));
        }

        /** Groups of modes that have blocks of their own. */
        int groups(Form form) {
            return form.companion() ? 1 : tiles();
        }

        LaunchShape shape(Form form, int mostWarps) {
            int warps = warps(mostWarps);
            int shared = form.companion() ? 0 : exchange(MODES, warps);
            return LaunchShape.of(Math.toIntExact(width() / WARP), warps * WARP).by(groups(form)).shared(shared * Float.BYTES);
        }

        private static int exchange(int modes, int warps) {
            return 4 * modes * warps * WARP;
        }

        /** What a companion scan's warps hand on through memory. */
        long exchanged(Form form, int mostWarps) {
            return form.companion() ? width() / WARP * exchange(tiles() * MODES, warps(mostWarps)) : 1;
        }

        String kernel(String what, Form form, int mostWarps) {
            return "grid_scan_" + what + (form.companion() ? "_companion" : rowsPerWarp(mostWarps) > 1 ? "_rows" : "_one");
        }
    }

    @Override
    public int kept(int channels, int variates, int steps, int batch, int states) {
        Plan plan = new Plan(channels, variates, steps, batch, states);
        return Math.toIntExact(Launcher.ceilDiv(steps, plan.every()) * plan.column());
    }

    private static void requireKept(Plan plan, Tensor kept) {
        long expected = Launcher.ceilDiv(plan.length, plan.every()) * plan.column();
        if (kept.size() != expected) {
            throw new IllegalArgumentException("kept: expected " + expected + " numbers but was " + kept.size());
        }
    }

    @Override
    public void forward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor y, @Nullable State after,
            @Nullable Tensor kept) {
        GridScan.check(form, x, parameters);
        GridScan.check("before", x, parameters.a1(), before);
        GridScan.check("after", x, parameters.a1(), after);
        y.requireShape("y", x.shape().toArray());
        Plan plan = Plan.of(x, parameters);
        if (kept != null) {
            requireKept(plan, kept);
        }
        if (x.size() == 0) {
            return;
        }
        int groups = plan.groups(form);
        try (DeviceMemory state = states(form, plan, before);
                DeviceMemory parts = launcher.scratch((long) groups * x.size())) {
            forward(form, x, parameters, plan, state, CudaTensor.orNull(kept), null, parts, 0, plan.length);
            launcher.launchOver(x.size(), "grid_scan_read_out", parts, x, parameters.d(), y, (long) x.size(),
                    (long) x.size() / plan.channels, groups);
            if (after != null) {
                leave(form, plan, state, after, false);
            }
        }
    }

    /** The states before the first column, or zeros, to be closed. */
    private DeviceMemory states(Form form, Plan plan, @Nullable State state) {
        DeviceMemory memory = launcher.scratch(plan.column());
        launcher.launchOver(plan.column(), "grid_scan_state_in", state == null ? null : state.h1(), state == null ? null : state.h2(),
                memory, plan.channels, plan.variates, plan.batch, plan.n, plan.width(), form.reverseVariates());
        return memory;
    }

    private void leave(Form form, Plan plan, DeviceMemory memory, State target, boolean accumulate) {
        launcher.launchOver(plan.column(), "grid_scan_state_out", memory, target.h1(), target.h2(), plan.channels, plan.variates,
                plan.batch,
                plan.n, plan.width(), form.reverseVariates(), accumulate);
    }

    private void forward(Form form, Tensor x, Parameters p, Plan plan, DeviceMemory state, @Nullable DeviceMemory kept,
            @Nullable DeviceMemory columns, @Nullable DeviceMemory parts, int from, int to) {
        try (DeviceMemory exchange = launcher.scratch(plan.exchanged(form, FORWARD_WARPS))) {
            launcher.launch(plan.kernel("forward", form, FORWARD_WARPS), plan.shape(form, FORWARD_WARPS), x, p.a1(), p.a2(), p.a3(), p.a4(),
                    p.b1(), p.b2(), p.c1(), p.c2(), p.step1(), p.step2(), state, kept, columns, parts, exchange, p.selective(),
                    plan.channels, plan.variates, plan.length, plan.batch, plan.n, form.reverseVariates(), form.time().ordinal(),
                    form.variates().ordinal(), from, to, plan.every(), plan.rowsPerWarp(FORWARD_WARPS));
        }
    }

    @Override
    public void backward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor kept, Tensor yGradient,
            @Nullable State afterGradient, Tensor xGradient, Parameters gradients, @Nullable State beforeGradient) {
        GridScan.checkBackward(form, x, parameters, before, yGradient, afterGradient, xGradient, gradients, beforeGradient);
        Plan plan = Plan.of(x, parameters);
        requireKept(plan, kept);
        if (x.size() == 0) {
            return;
        }
        int every = plan.every();
        int warps = plan.warps(BACKWARD_WARPS);
        long positions = parameters.selective() ? 4L * plan.n * plan.variates * every * plan.width() : 1;
        long sumCount = (long) SUMS * plan.n * warps * plan.width();
        try (DeviceMemory carry = states(form, plan, afterGradient);
                DeviceMemory start = launcher.scratch(plan.column());
                DeviceMemory state = launcher.scratch(plan.column());
                DeviceMemory columns = launcher.scratch(plan.column() * Math.min(every, plan.length));
                DeviceMemory parts = launcher.scratch(3L * plan.groups(form) * plan.variates * every * plan.width());
                DeviceMemory ofPositions = launcher.scratch(positions);
                DeviceMemory sums = launcher.scratch(sumCount);
                DeviceMemory passed = launcher.scratch(2L * plan.n * warps * plan.width());
                DeviceMemory exchange = launcher.scratch(plan.exchanged(form, BACKWARD_WARPS))) {
            launcher.device().clear(sums);
            for (int chunk = (plan.length - 1) / every; chunk >= 0; chunk--) {
                int from = chunk * every;
                int to = Math.min(plan.length, from + every);
                for (DeviceMemory copy : new DeviceMemory[]{start, state}) {
                    launcher.launchOver(plan.column(), "grid_scan_take", kept, copy, chunk * plan.column(), plan.column());
                }
                forward(form, x, parameters, plan, state, null, columns, null, from, to);
                launcher.launch(plan.kernel("backward", form, BACKWARD_WARPS), plan.shape(form, BACKWARD_WARPS), x, parameters.a1(),
                        parameters.a2(), parameters.a3(), parameters.a4(), parameters.b1(), parameters.b2(), parameters.c1(),
                        parameters.c2(), parameters.step1(), parameters.step2(), yGradient, carry, columns, start, parts, ofPositions, sums,
                        passed, exchange, parameters.selective(), plan.channels, plan.variates, plan.length, plan.batch, plan.n,
                        form.reverseVariates(), form.time().ordinal(), form.variates().ordinal(), from, to, every,
                        plan.rowsPerWarp(BACKWARD_WARPS));
                addColumns(form, plan, parameters, yGradient, xGradient, gradients, parts, ofPositions, from, to);
            }
            addSums(plan, parameters, gradients, sums, warps);
            long perChannel = x.size() / plan.channels;
            int threads = (int) Math.min(THREADS, Launcher.ceilDiv(perChannel, WARP) * WARP);
            launcher.launch("grid_scan_add_skip", LaunchShape.of(plan.channels, threads), yGradient, x, gradients.d(), perChannel);
            if (beforeGradient != null) {
                leave(form, plan, carry, beforeGradient, true);
            }
        }
    }

    /** Adds what belongs to positions of some columns. */
    private void addColumns(Form form, Plan plan, Parameters parameters, Tensor yGradient, Tensor xGradient, Parameters gradients,
            DeviceMemory parts, DeviceMemory positions, int from, int to) {
        long width = to - from;
        launcher.launchOver((long) plan.channels * plan.variates * width * plan.batch, "grid_scan_add_parts", parts, parameters.d(),
                yGradient, xGradient, gradients.step1(), gradients.step2(), plan.channels, plan.variates, plan.length, plan.batch,
                form.reverseVariates(), from, to, plan.every(), plan.groups(form), plan.width());
        if (parameters.selective()) {
            Tensor[] targets = {gradients.b1(), gradients.b2(), gradients.c1(), gradients.c2()};
            for (int i = 0; i < targets.length; i++) {
                launcher.launchOver(plan.n * plan.variates * width * plan.batch, "grid_scan_add_positions", positions, targets[i], i,
                        plan.channels, plan.variates, plan.length, plan.batch, plan.n, form.reverseVariates(), from, to, plan.every(),
                        plan.width());
            }
        }
    }

    /** Adds what belongs to channels and modes. */
    private void addSums(Plan plan, Parameters parameters, Parameters gradients, DeviceMemory sums, int warps) {
        Tensor[] targets = {gradients.a1(), gradients.a2(), gradients.a4(), gradients.a3(), gradients.b1(), gradients.b2(), gradients.c1(),
                gradients.c2()};
        long threads = (long) plan.channels * plan.n * WARP;
        int block = (int) Math.min(THREADS, threads);
        for (int i = 0; i < (parameters.selective() ? 4 : SUMS); i++) {
            launcher.launch("grid_scan_add_sums", LaunchShape.of(Math.toIntExact(Launcher.ceilDiv(threads, block)), block), sums,
                    targets[i],
                    i, plan.channels, plan.batch, plan.n, warps, plan.width());
        }
    }
}

package io.longwave.kernel.simd;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.ButterflyTransform;
import io.longwave.tensor.Tensor;

/** A task has a few rows and takes each through all stages; gradients of matrices are summed per task and then in the order of the tasks. */
final class SimdButterflyTransform implements ButterflyTransform {
    /** Tasks that the rows are shared out to, at most: sums are cut here, so it may not depend on the threads. */
    private static final int MOST_TASKS = 16;
    private static final int LANES_SCRATCH = 16 * MatrixTiles.WIDTH;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;
    private final ConcurrentHashMap<ButterflyFactors, List<ButterflyStage>> plans = new ConcurrentHashMap<>();

    SimdButterflyTransform(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    private List<ButterflyStage> plan(ButterflyFactors factors) {
        return plans.computeIfAbsent(factors, key -> key.stages().stream().map(ButterflyStage::of).toList());
    }

    /** The matrices as products want them, in memory of the calling thread that its tasks leave alone. */
    private float[] copied(List<ButterflyStage> stages, Tensor matrices) {
        float[] copy = scratch.get().array(3, ButterflyStage.copied(matrices.size()));
        for (ButterflyStage stage : stages) {
            stage.copy(SimdTensor.of(matrices), copy);
        }
        return copy;
    }

    private static int firstRow(int task, int tasks, int rows) {
        return (int) ((long) task * rows / tasks);
    }

    @Override
    public void forward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor spectrum) {
        ButterflyTransform.check(factors, matrices, x, spectrum);
        List<ButterflyStage> stages = plan(factors);
        float[] copy = copied(stages, matrices);
        float[] in = SimdTensor.of(x);
        float[] out = SimdTensor.of(spectrum);
        int n = factors.length();
        int rows = x.dim(0);
        int tasks = Math.min(MOST_TASKS, rows);
        pool.run(tasks, task -> {
            float[] room = scratch.get().array(0, 4 * n);
            for (int r = firstRow(task, tasks, rows); r < firstRow(task + 1, tasks, rows); r++) {
                pad(in, r, x.dim(1), room, 0, n);
                int from = 0;
                for (int i = 0; i < stages.size(); i++) {
                    boolean last = i == stages.size() - 1;
                    int to = 2 * n - from;
                    stages.get(i).forward(copy, room, from, from + n, i == 0, last ? out : room, last ? r * n : to,
                            last ? (rows + r) * n : to + n);
                    from = to;
                }
            }
        });
    }

    private static void pad(float[] in, int r, int length, float[] row, int at, int n) {
        System.arraycopy(in, r * length, row, at, length);
        Arrays.fill(row, at + length, at + n, 0);
    }

    @Override
    public void adjoint(ButterflyFactors factors, Tensor matrices, Tensor spectrum, Tensor x, boolean accumulate) {
        ButterflyTransform.check(factors, matrices, x, spectrum);
        List<ButterflyStage> stages = plan(factors);
        float[] copy = copied(stages, matrices);
        float[] in = SimdTensor.of(spectrum);
        int n = factors.length();
        int rows = x.dim(0);
        int tasks = Math.min(MOST_TASKS, rows);
        pool.run(tasks, task -> {
            float[] room = scratch.get().array(0, 4 * n);
            for (int r = firstRow(task, tasks, rows); r < firstRow(task + 1, tasks, rows); r++) {
                System.arraycopy(in, r * n, room, 0, n);
                System.arraycopy(in, (rows + r) * n, room, n, n);
                int from = 0;
                for (int i = stages.size() - 1; i >= 0; i--) {
                    int to = 2 * n - from;
                    stages.get(i).turnBack(room, from, from + n);
                    stages.get(i).adjoint(copy, room, from, from + n, room, to, to + n, i == 0);
                    from = to;
                }
                cut(room, from, SimdTensor.of(x), r, x.dim(1), accumulate);
            }
        });
    }

    private static void cut(float[] row, int at, float[] out, int r, int length, boolean accumulate) {
        if (accumulate) {
            Rows.add(row, at, out, r * length, out, r * length, length);
        } else {
            System.arraycopy(row, at, out, r * length, length);
        }
    }

    @Override
    public void backward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor gradient, @Nullable Tensor xGradient,
            boolean accumulate, Tensor matrixGradient) {
        ButterflyTransform.check(factors, matrices, x, gradient, xGradient, matrixGradient);
        List<ButterflyStage> stages = plan(factors);
        float[] copy = copied(stages, matrices);
        int rows = x.dim(0);
        int tasks = Math.min(MOST_TASKS, rows);
        int sumsOfTask = 3 * (matrices.size() / 2);
        float[] sums = scratch.get().array(2, tasks * sumsOfTask);
        Arrays.fill(sums, 0, tasks * sumsOfTask, 0);
        float[] dx = SimdTensor.orNull(xGradient);
        pool.run(tasks, task -> {
            for (int r = firstRow(task, tasks, rows); r < firstRow(task + 1, tasks, rows); r++) {
                backwardRow(factors.length(), stages, copy, x, gradient, r, dx, accumulate, sums, task * sumsOfTask);
            }
        });
        float[] df = SimdTensor.of(matrixGradient);
        for (int task = 0; task < tasks; task++) {
            for (ButterflyStage stage : stages) {
                stage.addSums(sums, task * sumsOfTask, df);
            }
        }
    }

    private void backwardRow(int n, List<ButterflyStage> stages, float[] copy, Tensor x, Tensor gradient, int r, float @Nullable [] dx,
            boolean accumulate, float[] sums, int sumsAt) {
        Scratch own = scratch.get();
        float[] room = own.array(0, 4 * n);
        float[] inputs = own.array(1, 2 * n * stages.size());
        float[] lanes = own.array(4, LANES_SCRATCH);
        int rows = x.dim(0);
        pad(SimdTensor.of(x), r, x.dim(1), inputs, 0, n);
        for (int i = 1; i < stages.size(); i++) {
            int from = 2 * n * (i - 1);
            stages.get(i - 1).forward(copy, inputs, from, from + n, i == 1, inputs, from + 2 * n, from + 3 * n);
        }
        float[] d = SimdTensor.of(gradient);
        System.arraycopy(d, r * n, room, 0, n);
        System.arraycopy(d, (rows + r) * n, room, n, n);
        int from = 0;
        for (int i = stages.size() - 1; i >= 0; i--) {
            ButterflyStage stage = stages.get(i);
            int to = 2 * n - from;
            stage.turnBack(room, from, from + n);
            stage.addGradient(room, from, from + n, inputs, 2 * n * i, 2 * n * i + n, i == 0, sums, sumsAt, lanes);
            if (i > 0 || dx != null) {
                stage.adjoint(copy, room, from, from + n, room, to, to + n, i == 0);
            }
            from = to;
        }
        if (dx != null) {
            cut(room, from, dx, r, x.dim(1), accumulate);
        }
    }

    @Override
    public void multiply(Tensor a, Tensor k, boolean conjugated, Tensor out) {
        int batch = ButterflyTransform.checkProduct(a, k, out);
        float[] x = SimdTensor.of(a);
        float[] y = SimdTensor.of(k);
        float[] z = SimdTensor.of(out);
        int n = k.dim(2);
        int im = a.dim(1) * n;
        int imK = k.dim(1) * n;
        pool.run(a.dim(1), row -> {
            int at = row * n;
            int channel = row / batch * n;
            if (conjugated) {
                ComplexLanes.multiplyConjugated(x, at, im + at, y, channel, imK + channel, z, at, im + at, n);
            } else {
                ComplexLanes.multiply(x, at, im + at, y, channel, imK + channel, z, at, im + at, n);
            }
        });
    }

    @Override
    public void correlate(Tensor a, Tensor c, Tensor out) {
        int batch = ButterflyTransform.checkCorrelation(a, c, out);
        float[] x = SimdTensor.of(a);
        float[] y = SimdTensor.of(c);
        float[] z = SimdTensor.of(out);
        int n = out.dim(2);
        int im = a.dim(1) * n;
        int imOut = out.dim(1) * n;
        pool.run(out.dim(1), h -> {
            int to = h * n;
            Arrays.fill(z, to, to + n, 0);
            Arrays.fill(z, imOut + to, imOut + to + n, 0);
            for (int b = 0; b < batch; b++) {
                int at = (h * batch + b) * n;
                ComplexLanes.addConjugated(x, at, im + at, y, at, im + at, z, to, imOut + to, n);
            }
        });
    }
}

package io.longwave.kernel.cuda;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.ButterflyFactors.Stage;
import io.longwave.kernel.ButterflyTransform;
import io.longwave.tensor.Tensor;

/** {@link ButterflyTransform} by {@code butterfly_transform.cu}: a launch for each stage, in place where the input is not kept. */
record CudaButterflyTransform(Launcher launcher) implements ButterflyTransform {
    /** Columns of a tile, and threads along x and y of a block. */
    private static final int SIDE = 32;
    private static final int THREADS_ALONG_Y = 8;
    /** Complex numbers that a part of the gradient of a matrix is summed over at least, where there are so many. */
    private static final int NUMBERS_PER_PART = 8192;
    private static final int MOST_PARTS = 264;

    @Override
    public void forward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor spectrum) {
        ButterflyTransform.check(factors, matrices, x, spectrum);
        if (x.dim(0) == 0) {
            return;
        }
        DeviceMemory out = CudaTensor.of(spectrum);
        for (Stage stage : factors.stages()) {
            forward(factors, stage, matrices, x, out, out);
        }
    }

    /** One stage; the first reads x. */
    private void forward(ButterflyFactors factors, Stage stage, Tensor matrices, Tensor x, DeviceMemory in, DeviceMemory out) {
        int rows = x.dim(0);
        long columns = columns(stage, rows);
        launcher.launch("butterfly_stage", tiles(columns), stage.twisted() ? x : null, x.dim(1), in, matrices, stage.at(), out,
                (long) rows * factors.length(), stage.size(), stage.rest(), columns, stage.twisted());
    }

    private static long columns(Stage stage, int rows) {
        return (long) rows * stage.blocks() * stage.rest();
    }

    private static LaunchShape tiles(long columns) {
        return new LaunchShape(Math.toIntExact(Launcher.ceilDiv(columns, SIDE)), 1, 1, SIDE, THREADS_ALONG_Y, 0);
    }

    @Override
    public void adjoint(ButterflyFactors factors, Tensor matrices, Tensor spectrum, Tensor x, boolean accumulate) {
        ButterflyTransform.check(factors, matrices, x, spectrum);
        if (x.dim(0) == 0) {
            return;
        }
        try (DeviceMemory mid = launcher.scratch(spectrum.size())) {
            DeviceMemory in = CudaTensor.of(spectrum);
            for (Stage stage : factors.stages().reversed()) {
                adjoint(factors, stage, matrices, spectrum.dim(1), in, mid, x, accumulate);
                in = mid;
            }
        }
    }

    /** The adjoint of one stage; that of the first writes x. */
    private void adjoint(ButterflyFactors factors, Stage stage, Tensor matrices, int rows, DeviceMemory in, DeviceMemory out, Tensor x,
            boolean accumulate) {
        long columns = columns(stage, rows);
        launcher.launch("butterfly_stage_adjoint", tiles(columns), in, matrices, stage.at(), out, stage.twisted() ? x : null, x.dim(1),
                accumulate, (long) rows * factors.length(), stage.size(), stage.rest(), columns, stage.twisted());
    }

    @Override
    public void backward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor gradient, @Nullable Tensor xGradient,
            boolean accumulate, Tensor matrixGradient) {
        ButterflyTransform.check(factors, matrices, x, gradient, xGradient, matrixGradient);
        if (x.dim(0) == 0) {
            return;
        }
        List<Stage> stages = factors.stages();
        int rows = x.dim(0);
        long numbers = (long) rows * factors.length();
        int parts = (int) Math.clamp(Launcher.ceilDiv(numbers, NUMBERS_PER_PART), 1, MOST_PARTS);
        List<DeviceMemory> inputs = new ArrayList<>();
        try (DeviceMemory d = launcher.scratch(2 * numbers); DeviceMemory sums = launcher.scratch((long) parts * factors.numbers())) {
            for (int i = 0; i < stages.size() - 1; i++) {
                DeviceMemory out = launcher.scratch(2 * numbers);
                inputs.add(out);
                forward(factors, stages.get(i), matrices, x, i == 0 ? out : inputs.get(i - 1), out);
            }
            DeviceMemory in = CudaTensor.of(gradient);
            for (int i = stages.size() - 1; i >= 0; i--) {
                Stage stage = stages.get(i);
                addMatrixGradient(factors, stage, x, i == 0 ? null : inputs.get(i - 1), in, sums, parts);
                Tensor target = i == 0 ? xGradient : x;
                if (target != null) {
                    adjoint(factors, stage, matrices, rows, in, d, target, accumulate);
                }
                in = d;
            }
            PartSums.add(launcher, sums, 0, parts, matrixGradient, true);
        } finally {
            inputs.forEach(DeviceMemory::close);
        }
    }

    private void addMatrixGradient(ButterflyFactors factors, Stage stage, Tensor x, @Nullable DeviceMemory in, DeviceMemory d,
            DeviceMemory sums, int parts) {
        long columns = columns(stage, x.dim(0));
        int tilesOfPart = Math.toIntExact(Launcher.ceilDiv(Launcher.ceilDiv(columns, SIDE), parts));
        launcher.launch("butterfly_matrix_gradient", new LaunchShape(parts, 1, 1, SIDE, THREADS_ALONG_Y, 0), stage.twisted() ? x : null,
                x.dim(1), in, d, sums, factors.numbers(), stage.at(), tilesOfPart, (long) x.dim(0) * factors.length(), stage.size(),
                stage.rest(), columns, stage.twisted());
    }

    @Override
    public void multiply(Tensor a, Tensor k, boolean conjugated, Tensor out) {
        int batch = ButterflyTransform.checkProduct(a, k, out);
        if (batch > 0) {
            long count = a.size() / 2;
            launcher.launchOver(count, "butterfly_multiply", a, k, out, count, batch, k.dim(2), conjugated);
        }
    }

    @Override
    public void correlate(Tensor a, Tensor c, Tensor out) {
        int batch = ButterflyTransform.checkCorrelation(a, c, out);
        long count = out.size() / 2;
        launcher.launchOver(count, "butterfly_correlate", a, c, out, count, batch, out.dim(2));
    }
}

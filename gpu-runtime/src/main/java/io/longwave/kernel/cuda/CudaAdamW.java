package io.longwave.kernel.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.PointerTable;
import io.longwave.kernel.AdamW;
import io.longwave.tensor.Tensor;

/** {@link AdamW} by {@code adam_w.cu}. Nothing comes back from the device. */
record CudaAdamW(Launcher launcher) implements AdamW {
    /** Four addresses, a size and eight floats. */
    private static final int ROW_LONGS = 9;

    @Override
    public void update(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings, long step) {
        AdamW.check(parameter, gradient, first, second, step);
        float[] f = numbers(settings, step);
        launcher.launchOver(parameter.size(), "adam_w_update", parameter, gradient, first, second, (long) parameter.size(), f[0], f[1],
                f[2], f[3], f[4], f[5], f[6], f[7]);
    }

    /** As {@code AdamWNumbers} has them. */
    private static float[] numbers(Settings settings, long step) {
        double rate = settings.learningRate() / (1 - Math.pow(settings.beta1(), (double) step));
        double correction = 1 / (1 - Math.pow(settings.beta2(), (double) step));
        return new float[]{(float) (settings.learningRate() * settings.weightDecay()), (float) settings.beta1(),
                (float) (1 - settings.beta1()), (float) settings.beta2(), (float) (1 - settings.beta2()), (float) rate, (float) correction,
                (float) settings.epsilon()};
    }

    @Override
    public void update(List<Moved> tensors, long step, double maxNorm, Tensor norm) {
        AdamW.check(tensors, step, maxNorm, norm);
        boolean limited = maxNorm < Double.POSITIVE_INFINITY;
        int[] sizes = tensors.stream().mapToInt(moved -> moved.parameter().size()).toArray();
        if (IntStream.of(sizes).allMatch(size -> size == 0)) {
            launcher.device().clear(CudaTensor.of(norm));
            return;
        }
        TensorTable table = TensorTable.of(sizes, rows(tensors, step));
        int blocks = table.shape().gridX();
        try (DeviceMemory memory = launcher.longs(table.numbers());
                DeviceMemory squares = launcher.doubles(blocks);
                DeviceMemory scale = launcher.scratch(1)) {
            PointerTable pointers = new PointerTable(memory, pieces(tensors));
            if (limited) {
                launcher.launch("adam_w_squares", table.shape(), pointers, table.stretch(), squares);
                launcher.launch("adam_w_norm", LaunchShapes.total(blocks), squares, blocks, (float) maxNorm, norm, scale);
            }
            launcher.launch("adam_w_update_all", table.shape(), pointers, table.stretch(), limited ? scale : null);
        }
    }

    private static long[] rows(List<Moved> tensors, long step) {
        long[] rows = new long[ROW_LONGS * tensors.size()];
        int at = 0;
        for (Moved moved : tensors) {
            rows[at++] = CudaTensor.of(moved.parameter()).address();
            rows[at++] = CudaTensor.of(moved.gradient()).address();
            rows[at++] = CudaTensor.of(moved.first()).address();
            rows[at++] = CudaTensor.of(moved.second()).address();
            rows[at++] = moved.parameter().size();
            float[] numbers = numbers(moved.settings(), step);
            for (int i = 0; i < numbers.length; i += 2) { // devices keep the low half first
                rows[at++] = Float.floatToRawIntBits(numbers[i]) & 0xffffffffL
                        | (long) Float.floatToRawIntBits(numbers[i + 1]) << Integer.SIZE;
            }
        }
        return rows;
    }

    private static List<DeviceMemory> pieces(List<Moved> tensors) {
        List<DeviceMemory> pieces = new ArrayList<>(4 * tensors.size());
        for (Moved moved : tensors) {
            pieces.add(CudaTensor.of(moved.parameter()));
            pieces.add(CudaTensor.of(moved.gradient()));
            pieces.add(CudaTensor.of(moved.first()));
            pieces.add(CudaTensor.of(moved.second()));
        }
        return pieces;
    }
}

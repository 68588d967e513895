package io.longwave.kernel.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.cuda.PointerTable;
import io.longwave.kernel.AdamW;
import io.longwave.tensor.Tensor;

/** {@link AdamW} by {@code adam_w.cu}. Nothing comes back from the device. */
record CudaAdamW(Launcher launcher) implements AdamW {
    private static final int WARP = 32;
    private static final int MOST_THREADS = 256;
    /** Numbers of a tensor that a block takes, more where there would be very many blocks. */
    private static final int STRETCH = 1024;
    private static final int MOST_BLOCKS = 4096;
    private static final int NUMBERS_PER_THREAD = 4;
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
        long total = tensors.stream().mapToLong(moved -> moved.parameter().size()).sum();
        if (total == 0) {
            launcher.device().clear(CudaTensor.of(norm));
            return;
        }
        int largest = tensors.stream().mapToInt(moved -> moved.parameter().size()).max().orElse(1);
        int stretch = (int) Math.max(STRETCH, Launcher.ceilDiv(Launcher.ceilDiv(total, MOST_BLOCKS), STRETCH) * STRETCH);
        long[] jobs = jobs(tensors, stretch);
        int threads = WARP * Math.clamp(Launcher.ceilDiv(Math.min(largest, stretch), WARP * NUMBERS_PER_THREAD), 1, MOST_THREADS / WARP);
        LaunchShape shape = LaunchShape.of(jobs.length, threads);
        try (DeviceMemory memory = launcher.longs(table(tensors, jobs, step));
                DeviceMemory squares = launcher.doubles(jobs.length);
                DeviceMemory scale = launcher.scratch(1)) {
            PointerTable table = new PointerTable(memory, pieces(tensors));
            if (limited) {
                launcher.launch("adam_w_squares", shape, table, stretch, squares);
                launcher.launch("adam_w_norm", LaunchShapes.total(jobs.length), squares, jobs.length, (float) maxNorm, norm, scale);
            }
            launcher.launch("adam_w_update_all", shape, table, stretch, limited ? scale : null);
        }
    }

    /** For each block its tensor, and which of the stretches of that. */
    private static long[] jobs(List<Moved> tensors, int stretch) {
        int[] blocks = tensors.stream().mapToInt(moved -> Launcher.ceilDiv(moved.parameter().size(), stretch)).toArray();
        long[] jobs = new long[IntStream.of(blocks).sum()];
        int at = 0;
        for (int t = 0; t < blocks.length; t++) {
            for (int block = 0; block < blocks[t]; block++) {
                jobs[at++] = (long) block << Integer.SIZE | t;
            }
        }
        return jobs;
    }

    private static long[] table(List<Moved> tensors, long[] jobs, long step) {
        long[] table = new long[jobs.length + ROW_LONGS * tensors.size()];
        System.arraycopy(jobs, 0, table, 0, jobs.length);
        int at = jobs.length;
        for (Moved moved : tensors) {
            table[at++] = CudaTensor.of(moved.parameter()).address();
            table[at++] = CudaTensor.of(moved.gradient()).address();
            table[at++] = CudaTensor.of(moved.first()).address();
            table[at++] = CudaTensor.of(moved.second()).address();
            table[at++] = moved.parameter().size();
            float[] numbers = numbers(moved.settings(), step);
            for (int i = 0; i < numbers.length; i += 2) { // devices keep the low half first
                table[at++] = Float.floatToRawIntBits(numbers[i]) & 0xffffffffL
                        | (long) Float.floatToRawIntBits(numbers[i + 1]) << Integer.SIZE;
            }
        }
        return table;
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

package io.longwave.bench.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jtransforms.fft.FloatFFT_1D;

import pl.edu.icm.jlargearrays.ConcurrencyUtils;

/** JTransforms: packed real transforms of 2N in place, rows over threads. */
final class JTransformsConvolver implements Convolver {
    private final Problem problem;
    private final int threads;
    private final ExecutorService pool;
    private final FloatFFT_1D transform;
    private final float[] y;

    JTransformsConvolver(Problem problem, int threads) {
        ConcurrencyUtils.setNumberOfThreads(1); // rows are what is shared among threads
        this.problem = problem;
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads);
        this.transform = new FloatFFT_1D(2L * problem.length());
        this.y = new float[problem.numbers()];
    }

    @Override
    public String name() {
        return "JTransforms";
    }

    @Override
    public void convolve() {
        if (threads == 1) {
            channels(0, problem.channels());
            return;
        }
        List<Future<?>> parts = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int from = problem.channels() * t / threads;
            int to = problem.channels() * (t + 1) / threads;
            parts.add(pool.submit(() -> channels(from, to)));
        }
        try {
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void channels(int from, int to) {
        int n = problem.length();
        float[] kernel = new float[2 * n];
        float[] row = new float[2 * n];
        for (int h = from; h < to; h++) {
            System.arraycopy(problem.kernel(), h * n, kernel, 0, n);
            Arrays.fill(kernel, n, 2 * n, 0);
            transform.realForward(kernel);
            for (int b = 0; b < problem.batch(); b++) {
                int at = (h * problem.batch() + b) * n;
                System.arraycopy(problem.u(), at, row, 0, n);
                Arrays.fill(row, n, 2 * n, 0);
                transform.realForward(row);
                row[0] *= kernel[0];
                row[1] *= kernel[1];
                for (int i = 2; i < 2 * n; i += 2) {
                    float re = row[i] * kernel[i] - row[i + 1] * kernel[i + 1];
                    row[i + 1] = row[i] * kernel[i + 1] + row[i + 1] * kernel[i];
                    row[i] = re;
                }
                transform.realInverse(row, true);
                System.arraycopy(row, 0, y, at, n);
            }
        }
    }

    @Override
    public float[] result() {
        return y.clone();
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}

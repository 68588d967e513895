package io.longwave.kernel.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.FourierTransform;
import io.longwave.tensor.Tensor;

/** {@link FourierTransform} by {@code fourier_transform.cu}. */
final class CudaFourierTransform implements FourierTransform {
    private static final long COMPLEX_BYTES = 8;

    private final Launcher launcher;
    private final int largest;
    private final LongRows longRows;
    private final ConcurrentHashMap<Integer, Chirp> chirps = new ConcurrentHashMap<>();

    /**
     * @param largest transform to keep on the chip
     * @param midBytes for what is between the passes over longer rows
     */
    CudaFourierTransform(Launcher launcher, int largest, long midBytes) {
        this.launcher = launcher;
        this.largest = RowBlocks.requireLimit(largest);
        this.longRows = new LongRows(launcher, largest, midBytes);
    }

    /**
     * Rows to transform, as in the kernels.
     *
     * @param count numbers of a row that are given
     * @param waves whether these are the bins of real rows, to be transformed back
     * @param single factor of bins that are their own conjugates
     * @param paired factor of the others
     */
    private record Source(DeviceMemory re, @Nullable DeviceMemory im, int count, boolean waves, float single, float paired) {
        List<@Nullable Object> arguments() {
            return Arrays.asList(re, im, count, waves, single, paired);
        }
    }

    /**
     * Where bins go, as in the kernels.
     *
     * @param count bins that are wanted
     * @param doubled whether bins that are not their own conjugates count twice
     */
    private record Target(@Nullable DeviceMemory re, @Nullable DeviceMemory im, int count, boolean doubled, float scale) {
        List<@Nullable Object> arguments() {
            return Arrays.asList(re, im, count, doubled, scale);
        }
    }

    @Override
    public void forward(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        FourierTransform.check(re, im, outRe, outIm);
        rows(re, im, outRe, outIm, 1);
    }

    @Override
    public void inverse(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        FourierTransform.check(re, im, outRe, outIm);
        rows(im, re, outIm, outRe, 1f / re.dim(1));
    }

    private void rows(Tensor re, Tensor im, Tensor outRe, Tensor outIm, float scale) {
        int n = re.dim(1);
        transform(re.dim(0), n, new Source(CudaTensor.of(re), CudaTensor.of(im), n, false, 1, 1),
                new Target(CudaTensor.of(outRe), CudaTensor.of(outIm), n, false, scale));
    }

    @Override
    public void forwardReal(Tensor x, Tensor re, Tensor im) {
        FourierTransform.checkReal(x, re, im);
        bins(x, re, im, false, 1);
    }

    @Override
    public void inverseRealGradient(Tensor x, Tensor re, Tensor im) {
        FourierTransform.checkReal(x, re, im);
        bins(x, re, im, true, 1f / x.dim(1));
    }

    private void bins(Tensor x, Tensor re, Tensor im, boolean doubled, float scale) {
        int n = x.dim(1);
        transform(x.dim(0), n, new Source(CudaTensor.of(x), null, n, false, 1, 1),
                new Target(CudaTensor.of(re), CudaTensor.of(im), n / 2 + 1, doubled, scale));
    }

    @Override
    public void inverseReal(Tensor re, Tensor im, Tensor x) {
        FourierTransform.checkReal(x, re, im);
        float share = 1f / x.dim(1);
        waves(re, im, share, share, x);
    }

    @Override
    public void forwardRealGradient(Tensor re, Tensor im, Tensor x) {
        FourierTransform.checkReal(x, re, im);
        waves(re, im, 1, 0.5f, x);
    }

    /** The real rows that have these bins, each times a factor. */
    private void waves(Tensor re, Tensor im, float single, float paired, Tensor x) {
        int n = x.dim(1);
        transform(x.dim(0), n, new Source(CudaTensor.of(re), CudaTensor.of(im), n / 2 + 1, true, single, paired),
                new Target(null, CudaTensor.of(x), n, false, 1));
    }

    private void transform(int rows, int n, Source source, Target target) {
        if (rows == 0) {
            return;
        }
        if (Integer.bitCount(n) == 1 && n >= RowPlan.SMALLEST) {
            if (n <= largest) {
                launch("fourier_rows", RowBlocks.over(rows, n), source.arguments(), target.arguments(), List.of(rows, n));
            } else {
                binsInPasses(rows, n, source, target);
            }
            return;
        }
        Chirp chirp = chirps.computeIfAbsent(n, length -> Chirp.of(length, launcher, longRows, largest));
        if (chirp.size() <= largest) {
            launch("fourier_chirp_rows", RowBlocks.over(rows, chirp.size()), source.arguments(), target.arguments(),
                    List.of(chirp.values(), chirp.spectrum(), rows, n, chirp.size()));
        } else {
            chirpInPasses(rows, n, source, target, chirp);
        }
    }

    private void binsInPasses(int rows, int n, Source source, Target target) {
        LongRows.Split split = longRows.split(RowPlan.sizeFor(n), 1);
        int group = longRows.group(rows, n * COMPLEX_BYTES);
        try (DeviceMemory mid = launcher.scratch(2L * group * n)) {
            for (int first = 0; first < rows; first += group) {
                int count = Math.min(group, rows - first);
                launch("fourier_pass_load", longRows.columns(split, count), source.arguments(),
                        Arrays.asList(null, mid, n, split.height(), split.width(), first));
                launch("fourier_pass_bins", longRows.rows(split, count, 0), List.of(mid), target.arguments(),
                        List.of(split.height(), split.width(), first));
            }
        }
    }

    private void chirpInPasses(int rows, int n, Source source, Target target, Chirp chirp) {
        LongRows.Split split = longRows.split(chirp.size(), 1);
        int group = longRows.group(rows, chirp.size() * COMPLEX_BYTES);
        try (DeviceMemory mid = launcher.scratch(2L * group * chirp.size())) {
            for (int first = 0; first < rows; first += group) {
                int count = Math.min(group, rows - first);
                launch("fourier_pass_load", longRows.columns(split, count), source.arguments(),
                        Arrays.asList(chirp.values(), mid, n, split.height(), split.width(), first));
                // one channel, so that all rows meet the one spectrum
                longRows.products(mid, chirp.spectrum(), null, split, first, count, rows, 1, 1, false);
                launch("fourier_pass_chirp_store", longRows.columns(split, count), List.of(mid), target.arguments(),
                        List.of(chirp.values(), n, split.height(), split.width(), first));
            }
        }
    }

    @SafeVarargs
    private void launch(String kernel, LaunchShape shape, List<? extends @Nullable Object>... parts) {
        List<@Nullable Object> arguments = new ArrayList<>();
        for (List<? extends @Nullable Object> part : parts) {
            arguments.addAll(part);
        }
        launcher.launch(kernel, shape, arguments.toArray());
    }
}

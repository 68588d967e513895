package io.longwave.ssm.spacetime;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.tensor.Tensor;

/** Cases {@code st_preprocess_diff} and {@code st_preprocess_residual}: the fixed filters. */
record PreprocessingGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int length = golden.configInt("L");
        int batch = golden.configInt("batch");
        int width = golden.configInt("model_dim");
        int rows = golden.configInt("n_kernels");
        int repeats = golden.configInt("kernel_repeat");
        int headDim = golden.configInt("head_dim");
        int orders = SpaceTimeConfig.DIFFERENCES;
        boolean withResiduals = golden.section("buffers").containsKey("ma_r_kernel");
        double[] filters;
        double[] listed;
        if (withResiduals) {
            int residualTaps = golden.configInt("max_avg_window");
            double[] residuals = golden.paramOrBuffer("ma_r_kernel")
                    .require("buffers.ma_r_kernel", repeats * (rows - orders), residualTaps).data();
            filters = PreprocessingFilters.perChannel(PreprocessingFilters.differences(repeats), orders, residuals, residualTaps,
                    rows * repeats * headDim, headDim, rows, length);
            listed = filters;
        } else {
            filters = differences(rows * repeats * headDim, headDim, rows, length);
            listed = differences(rows, 1, rows, length); // before they are repeated
        }
        Tensor kernel = kernels.of(filters, rows * repeats * headDim, length);
        Tensor u = GoldenLayout.channelMajor(kernels, golden.input("u").require("inputs.u", batch, length, width));
        Tensor y = kernels.zeros(width, batch, length);
        kernels.causalConvolution().forward(u, kernel, y, false);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("kernel", listed);
        outputs.put("y", GoldenLayout.batchMajor(kernels, y));
        return new Computed(outputs, Map.of());
    }

    /** Differences of order 0 to 3 and again from 0, each for {@code headDim} channels, all of them as often as there are channels: [channels, taps]. */
    private static double[] differences(int channels, int headDim, int rows, int taps) {
        int orders = SpaceTimeConfig.DIFFERENCES;
        double[] bank = PreprocessingFilters.differences(1);
        double[] out = new double[channels * taps];
        for (int j = 0; j < channels; j++) {
            int order = j / headDim % rows % orders;
            System.arraycopy(bank, order * orders, out, j * taps, Math.min(orders, taps));
        }
        return out;
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 2e-5, 1e-3);
    }
}

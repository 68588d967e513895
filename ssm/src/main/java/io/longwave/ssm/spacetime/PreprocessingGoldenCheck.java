package io.longwave.ssm.spacetime;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
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
        double[] residuals = {};
        int residualTaps = 0;
        if (withResiduals) {
            GoldenTensor bank = golden.paramOrBuffer("ma_r_kernel");
            residualTaps = golden.configInt("max_avg_window");
            residuals = bank.require("buffers.ma_r_kernel", repeats * (rows - orders), residualTaps).data();
        }
        double[] filters = PreprocessingFilters.perChannel(PreprocessingFilters.differences(repeats), orders, residuals, residualTaps,
                rows * repeats * headDim, headDim, rows, length);
        Tensor kernel = kernels.of(filters, rows * repeats * headDim, length);
        Tensor u = GoldenLayout.channelMajor(kernels, golden.input("u").require("inputs.u", batch, length, width));
        Tensor y = kernels.zeros(width, batch, length);
        kernels.causalConvolution().forward(u, kernel, y, false);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        // a bank without residuals is listed before it is repeated
        outputs.put("kernel", withResiduals ? filters : Arrays.copyOf(filters, rows * length));
        outputs.put("y", GoldenLayout.batchMajor(kernels, y));
        return new Computed(outputs, Map.of());
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 2e-5, 1e-3);
    }
}

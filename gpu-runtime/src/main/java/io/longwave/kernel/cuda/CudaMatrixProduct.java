package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.MatrixProduct;
import io.longwave.tensor.Tensor;

/** {@link MatrixProduct} by {@code matrix_product.cu}. */
record CudaMatrixProduct(Launcher launcher, GemmPlan.Choice choice) implements MatrixProduct {

    @Override
    public void multiply(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c, boolean accumulate) {
        Extent extent = Extent.check(a, transposeA, b, transposeB, c);
        multiply(extent, a, transposeA, b, transposeB, null, c, accumulate);
    }

    /** The product of tensors whose shapes have been checked, their number of axes apart; {@code bias} [M] is added to every column. */
    void multiply(Extent extent, Tensor a, boolean transposeA, Tensor b, boolean transposeB, @Nullable Tensor bias, Tensor c,
            boolean accumulate) {
        GemmPlan plan = GemmPlan.of(choice, extent.groups(), extent.m(), extent.n(), extent.k(), bias == null);
        String kernel = plan.kernel("matrix_product", transposeA ? "_transposed_a" : transposeB ? "_transposed_b" : "");
        if (plan.splits() == 1) {
            launch(kernel, plan, extent, a, b, bias, c, null, accumulate);
            return;
        }
        try (DeviceMemory parts = launcher.scratch((long) plan.splits() * c.size())) {
            launch(kernel, plan, extent, a, b, null, c, parts, false);
            PartSums.add(launcher, parts, 0, plan.splits(), c, accumulate);
        }
    }

    private void launch(String kernel, GemmPlan plan, Extent extent, Tensor a, Tensor b, @Nullable Tensor bias, Tensor c,
            @Nullable DeviceMemory parts, boolean accumulate) {
        launcher.launch(kernel, plan.shape(), a, b, bias, c, parts, extent.groups(), extent.m(), extent.n(), extent.k(), plan.stretch(),
                accumulate);
    }
}

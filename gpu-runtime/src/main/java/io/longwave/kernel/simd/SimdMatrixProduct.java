package io.longwave.kernel.simd;

import io.longwave.kernel.MatrixProduct;
import io.longwave.tensor.Tensor;

/** One task per group; a transposed right side is turned once into scratch so that lanes can run over its columns. */
final class SimdMatrixProduct implements MatrixProduct {
    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdMatrixProduct(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void multiply(Tensor aTensor, boolean transposeA, Tensor bTensor, boolean transposeB, Tensor cTensor, boolean accumulate) {
        Extent x = Extent.check(aTensor, transposeA, bTensor, transposeB, cTensor);
        float[] a = SimdTensor.of(aTensor);
        float[] b = SimdTensor.of(bTensor);
        float[] c = SimdTensor.of(cTensor);
        int m = x.m();
        int n = x.n();
        int k = x.k();
        pool.run(x.groups(), g -> {
            int aRow = transposeA ? 1 : k;
            int aCol = transposeA ? m : 1;
            if (transposeB) {
                float[] turned = scratch.get().array(0, k * n);
                transpose(b, g * n * k, n, k, turned);
                Gemm.multiply(m, n, k, a, g * m * k, aRow, aCol, turned, 0, n, c, g * m * n, n, accumulate);
            } else {
                Gemm.multiply(m, n, k, a, g * m * k, aRow, aCol, b, g * k * n, n, c, g * m * n, n, accumulate);
            }
        });
    }

    /** [rows, columns] into [columns, rows], eight rows at a time: written out, it takes half of the time of a loop. */
    private static void transpose(float[] source, int at, int rows, int columns, float[] target) {
        int i = 0;
        for (; i + 8 <= rows; i += 8) {
            int from = at + i * columns;
            int to = i;
            for (int j = 0; j < columns; j++) {
                target[to] = source[from];
                target[to + 1] = source[from + columns];
                target[to + 2] = source[from + 2 * columns];
                target[to + 3] = source[from + 3 * columns];
                target[to + 4] = source[from + 4 * columns];
                target[to + 5] = source[from + 5 * columns];
                target[to + 6] = source[from + 6 * columns];
                target[to + 7] = source[from + 7 * columns];
                from++;
                to += rows;
            }
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                target[j * rows + i] = source[at + i * columns + j];
            }
        }
    }
}

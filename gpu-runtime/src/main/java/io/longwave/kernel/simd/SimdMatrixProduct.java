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

    /** [rows, columns] into [columns, rows], in blocks that stay in the first-level cache. */
    private static void transpose(float[] source, int at, int rows, int columns, float[] target) {
        int block = 16;
        for (int i0 = 0; i0 < rows; i0 += block) {
            int iEnd = Math.min(rows, i0 + block);
            for (int j = 0; j < columns; j++) {
                for (int i = i0; i < iEnd; i++) {
                    target[j * rows + i] = source[at + i * columns + j];
                }
            }
        }
    }
}

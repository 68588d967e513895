package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Many matrix products of one size: C[g] = op(A[g]) op(B[g]) for every g, op being the identity or the transpose. */
public interface MatrixProduct {

    /**
     * @param a [G, M, K], or [G, K, M] when {@code transposeA}
     * @param b [G, K, N], or [G, N, K] when {@code transposeB}
     * @param c [G, M, N]; may not share memory with a or b
     * @throws IllegalArgumentException if the shapes do not fit together, or both sides are transposed
     */
    void multiply(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c, boolean accumulate);

    /** Sizes of a checked product. */
    record Extent(int groups, int m, int n, int k) {
        /** Checks the shapes and names the first that is wrong. */
        public static Extent check(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
            if (transposeA && transposeB) {
                throw new IllegalArgumentException("a product with both sides transposed is not offered; swap the factors");
            }
            a.requireRank("a", 3);
            int groups = a.dim(0);
            int m = a.dim(transposeA ? 2 : 1);
            int k = a.dim(transposeA ? 1 : 2);
            b.requireRank("b", 3);
            int n = b.dim(transposeB ? 1 : 2);
            if (transposeB) {
                b.requireShape("b", groups, n, k);
            } else {
                b.requireShape("b", groups, k, n);
            }
            c.requireShape("c", groups, m, n);
            return new Extent(groups, m, n, k);
        }
    }
}

package io.longwave.kernel.reference;

import io.longwave.kernel.MatrixProduct;
import io.longwave.tensor.Tensor;

final class ReferenceMatrixProduct implements MatrixProduct {

    @Override
    public void multiply(Tensor aTensor, boolean transposeA, Tensor bTensor, boolean transposeB, Tensor cTensor, boolean accumulate) {
        Extent x = Extent.check(aTensor, transposeA, bTensor, transposeB, cTensor);
        double[] a = ReferenceTensor.of(aTensor);
        double[] b = ReferenceTensor.of(bTensor);
        double[] c = ReferenceTensor.of(cTensor);
        for (int g = 0; g < x.groups(); g++) {
            int aStart = g * x.m() * x.k();
            int bStart = g * x.k() * x.n();
            for (int i = 0; i < x.m(); i++) {
                for (int j = 0; j < x.n(); j++) {
                    double sum = 0;
                    for (int q = 0; q < x.k(); q++) {
                        double left = a[aStart + (transposeA ? q * x.m() + i : i * x.k() + q)];
                        double right = b[bStart + (transposeB ? j * x.k() + q : q * x.n() + j)];
                        sum += left * right;
                    }
                    int at = (g * x.m() + i) * x.n() + j;
                    c[at] = accumulate ? c[at] + sum : sum;
                }
            }
        }
    }
}

package io.longwave.kernel.simd;

import io.longwave.kernel.ArraySteps;
import io.longwave.kernel.Gen;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.StepCase;

/** A program that prints one number of all bits the steps of some random streams give. */
final class StepDigest {
    private StepDigest() {}

    public static void main(String[] args) {
        System.out.println(digest(new SimdKernels(1)));
    }

    static String digest(Kernels kernels) {
        long[] hash = {17};
        Gen.forAll(3, gen -> {
            StepCase random = StepCase.random(gen, 37);
            add(hash, random.runDiagonal(kernels, 0, 37));
            add(hash, random.runSelective(kernels, false, true, 0, 37));
            add(hash, random.runSelective(kernels, true, true, 0, 37));
            float[] x = random.inputs();
            float[] y = new float[5 * 37];
            new ArraySteps(kernels).linear(java.util.Arrays.copyOf(x, 15), null, 3, x, y, 37);
            add(hash, new float[][]{y});
            new ArraySteps(kernels).convolution(java.util.Arrays.copyOf(x, 12), new float[3], new float[9 * 37], 0, x, y, 37);
            add(hash, new float[][]{y});
            new ArraySteps(kernels).finite(java.util.Arrays.copyOf(x, 12), 4, java.util.Arrays.copyOf(x, 12 * 37), x, y, 37);
            add(hash, new float[][]{y});
        });
        return Long.toHexString(hash[0]);
    }

    private static void add(long[] hash, float[][] rows) {
        for (float[] row : rows) {
            for (float value : row) {
                hash[0] = hash[0] * 0x5851f42d4c957f2dL + Float.floatToRawIntBits(value);
            }
        }
    }
}

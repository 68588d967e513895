package io.longwave.ssm.golden;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/**
 * How the axes of a golden tensor are exchanged for those of ours, and back.
 *
 * @param sizes of the axes in the file; neighbouring axes may be taken as one
 * @param axes which of them is our first, our second, …
 */
public record AxisOrder(int[] sizes, int... axes) {

    public AxisOrder {
        if (sizes.length != axes.length) {
            throw new IllegalArgumentException("expected an axis for each of " + sizes.length + " but was " + axes.length);
        }
    }

    /** The numbers of a file as a tensor of shape {@code dims}. @throws GoldenCaseException naming {@code what} if the sizes differ */
    public Tensor tensor(Kernels kernels, String what, GoldenTensor golden, int... dims) {
        double[] ours = new double[golden.data().length];
        int[] from = places(what, ours.length);
        for (int i = 0; i < ours.length; i++) {
            ours[i] = golden.data()[from[i]];
        }
        return kernels.of(ours, dims);
    }

    /** The numbers of a tensor in the order of the file. */
    public double[] back(Kernels kernels, Tensor tensor) {
        double[] ours = kernels.toDoubles(tensor);
        int[] to = places("tensor", ours.length);
        double[] out = new double[ours.length];
        for (int i = 0; i < ours.length; i++) {
            out[to[i]] = ours[i];
        }
        return out;
    }

    /** Where in the file each of our numbers stands. */
    private int[] places(String what, int expected) {
        int size = 1;
        int[] strides = new int[sizes.length];
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            strides[axis] = size;
            size *= sizes[axis];
        }
        if (size != expected) {
            throw new GoldenCaseException(what + ": expected " + size + " numbers but was " + expected);
        }
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            int rest = i;
            for (int ours = axes.length - 1; ours >= 0; ours--) {
                int length = sizes[axes[ours]];
                places[i] += rest % length * strides[axes[ours]];
                rest /= length;
            }
        }
        return places;
    }
}

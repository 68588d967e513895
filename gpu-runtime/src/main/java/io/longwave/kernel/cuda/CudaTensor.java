package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.tensor.Shape;
import io.longwave.tensor.Tensor;

/** A tensor of float32 in a device's memory, last axis fastest. */
record CudaTensor(Shape shape, DeviceMemory memory) implements Tensor {

    static DeviceMemory of(Tensor tensor) {
        if (tensor instanceof CudaTensor(Shape _, DeviceMemory memory)) {
            return memory;
        }
        throw new IllegalArgumentException("expected a tensor of the cuda kernels but was " + tensor.getClass().getSimpleName());
    }

    /** The memory of a tensor that may be absent. */
    static @Nullable DeviceMemory orNull(@Nullable Tensor tensor) {
        return tensor == null ? null : of(tensor);
    }

    @Override
    public Tensor view(int... dims) {
        Shape other = Shape.of(dims);
        if (other.size() != shape.size()) {
            throw new IllegalArgumentException("a view of " + shape + " cannot have shape " + other);
        }
        return new CudaTensor(other, memory);
    }

    @Override
    public String toString() {
        return "cuda" + shape;
    }
}

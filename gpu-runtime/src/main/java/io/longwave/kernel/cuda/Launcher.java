package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.DeviceProperties;
import io.longwave.cuda.LaunchShape;
import io.longwave.cuda.PointerTable;
import io.longwave.tensor.Tensor;

/** What kernel classes start their work with. */
final class Launcher {
    private static final int ELEMENT_THREADS = 256;
    private static final int QUAD = 4;
    /** Blocks of an element-wise kernel for each multiprocessor; more elements are taken in turns. */
    private static final int BLOCKS_PER_MULTIPROCESSOR = 16;

    private final CudaDevice device;
    private final DeviceProperties properties;

    Launcher(CudaDevice device) {
        this.device = device;
        this.properties = device.properties();
    }

    CudaDevice device() {
        return device;
    }

    DeviceProperties properties() {
        return properties;
    }

    /**
     * Queues a kernel.
     *
     * @param arguments a {@link Tensor}, a {@link DeviceMemory}, a {@link PointerTable} or null for a pointer, {@link Integer}, {@link Long},
     *        {@link Float}, and {@link Boolean} for an int that is 0 or 1
     * @throws IllegalArgumentException if a block of this device has less shared memory than that
     */
    void launch(String kernel, LaunchShape shape, @Nullable Object... arguments) {
        // Asked here, because a launch that the driver refuses would come to light only at a later call.
        if (shape.sharedBytes() > properties.sharedBytesPerBlock()) {
            throw new IllegalArgumentException(kernel + ": expected to need at most " + properties.sharedBytesPerBlock()
                    + " bytes of shared memory, what a block of " + properties.name() + " has, but was " + shape.sharedBytes());
        }
        @Nullable
        Object[] plain = new @Nullable Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            plain[i] = switch (arguments[i]) {
                case Tensor tensor -> CudaTensor.of(tensor);
                case Boolean flag -> flag ? 1 : 0;
                case null -> null;
                case Object other -> other;
            };
        }
        device.launch(kernel, shape, plain);
    }

    /** Queues a kernel that runs over {@code n} elements in a grid-stride loop; does nothing for none. */
    void launchOver(long n, String kernel, @Nullable Object... arguments) {
        if (n > 0) {
            long blocks = Math.min(ceilDiv(n, ELEMENT_THREADS), (long) properties.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR);
            launch(kernel, LaunchShape.of((int) blocks, ELEMENT_THREADS), arguments);
        }
    }

    /** As {@link #launchOver} for a kernel whose threads take four elements at a time. */
    void launchOverQuads(long n, String kernel, @Nullable Object... arguments) {
        launchOver(ceilDiv(n, QUAD), kernel, arguments);
    }

    /** Room for {@code floats} numbers, undefined at first, until it is closed: reuse waits for the work queued by then. */
    DeviceMemory scratch(long floats) {
        return device.allocate(Math.max(1, floats) * Float.BYTES);
    }

    /** As {@link #scratch} for numbers in double. */
    DeviceMemory doubles(long doubles) {
        return device.allocate(Math.max(1, doubles) * Double.BYTES);
    }

    /** A copy of {@code values} on the device, to be closed. */
    DeviceMemory integers(int[] values) {
        DeviceMemory memory = device.allocate(Math.max(1L, values.length) * Integer.BYTES);
        device.upload(values, memory);
        return memory;
    }

    /** A copy of whole numbers of 64 bits on the device, to be closed. */
    DeviceMemory longs(long[] values) {
        int[] halves = new int[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            halves[2 * i] = (int) values[i]; // devices keep the low half first
            halves[2 * i + 1] = (int) (values[i] >>> Integer.SIZE);
        }
        return integers(halves);
    }

    /** A copy of float64 numbers on the device, for kernels that take a pointer to double, to be closed. */
    DeviceMemory doubles(double[] values) {
        long[] bits = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Double.doubleToRawLongBits(values[i]);
        }
        return longs(bits);
    }

    /** Float64 numbers that a kernel left as the floats nearest to them, then what these leave: {@code 2 count} numbers from {@code at} on. */
    static double[] joined(float[] parts, int at, int count) {
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
            out[i] = (double) parts[at + i] + parts[at + count + i];
        }
        return out;
    }

    static long ceilDiv(long a, long b) {
        return (a + b - 1) / b;
    }

    static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}

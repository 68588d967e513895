package io.longwave.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.longwave.cuda.CudaException;
import jcuda.Pointer;

/**
 * Where the driver reads the parameters of a launch: addresses of the numbers and the numbers themselves, in memory that stays where it is. The driver
 * has read them when a launch returns, so that one place serves all. Made of Java arrays they would cost more than the launch. Used by the thread of
 * the {@link CommandQueue} only.
 */
final class Parameters {
    private static final int MOST = 64;

    private final MemorySegment numbers = Arena.global().allocate(ValueLayout.JAVA_LONG, MOST);
    private final Pointer addresses;

    Parameters() {
        MemorySegment table = Arena.global().allocate(ValueLayout.JAVA_LONG, MOST);
        for (int i = 0; i < MOST; i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, i, numbers.address() + (long) i * Long.BYTES);
        }
        this.addresses = new Place(table.address());
    }

    /** A pointer of the driver to a place in memory. */
    private static final class Place extends Pointer {
        Place(long address) {
            super(address);
        }
    }

    /** @param values of the parameters, those of 32 bits in the low half */
    Pointer of(long[] values) {
        if (values.length > MOST) {
            throw new CudaException("expected at most " + MOST + " parameters but was " + values.length);
        }
        MemorySegment.copy(values, 0, numbers, ValueLayout.JAVA_LONG, 0, values.length);
        return addresses;
    }
}

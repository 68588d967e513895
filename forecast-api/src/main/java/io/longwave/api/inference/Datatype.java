package io.longwave.api.inference;

import io.longwave.api.problem.ProblemException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Types of tensors that hold numbers, with the bytes an element has where it is not written as JSON, and {@link #BYTES}, which are texts. */
enum Datatype {
    INT8(1), INT16(2), INT32(4), INT64(8), UINT8(1), UINT16(2), UINT32(4), UINT64(8), FP16(2), FP32(4), FP64(8), BYTES(0);

    private final int bytes;

    Datatype(int bytes) {
        this.bytes = bytes;
    }

    /** Of an element; 0 where each has its own number. */
    int bytes() {
        return bytes;
    }

    /** Whether null in JSON may stand for a missing value. */
    boolean hasNaN() {
        return this == FP16 || this == FP32 || this == FP64;
    }

    /** The next element, little-endian as the buffer is. */
    double read(ByteBuffer raw) {
        return switch (this) {
            case INT8 -> raw.get();
            case UINT8 -> Byte.toUnsignedInt(raw.get());
            case INT16 -> raw.getShort();
            case UINT16 -> Short.toUnsignedInt(raw.getShort());
            case INT32 -> raw.getInt();
            case UINT32 -> Integer.toUnsignedLong(raw.getInt());
            case INT64 -> raw.getLong();
            case UINT64 -> unsigned(raw.getLong());
            case FP16 -> Float.float16ToFloat(raw.getShort());
            case FP32 -> raw.getFloat();
            case FP64 -> raw.getDouble();
            case BYTES -> throw new IllegalStateException("texts are no numbers");
        };
    }

    private static double unsigned(long value) {
        // The lower bit is kept where halving would lose it, so that the sum rounds as the whole number does.
        return value >= 0 ? value : 2.0 * (value >>> 1 | value & 1);
    }

    /**
     * One that a model takes.
     *
     * @param where which tensor
     * @throws ProblemException if it holds no numbers
     */
    static Datatype ofNumbers(String where, String name) {
        List<Datatype> numbers = Arrays.stream(values()).filter(type -> type != BYTES).toList();
        return numbers.stream().filter(type -> type.name().equals(name.toUpperCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> ProblemException.badParameter(where + ".datatype", "one of " + numbers, name));
    }
}

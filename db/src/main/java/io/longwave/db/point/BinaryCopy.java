package io.longwave.db.point;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows in the binary format of PostgreSQL's {@code COPY}: a header of 19 bytes, per row a 16-bit count of fields and per field a 32-bit
 * length (-1 for null) and the bytes, then a trailer of -1; all big-endian. Source: PostgreSQL 18 manual, page of COPY, "Binary Format".
 */
final class BinaryCopy {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private byte[] bytes = new byte[8192];
    private int size;

    BinaryCopy() {
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        size = HEADER.length;
    }

    BinaryCopy row(int fields) {
        reserve(2);
        SHORT.set(bytes, size, (short) fields);
        size += 2;
        return this;
    }

    BinaryCopy int8(long value) {
        reserve(12);
        INT.set(bytes, size, 8);
        LONG.set(bytes, size + 4, value);
        size += 12;
        return this;
    }

    BinaryCopy float8(double value) {
        return int8(Double.doubleToRawLongBits(value));
    }

    BinaryCopy float4(float value) {
        reserve(8);
        INT.set(bytes, size, 4);
        INT.set(bytes, size + 4, Float.floatToRawIntBits(value));
        size += 8;
        return this;
    }

    /** @param utf8 the text, without NUL bytes */
    BinaryCopy text(byte[] utf8) {
        reserve(4 + utf8.length);
        INT.set(bytes, size, utf8.length);
        System.arraycopy(utf8, 0, bytes, size + 4, utf8.length);
        size += 4 + utf8.length;
        return this;
    }

    BinaryCopy absent() {
        reserve(4);
        INT.set(bytes, size, -1);
        size += 4;
        return this;
    }

    /** The buffer itself, {@link #size()} bytes of it used; add the trailer with {@link #end()} first. */
    byte[] buffer() {
        return bytes;
    }

    int size() {
        return size;
    }

    BinaryCopy end() {
        return row(-1);
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.multiplyExact(bytes.length, 2), size + more));
        }
    }
}

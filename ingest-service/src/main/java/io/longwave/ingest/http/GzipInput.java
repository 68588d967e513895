package io.longwave.ingest.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952), any number of members in a row. Not {@code java.util.zip.GZIPInputStream}, which calls itself for every
 * member: a few kilobytes of empty members overflow the stack of its thread.
 */
final class GzipInput extends InputStream {
    private static final int FLAG_HEADER_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int DEFLATE = 8;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;
    private boolean insideMember;
    private boolean anyMember;

    GzipInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /**
     * Reads decompressed bytes.
     *
     * @throws ZipException if this is no gzip, or a checksum is wrong
     * @throws EOFException if the data end inside a member
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            if (!insideMember) {
                if (from == to && !fill()) {
                    if (!anyMember) {
                        throw new EOFException("no data");
                    }
                    return -1;
                }
                header();
                inflater.reset();
                checksum.reset();
                inflater.setInput(buffer, from, to - from);
                insideMember = true;
                anyMember = true;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                checksum.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                from = to - inflater.getRemaining();
                trailer();
                insideMember = false;
            } else if (inflater.needsInput()) {
                if (!fill()) {
                    throw ended();
                }
                inflater.setInput(buffer, from, to - from);
            } else {
                throw new ZipException("a preset dictionary, which gzip does not have");
            }
        }
    }

    private int inflate(byte[] target, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException(e.getMessage() == null ? "damaged data" : e.getMessage());
        }
    }

    private void header() throws IOException {
        if (next() != 0x1F || next() != 0x8B) {
            throw new ZipException("data that do not start like gzip");
        }
        if (next() != DEFLATE) {
            throw new ZipException("another method than deflate");
        }
        int flags = next();
        skip(6); // time, hints and system
        if ((flags & FLAG_EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CHECKSUM) != 0) {
            skip(2);
        }
    }

    private void trailer() throws IOException {
        long expected = number();
        long length = number();
        if (expected != checksum.getValue() || length != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ZipException("data that do not fit their checksum");
        }
    }

    /** Four bytes, the lowest first. */
    private long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) next() << shift;
        }
        return value;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int b;
        do {
            b = next();
        } while (b != 0);
    }

    private int next() throws IOException {
        if (from == to && !fill()) {
            throw ended();
        }
        return buffer[from++] & 0xFF;
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        from = 0;
        to = Math.max(count, 0);
        return count > 0;
    }

    private static EOFException ended() {
        return new EOFException("the end of the data inside a member");
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}

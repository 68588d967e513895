package io.longwave.ingest.http;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.longwave.ingest.stream.InFlightBytes;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * The bytes of a request after decompression.
 *
 * @param bytes may be longer than the body
 * @param length of the body
 */
record RequestBody(byte[] bytes, int length) {
    private static final int FIRST_BUFFER = 64 * 1024;
    /** A zstd frame may ask for 128 MiB of window; 8 MiB is what its levels up to 19 use. */
    private static final int ZSTD_WINDOW_LOG = 23;

    /**
     * Reads and decompresses, never holding more than the body so far and its next, doubled buffer.
     *
     * @param encoding value of {@code Content-Encoding}
     * @param accepted by the protocol
     * @param share of the request; holds the buffer afterwards
     * @throws WriteRefusedException if the body is too large, its encoding unknown or its compression broken
     * @throws IOException if the client went away
     */
    static RequestBody read(InputStream wire, @Nullable String encoding, List<ContentCoding> accepted, int maxBytes,
            InFlightBytes.Share share) throws IOException {
        ContentCoding coding = ContentCoding.of(encoding);
        if (coding == null || !accepted.contains(coding)) {
            throw WriteRefusedException.unsupportedEncoding(encoding, accepted);
        }
        // Compressed bytes are bounded too: an endless row of empty gzip members decompresses to nothing.
        InputStream bounded = new Bounded(wire, maxBytes);
        return switch (coding) {
            case IDENTITY -> read(bounded, maxBytes, share);
            case GZIP -> decompress(coding, () -> new GzipInput(bounded), maxBytes, share);
            case ZSTD -> decompress(coding, () -> new ZstdInputStreamNoFinalizer(bounded).setLongMax(ZSTD_WINDOW_LOG), maxBytes, share);
            case SNAPPY -> snappy(read(bounded, maxBytes, share), maxBytes, share);
        };
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    private static RequestBody decompress(ContentCoding coding, Opening opening, int maxBytes, InFlightBytes.Share share)
            throws IOException {
        try (InputStream plain = opening.open()) {
            return read(plain, maxBytes, share);
        } catch (ZipException | EOFException | com.github.luben.zstd.ZstdIOException e) {
            throw broken(coding, String.valueOf(e.getMessage()));
        }
    }

    /** Blocks of snappy say their length at the beginning and are decompressed at once. */
    private static RequestBody snappy(RequestBody compressed, int maxBytes, InFlightBytes.Share share) {
        try {
            int length = Snappy.uncompressedLength(compressed.bytes, 0, compressed.length);
            if (length > maxBytes || length < 0) {
                throw tooLarge(maxBytes);
            }
            share.grow(length);
            byte[] plain = new byte[length];
            int written = Snappy.uncompress(compressed.bytes, 0, compressed.length, plain, 0);
            share.shrink(compressed.bytes.length);
            return new RequestBody(plain, written);
        } catch (IOException e) {
            throw broken(ContentCoding.SNAPPY, "data that are no block of it");
        }
    }

    private static WriteRefusedException broken(ContentCoding coding, String found) {
        return WriteRefusedException
                .invalid("Content-Encoding: expected a body compressed with " + coding.token() + " but found: " + found);
    }

    private static RequestBody read(InputStream in, int maxBytes, InFlightBytes.Share share) throws IOException {
        share.grow(FIRST_BUFFER);
        byte[] buffer = new byte[FIRST_BUFFER];
        int length = 0;
        while (true) {
            int read = in.read(buffer, length, buffer.length - length);
            if (read < 0) {
                return new RequestBody(buffer, length);
            }
            length += read;
            if (length > maxBytes) {
                throw tooLarge(maxBytes);
            }
            if (length == buffer.length) {
                int larger = (int) Math.min(2L * length, maxBytes + 1L);
                share.grow(larger);
                buffer = Arrays.copyOf(buffer, larger);
                share.shrink(length);
            }
        }
    }

    private static WriteRefusedException tooLarge(int maxBytes) {
        return WriteRefusedException
                .tooLarge("expected at most " + maxBytes + " bytes after decompression (longwave.ingest.max-body); send fewer at once");
    }

    /** Refuses to read more than a number of bytes from the connection. */
    private static final class Bounded extends FilterInputStream {
        private final int maxBytes;
        private long left;

        Bounded(InputStream in, int maxBytes) {
            super(in);
            this.maxBytes = maxBytes;
            this.left = maxBytes + 1L;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) {
            left -= read;
            if (left <= 0) {
                throw tooLarge(maxBytes);
            }
        }
    }
}

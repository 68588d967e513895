package io.longwave.ingest.write;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.longwave.ingest.stream.InFlightBytes;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

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
     * @param share of the request; holds the buffer afterwards
     * @throws WriteRefusedException if the body is too large, its encoding unknown or its compression broken
     * @throws IOException if the client went away
     */
    static RequestBody read(InputStream wire, @Nullable String encoding, int maxBytes, InFlightBytes.Share share) throws IOException {
        String coding = encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
        // Compressed bytes are bounded too: an endless row of empty gzip members decompresses to nothing.
        InputStream bounded = new Bounded(wire, maxBytes);
        return switch (coding) {
            case "identity", "" -> read(bounded, maxBytes, share);
            case "gzip", "x-gzip" -> decompress(coding, () -> new GzipInput(bounded), maxBytes, share);
            case "zstd" -> decompress(coding, () -> new ZstdInputStreamNoFinalizer(bounded).setLongMax(ZSTD_WINDOW_LOG), maxBytes, share);
            default -> throw WriteRefusedException.unsupportedEncoding(coding);
        };
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    private static RequestBody decompress(String coding, Opening opening, int maxBytes, InFlightBytes.Share share) throws IOException {
        try (InputStream plain = opening.open()) {
            return read(plain, maxBytes, share);
        } catch (ZipException | EOFException | com.github.luben.zstd.ZstdIOException e) {
            throw WriteRefusedException
                    .invalid("Content-Encoding: expected a body compressed with " + coding + " but found: " + e.getMessage());
        }
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
                .tooLarge("expected at most " + maxBytes + " bytes of lines (longwave.ingest.max-body); send fewer at once");
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

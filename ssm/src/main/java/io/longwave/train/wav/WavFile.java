package io.longwave.train.wav;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A recording: PCM of 8, 16, 24 or 32 bits, or floating point of 32 or 64 bits, in a RIFF file. Other chunks may stand anywhere; a data chunk whose size was never filled in, 0 or 2³² - 1, as
 * writers to a pipe leave it, reaches to the end of the file; one of size 0 with other chunks behind it is empty.
 *
 * <p>The JDK's reader ({@code javax.sound}) says only "format not supported" of a file it does not take, and does not take such sizes.
 *
 * @param samples [L, V], full scale is 1; floating point as it is
 * @param channels V
 * @param rate samples per second of one channel
 */
@SuppressWarnings("ArrayRecordComponent") // recordings are handed on, never compared
public record WavFile(float[] samples, int channels, int rate) {

    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;

    /** Steps L. */
    public int length() {
        return samples.length / channels;
    }

    /** @throws DataFileException if the file is no such recording, saying which chunk or number is not as expected */
    public static WavFile of(DataFile file) {
        return new Chunks(file).read();
    }

    private static final class Chunks {
        private final DataFile file;
        private final ByteBuffer bytes;
        private int encoding;
        private int channels;
        private int rate;
        private int bits;

        Chunks(DataFile file) {
            this.file = file;
            this.bytes = ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        }

        WavFile read() {
            if (bytes.limit() < 12 || !name(0).equals("RIFF") || !name(8).equals("WAVE")) {
                throw problem("expected a RIFF file of type WAVE but found " + (bytes.limit() < 12
                        ? bytes.limit() + " bytes"
                        : "'" + printable(name(0)) + "' and '" + printable(name(8)) + "'"));
            }
            int at = 12;
            while (at + 8 <= bytes.limit()) {
                String chunk = name(at);
                long size = Integer.toUnsignedLong(bytes.getInt(at + 4));
                int body = at + 8;
                if (chunk.equals("fmt ")) {
                    format(body, size);
                } else if (chunk.equals("data")) {
                    return samples(body, size);
                }
                long next = body + size + (size & 1); // chunks start at even places
                at = (int) Math.min(next, bytes.limit());
            }
            throw problem("expected a 'data' chunk but the file ends without one");
        }

        private void format(int body, long size) {
            if (size < 16 || body + size > bytes.limit()) {
                throw problem("'fmt ' chunk: expected at least 16 bytes but found " + Math.min(size, bytes.limit() - body));
            }
            encoding = Short.toUnsignedInt(bytes.getShort(body));
            channels = Short.toUnsignedInt(bytes.getShort(body + 2));
            rate = bytes.getInt(body + 4);
            bits = Short.toUnsignedInt(bytes.getShort(body + 14));
            if (encoding == EXTENSIBLE && size >= 26) {
                encoding = Short.toUnsignedInt(bytes.getShort(body + 24)); // the first two bytes of the sub-format's identifier
            }
            boolean known = encoding == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32)
                    || encoding == FLOAT && (bits == 32 || bits == 64);
            if (!known) {
                throw problem(
                        "expected PCM (1) of 8, 16, 24 or 32 bits or floating point (3) of 32 or 64 bits but found encoding " + encoding
                                + " of " + bits + " bits");
            }
            if (channels < 1 || rate < 1) {
                throw problem("expected at least 1 channel and 1 sample a second but found " + channels + " channels at " + rate + " Hz");
            }
        }

        private WavFile samples(int body, long size) {
            if (channels == 0) {
                throw problem("expected a 'fmt ' chunk before the 'data' chunk");
            }
            int left = bytes.limit() - body;
            boolean open = size == 0 && !chunksFrom(body) || size == 0xffff_ffffL;
            if (!open && size > left) {
                throw problem("'data' chunk: expected " + size + " bytes but the file ends after " + left);
            }
            int width = bits / 8;
            int length = (int) ((open ? left : size) / ((long) width * channels));
            if (length == 0) {
                throw problem("expected at least one sample but the 'data' chunk holds none");
            }
            float[] out = new float[length * channels];
            for (int i = 0; i < out.length; i++) {
                out[i] = sample(body + i * width);
            }
            return new WavFile(out, channels, rate);
        }

        /** Whether one chunk or more reach from here to the end of the file, which samples would hardly ever look like. */
        private boolean chunksFrom(int from) {
            long at = from;
            while (at + 8 <= bytes.limit() && name((int) at).matches("[ -~]{4}")) {
                long size = Integer.toUnsignedLong(bytes.getInt((int) at + 4));
                at += 8 + size + (size & 1);
            }
            // Some writers leave out what makes the last chunk even.
            return at > from && (at == bytes.limit() || at == bytes.limit() + 1L);
        }

        private float sample(int at) {
            if (encoding == FLOAT) {
                double value = bits == 32 ? bytes.getFloat(at) : bytes.getDouble(at);
                if (!Float.isFinite((float) value)) {
                    throw problem("expected finite samples but found " + value + " at byte " + at);
                }
                return (float) value;
            }
            return switch (bits) {
                case 8 -> ((bytes.get(at) & 0xff) - 128) / 128f; // the one width that is unsigned
                case 16 -> bytes.getShort(at) / 32768f;
                case 24 -> ((bytes.get(at) & 0xff) | (bytes.get(at + 1) & 0xff) << 8 | bytes.get(at + 2) << 16) / 8_388_608f;
                default -> (float) (bytes.getInt(at) / 2_147_483_648.0);
            };
        }

        private String name(int at) {
            return new String(file.bytes(), at, 4, StandardCharsets.ISO_8859_1);
        }

        private static String printable(String name) {
            return name.replaceAll("[^ -~]", "?");
        }

        private DataFileException problem(String text) {
            return new DataFileException(file.path(), text);
        }
    }
}

package io.longwave.train.wfdb;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;

/** Samples of one signal file, signal(5): those of all its signals at one time, then those of the next. */
final class WfdbSamples {

    private WfdbSamples() {}

    /**
     * @param members indices of the signals that share the file, in its order
     * @return [signals of the file][L]
     */
    static int[][] read(DataFile file, WfdbHeader header, int[] members) {
        WfdbHeader.SignalLine first = header.signals().get(members[0]);
        for (int member : members) {
            if (header.signals().get(member).format() != first.format()) {
                throw new DataFileException(file.path(), "expected one format in one file but the header says " + first.format() + " and "
                        + header.signals().get(member).format());
            }
        }
        long bits = switch (first.format()) {
            case 80 -> 8;
            case 212 -> 12;
            case 16, 61, 160 -> 16;
            case 24 -> 24;
            case 32 -> 32;
            default ->
                throw new DataFileException(file.path(), "expected a signal of format 16, 24, 32, 61, 80, 160 or 212 but the header says "
                        + first.format());
        };
        byte[] bytes = file.bytes();
        long room = 8L * (bytes.length - first.offset());
        long found = Math.max(0, room / bits / members.length);
        long length = header.samples() > 0 ? header.samples() : found;
        if (found < length || length < 1 || length > Integer.MAX_VALUE / 2) {
            throw new DataFileException(file.path(), "expected " + Math.max(1, length) + " samples of each of " + members.length
                    + " signals but the file has room for " + found);
        }
        int[][] samples = new int[members.length][(int) length];
        int n = 0;
        for (int l = 0; l < length; l++) {
            for (int v = 0; v < members.length; v++) {
                samples[v][l] = sample(bytes, first.offset(), first.format(), n++);
            }
        }
        return samples;
    }

    /** The sample that means "none", the lowest of the format. */
    static int missing(int format) {
        return switch (format) {
            case 80 -> -128;
            case 212 -> -2048;
            case 24 -> -8_388_608;
            case 32 -> Integer.MIN_VALUE;
            default -> -32_768;
        };
    }

    private static int sample(byte[] bytes, int offset, int format, int n) {
        int at = offset + switch (format) {
            case 80 -> n;
            case 24 -> 3 * n;
            case 32 -> 4 * n;
            case 212 -> n / 2 * 3;
            default -> 2 * n;
        };
        return switch (format) {
            case 80 -> (bytes[at] & 0xff) - 128;
            case 16 -> (bytes[at] & 0xff) | bytes[at + 1] << 8;
            case 61 -> (bytes[at + 1] & 0xff) | bytes[at] << 8;
            case 160 -> ((bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8) - 32_768;
            case 24 -> (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] << 16;
            case 32 -> (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
            // 212: the middle byte holds the high four bits of the first sample in its low half, those of the second in its high half.
            default -> n % 2 == 0
                    ? signed12((bytes[at] & 0xff) | (bytes[at + 1] & 0x0f) << 8)
                    : signed12((bytes[at + 2] & 0xff) | (bytes[at + 1] & 0xf0) << 4);
        };
    }

    private static int signed12(int raw) {
        return raw << 20 >> 20;
    }
}

package io.longwave.train.wfdb;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * One annotation, annot(5).
 *
 * @param sample it stands at, counted from 0
 * @param code what it says: 1 a normal beat, 5 a premature ventricular one
 */
public record WfdbAnnotation(long sample, int code) {

    private static final int SKIP = 59;
    private static final int NUM = 60;
    private static final int CHANNEL = 62;
    private static final int TEXT = 63;

    /**
     * All annotations of a file in the MIT format, in its order: 16-bit words, low byte first, 6 bits of code and 10 of samples since the one
     * before.
     *
     * @throws DataFileException if the file ends inside an annotation or goes back in time
     */
    public static List<WfdbAnnotation> read(DataFile file) {
        byte[] bytes = file.bytes();
        List<WfdbAnnotation> annotations = new ArrayList<>();
        long time = 0;
        int at = 0;
        while (at + 2 <= bytes.length) {
            int word = word(bytes, at);
            int code = word >> 10;
            int low = word & 0x3ff;
            at += 2;
            if (word == 0) {
                return annotations;
            }
            switch (code) {
                case SKIP -> {
                    need(file, at, 4);
                    time += word(bytes, at) << 16 | word(bytes, at + 2); // high word first
                    at += 4;
                }
                case NUM, NUM + 1, CHANNEL -> {
                } // properties of the annotation before, which beats do not use
                case TEXT -> {
                    need(file, at, low);
                    at += low + (low & 1);
                }
                default -> {
                    time += low;
                    if (time < 0) {
                        throw new DataFileException(file.path(),
                                "expected annotations from sample 0 on but found one at " + time + ", byte " + (at - 2));
                    }
                    if (code != 0) {
                        annotations.add(new WfdbAnnotation(time, code));
                    }
                }
            }
        }
        throw new DataFileException(file.path(), "expected a zero word at the end but the file ends without one after " + annotations.size()
                + " annotations; it is cut off or no annotation file in the MIT format");
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    private static void need(DataFile file, int at, int size) {
        if (at + size > file.bytes().length) {
            throw new DataFileException(file.path(), "expected " + size + " more bytes at byte " + at + " but the file ends after "
                    + file.bytes().length);
        }
    }
}

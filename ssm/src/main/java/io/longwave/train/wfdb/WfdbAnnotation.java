package io.longwave.train.wfdb;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One annotation, annot(5).
 *
 * @param sample it stands at, counted from 0
 * @param code what it says: 1 a normal beat, 5 a premature ventricular one
 */
public record WfdbAnnotation(long sample, int code) {

    private static final int NOTE = 22;
    private static final int SKIP = 59;
    private static final int NUM = 60;
    private static final int CHANNEL = 62;
    private static final int TEXT = 63;
    private static final Pattern RESOLUTION = Pattern.compile("## time resolution:(.*)", Pattern.DOTALL);

    /**
     * All annotations of a file in the MIT format, in its order: 16-bit words, low byte first, 6 bits of code and 10 of time since the one
     * before. Times are samples, or ticks of a clock that a note at their beginning names, as {@code ## time resolution: 1000}; then each stands at the
     * nearest sample.
     *
     * @param rate samples per second
     * @throws DataFileException if the file ends inside an annotation or goes before the start of the record, or the clock is none
     */
    public static List<WfdbAnnotation> read(DataFile file, double rate) {
        byte[] bytes = file.bytes();
        List<WfdbAnnotation> annotations = new ArrayList<>();
        double ticks = rate;
        int latest = 0;
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
                    if (latest == NOTE && time == 0) {
                        ticks = resolution(file, at, low, ticks);
                    }
                    at += low + (low & 1);
                }
                default -> {
                    time += low;
                    if (time < 0) {
                        throw new DataFileException(file.path(),
                                "expected annotations from sample 0 on but found one at " + time + ", byte " + (at - 2));
                    }
                    latest = code;
                    if (code != 0) {
                        annotations.add(new WfdbAnnotation(ticks == rate ? time : Math.round(time * rate / ticks), code));
                    }
                }
            }
        }
        throw new DataFileException(file.path(), "expected a zero word at the end but the file ends without one after " + annotations.size()
                + " annotations; it is cut off or no annotation file in the MIT format");
    }

    /** Ticks per second that a note names; of one that names none those of before. */
    private static double resolution(DataFile file, int at, int size, double before) {
        Matcher note = RESOLUTION.matcher(new String(file.bytes(), at, size, StandardCharsets.ISO_8859_1));
        if (!note.matches()) {
            return before;
        }
        double ticks = DataFile.number(note.group(1).replace("\0", "")).orElse(Double.NaN);
        if (!(ticks > 0) || Double.isInfinite(ticks)) {
            throw new DataFileException(file.path(), "byte " + at
                    + ": expected '## time resolution: N', N ticks a second above 0, but found '" + note.group() + "'");
        }
        return ticks;
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

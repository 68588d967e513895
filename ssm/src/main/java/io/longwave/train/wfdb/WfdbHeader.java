package io.longwave.train.wfdb;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code .hea} file says of one record, header(5).
 *
 * @param rate samples per second of one signal
 * @param samples of each signal; 0 where the header does not say
 */
public record WfdbHeader(String record, double rate, long samples, List<SignalLine> signals) {

    /** Units per millivolt where the header gives none or 0. */
    private static final double DEFAULT_GAIN = 200;
    private static final Pattern FORMAT = Pattern.compile("(\\d+)(?:x(\\d+))?(?::(\\d+))?(?:\\+(\\d+))?");
    private static final Pattern GAIN = Pattern.compile("([-+]?[0-9.]+(?:[eE][-+]?\\d+)?)(?:\\(([-+]?\\d+)\\))?(?:/(\\S+))?");

    public WfdbHeader {
        signals = List.copyOf(signals);
    }

    /**
     * One signal.
     *
     * @param file beside the header
     * @param format of the samples, 212 for instance
     * @param offset bytes before the first sample in the file
     * @param gain sample units per physical unit
     * @param baseline sample that means 0
     * @param unit physical, mV where the header says nothing
     * @param checksum sum of all samples, lower 16 bits, signed; empty where the header gives none
     * @param lead description, empty where there is none
     */
    public record SignalLine(String file, int format, int offset, double gain, int baseline, String unit, OptionalInt checksum,
            String lead) {}

    /** The same record under the name of its files: copies that were renamed keep the old name in their headers. */
    WfdbHeader named(String name) {
        return new WfdbHeader(name, rate, samples, signals);
    }

    /** @throws DataFileException if the text is no header of a record of one segment, one sample of each signal a frame */
    public static WfdbHeader of(DataFile file) {
        List<String> lines = file.lines();
        WfdbHeader header = null;
        List<SignalLine> signals = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+");
            if (header == null) {
                header = recordLine(file.path(), i + 1, words);
                count = (int) whole(file.path(), i + 1, "number of signals", words[1]);
            } else if (signals.size() < count) {
                signals.add(signalLine(file.path(), i + 1, line, words));
            }
        }
        if (header == null) {
            throw new DataFileException(file.path(), "expected a record line but the file holds none");
        }
        if (signals.size() != count || count == 0) {
            throw new DataFileException(file.path(),
                    "expected at least one signal line and as many as the record line says, " + count + ", but found "
                            + signals.size());
        }
        return new WfdbHeader(header.record, header.rate, header.samples, signals);
    }

    private static WfdbHeader recordLine(Path path, int line, String[] words) {
        if (words.length < 2) {
            throw new DataFileException(path, line,
                    "expected a record name, the number of signals, the rate and the number of samples but found "
                            + List.of(words));
        }
        if (words[0].contains("/")) {
            throw new DataFileException(path, line, "expected a record of one segment but found '" + words[0] + "'");
        }
        double rate = 250; // what header(5) prescribes where the field is absent
        if (words.length > 2) {
            rate = DataFile.number(words[2].split("[/(]", 2)[0]).orElse(Double.NaN);
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new DataFileException(path, line, "expected samples per second but found '" + words[2] + "'");
            }
        }
        return new WfdbHeader(words[0], rate, words.length > 3 ? whole(path, line, "number of samples", words[3]) : 0, List.of());
    }

    private static SignalLine signalLine(Path path, int line, String text, String[] words) {
        if (words.length < 2) {
            throw new DataFileException(path, line, "expected a signal file and a format but found '" + text + "'");
        }
        Matcher format = FORMAT.matcher(words[1]);
        if (!format.matches() || words[1].length() > 18) {
            throw new DataFileException(path, line, "expected a format such as 212 but found '" + words[1] + "'");
        }
        if (!Optional.ofNullable(format.group(2)).orElse("1").equals("1")
                || !Optional.ofNullable(format.group(3)).orElse("0").equals("0")) {
            throw new DataFileException(path, line, "expected one sample a frame and no skew but found '" + words[1] + "'");
        }
        double gain = DEFAULT_GAIN;
        String unit = "mV";
        int zero = words.length > 4 ? (int) whole(path, line, "zero", words[4]) : 0;
        int baseline = zero;
        if (words.length > 2) {
            Matcher field = GAIN.matcher(words[2]);
            if (!field.matches()) {
                throw new DataFileException(path, line,
                        "expected units per millivolt such as 200 or 200(1024)/mV but found '" + words[2] + "'");
            }
            double given = DataFile.number(field.group(1)).orElse(0);
            gain = given == 0 ? DEFAULT_GAIN : given;
            baseline = field.group(2) == null ? zero : (int) whole(path, line, "baseline", field.group(2));
            unit = field.group(3) == null ? unit : field.group(3);
        }
        OptionalInt checksum = words.length > 6 ? OptionalInt.of((short) whole(path, line, "checksum", words[6])) : OptionalInt.empty();
        String lead = words.length > 8 ? text.split("\\s+", 9)[8] : "";
        String offset = Optional.ofNullable(format.group(4)).orElse("0");
        return new SignalLine(words[0], (int) whole(path, line, "format", format.group(1)), (int) whole(path, line, "offset", offset), gain,
                baseline,
                unit, checksum, lead);
    }

    private static long whole(Path path, int line, String what, String text) {
        if (!text.matches("[-+]?\\d{1,10}")) {
            throw new DataFileException(path, line, what + ": expected a whole number but found '" + text + "'");
        }
        return Long.parseLong(text);
    }
}

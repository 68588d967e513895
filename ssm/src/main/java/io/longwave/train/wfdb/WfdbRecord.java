package io.longwave.train.wfdb;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.MissingValues;
import io.longwave.train.wfdb.WfdbHeader.SignalLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Signals of one record with their annotations.
 *
 * @param values [L, V], in the physical unit of each signal; samples that the format marks as missing are filled as {@link MissingValues} says
 * @param length L
 */
@SuppressWarnings("ArrayRecordComponent") // records are handed on, never compared
public record WfdbRecord(WfdbHeader header, float[] values, int length, List<WfdbAnnotation> annotations) {

    public int channels() {
        return header.signals().size();
    }

    /**
     * Reads {@code <name>.hea}, the signal files it names and {@code <name>.<annotator>}, each plain or with {@code .gz} behind its name.
     *
     * @param name of the files, perhaps with folders before it: the record goes by it whatever its header calls it
     * @param annotators {@code atr} for the reference annotations; of several, all of which must be there, the first that has beats, else the first
     * @param fingerprint takes the files in the order they are read
     * @throws DataFileException if a file is absent or damaged, the samples do not add up to the checksum of the header, or a beat is
     *         annotated where there are none
     */
    public static WfdbRecord read(DataFiles place, String name, List<String> annotators, DataFile.Fingerprint fingerprint) {
        WfdbHeader header = WfdbHeader.of(fingerprint.add(place.open(name + ".hea"))).named(name);
        String beside = name.substring(0, name.lastIndexOf('/') + 1);
        Map<String, DataFile> files = new LinkedHashMap<>();
        for (SignalLine signal : header.signals()) {
            files.computeIfAbsent(signal.file(), file -> fingerprint.add(place.open(beside + file)));
        }
        int channels = header.signals().size();
        float[] values = {};
        int length = -1;
        for (Map.Entry<String, DataFile> entry : files.entrySet()) {
            int[] members = IntStream.range(0, channels)
                    .filter(v -> header.signals().get(v).file().equals(entry.getKey())).toArray();
            int[][] samples = WfdbSamples.read(entry.getValue(), header, members);
            if (length < 0) {
                length = samples[0].length;
                values = new float[length * channels];
            } else if (samples[0].length != length) {
                throw new DataFileException(entry.getValue().path(),
                        "expected " + length + " samples a signal as in the first file but found "
                                + samples[0].length);
            }
            for (int i = 0; i < members.length; i++) {
                SignalLine signal = header.signals().get(members[i]);
                checkSum(entry.getValue(), signal, samples[i]);
                int missing = WfdbSamples.missing(signal.format());
                for (int l = 0; l < length; l++) {
                    int sample = samples[i][l];
                    values[l * channels + members[i]] = sample == missing
                            ? Float.NaN
                            : (float) ((sample - signal.baseline()) / signal.gain());
                }
            }
        }
        MissingValues.fill(values, length, channels);
        return new WfdbRecord(header, values, length, annotations(place, name, annotators, header.rate(), length, fingerprint));
    }

    /** Annotations of rhythms alone, as some databases have them in {@code .atr}, say nothing of where beats are; a file beside them may. */
    private static List<WfdbAnnotation> annotations(DataFiles place, String name, List<String> annotators, double rate, int length,
            DataFile.Fingerprint fingerprint) {
        List<WfdbAnnotation> first = List.of();
        for (String annotator : annotators) {
            DataFile file = fingerprint.add(place.open(name + "." + annotator));
            List<WfdbAnnotation> annotations = WfdbAnnotation.read(file, rate);
            List<WfdbAnnotation> beats = annotations.stream().filter(annotation -> BeatClass.of(annotation.code()).isPresent()).toList();
            for (WfdbAnnotation beat : beats) {
                if (beat.sample() >= length) {
                    throw new DataFileException(file.path(), "expected beats at samples below " + length
                            + ", where the record ends, but found one at " + beat.sample()
                            + "; the annotations may be those of another record or rate");
                }
            }
            if (!beats.isEmpty()) {
                return annotations;
            }
            first = first.isEmpty() ? annotations : first;
        }
        return first;
    }

    /** The record with the signal of this lead before the others, which keep their order; the record itself where it has no such lead. */
    WfdbRecord withFirst(String lead) {
        int channels = channels();
        int from = IntStream.range(0, channels).filter(v -> header.signals().get(v).lead().equals(lead)).findFirst().orElse(0);
        if (from == 0) {
            return this;
        }
        int[] order = IntStream.concat(IntStream.of(from), IntStream.range(0, channels).filter(v -> v != from)).toArray();
        float[] sorted = new float[values.length];
        for (int l = 0; l < length; l++) {
            for (int v = 0; v < channels; v++) {
                sorted[l * channels + v] = values[l * channels + order[v]];
            }
        }
        List<SignalLine> signals = IntStream.of(order).mapToObj(header.signals()::get).toList();
        return new WfdbRecord(new WfdbHeader(header.record(), header.rate(), header.samples(), signals), sorted, length, annotations);
    }

    private static void checkSum(DataFile file, SignalLine signal, int[] samples) {
        if (signal.checksum().isEmpty()) {
            return;
        }
        int sum = 0;
        for (int sample : samples) {
            sum += sample;
        }
        if ((short) sum != signal.checksum().getAsInt()) {
            throw new DataFileException(file.path(), "signal " + signal.lead() + ": expected samples that add up to the header's checksum "
                    + signal.checksum().getAsInt() + " but found " + (short) sum + "; the file is damaged");
        }
    }
}

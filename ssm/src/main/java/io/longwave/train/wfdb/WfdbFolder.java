package io.longwave.train.wfdb;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.Stretch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A folder of records with a list for training and one for test as classification data: beats, grouped by record so that no patient is on both sides. */
public final class WfdbFolder {

    /** Only the reference annotations say of which class a beat is. */
    private static final String REFERENCE = "atr";
    /** Files that may say where beats are, in the order in which they are looked into: reference annotations, a detector's set right, a detector's. */
    public static final List<String> ANNOTATORS = List.of(REFERENCE, "qrsc", "qrs", "wqrs", "ecg", "ari");

    private static final List<String> TRAIN_LISTS = List.of("RECORDS-DS1", "RECORDS-TRAIN");
    private static final List<String> TEST_LISTS = List.of("RECORDS-DS2", "RECORDS-TEST");

    private WfdbFolder() {}

    /** Whether the folder holds a record header. */
    public static boolean looksLikeOne(Path folder) {
        return Files.isDirectory(folder) && files(folder).stream().anyMatch(name -> name.endsWith(".hea"));
    }

    /**
     * Reads the beats of all records of the two lists, the lead that comes first in the first record first in every record that has it; validation is left empty, to be cut from training by whole records. Where the
     * options want fusion beats made and training has some that are not, it has the made ones as well.
     *
     * @param trainList,testList files with one record name a line; a relative one lies in the folder. Null finds {@code RECORDS-DS1} and {@code RECORDS-DS2}, else
     *        {@code RECORDS-TRAIN} and {@code RECORDS-TEST}, in any case
     * @throws DataFileException if a list or record is absent or damaged, a record is in both lists, records differ in rate or number of leads, or
     *         those of a list have no beats
     */
    public static ClassificationData read(Path folder, @Nullable Path trainList, @Nullable Path testList, BeatOptions options) {
        DataFile.Fingerprint fingerprint = new DataFile.Fingerprint();
        List<String> train = names(folder, trainList, TRAIN_LISTS);
        List<String> test = names(folder, testList, TEST_LISTS);
        Set<String> both = new HashSet<>(train);
        both.retainAll(test);
        if (!both.isEmpty()) {
            throw new DataFileException(folder, "expected no record in both lists but found " + both.stream().sorted().toList());
        }
        Reading reading = new Reading(folder, options, fingerprint);
        List<LabelledSequence> learning = reading.beats(train, Beats::cutForTraining);
        requireBeats(folder, train, learning);
        if (learning.stream().noneMatch(beat -> beat.label() == BeatClass.F.ordinal() && !beat.made())) {
            learning.removeIf(LabelledSequence::made); // in data without fusion beats they would only be mistaken for others
        }
        List<LabelledSequence> judging = reading.beats(test, Beats::cut);
        requireBeats(folder, test, judging);
        List<String> classes = Arrays.stream(BeatClass.values()).filter(one -> one != BeatClass.Q || options.unclassifiable())
                .map(Enum::name)
                .toList();
        return new ClassificationData(classes, reading.channels, learning, List.of(), judging, fingerprint.hex());
    }

    private static void requireBeats(Path folder, List<String> names, List<LabelledSequence> beats) {
        if (beats.isEmpty()) {
            List<String> there = files(folder);
            List<String> others = names.stream().flatMap(name -> ANNOTATORS.stream().skip(1).map(annotator -> name + "." + annotator))
                    .filter(file -> there.contains(file) || there.contains(file + ".gz")).toList();
            throw new DataFileException(folder, "expected beats annotated by class in ." + REFERENCE + " of the records " + names
                    + " but found none"
                    + (others.isEmpty() ? "" : "; beats of a detector, as in " + others.getFirst() + ", have no class"));
        }
    }

    /** The header of the first record to train on, whose rate and first lead the others must have. */
    public static WfdbHeader firstToTrainOn(Path folder, @Nullable Path trainList) {
        return WfdbHeader.of(DataFiles.in(folder).open(names(folder, trainList, TRAIN_LISTS).getFirst() + ".hea"));
    }

    /**
     * The beats of one record, cut as those of a folder are whose first record is the one described.
     *
     * @param annotators one or more, all there, of which the first that has beats says where they are
     * @param rate of that folder, samples per second
     * @param lead that comes first in that folder
     * @throws DataFileException if a file of the record is absent or damaged, its rate is another, or it has no beats
     */
    public static List<Stretch> unknown(DataFiles files, String record, List<String> annotators, double rate, String lead,
            BeatOptions options) {
        WfdbRecord read = WfdbRecord.read(files, record, annotators, new DataFile.Fingerprint()).withFirst(lead);
        if (read.header().rate() != rate) {
            throw new DataFileException(Path.of(record + ".hea"),
                    "expected " + rate + " Hz as in the records that were trained on but found " + read.header().rate() + " Hz");
        }
        List<Stretch> beats = Beats.unknown(read, options);
        if (beats.isEmpty()) {
            throw new DataFileException(Path.of(record + "." + String.join(" and .", annotators)),
                    "expected annotations of beats but there are none");
        }
        return beats;
    }

    private static final class Reading {
        private final Path folder;
        private final DataFiles files;
        private final BeatOptions options;
        private final DataFile.Fingerprint fingerprint;
        private int channels;
        private double rate;
        private String lead = "";

        Reading(Path folder, BeatOptions options, DataFile.Fingerprint fingerprint) {
            this.folder = folder;
            this.files = DataFiles.in(folder);
            this.options = options;
            this.fingerprint = fingerprint;
        }

        List<LabelledSequence> beats(List<String> names, BiFunction<WfdbRecord, BeatOptions, List<LabelledSequence>> cut) {
            List<LabelledSequence> beats = new ArrayList<>();
            for (String name : names) {
                WfdbRecord record = WfdbRecord.read(files, name, List.of(REFERENCE), fingerprint);
                if (channels == 0) {
                    lead = record.header().signals().getFirst().lead();
                }
                record = record.withFirst(lead);
                int found = Beats.channels(record, options);
                if (channels == 0) {
                    channels = found;
                    rate = record.header().rate();
                } else if (found != channels || record.header().rate() != rate) {
                    throw new DataFileException(folder.resolve(name + ".hea"), "expected " + channels + " channels at " + rate
                            + " Hz as in the records before but found " + found + " at " + record.header().rate() + " Hz");
                }
                beats.addAll(cut.apply(record, options));
            }
            return beats;
        }
    }

    private static List<String> names(Path folder, @Nullable Path given, List<String> usual) {
        Path list = given != null
                ? folder.resolve(given)
                : files(folder).stream()
                        .filter(name -> usual.contains(name.toUpperCase(Locale.ROOT))).min(String::compareToIgnoreCase).map(folder::resolve)
                        .orElseThrow(() -> new DataFileException(folder, "expected a list of records named one of " + usual
                                + " or given by name but found "
                                + files(folder).stream().filter(name -> !name.matches(".*\\.(dat|hea|atr)(\\.gz)?")).toList()));
        List<String> names = DataFile.read(list).lines().stream().map(String::strip)
                .filter(name -> !name.isEmpty() && !name.startsWith("#"))
                .toList();
        if (names.isEmpty()) {
            throw new DataFileException(list, "expected record names, one a line, but found none");
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new DataFileException(list, "expected each record once but found " + names);
        }
        return names;
    }

    private static List<String> files(Path folder) {
        return DataFiles.in(folder).names();
    }
}

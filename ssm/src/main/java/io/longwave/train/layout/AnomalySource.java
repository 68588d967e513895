package io.longwave.train.layout;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.anomaly.LabelledCsv;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.smd.MachineFolder;
import io.longwave.train.ucr.UcrArchive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Series with labelled test rows, of any layout that is known; each is read when it is asked for. */
public final class AnomalySource {

    private final List<String> names;
    private final Function<String, PointLabelledSeries> reader;

    private AnomalySource(List<String> names, Function<String, PointLabelledSeries> reader) {
        this.names = names;
        this.reader = reader;
    }

    /**
     * How to read CSV files; a folder of machines has no use for it.
     *
     * @param test test file; null finds {@code NAME_test} beside {@code NAME_train}, and where there is none cuts the one file in two
     * @param trainShare of the rows where one file is cut
     */
    public record Options(@Nullable Path test, double trainShare, LabelledCsv.Columns columns) {
        public static Options standard() {
            return new Options(null, 0.5, LabelledCsv.Columns.found());
        }
    }

    /**
     * Finds the series.
     *
     * @param place a folder with {@code train}, {@code test} and {@code test_label}, or a CSV file with times and labels, or a folder of {@code NAME_train}
     *        and {@code NAME_test} files
     * @throws DataFileException if it is neither
     */
    public static AnomalySource open(Path place, Options options) {
        if (MachineFolder.looksLikeOne(place)) {
            MachineFolder machines = MachineFolder.open(place);
            return new AnomalySource(machines.names(), machines::read);
        }
        Map<String, UcrArchive.Pair> pairs = new LinkedHashMap<>();
        UcrArchive.findAll(place).forEach(pair -> pairs.put(DataFile.stem(pair.train()), pair));
        if (pairs.isEmpty()) {
            throw new DataFileException(place, (Files.exists(place) ? "" : "there is no such file or folder; ")
                    + "expected folders train, test and test_label, or CSV files with a time and a label column");
        }
        if (options.test != null && pairs.size() > 1) {
            throw new DataFileException(place, "expected one training file for the test file that is named but found " + pairs.keySet());
        }
        return new AnomalySource(List.copyOf(pairs.keySet()), name -> curve(Objects.requireNonNull(pairs.get(name)), options));
    }

    private static PointLabelledSeries curve(UcrArchive.Pair pair, Options options) {
        Path test = options.test == null ? pair.test().orElse(null) : options.test;
        return test == null
                ? LabelledCsv.read(pair.train(), options.trainShare, options.columns)
                : LabelledCsv.read(pair.train(), test, options.columns);
    }

    /** One series that was read already. */
    public static AnomalySource of(PointLabelledSeries series) {
        return new AnomalySource(List.of(series.name()), name -> series);
    }

    /** Names of the series. */
    public List<String> names() {
        return names;
    }

    /** @throws DataFileException if a file is not as its layout has it */
    public PointLabelledSeries read(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException("expected one of " + names + " but was '" + name + "'");
        }
        return reader.apply(name);
    }
}

package io.longwave.standalone.classify;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.ssm.classify.RecordingClassifier;
import io.longwave.ssm.classify.RecordingClassifier.Answer;
import io.longwave.ssm.classify.RecordingClassifier.Outcome;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.command.CsvText;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.layout.RecordingInput;
import io.longwave.train.layout.RecordingReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code longwave classify}: what a stored model says of recordings that nobody has labelled. */
@Command(name = "classify", description = {"Classifies recordings with a model that was trained with --task classify.", "",
        "Recordings are files of the kind it was trained on: WAV files of the same rate; WFDB records (.hea with its signals, and annotations such as .atr or .qrs that say where beats are), of which every beat gets a line; files of cases (.ts, .tsv), of which every case gets a line; the class that stands last in .ts, and first in other tables, is left out whatever it says.",
        "",
        "Standard output is CSV: recording, number of the stretch in it, its time in seconds (beats only), label, one probability a class.",
        "Exit code 1 when a recording could not be classified; the others are."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ClassifyCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "Id of a registered model, or its folder.")
    private String model = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "Recordings, or folders of them.")
    private List<Path> paths = List.of();

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Where models are registered (default: ${DEFAULT-VALUE} in the current folder).")
    private Path dataDirectory = Path.of(".longwave");

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        RecordingClassifier classifier = open();
        RecordingInput input = classifier.input().orElseThrow(() -> new CommandException(
                classifier.model() + ": expected a model that says how recordings are read, but it was trained by a version before"
                        + " there was 'longwave classify'; train it again."));
        List<Found> recordings = recordings(new RecordingReader(input));
        out.println("recording,number,seconds,label,"
                + String.join(",", classifier.classes().stream().map(name -> CsvText.quoted("p_" + name)).toList()));
        int failed = 0;
        int classified = 0;
        long answers = 0;
        for (Found found : recordings) {
            DataFiles files = DataFiles.in(found.folder);
            for (int from = 0; from < found.names.size(); from += classifier.together()) {
                List<String> names = found.names.subList(from, Math.min(found.names.size(), from + classifier.together()));
                for (Outcome outcome : classifier.classify(files, names)) {
                    if (outcome.problem() == null) {
                        print(out, found.shown.resolve(outcome.recording()).toString(), outcome.answers());
                        classified++;
                        answers += outcome.answers().size();
                    } else {
                        err.println(outcome.problem());
                        failed++;
                    }
                }
                out.flush();
            }
        }
        err.printf(Locale.ROOT, "%s: %d recordings, %d answers%s%n", classifier.model(), classified, answers,
                failed == 0 ? "" : ", " + failed + " could not be");
        err.flush();
        return failed == 0 ? 0 : 1;
    }

    private RecordingClassifier open() {
        try {
            return RecordingClassifier.open(TrainingRequest.open(model, dataDirectory));
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Recordings that lie in one folder.
     *
     * @param shown what is written before their names: the way to the folder from the one that was given
     */
    private record Found(Path folder, Path shown, List<String> names) {}

    /** Of files that are named, those that make recordings, together where they lie together; of a folder, what looks like one, however deep it lies. */
    private List<Found> recordings(RecordingReader reader) {
        List<Found> all = new ArrayList<>();
        Map<Path, List<String>> named = new LinkedHashMap<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new CommandException(path + ": expected a file or folder but there is none.");
            }
            if (!Files.isDirectory(path)) {
                Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
                named.computeIfAbsent(folder, _ -> new ArrayList<>()).add(path.getFileName().toString());
                continue;
            }
            int before = all.size();
            for (Path folder : folders(path)) {
                List<String> names = reader.recordings(list(folder).stream().filter(reader::looksLikeOne).toList());
                if (!names.isEmpty()) {
                    all.add(new Found(folder, path.relativize(folder), names));
                }
            }
            if (all.size() == before) {
                throw new CommandException(path + ": expected " + reader.expected() + " but found none.");
            }
        }
        named.forEach((folder, files) -> {
            List<String> names = reader.recordings(files);
            if (names.isEmpty()) {
                throw new CommandException(folder + ": expected " + reader.expected() + " but was asked for " + files + ".");
            }
            all.add(new Found(folder, Path.of(""), names));
        });
        return all;
    }

    private static List<Path> folders(Path top) {
        try (Stream<Path> found = Files.walk(top)) {
            return found.filter(Files::isDirectory).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CommandException(top + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    private static List<String> list(Path folder) {
        try {
            return DataFiles.in(folder).names();
        } catch (DataFileException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void print(PrintWriter out, String recording, List<Answer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            StringBuilder line = new StringBuilder(CsvText.quoted(recording)).append(',').append(i).append(',')
                    .append(answer.seconds() == null ? "" : String.format(Locale.ROOT, "%.3f", answer.seconds())).append(',')
                    .append(CsvText.quoted(answer.label()));
            for (float probability : answer.probabilities()) {
                line.append(String.format(Locale.ROOT, ",%.4f", probability));
            }
            out.println(line);
        }
    }
}

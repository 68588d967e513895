package io.longwave.model.classification;

import io.longwave.db.classification.ClassificationJobs;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.classify.RecordingClassifier;
import io.longwave.ssm.classify.RecordingClassifier.Answer;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.MissingValues;
import io.longwave.train.classify.Stretch;
import io.longwave.train.layout.RecordingReader;
import io.longwave.wire.ClassificationAnswer;
import io.longwave.wire.ClassificationAnswer.Result;
import io.longwave.wire.ClassificationJobRequest;
import io.longwave.wire.ClassificationJobRequest.Accepted;
import io.longwave.wire.ClassificationRequest;
import io.longwave.wire.ClassificationRequest.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

@RestController
class ClassificationController {
    private final OpenedModels<RecordingClassifier> classifiers;
    private final ClassificationJobs jobs;
    private final ClassificationWorker worker;
    private final TransactionTemplate transaction;

    ClassificationController(OpenedModels<RecordingClassifier> classifiers, ClassificationJobs jobs, ClassificationWorker worker,
            TransactionTemplate transaction) {
        this.classifiers = classifiers;
        this.jobs = jobs;
        this.worker = worker;
        this.transaction = transaction;
    }

    @PostMapping(ClassificationRequest.PATH)
    ClassificationAnswer classify(@RequestBody ClassificationRequest request) {
        return classifiers.with(request.model(), classifier -> answer(classifier, request.recordings()));
    }

    @PostMapping(path = ClassificationJobRequest.PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted submit(@RequestParam String model, @RequestParam(required = false) @Nullable String tenant,
            @RequestParam(ClassificationJobRequest.PART) List<MultipartFile> files) {
        Kind kind = classifiers.with(model, classifier -> new Kind(classifier.classes(), new RecordingReader(classifier.input()
                .orElseThrow(() -> new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-classify", "model: expected one that"
                        + " says how files are read but " + model + " was trained by a version that did not; train it again")))));
        List<String> names = files.stream().map(ClassificationController::name).toList();
        List<String> recordings = recordings(kind.reader, names);
        UUID job = UUID.randomUUID();
        transaction.executeWithoutResult(_ -> {
            jobs.create(job, tenant, model, kind.classes);
            for (int i = 0; i < names.size(); i++) {
                if (!jobs.addFile(job, names.get(i), bytes(files.get(i)))) {
                    throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-file", "files: expected each name once but " + names.get(i)
                            + " came twice");
                }
            }
            int ordinal = 0;
            for (String recording : recordings) {
                jobs.addRecording(job, ordinal++, recording);
            }
        });
        worker.wake();
        return new Accepted(job);
    }

    @DeleteMapping(ClassificationJobRequest.PATH + "/{job}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID job) {
        if (!jobs.delete(job)) {
            throw new RequestProblem(HttpStatus.NOT_FOUND, "unknown-job", "expected the id of a classification job but was " + job);
        }
    }

    private record Kind(List<String> classes, RecordingReader reader) {}

    private static List<String> recordings(RecordingReader reader, List<String> names) {
        if (names.stream().noneMatch(reader::looksLikeOne)) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "no-recordings", "files: expected " + reader.expected()
                    + " but found " + names.stream().limit(10).toList());
        }
        return reader.recordings(names);
    }

    private static String name(MultipartFile file) {
        String given = file.getOriginalFilename();
        String name = given == null ? "" : given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        if (name.isBlank() || name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-file",
                    "files: expected a name of 1 to 200 characters for each but one was '" + name + "'");
        }
        return name;
    }

    private static byte[] bytes(MultipartFile file) {
        try {
            return file.getBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a part of the request cannot be read", e);
        }
    }

    private static ClassificationAnswer answer(RecordingClassifier classifier, List<Recording> recordings) {
        List<Stretch> stretches = new ArrayList<>();
        List<@Nullable String> problems = new ArrayList<>();
        for (Recording recording : recordings) {
            try {
                LabelledSequence sequence = sequence(recording);
                classifier.check(sequence);
                stretches.add(new Stretch(null, sequence));
                problems.add(null);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        Iterator<Answer> answers = classifier.classify(stretches).iterator();
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < recordings.size(); i++) {
            String name = recordings.get(i).name();
            results.add(problems.get(i) == null ? result(name, answers.next()) : new Result(name, null, List.of(), problems.get(i)));
        }
        return new ClassificationAnswer(classifier.model(), classifier.classes(), results);
    }

    private static Result result(String name, Answer answer) {
        if (!answer.isNumber()) {
            return new Result(name, null, List.of(), RecordingClassifier.NO_NUMBER);
        }
        List<Double> probabilities = new ArrayList<>();
        for (float probability : answer.probabilities()) {
            probabilities.add((double) probability);
        }
        return new Result(name, answer.label(), probabilities, null);
    }

    /** Turned from channel by channel into sample by sample. */
    private static LabelledSequence sequence(Recording recording) {
        int channels = recording.channels().length;
        int length = channels == 0 ? 0 : recording.channels()[0].length;
        if (length == 0) {
            throw new IllegalArgumentException("expected at least one channel with at least one sample");
        }
        if (Arrays.stream(recording.channels()).flatMapToDouble(Arrays::stream).allMatch(Double::isNaN)) {
            throw new IllegalArgumentException("expected a known value but all " + length + " samples are missing");
        }
        float[] values = new float[length * channels];
        for (int v = 0; v < channels; v++) {
            double[] channel = recording.channels()[v];
            if (channel.length != length) {
                throw new IllegalArgumentException(
                        "channel " + v + ": expected " + length + " samples as in channel 0 but was " + channel.length);
            }
            for (int l = 0; l < length; l++) {
                values[l * channels + v] = (float) channel[l];
                if (Float.isInfinite(values[l * channels + v])) {
                    throw new IllegalArgumentException(
                            "channel " + v + ", sample " + l + ": expected a finite number but was " + channel[l]);
                }
            }
        }
        MissingValues.fill(values, length, channels);
        return LabelledSequence.unknown(values, length);
    }
}

package io.longwave.model.classification;

import io.longwave.db.classification.ClassificationJobs;
import io.longwave.db.classification.ClassificationJobs.Open;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.classify.RecordingClassifier;
import io.longwave.ssm.classify.RecordingClassifier.Answer;
import io.longwave.ssm.classify.RecordingClassifier.Outcome;
import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does the recordings of jobs, a few in one transaction: taken, classified, written, all or nothing. Instances share the work by the locks of the rows
 * they have taken; one that is killed leaves its recordings open for the others.
 */
@Component
class ClassificationWorker implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(ClassificationWorker.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final int TRIES = 5;

    private final OpenedModels<RecordingClassifier> classifiers;
    private final ClassificationJobs jobs;
    private final TransactionTemplate transaction;
    private final ClassificationProperties properties;
    private final ScheduledExecutorService working = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("classification").factory());
    private volatile boolean stopping;
    // Used by that thread only:
    private @Nullable UUID last; // job that had its turn
    private List<Open> taken = List.of();
    private @Nullable Open failing;
    private int failures; // of it, one after the other

    ClassificationWorker(OpenedModels<RecordingClassifier> classifiers, ClassificationJobs jobs, TransactionTemplate transaction,
            ClassificationProperties properties) {
        this.classifiers = classifiers;
        this.jobs = jobs;
        this.transaction = transaction;
        this.properties = properties;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long pause = properties.look().toMillis();
        working.scheduleWithFixedDelay(this::work, 0, pause, TimeUnit.MILLISECONDS);
    }

    /** Says that there is work. */
    void wake() {
        if (!stopping) {
            working.execute(this::work);
        }
    }

    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        working.shutdown();
        if (!working.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            working.shutdownNow(); // what it has taken is rolled back and done at the next start
        }
    }

    private void work() {
        boolean open = true;
        while (open && !stopping) {
            taken = List.of();
            try {
                open = Boolean.TRUE.equals(transaction.execute(_ -> someOfAJob()));
                if (failing != null && taken.contains(failing)) {
                    failures = 0;
                }
            } catch (Exception | Error e) { // of whatever kind: thrown further, it would end all work for good, and silently
                LOG.warn("recordings stay open for now", e);
                open = !taken.isEmpty() && failed();
            }
        }
    }

    /**
     * Counts failures of what was taken; a recording that the database cannot give or take, whatever is tried, must not stay open for good.
     *
     * @return whether to go on at once
     */
    private boolean failed() {
        Open first = taken.getFirst();
        failures = first.equals(failing) ? failures + 1 : 1;
        failing = first;
        if (failures < TRIES) {
            return false;
        }
        failures = 0;
        try {
            transaction.executeWithoutResult(_ -> {
                jobs.close(first, "failed " + TRIES + " times at the database; the log of the service says why");
                jobs.finishIfDone(first.job());
            });
            return true;
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("recording {} of job {} stays open: {}", first.name(), first.job(), e.toString());
            return false;
        }
    }

    /** @return false if nothing was open */
    private boolean someOfAJob() {
        taken = jobs.take(last, this::together);
        if (taken.isEmpty()) {
            return false;
        }
        UUID job = taken.getFirst().job();
        last = job;
        DataFiles files = new StoredFiles(job);
        List<Outcome> outcomes = outcomes(taken, files);
        for (int i = 0; i < taken.size(); i++) {
            Outcome outcome = outcomes.get(i);
            int number = 0;
            for (Answer answer : outcome.answers()) {
                jobs.write(taken.get(i), number++, answer.seconds(), answer.label(), answer.probabilities());
            }
            jobs.close(taken.get(i), outcome.problem());
        }
        jobs.finishIfDone(job);
        return true;
    }

    private int together(String model) {
        if (failures > 0) {
            return 1; // which of them it was
        }
        try {
            return classifiers.with(model, RecordingClassifier::together);
        } catch (RuntimeException e) {
            return 1; // their recordings will say what is wrong with the model
        }
    }

    /** One recording that the program fails at must not keep others from their answers: together first, then each by itself. */
    private List<Outcome> outcomes(List<Open> taken, DataFiles files) {
        String model = taken.getFirst().model();
        try {
            return classifiers.with(model, classifier -> classifier.classify(files, taken.stream().map(Open::name).toList()));
        } catch (RequestProblem gone) {
            String problem = String.valueOf(gone.getMessage());
            return taken.stream().map(open -> new Outcome(open.name(), List.of(), problem)).toList();
        } catch (DataAccessException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            if (taken.size() == 1) {
                LOG.error("recording {} of job {} failed in the program itself", taken.getFirst().name(), taken.getFirst().job(), e);
                return List.of(new Outcome(taken.getFirst().name(), List.of(),
                        e instanceof OutOfMemoryError
                                ? "the service has not enough memory for it"
                                : "failed in the program itself; the log of the service says why"));
            }
            List<Outcome> each = new ArrayList<>();
            taken.forEach(open -> each.addAll(outcomes(List.of(open), files)));
            return each;
        }
    }

    /** The files that came with a job. */
    private final class StoredFiles implements DataFiles {
        private final UUID job;

        StoredFiles(UUID job) {
            this.job = job;
        }

        @Override
        public List<String> names() {
            return jobs.files(job);
        }

        @Override
        public DataFile open(String name) {
            if (name.indexOf('\0') >= 0) { // a header may say anything, and the database does not take it
                throw new DataFileException(Path.of("header"), "expected the name of a signal file but found one with a NUL character");
            }
            String packed = name + ".gz";
            return jobs.file(job, name).map(bytes -> unpacked(name, bytes))
                    .or(() -> jobs.file(job, packed).map(bytes -> unpacked(packed, bytes)))
                    .orElseThrow(() -> new DataFileException(Path.of(name), "expected a file of this name in the request but found "
                            + jobs.files(job).stream().limit(20).toList()));
        }

        private DataFile unpacked(String name, byte[] bytes) {
            return DataFile.of(name, bytes, (int) properties.maxUnpacked().toBytes());
        }
    }
}

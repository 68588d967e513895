package io.longwave.standalone.train;

import io.longwave.train.TrainingListener;
import io.longwave.train.TrainingSnapshot;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows a training: a bar with loss, validation score and time left on a terminal, one line per epoch elsewhere. */
final class TrainingProgress implements TrainingListener, AutoCloseable {

    private static final int LINES_PER_EPOCH = 4; // long epochs say in between that they are alive

    private final PrintWriter err;
    private final String title;
    private final boolean terminal;
    private @Nullable ProgressBar bar;
    private String validation = "";
    private double lineAfter;

    private TrainingProgress(PrintWriter err, String title, boolean terminal) {
        this.err = err;
        this.title = title;
        this.terminal = terminal;
    }

    static TrainingProgress on(PrintWriter err, String title) {
        Console console = System.console();
        return new TrainingProgress(err, title, console != null && console.isTerminal());
    }

    @Override
    public void resumed(TrainingSnapshot.Progress progress) {
        print("%s: resumes after %d epochs and %d batches", title, progress.epoch(), progress.batch());
    }

    @Override
    public void step(Step step) {
        if (terminal) {
            ProgressBar shown = bar(step);
            shown.stepTo(step.done());
            shown.setExtraMessage(String.format(Locale.ROOT, " loss %.4f%s", step.meanLoss(), validation));
            return;
        }
        double seconds = step.elapsed().toMillis() / 1000.0;
        if (lineAfter == 0) {
            lineAfter = seconds + 30;
        } else if (seconds >= lineAfter) {
            double left = seconds / step.done() * (step.planned() - step.done());
            print("%s: epoch %d, step %d of at most %d, loss %.4f%s, %.0f s, at most %.0f s left", title, step.epoch(), step.done(),
                    step.planned(),
                    step.meanLoss(), validation, seconds, left);
            lineAfter = seconds + Math.max(30, seconds / LINES_PER_EPOCH);
        }
    }

    @Override
    public void epoch(TrainingSnapshot.Epoch epoch, boolean best) {
        validation = String.format(Locale.ROOT, ", validation %.4f", epoch.validationScore());
        if (!terminal) {
            StringBuilder metrics = new StringBuilder();
            epoch.validationMetrics().forEach((name, value) -> metrics.append(metrics.isEmpty() ? "" : ", ").append(name)
                    .append(String.format(Locale.ROOT, " %.4f", value)));
            print("%s: epoch %d, loss %.4f, validation %s%s", title, epoch.number(), epoch.trainLoss(), metrics, best ? " (best)" : "");
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private ProgressBar bar(Step step) {
        if (bar == null) {
            bar = new ProgressBarBuilder().setTaskName(title).setInitialMax(step.planned()).setStyle(ProgressBarStyle.ASCII)
                    .startsFrom(step.done(),
                            step.elapsed())
                    .build();
        }
        return bar;
    }

    private void print(String format, Object... values) {
        err.println(String.format(Locale.ROOT, format, values));
        err.flush();
    }
}

package io.longwave.ssm.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.ForecasterFamily;

/** A model that forecasts histories. What can serve a stream is stepped through each history and gives intervals too; other models see its last window. */
public abstract sealed class HistoryForecaster permits ReplayedForecaster, WindowForecaster {

    /**
     * A stored forecaster.
     *
     * @throws CheckpointException if the model is no forecaster, or its files cannot be read
     */
    public static HistoryForecaster open(StoredModel stored) {
        ModelCard card = stored.card();
        if (!card.task().equals(ModelCard.FORECAST)) {
            throw new CheckpointException(stored.directory(),
                    "expected a model of task " + ModelCard.FORECAST + " but its task is " + card.task());
        }
        ForecasterFamily family = ModelFamilies.forecaster(card.family())
                .orElseThrow(() -> new CheckpointException(stored.directory(), "expected a family that forecasts, one of "
                        + ModelFamilies.forecasters().stream().map(ForecasterFamily::name).toList() + ", but was " + card.family()));
        try {
            return new ReplayedForecaster(ModelFamilies.streaming(stored), card.scaler().columns().getFirst());
        } catch (CheckpointException e) {
            return new WindowForecaster(card, stored.forecaster(family)); // which says what is wrong if more is than its family
        }
    }

    static final String NO_TIME = "expected fewer histories at once: there was no time left for this one";

    /** A model of one channel that serves streams. */
    public static HistoryForecaster stepping(StreamingModel model) {
        return new ReplayedForecaster(model, "value");
    }

    /** Id of the model. */
    public abstract String model();

    /** Names of the channels it forecasts, [V]. */
    public abstract List<String> columns();

    /** The same model for judging values that are there already; empty for one that does not serve streams. */
    public abstract Optional<HistoryScorer> scorer();

    /** Steps that it forecasts at most. */
    public abstract int longestHorizon();

    /**
     * What follows one channel of a history.
     *
     * @param after how many values of the history lie before the first step: it goes on from the last one that the model took
     * @param issuedAtNanos time of that value; step h (from 0) is at {@code issuedAtNanos + (h + 1) * outlook.stepNanos()}
     * @param outlook without intervals where the model knows none
     */
    public record ChannelForecast(String column, int after, long issuedAtNanos, Outlook outlook) {}

    /**
     * What came of one history.
     *
     * @param channels [V]; empty where there is a problem
     * @param problem why it could not be forecast, what was expected and what was found; null where it could
     */
    public record Outcome(List<ChannelForecast> channels, @Nullable String problem) {
        public Outcome {
            channels = List.copyOf(channels);
        }

        static Outcome problem(String why) {
            return new Outcome(List.of(), why);
        }
    }

    /**
     * Forecasts histories. One that cannot be forecast keeps none of the others from their answers.
     *
     * @param horizon steps ahead, from 1 to {@link #longestHorizon()}
     * @param levels interval levels in (0, 1)
     * @param goOn asked before each history, or each few; where it says no, there is no time for the others
     * @return as many outcomes, in their order
     * @throws IllegalArgumentException if the horizon is out of range
     */
    public final List<Outcome> forecast(List<History> histories, int horizon, double[] levels, BooleanSupplier goOn) {
        if (horizon < 1 || horizon > longestHorizon()) {
            throw new IllegalArgumentException(
                    "horizon: expected 1 to " + longestHorizon() + " steps, which " + model() + " forecasts, but was " + horizon);
        }
        List<History> fitting = new ArrayList<>();
        List<@Nullable String> problems = new ArrayList<>();
        for (History history : histories) {
            String problem = problem(history);
            problems.add(problem);
            if (problem == null) {
                fitting.add(history);
            }
        }
        List<Outcome> made = made(fitting, horizon, levels, goOn).stream().map(HistoryForecaster::withTimes).toList();
        List<Outcome> outcomes = new ArrayList<>();
        int next = 0;
        for (String problem : problems) {
            outcomes.add(problem == null ? made.get(next++) : Outcome.problem(problem));
        }
        return outcomes;
    }

    /** The outcome, unless its steps end beyond the times there are. */
    private static Outcome withTimes(Outcome outcome) {
        for (ChannelForecast channel : outcome.channels()) {
            try {
                Math.addExact(channel.issuedAtNanos(), Math.multiplyExact(channel.outlook().stepNanos(), channel.outlook().mean().length));
            } catch (ArithmeticException e) {
                return Outcome
                        .problem("expected steps until times that nanoseconds in 64 bits can hold but " + channel.outlook().mean().length
                                + " steps of " + channel.outlook().stepNanos() + " ns after " + channel.issuedAtNanos() + " ns end beyond");
            }
        }
        return outcome;
    }

    private @Nullable String problem(History history) {
        int channels = columns().size();
        return history.channels().length == channels
                ? tooShort(history)
                : "expected " + channels + (channels == 1 ? " channel, " : " channels, ") + String.join(", ", columns()) + ", but was "
                        + history.channels().length;
    }

    /** Why a history is too short, or null. */
    abstract @Nullable String tooShort(History history);

    /** Forecasts histories that fit. */
    abstract List<Outcome> made(List<History> histories, int horizon, double[] levels, BooleanSupplier goOn);
}

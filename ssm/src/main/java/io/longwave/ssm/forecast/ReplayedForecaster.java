package io.longwave.ssm.forecast;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;

/**
 * Steps a new state through a history, or through as much of its end as the model looks back on, as a series would be warmed when the model is promoted,
 * and asks it for its forecast. Safe for many threads.
 */
final class ReplayedForecaster extends HistoryForecaster {
    private final StreamingModel model;
    private final String column;

    ReplayedForecaster(StreamingModel model, String column) {
        this.model = model;
        this.column = column;
    }

    @Override
    public String model() {
        return model.id();
    }

    @Override
    public List<String> columns() {
        return List.of(column);
    }

    @Override
    public Optional<HistoryScorer> scorer() {
        return Optional.of(new HistoryScorer(model));
    }

    @Override
    public int longestHorizon() {
        return Integer.MAX_VALUE;
    }

    @Override
    @Nullable
    String tooShort(History history) {
        return null; // the state knows
    }

    @Override
    List<Outcome> made(List<History> histories, int horizon, double[] levels, BooleanSupplier goOn) {
        return histories.parallelStream()
                .map(history -> goOn.getAsBoolean() ? made(history, horizon, levels) : Outcome.problem(NO_TIME)).toList();
    }

    private Outcome made(History history, int horizon, double[] levels) {
        double[] values = history.channels()[0];
        int from = values.length;
        int last = -1;
        for (int known = 0; from > 0 && known < model.warmUpSamples(); from--) {
            if (!Double.isNaN(values[from - 1])) {
                known++;
                last = Math.max(last, from - 1);
            }
        }
        SeriesState state = model.newState();
        for (int l = from; l <= last; l++) {
            if (!Double.isNaN(values[l])) {
                state.step(history.timesNanos()[l], values[l]);
            }
        }
        Outlook outlook = state.forecast(horizon, levels);
        if (outlook == null) {
            return Outcome.problem("expected more values: " + model() + " has seen " + state.samplesSeen() + " and needs more");
        }
        return new Outcome(List.of(new ChannelForecast(column, last + 1, state.lastTimeNanos(), outlook)), null);
    }
}

package io.longwave.ssm.forecast;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;

/** Steps a new state through a history as a stream would have, and asks it for its forecast. Safe for many threads. */
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
    public int longestHorizon() {
        return Integer.MAX_VALUE;
    }

    @Override
    @Nullable
    String tooShort(History history) {
        return null; // the state knows
    }

    @Override
    List<Outcome> made(List<History> histories, int horizon, double[] levels) {
        return histories.parallelStream().map(history -> made(history, horizon, levels)).toList();
    }

    private Outcome made(History history, int horizon, double[] levels) {
        double[] values = history.channels()[0];
        SeriesState state = model.newState();
        for (int l = Math.max(0, values.length - model.warmUpSamples()); l < values.length; l++) {
            if (!Double.isNaN(values[l])) {
                state.step(history.timesNanos()[l], values[l]);
            }
        }
        Outlook outlook = state.forecast(horizon, levels);
        if (outlook == null) {
            return Outcome.problem("expected more values: " + model() + " has seen " + state.samplesSeen() + " and needs more");
        }
        return new Outcome(List.of(new ChannelForecast(column, state.lastTimeNanos(), outlook)), null);
    }
}

package io.longwave.ssm.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.longwave.checkpoint.ModelCard;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.train.MissingValues;
import io.longwave.train.Scaler;
import io.longwave.train.TrainableForecaster;

/**
 * Gives the last L values of each channel to a network that was trained on such windows. Means only: nothing was measured of their errors since. Histories
 * are given to it several at a time, by one thread at a time, whichever the model.
 */
final class WindowForecaster extends HistoryForecaster {
    /** Windows that the network is given at once: it keeps memory for each size it has seen, so one window alone is the only other. */
    private static final int TOGETHER = 16;

    /** Of all such models: each uses every core or the whole device. */
    private static final Object ONE_AT_A_TIME = new Object();

    private final ModelCard card;
    private final TrainableForecaster network;
    private final int lag;
    private final int variates;

    WindowForecaster(ModelCard card, TrainableForecaster network) {
        this.card = card;
        this.network = network;
        this.lag = network.lag();
        this.variates = network.variates();
    }

    @Override
    public String model() {
        return card.id();
    }

    @Override
    public List<String> columns() {
        return card.scaler().columns();
    }

    @Override
    public Optional<HistoryScorer> scorer() {
        return Optional.empty();
    }

    @Override
    public int longestHorizon() {
        return network.horizon();
    }

    @Override
    @Nullable
    String tooShort(History history) {
        if (history.length() < lag) {
            return "expected at least " + lag + " values, which " + model() + " looks back on, but was " + history.length();
        }
        for (int v = 0; v < variates; v++) {
            double[] values = history.channels()[v];
            if (Arrays.stream(values, values.length - lag, values.length).allMatch(Double::isNaN)) {
                return "channel " + v + ": expected a known value among the last " + lag + ", which " + model() + " looks back on";
            }
        }
        return null;
    }

    @Override
    List<Outcome> made(List<History> histories, int horizon, double[] levels, BooleanSupplier goOn) {
        synchronized (ONE_AT_A_TIME) {
            return oneAfterTheOther(histories, horizon, goOn);
        }
    }

    private List<Outcome> oneAfterTheOther(List<History> histories, int horizon, BooleanSupplier goOn) {
        List<Outcome> all = new ArrayList<>();
        for (int from = 0; from < histories.size(); from += TOGETHER) {
            List<History> next = histories.subList(from, Math.min(histories.size(), from + TOGETHER));
            all.addAll(goOn.getAsBoolean() ? together(next, horizon) : next.stream().map(_ -> Outcome.problem(NO_TIME)).toList());
        }
        return all;
    }

    private List<Outcome> together(List<History> histories, int horizon) {
        int batch = histories.size() == 1 ? 1 : TOGETHER;
        float[] lags = new float[batch * lag * variates]; // what is left over of the last batch stays zero
        for (int b = 0; b < histories.size(); b++) {
            System.arraycopy(window(histories.get(b)), 0, lags, b * lag * variates, lag * variates);
        }
        float[] ahead = new float[batch * network.horizon() * variates];
        network.forecast(lags, batch, ahead);
        List<Outcome> outcomes = new ArrayList<>();
        for (int b = 0; b < histories.size(); b++) {
            outcomes.add(outcome(histories.get(b), ahead, b * network.horizon() * variates, horizon));
        }
        return outcomes;
    }

    /** [L, V], standardised. */
    private float[] window(History history) {
        Scaler scaler = card.scaler();
        int first = history.length() - lag;
        float[] window = new float[lag * variates];
        for (int v = 0; v < variates; v++) {
            double mean = scaler.mean().get(v);
            double std = scaler.std().get(v);
            for (int l = 0; l < lag; l++) {
                window[l * variates + v] = (float) ((history.channels()[v][first + l] - mean) / std);
            }
        }
        MissingValues.fill(window, lag, variates);
        return window;
    }

    private Outcome outcome(History history, float[] ahead, int offset, int horizon) {
        long[] times = history.timesNanos();
        long step = distance(times);
        List<ChannelForecast> channels = new ArrayList<>();
        for (int v = 0; v < variates; v++) {
            double[] mean = new double[horizon];
            for (int h = 0; h < horizon; h++) {
                mean[h] = ahead[offset + h * variates + v] * card.scaler().std().get(v) + card.scaler().mean().get(v);
                if (!Double.isFinite(mean[h])) {
                    return Outcome.problem("expected values of about the size of those that were trained on but some are so large that the"
                            + " forecast is no number");
                }
            }
            channels.add(new ChannelForecast(columns().get(v), times.length, times[times.length - 1],
                    new Outlook(step, mean, new double[0][], new double[0][], new double[0])));
        }
        return new Outcome(channels, null);
    }

    /** The usual distance of the times of the window, the median; 1 where there is but one. */
    private long distance(long[] times) {
        long[] distances = new long[Math.min(times.length, Math.max(lag, 2)) - 1];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = times[times.length - 1 - i] - times[times.length - 2 - i];
        }
        Arrays.sort(distances);
        return distances.length == 0 ? 1 : distances[distances.length / 2];
    }
}

package io.longwave.model.serving;

import io.longwave.series.SeriesKind;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import org.jspecify.annotations.Nullable;

/** What a model expects, without what cannot be: models know nothing of kinds. Coverage and scores stay what they are, since no sample lies there. */
public final class Outlooks {
    private Outlooks() {}

    /** {@link SeriesState#forecast}, inside what the kind can be. */
    public static @Nullable Outlook forecast(SeriesState state, SeriesKind kind, int horizon, double[] levels) {
        Outlook outlook = state.forecast(horizon, levels);
        return outlook == null ? null : inside(outlook, kind);
    }

    /** The part of it that the kind can be. */
    public static Outlook inside(Outlook outlook, SeriesKind kind) {
        if (kind.least() == Double.NEGATIVE_INFINITY) {
            return outlook;
        }
        return new Outlook(outlook.stepNanos(), raised(outlook.mean(), kind), raised(outlook.lower(), kind), raised(outlook.upper(), kind),
                outlook.achievedCoverage());
    }

    /** {@link SeriesState#step}, inside what the kind can be. */
    public static @Nullable Judgement step(SeriesState state, SeriesKind kind, long time, double value) {
        Judgement judgement = state.step(time, value);
        if (judgement == null || judgement.lower() >= kind.least()) {
            return judgement;
        }
        double least = kind.least();
        return new Judgement(Math.max(judgement.predicted(), least), least, Math.max(judgement.upper(), least), judgement.score());
    }

    private static double[] raised(double[] values, SeriesKind kind) {
        double[] raised = values.clone();
        for (int i = 0; i < raised.length; i++) {
            raised[i] = Math.max(raised[i], kind.least());
        }
        return raised;
    }

    private static double[][] raised(double[][] values, SeriesKind kind) {
        double[][] raised = new double[values.length][];
        for (int i = 0; i < raised.length; i++) {
            raised[i] = raised(values[i], kind);
        }
        return raised;
    }
}

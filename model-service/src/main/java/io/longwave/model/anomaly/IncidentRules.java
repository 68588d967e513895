package io.longwave.model.anomaly;

import io.longwave.ssm.streaming.SeriesState.Judgement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * When an incident begins and ends. A score of at least {@code open} begins one; every later score of at least {@code keep} belongs to it;
 * it ends after {@code calmSamples} samples below {@code keep} in a row. The lower second threshold and the run of calm samples make one
 * incident one event. Counted in samples, so that nothing here needs a clock.
 *
 * @param open in (0, 1): on samples that behave as before about 1 - open of them begin an incident
 * @param keep in (0, open]
 * @param calmSamples at least 1
 */
public record IncidentRules(double open, double keep, int calmSamples) {
    public IncidentRules {
        if (!(open > 0 && open < 1)) {
            throw new IllegalArgumentException("anomaly threshold: expected a number between 0 and 1 but was " + open);
        }
        if (!(keep > 0 && keep <= open)) {
            throw new IllegalArgumentException("keeping threshold: expected a number above 0 and at most " + open + " but was " + keep);
        }
        if (calmSamples < 1) {
            throw new IllegalArgumentException("calm samples: expected at least one but was " + calmSamples);
        }
    }

    /**
     * The incident after one more sample.
     *
     * @param current the incident that lasts, or null
     * @param model id of the model that judged
     * @return null if there is none; an ended one is returned once and not passed in again
     */
    public @Nullable Incident after(@Nullable Incident current, String model, long time, double value, Judgement judgement) {
        double score = judgement.score();
        if (current != null) {
            return score >= keep
                    ? current.anomalousSample(time, value, judgement.predicted(), score)
                    : current.calmSample(calmSamples);
        }
        return score >= open ? new Incident(model, time, time, time, score, value, judgement.predicted(), 1, 0, false) : null;
    }

    /**
     * All incidents of values, in order; their times are positions. The last one may not have ended.
     *
     * @param model id of the model that judged
     * @param judgements of the values by their positions; null where a value was not judged, which no incident minds
     */
    public List<Incident> incidents(String model, double[] values, IntFunction<@Nullable Judgement> judgements) {
        List<Incident> incidents = new ArrayList<>();
        Incident current = null;
        for (int l = 0; l < values.length; l++) {
            Judgement judgement = judgements.apply(l);
            if (judgement != null) {
                current = after(current, model, l, values[l], judgement);
                if (current != null && current.ended()) {
                    incidents.add(current);
                    current = null;
                }
            }
        }
        if (current != null) {
            incidents.add(current);
        }
        return incidents;
    }

    /** Id of an event: the same stream gives the same ids, whoever reads it and how often. */
    public static String eventId(String seriesKey, long startTime, String model) {
        try {
            // A key holds no control character, so a line feed separates it from what follows.
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((seriesKey + "\n" + startTime + "\n" + model).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}

package io.longwave.api.timegpt;

import io.longwave.api.forecast.HistoryScores;
import io.longwave.api.problem.ProblemException;
import io.longwave.wire.HistoryScoreAnswer;
import java.util.List;
import org.springframework.stereotype.Component;

/** How usual the values of a request are, each judged by all before it. */
@Component
class TimeGptScores {
    private final HistoryScores scores;

    TimeGptScores(HistoryScores scores) {
        this.scores = scores;
    }

    /** Of each series the values from the first one on of which something was expected: clients take them for its last ones. */
    TimeGptAnswer expected(TimeGptRequest request) {
        return judged(request, false);
    }

    /** The same, and which of them are anomalies. */
    TimeGptAnswer anomalies(TimeGptRequest request) {
        return judged(request, true);
    }

    private TimeGptAnswer judged(TimeGptRequest request, boolean flagged) {
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<HistoryScoreAnswer.Result> results = results(request);
        for (int i = 0; i < results.size(); i++) {
            int length = TimeGptRequest.values(request.series().get(i)).length;
            double[] score = results.get(i).score();
            int first = 0;
            while (first < score.length && Double.isNaN(score[first])) {
                first++;
            }
            // Of a series of which nothing was expected all, for clients do not know one without any.
            add(answer, request, i, results.get(i), first == score.length ? 0 : first, flagged);
            answer.size(first == score.length ? length : length - first);
        }
        return answer.build(results.size());
    }

    /** The last values of each series, however many steps the request would have them forecast at once. */
    TimeGptAnswer lastAnomalies(TimeGptRequest request) {
        String method = request.json().path("threshold_method").asString("univariate");
        if (!method.equals("univariate")) {
            throw ProblemException.badParameter("threshold_method", "univariate; series are judged jointly as a group (/api/v1/groups)",
                    method);
        }
        int size = request.whole("detection_size", 1, Integer.MAX_VALUE);
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<HistoryScoreAnswer.Result> results = results(request);
        int offset = 0;
        for (int i = 0; i < results.size(); i++) {
            int length = TimeGptRequest.values(request.series().get(i)).length;
            int first = Math.max(0, length - size);
            add(answer, request, i, results.get(i), first, true);
            answer.at(offset + first, length - first);
            answer.size(length - first);
            offset += length;
        }
        return answer.build(results.size());
    }

    private List<HistoryScoreAnswer.Result> results(TimeGptRequest request) {
        return scores.of(request.model(), request.intervals(), request.series()).results();
    }

    private static void add(TimeGptAnswer.Builder answer, TimeGptRequest request, int series, HistoryScoreAnswer.Result result, int first,
            boolean flagged) {
        double[] values = TimeGptRequest.values(request.series().get(series));
        boolean judged = false;
        for (int l = first; l < values.length; l++) {
            boolean there = l < result.score().length;
            judged |= there && !Double.isNaN(result.score()[l]);
            if (there) {
                answer.add(result, l);
            } else {
                answer.addNothing(1);
            }
            if (flagged) {
                answer.judge(values[l], there ? result.score()[l] : Double.NaN);
            }
        }
        if (!judged) {
            answer.problem(series,
                    result.problem() == null ? "expected more values: none was judged of " + values.length : result.problem());
        }
    }
}

package io.longwave.model.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ssm.streaming.SeriesState.Judgement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncidentRulesTest {
    private static final IncidentRules RULES = new IncidentRules(0.99, 0.9, 3);

    @Test
    void beginsAtTheFirstThresholdAndGoesOnAboveTheSecond() {
        assertThat(events(0.95, 0.98, 0.5)).isEmpty();
        assertThat(events(0.1, 0.995, 0.95, 0.91, 0.1, 0.1, 0.1)).containsExactly("1..3 peak 1 points 3");
    }

    @Test
    void aShortCalmBelongsToTheIncidentAndALongOneEndsIt() {
        assertThat(events(0.995, 0.1, 0.1, 0.999, 0.1, 0.1, 0.1)).containsExactly("0..3 peak 3 points 4");
        assertThat(events(0.995, 0.1, 0.1, 0.1, 0.999, 0.1, 0.1, 0.1)).containsExactly("0..0 peak 0 points 1", "4..4 peak 4 points 1");
    }

    @Test
    void ofEqualPeaksTheFirstCounts() {
        assertThat(events(0.995, 0.999, 0.999, 0.1, 0.1, 0.1)).containsExactly("0..2 peak 1 points 3");
    }

    @Test
    void anIncidentThatLastsHasNotEnded() {
        Incident incident = RULES.after(null, "m", 5, 1, judgement(0.995));
        assertThat(incident).isNotNull().returns(false, Incident::ended).returns("m", Incident::model);
    }

    @Test
    void theIdOfAnEventDependsOnSeriesStartAndModelOnly() {
        String id = IncidentRules.eventId("t/b/m#f", 5, "online-1");
        assertThat(id).hasSize(32).isEqualTo(IncidentRules.eventId("t/b/m#f", 5, "online-1"))
                .isNotEqualTo(IncidentRules.eventId("t/b/m#g", 5, "online-1")).isNotEqualTo(IncidentRules.eventId("t/b/m#f", 6, "online-1"))
                .isNotEqualTo(IncidentRules.eventId("t/b/m#f", 5, "online-2"));
    }

    @Test
    void refusesThresholdsThatNeverOrAlwaysFire() {
        assertThatThrownBy(() -> new IncidentRules(1, 0.9, 3)).hasMessageContaining("between 0 and 1 but was 1.0");
        assertThatThrownBy(() -> new IncidentRules(0.9, 0.95, 3)).hasMessageContaining("at most 0.9 but was 0.95");
        assertThatThrownBy(() -> new IncidentRules(0.9, 0.5, 0)).hasMessageContaining("at least one but was 0");
    }

    private static List<String> events(double... scores) {
        List<String> ended = new ArrayList<>();
        Incident current = null;
        for (int i = 0; i < scores.length; i++) {
            Incident after = RULES.after(current, "m", i, i, judgement(scores[i]));
            if (after != null && after.ended()) {
                ended.add(describe(after));
            }
            current = after == null || after.ended() ? null : after;
        }
        return ended;
    }

    private static String describe(@Nullable Incident incident) {
        return incident == null
                ? "none"
                : incident.startTime() + ".." + incident.lastTime() + " peak " + incident.peakTime() + " points " + incident.points();
    }

    private static Judgement judgement(double score) {
        return new Judgement(0, -1, 1, score);
    }
}

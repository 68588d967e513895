package io.longwave.model.group;

import io.longwave.db.group.Groups.Anomaly;
import io.longwave.db.group.Groups.Group;
import io.longwave.model.anomaly.Incident;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.ssm.joint.JointState.RowJudgement;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import org.jspecify.annotations.Nullable;

/** The incident of a group, if one lasts, and which series spoke against it at its peak. Begins and ends by the rules of single series, counted in rows. */
final class JointIncident {
    private final Group group;
    private final IncidentRules rules;
    private @Nullable Incident current;
    private double[] atPeak = new double[0];

    /** @param lasting as the last transaction left it */
    JointIncident(Group group, IncidentRules rules, @Nullable Anomaly lasting) {
        this.group = group;
        this.rules = rules;
        if (lasting != null) {
            current = new Incident(lasting.model(), lasting.startTime(), lasting.lastTime(), lasting.peakTime(), lasting.peakScore(),
                    Double.NaN, Double.NaN, lasting.points(), lasting.calm(), false);
            atPeak = lasting.contribution();
        }
    }

    /** Goes on by a row; the anomaly that has ended with it, or null. */
    @Nullable
    Anomaly after(long time, RowJudgement row) {
        // Several series have no one value.
        Incident next = rules.after(current, group.model(), time, Double.NaN,
                new Judgement(Double.NaN, Double.NaN, Double.NaN, row.score()));
        if (next != null && next.peakTime() == time) {
            atPeak = row.contribution();
        }
        if (next != null && next.ended()) {
            current = null;
            return anomaly(next);
        }
        current = next;
        return null;
    }

    /** The anomaly that lasts, or null. */
    @Nullable
    Anomaly lasting() {
        return current == null ? null : anomaly(current);
    }

    private Anomaly anomaly(Incident incident) {
        // A group that is removed and made again begins its own.
        String id = IncidentRules.eventId("group " + group.id(), incident.startTime(), incident.model());
        return new Anomaly(id, incident.model(), incident.startTime(), incident.lastTime(), incident.ended() ? incident.lastTime() : null,
                incident.peakTime(), incident.peakScore(), atPeak, incident.points(), incident.calm());
    }
}

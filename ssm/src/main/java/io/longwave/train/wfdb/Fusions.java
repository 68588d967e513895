package io.longwave.train.wfdb;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fusion beats made of a patient's normal and ventricular ones. A fusion beat is what is seen where a ventricular focus fires just as the normal
 * impulse arrives, and each excites a part of the ventricles: its shape lies between those of the two, and it comes when the normal beat was due or
 * a little before. Few patients have any in a recording, so what a model learns of them is that patient; blends exist wherever both kinds of beat do.
 */
final class Fusions {

    /** Share of the ventricular beat; with more of it a beat is hardly told from one. */
    private static final double LEAST = 0.2;
    private static final double MOST = 0.6;
    /** How far the peaks of the two may be apart, in seconds. */
    private static final double APART = 0.02;
    /** How early the beat may come, as a share of the local interval: the impulse that it meets is under way by then. */
    private static final double EARLY = 0.08;

    private Fusions() {}

    /**
     * One made beat.
     *
     * @param window as {@link BeatWindows#at} has it
     * @param rhythm as {@link Rhythm#of} has it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Fusion(float[] window, float[] rhythm) {}

    /**
     * As many as are asked for per ventricular beat; none where the record lacks either kind. The same record gives the same ones.
     *
     * @param perVentricular at least 0
     */
    static List<Fusion> of(WfdbRecord record, List<WfdbAnnotation> beats, BeatWindows windows, Rhythm rhythm, double perVentricular) {
        List<Integer> normal = places(beats, BeatClass.N);
        List<Integer> ventricular = places(beats, BeatClass.V);
        List<Fusion> made = new ArrayList<>();
        if (normal.isEmpty()) {
            return made;
        }
        SplittableRandom random = new SplittableRandom(record.header().record().hashCode());
        long count = Math.round(perVentricular * ventricular.size());
        for (int i = 0; i < count; i++) {
            int expected = normal.get(random.nextInt(normal.size()));
            int other = ventricular.get(random.nextInt(ventricular.size()));
            double share = random.nextDouble(LEAST, MOST);
            long apart = Math.round(random.nextDouble(-APART, APART) * record.header().rate());
            double early = random.nextDouble(0, EARLY) * rhythm.local(expected);
            float[] blend = windows.at(beats.get(expected).sample());
            float[] ectopic = windows.at(beats.get(other).sample() + apart);
            for (int l = 0; l < blend.length; l++) {
                blend[l] = (float) ((1 - share) * blend[l] + share * ectopic[l]);
            }
            made.add(new Fusion(blend, rhythm.of(expected, early)));
        }
        return made;
    }

    private static List<Integer> places(List<WfdbAnnotation> beats, BeatClass kind) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < beats.size(); i++) {
            if (BeatClass.of(beats.get(i).code()).orElseThrow() == kind) {
                places.add(i);
            }
        }
        return places;
    }
}

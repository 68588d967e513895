package io.longwave.train.wfdb;

import java.util.Optional;

/**
 * Classes of heart beats by ANSI/AAMI EC57, and the annotation codes that belong to each. All that WFDB takes for a QRS complex is there but
 * waves of ventricular flutter (!), which have none.
 */
public enum BeatClass {
    /** Normal, bundle branch block, and escape beats from above the ventricles: N L R B e j n. */
    N(1, 2, 3, 25, 34, 11, 35),
    /** Supraventricular ectopic: A a J S. */
    S(8, 4, 7, 9),
    /** Ventricular ectopic: V E r. */
    V(5, 10, 41),
    /** Fusion of a ventricular and a normal beat: F. */
    F(6),
    /** Paced, fusion of a paced and a normal beat, not classifiable, or not classified as yet: / f Q ?. */
    Q(12, 38, 13, 30);

    private final int[] codes;

    BeatClass(int... codes) {
        this.codes = codes;
    }

    /** The class of an annotation code; empty for a code that is no beat. */
    public static Optional<BeatClass> of(int code) {
        for (BeatClass one : values()) {
            for (int member : one.codes) {
                if (member == code) {
                    return Optional.of(one);
                }
            }
        }
        return Optional.empty();
    }
}

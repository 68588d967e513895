package io.longwave.train.layout;

import org.jspecify.annotations.Nullable;

import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.wfdb.BeatOptions;

/**
 * How files must be read to become what a classifier was trained on; what its model card keeps of the data beside their scale.
 *
 * @param layout of the training data
 * @param rate samples per second of their files; 0 where those do not say
 * @param lead that comes first in WFDB records; empty for other layouts
 * @param beats how WFDB records are cut; null for other layouts
 */
public record RecordingInput(Layout layout, double rate, String lead, @Nullable BeatOptions beats) {
    public RecordingInput {
        if ((layout == Layout.WFDB) != (beats != null)) {
            throw new IllegalArgumentException("expected a cut of beats for WFDB records and for these alone but was " + beats + " for "
                    + layout);
        }
    }
}

package io.longwave.train.classify;

import org.jspecify.annotations.Nullable;

/**
 * What gets one answer when a recording is classified: a WAV recording as a whole, a case of a file of cases, a beat of a WFDB record.
 *
 * @param seconds from the start of the record to the annotation of the beat; null for the others
 * @param sequence of unknown label
 */
public record Stretch(@Nullable Double seconds, LabelledSequence sequence) {}

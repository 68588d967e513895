package io.longwave.train.wfdb;

import io.longwave.train.classify.LabelledSequence;

/**
 * A beat that is to be classified.
 *
 * @param seconds from the start of the record to its annotation
 * @param sequence what lies about it, cut as training cuts beats
 */
public record UnknownBeat(double seconds, LabelledSequence sequence) {}

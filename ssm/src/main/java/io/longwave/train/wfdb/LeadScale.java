package io.longwave.train.wfdb;

/** What is done to the leads of a record before beats are cut. */
public enum LeadScale {
    /** Nothing: the physical unit of the file. */
    RAW,
    /** Each lead by mean and deviation of its whole record. */
    RECORD,
    /**
     * The wandering baseline is taken off, and each lead is divided by how high the QRS complex of the record's median beat is in it. What is left of a
     * beat is how it compares with the patient's usual one; the deviation of a whole record also counts T waves, wander and noise.
     */
    USUAL_BEAT
}

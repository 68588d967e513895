package io.longwave.train.classify;

/**
 * One recording and what it is.
 *
 * @param values [L, V], row by row, in the unit of the file; read only
 * @param length L, at least 1
 * @param label index into the classes of its data set; {@link #UNKNOWN} for a recording that is to be classified, of which data sets have none
 * @param group what must not be split between training and validation, such as a patient or a speaker; empty where nothing is known
 * @param made whether it was made of others of its group; such a one is there to be learnt from, and nothing is judged by it
 */
public record LabelledSequence(float[] values, int length, int label, String group, boolean made) {
    /** Label of a recording of which nobody has said what it is. */
    public static final int UNKNOWN = -1;

    public LabelledSequence {
        if (length < 1 || values.length % length != 0) {
            throw new IllegalArgumentException(
                    "expected a whole number of channels over " + length + " steps but was " + values.length + " values");
        }
        if (label < UNKNOWN) {
            throw new IllegalArgumentException("label: expected at least 0, or -1 for an unknown one, but was " + label);
        }
    }

    /** A recording, not one that was made. */
    public LabelledSequence(float[] values, int length, int label, String group) {
        this(values, length, label, group, false);
    }

    /** A recording that is to be classified. */
    public static LabelledSequence unknown(float[] values, int length) {
        return new LabelledSequence(values, length, UNKNOWN, "");
    }

    public int channels() {
        return values.length / length;
    }
}

package io.longwave.train.classify;

/**
 * One recording and what it is.
 *
 * @param values [L, V], row by row, in the unit of the file; read only
 * @param length L, at least 1
 * @param label index into the classes of its data set
 * @param group what must not be split between training and validation, such as a patient or a speaker; empty where nothing is known
 */
public record LabelledSequence(float[] values, int length, int label, String group) {
    public LabelledSequence {
        if (length < 1 || values.length % length != 0) {
            throw new IllegalArgumentException(
                    "expected a whole number of channels over " + length + " steps but was " + values.length + " values");
        }
        if (label < 0) {
            throw new IllegalArgumentException("label: expected at least 0 but was " + label);
        }
    }

    public int channels() {
        return values.length / length;
    }
}

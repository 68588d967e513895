package io.longwave.kernel.simd;

/** Working arrays of one thread, kept between calls. */
final class Scratch {
    private static final int SLOTS = 5;
    private final float[][] arrays = new float[SLOTS][0];

    /** An array of at least this size with unknown contents; one per slot. */
    float[] array(int slot, int size) {
        if (arrays[slot].length < size) {
            arrays[slot] = new float[size + size / 4];
        }
        return arrays[slot];
    }
}

package io.longwave.ssm.sequence;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Changes sequences that are trained on at random, as a function of seed and step alone, so that a resumed training sees the same ones. All of
 * it off at 0.
 *
 * @param shift a sequence starts up to this share of its length earlier (its beginning is cut) or later (zeros come first)
 * @param gain all channels of a sequence are multiplied by e^g, g uniform in ±gain
 * @param noise deviation of Gaussian noise added to every number, in units of the standardised input
 */
public record Augmentation(double shift, double gain, double noise) {
    public static final Augmentation NONE = new Augmentation(0, 0, 0);

    public Augmentation {
        if (!(shift >= 0 && shift < 1) || !(gain >= 0) || !(noise >= 0)) {
            throw new IllegalArgumentException("augmentation: expected a shift in [0, 1), gain and noise of at least 0 but was " + shift
                    + ", " + gain + ", " + noise);
        }
    }

    /** Whether it leaves sequences as they are. */
    boolean isNone() { return shift == 0 && gain == 0 && noise == 0; }

    /**
     * Changed copies.
     *
     * @param sequences [B, L, V], padded at the end
     * @param lengths [B] of these
     * @param out [B, L, V]
     * @param outLengths [B], out
     */
    void apply(SplittableRandom random, float[] sequences, int[] lengths, int batch, int length, int channels, float[] out,
            int[] outLengths) {
        Arrays.fill(out, 0, batch * length * channels, 0);
        for (int b = 0; b < batch; b++) {
            int reach = (int) Math.round(shift * lengths[b]);
            int later = reach == 0 ? 0 : random.nextInt(-reach, reach + 1);
            int cut = Math.min(Math.max(-later, 0), lengths[b] - 1);
            int start = Math.max(later, 0);
            int count = Math.min(lengths[b] - cut, length - start);
            if (count < 1) {
                start = 0;
                count = lengths[b] - cut;
            }
            outLengths[b] = start + count;
            float factor = gain == 0 ? 1 : (float) StrictMath.exp(random.nextDouble(-gain, gain));
            int from = (b * length + cut) * channels;
            int to = (b * length + start) * channels;
            for (int i = 0; i < count * channels; i++) {
                out[to + i] = factor * sequences[from + i];
            }
            if (noise > 0) {
                for (int i = b * length * channels; i < (b * length + outLengths[b]) * channels; i++) {
                    out[i] += (float) (noise * random.nextGaussian());
                }
            }
        }
    }
}

package io.longwave.train.classify;

import io.longwave.train.Scaler;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What is done to the values of a sequence before a classifier sees them. */
public enum InputScaling {
    /** Every channel by mean and deviation of the training part. */
    CHANNEL,
    /** Every channel of every sequence by its own mean and deviation: how large a recording is says nothing. */
    SEQUENCE,
    /** Nothing. */
    NONE;

    private static final double LEAST = 1e-8; // a channel that does not move stays where its mean puts it: at 0

    /** The scaler that goes with it: fitted to the training part for {@link #CHANNEL}, else one that changes nothing. */
    public Scaler fit(ClassificationData data) {
        int channels = data.channels();
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        Arrays.fill(deviation, 1);
        if (this == CHANNEL) {
            long steps = data.train().stream().mapToLong(LabelledSequence::length).sum();
            for (LabelledSequence sequence : data.train()) {
                for (int i = 0; i < sequence.values().length; i++) {
                    mean[i % channels] += sequence.values()[i];
                }
            }
            for (int v = 0; v < channels; v++) {
                mean[v] /= steps;
                deviation[v] = 0;
            }
            for (LabelledSequence sequence : data.train()) {
                for (int i = 0; i < sequence.values().length; i++) {
                    double off = sequence.values()[i] - mean[i % channels];
                    deviation[i % channels] += off * off;
                }
            }
            for (int v = 0; v < channels; v++) {
                double found = Math.sqrt(deviation[v] / steps);
                deviation[v] = found > LEAST ? found : 1;
            }
        }
        List<String> names = channelNames(channels);
        return new Scaler(names, Arrays.stream(mean).boxed().toList(), Arrays.stream(deviation).boxed().toList());
    }

    /** The data as the classifier sees them. */
    public ClassificationData apply(ClassificationData data, Scaler scaler) {
        return new ClassificationData(data.classes(), data.channels(), apply(data.train(), scaler), apply(data.validation(), scaler),
                apply(data.test(), scaler), data.sha256());
    }

    /** Sequences as the classifier sees them. */
    public List<LabelledSequence> apply(List<LabelledSequence> sequences, Scaler scaler) {
        return sequences.stream().map(sequence -> apply(sequence, scaler)).toList();
    }

    private LabelledSequence apply(LabelledSequence sequence, Scaler scaler) {
        int channels = sequence.channels();
        float[] in = sequence.values();
        float[] out = new float[in.length];
        for (int v = 0; v < channels; v++) {
            double center = scaler.mean().get(v);
            double scale = scaler.std().get(v);
            if (this == SEQUENCE) {
                center = mean(in, v, channels);
                double found = deviation(in, v, channels, center);
                scale = found > LEAST ? found : 1;
            }
            for (int i = v; i < in.length; i += channels) {
                out[i] = (float) ((in[i] - center) / scale);
            }
        }
        return new LabelledSequence(out, sequence.length(), sequence.label(), sequence.group(), sequence.made());
    }

    private static double mean(float[] values, int from, int stride) {
        double sum = 0;
        for (int i = from; i < values.length; i += stride) {
            sum += values[i];
        }
        return sum * stride / values.length;
    }

    private static double deviation(float[] values, int from, int stride, double mean) {
        double sum = 0;
        for (int i = from; i < values.length; i += stride) {
            sum += (values[i] - mean) * (values[i] - mean);
        }
        return Math.sqrt(sum * stride / values.length);
    }

    /** Channels of sequences have no names in most files: they are numbered from 0. */
    public static List<String> channelNames(int channels) {
        return IntStream.range(0, channels).mapToObj(Integer::toString).toList();
    }
}

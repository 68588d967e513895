package io.longwave.api.inference;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a model gives, row-major.
 *
 * @param data for JSON: an array or a list of as many elements as the shape says
 * @param labels what the last dimension counts; empty where that has no names
 * @param raw makes the elements one after the other, little-endian; a text has its length before it, four bytes
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
record OutputTensor(String name, Datatype datatype, long[] shape, Object data, List<String> labels,
        Supplier<byte[]> raw) {

    static OutputTensor numbers(String name, double[] values, long... shape) {
        return labelled(name, values, List.of(), shape);
    }

    /** Numbers of which some are not known: null in JSON and NaN behind it. */
    static OutputTensor known(String name, double[] values, long... shape) {
        OutputTensor numbers = numbers(name, values, shape);
        return new OutputTensor(name, numbers.datatype, shape, Numbers.orNull(values), List.of(), numbers.raw);
    }

    static OutputTensor labelled(String name, double[] values, List<String> labels, long... shape) {
        return new OutputTensor(name, Datatype.FP64, shape, values, labels, () -> {
            ByteBuffer raw = buffer(values.length * Double.BYTES);
            raw.asDoubleBuffer().put(values);
            return raw.array();
        });
    }

    static OutputTensor wholeNumbers(String name, long[] values, long... shape) {
        return new OutputTensor(name, Datatype.INT64, shape, values, List.of(), () -> {
            ByteBuffer raw = buffer(values.length * Long.BYTES);
            raw.asLongBuffer().put(values);
            return raw.array();
        });
    }

    static OutputTensor texts(String name, List<String> values, long... shape) {
        return new OutputTensor(name, Datatype.BYTES, shape, values, List.of(), () -> {
            List<byte[]> texts = values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList();
            ByteBuffer raw = buffer(texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum());
            texts.forEach(text -> raw.putInt(text.length).put(text));
            return raw.array();
        });
    }

    /**
     * The {@code most} largest of each row in place of all, in descending order, as the classification extension writes them: value:index:label.
     *
     * @throws ProblemException if its numbers are not those of classes
     */
    OutputTensor classified(int most) {
        if (labels.isEmpty() || !(data instanceof double[] values)) {
            throw ProblemException.badParameter("outputs", "classification of an output that has a number for each class", name);
        }
        int classes = labels.size();
        int kept = Math.min(most, classes);
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < values.length; row += classes) {
            int first = row;
            IntStream.range(0, classes).boxed().sorted(Comparator.comparingDouble(c -> -values[first + c])).limit(kept)
                    .forEach(c -> texts.add(values[first + c] + ":" + c + ":" + labels.get(c)));
        }
        return texts(name, texts, values.length / classes, kept);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package io.longwave.api.inference;

import io.longwave.api.problem.ProblemException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * What a request brings.
 *
 * @param values row-major; NaN where one is missing
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record InputTensor(String name, long[] shape, double[] values) {
    static final String BINARY_SIZE = "binary_data_size";

    /** As much as a model is asked at once; also keeps a shape from asking for more memory than the values that stand there. */
    private static final long MAX_VALUES = 2_000_000;
    private static final int MAX_BATCH = 1000;

    /**
     * Reads one.
     *
     * @param where what to call it in problems
     * @param raw what follows the JSON of the request; an input whose size stands in its parameters takes its elements from there
     * @throws ProblemException if it is not as the protocol says
     */
    static InputTensor read(String where, JsonNode input, ByteBuffer raw) {
        Datatype datatype = Datatype.ofNumbers(where, input.path("datatype").asString(""));
        long[] shape = shape(where, input.path("shape"));
        int size = size(where, shape);
        double[] values = new double[size];
        JsonNode binary = input.path("parameters").path(BINARY_SIZE);
        if (binary.isMissingNode()) {
            int found = flatten(where, datatype, input.path("data"), values, 0);
            if (found != size) {
                throw badData(where, size + " numbers, which is the shape " + Arrays.toString(shape), found);
            }
        } else {
            long bytes = (long) size * datatype.bytes();
            if (!binary.isIntegralNumber() || binary.asLong() != bytes) {
                throw ProblemException.badParameter(where + ".parameters." + BINARY_SIZE,
                        bytes + " bytes, which is the shape " + Arrays.toString(shape) + " of " + datatype, binary);
            }
            if (raw.remaining() < bytes) {
                throw badData(where, bytes + " bytes after the JSON", raw.remaining());
            }
            for (int i = 0; i < size; i++) {
                values[i] = datatype.read(raw);
            }
        }
        return new InputTensor(input.path("name").asString(""), shape, values);
    }

    private static long[] shape(String where, JsonNode given) {
        if (!given.isArray() || given.valueStream().anyMatch(size -> !size.isIntegralNumber() || size.asLong(-1) < 0)) {
            throw ProblemException.badParameter(where + ".shape", "an array of whole numbers that are not negative",
                    given.isMissingNode() ? "absent" : given);
        }
        return given.valueStream().mapToLong(JsonNode::asLong).toArray();
    }

    private static int size(String where, long[] shape) {
        long size = 1;
        for (long extent : shape) {
            if (extent > MAX_VALUES || (size *= extent) > MAX_VALUES) {
                throw ProblemException.badParameter(where + ".shape", "at most " + MAX_VALUES + " values", Arrays.toString(shape));
            }
        }
        return (int) size;
    }

    /** Nested arrays and flat ones mean the same. @return how many there are, also beyond what there is room for */
    private static int flatten(String where, Datatype datatype, JsonNode data, double[] values, int count) {
        if (!data.isArray()) {
            throw badData(where, "an array of numbers", data.isMissingNode() ? "absent" : data);
        }
        int next = count;
        for (JsonNode element : data) {
            if (element.isArray()) {
                next = flatten(where, datatype, element, values, next);
            } else {
                boolean missing = element.isNull() && datatype.hasNaN();
                if (!missing && !element.isNumber()) {
                    throw badData(where, datatype.hasNaN() ? "numbers, or null where one is missing" : "numbers", element);
                }
                if (next < values.length) {
                    values[next] = missing ? Double.NaN : element.asDouble();
                }
                next++;
            }
        }
        return next;
    }

    private static ProblemException badData(String where, String expected, Object found) {
        return ProblemException.badParameter(where + ".data", expected, found);
    }

    /**
     * As batches of sequences.
     *
     * @return [B][V][L]; V is 1 where the shape is [B, L]
     * @throws ProblemException if it has another number of dimensions
     */
    double[][][] sequences() {
        if (shape.length < 2 || shape.length > 3) {
            throw ProblemException.badParameter(name + ".shape", "[batch, channels, length], or [batch, length] of one channel",
                    Arrays.toString(shape));
        }
        if (shape[0] > MAX_BATCH) {
            throw ProblemException.badParameter(name + ".shape", "a batch of at most " + MAX_BATCH, Arrays.toString(shape));
        }
        if (shape[0] > 0 && LongStream.of(shape).anyMatch(extent -> extent == 0)) {
            throw ProblemException.badParameter(name + ".shape", "sequences with at least one value", Arrays.toString(shape));
        }
        int batch = (int) shape[0];
        int channels = shape.length == 3 ? (int) shape[1] : 1;
        int length = (int) shape[shape.length - 1];
        double[][][] all = new double[batch][channels][];
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < channels; v++) {
                int from = (b * channels + v) * length;
                all[b][v] = Arrays.copyOfRange(values, from, from + length);
            }
        }
        return all;
    }
}

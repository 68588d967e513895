package io.longwave.checkpoint;

import io.longwave.train.TrainableModel.NamedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The safetensors format, tensors of 32-bit floats: eight bytes of header length, little-endian; a JSON header that gives type, shape and byte range of
 * each tensor; the values, little-endian, row-major, without gaps. Source: https://huggingface.co/docs/safetensors, section Format.
 */
public final class Safetensors {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ALIGNMENT = 8;
    private static final long LARGEST_HEADER = 100_000_000; // the limit of the format's own reader

    private Safetensors() {}

    /**
     * Content of a file.
     *
     * @param metadata free text by name
     * @param tensors in the order of their bytes
     */
    public record Content(Map<String, String> metadata, List<NamedTensor> tensors) {
        public Content {
            metadata = Map.copyOf(metadata);
            tensors = List.copyOf(tensors);
        }
    }

    /** Replaces the file at once: a kill leaves the old one or the new one. */
    public static void write(Path file, Content content) {
        try {
            DurableFiles.replace(file, encode(content));
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be written: " + e, e);
        }
    }

    static List<ByteBuffer> encode(Content content) {
        ObjectNode header = JSON.createObjectNode();
        if (!content.metadata().isEmpty()) {
            ObjectNode metadata = header.putObject("__metadata__");
            new TreeMap<>(content.metadata()).forEach(metadata::put);
        }
        long offset = 0;
        for (NamedTensor tensor : content.tensors()) {
            if (header.has(tensor.name()) || tensor.name().equals("__metadata__")) {
                throw new IllegalArgumentException("two tensors are named '" + tensor.name() + "' or the name is reserved");
            }
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", "F32");
            ArrayNode shape = entry.putArray("shape");
            tensor.shape().forEach(shape::add);
            long end = offset + 4L * tensor.values().length;
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = JSON.writeValueAsBytes(header);
        int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; // with spaces, as the format allows, so that the values are aligned
        ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        List<ByteBuffer> parts = new ArrayList<>(List.of(head.flip()));
        for (NamedTensor tensor : content.tensors()) {
            ByteBuffer values = ByteBuffer.allocate(Math.multiplyExact(4, tensor.values().length)).order(ByteOrder.LITTLE_ENDIAN);
            values.asFloatBuffer().put(tensor.values());
            parts.add(values);
        }
        return parts;
    }

    /** @throws CheckpointException if the file is absent, cut short or not of this format, naming what was expected and found */
    public static Content read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Reading(file, channel).read();
        } catch (NoSuchFileException e) {
            throw new CheckpointException(file, "expected a safetensors file but there is none", e);
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be read: " + e, e);
        }
    }

    /** True if there is a file to read. */
    static boolean exists(Path file) {
        return Files.isRegularFile(file);
    }

    /** One reading of one file; every number in the header is checked before it is used. */
    private record Reading(Path file, FileChannel channel) {

        Content read() throws IOException {
            long size = channel.size();
            if (size < 8) {
                throw new CheckpointException(file, "expected at least 8 bytes of header length but the file has " + size);
            }
            long headerLength = bytes(0, 8).getLong();
            if (headerLength < 2 || headerLength > LARGEST_HEADER || 8 + headerLength > size) {
                throw new CheckpointException(file, "expected a header of 2 to " + Math.min(LARGEST_HEADER, Math.max(2, size - 8))
                        + " bytes but its length reads " + Long.toUnsignedString(headerLength) + " in a file of " + size + " bytes");
            }
            JsonNode header = header(StandardCharsets.UTF_8.decode(bytes(8, (int) headerLength)).toString());
            Map<String, String> metadata = new TreeMap<>();
            List<Entry> entries = new ArrayList<>();
            header.forEachEntry((name, value) -> {
                if (name.equals("__metadata__")) {
                    value.forEachEntry((key, text) -> metadata.put(key, text.asString()));
                } else {
                    entries.add(entry(name, value));
                }
            });
            entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            long next = 0;
            for (Entry entry : entries) {
                if (entry.begin() != next) {
                    throw new CheckpointException(file,
                            "tensor '" + entry.name() + "': expected its bytes to begin at " + next + " but was " + entry.begin());
                }
                next = entry.end();
            }
            long expected = 8 + headerLength + next;
            if (size != expected) {
                throw new CheckpointException(file,
                        "expected " + expected + " bytes but the file has " + size + (size < expected ? ": it is cut short" : ""));
            }
            List<NamedTensor> tensors = new ArrayList<>();
            for (Entry entry : entries) {
                float[] values = new float[(int) ((entry.end() - entry.begin()) / 4)];
                bytes(8 + headerLength + entry.begin(), 4 * values.length).asFloatBuffer().get(values);
                tensors.add(new NamedTensor(entry.name(), entry.shape(), values));
            }
            return new Content(metadata, tensors);
        }

        private JsonNode header(String text) {
            try {
                JsonNode header = JSON.readTree(text);
                if (!header.isObject()) {
                    throw new CheckpointException(file, "expected a JSON object as header but found " + header.getNodeType());
                }
                return header;
            } catch (JacksonException e) {
                throw new CheckpointException(file, "the header is no JSON: " + e.getOriginalMessage(), e);
            }
        }

        private Entry entry(String name, JsonNode node) {
            String type = node.path("dtype").asString("none");
            if (!type.equals("F32")) {
                throw new CheckpointException(file, "tensor '" + name + "': expected dtype F32 but was " + type);
            }
            JsonNode offsets = node.path("data_offsets");
            if (!node.path("shape").isArray() || offsets.size() != 2) {
                throw new CheckpointException(file, "tensor '" + name + "': expected shape and two data_offsets but found " + node);
            }
            List<Integer> shape = new ArrayList<>();
            long values = 1;
            for (JsonNode length : node.path("shape")) {
                if (!length.canConvertToInt() || length.asInt() < 0) {
                    throw new CheckpointException(file, "tensor '" + name + "': expected lengths of axes but found " + node.path("shape"));
                }
                shape.add(length.asInt());
                values = Math.multiplyExact(values, length.asInt());
                if (values > Integer.MAX_VALUE / 4) {
                    throw new CheckpointException(file, "tensor '" + name + "': shape " + node.path("shape") + " is larger than 2 GiB");
                }
            }
            long begin = offsets.path(0).asLong(-1);
            long end = offsets.path(1).asLong(-1);
            if (begin < 0 || end - begin != 4 * values) {
                throw new CheckpointException(file, "tensor '" + name + "': expected " + 4 * values + " bytes for shape " + shape
                        + " but its range is " + begin + " to " + end);
            }
            return new Entry(name, List.copyOf(shape), begin, end);
        }

        private ByteBuffer bytes(long from, int count) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, from + buffer.position());
                if (read < 0) {
                    throw new CheckpointException(file, "expected " + count + " bytes at " + from + " but found " + buffer.position());
                }
            }
            return buffer.flip();
        }
    }

    private record Entry(String name, List<Integer> shape, long begin, long end) {}
}

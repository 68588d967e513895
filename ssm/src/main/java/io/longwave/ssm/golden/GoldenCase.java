package io.longwave.ssm.golden;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One golden file. Both formats are read: underscore cases keep complex tensors as {@code re} and {@code im}, hyphen cases as a last axis
 * of two; the loss weight stands among the inputs or on top. A section that is absent is empty.
 */
public final class GoldenCase {
    /** Numbers that are none are read, and then named with where they stand. */
    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build())
            .build();

    /** A size that needs no memory to speak of. */
    private static final int LARGE = 1000;

    private final String name;
    private final JsonNode config;
    private final Map<String, Map<String, GoldenTensor>> sections;
    private final int largestSize;

    private GoldenCase(String name, JsonNode config, Map<String, Map<String, GoldenTensor>> sections) {
        this.name = name;
        this.config = config;
        this.sections = sections;
        this.largestSize = Math.max(LARGE,
                sections.values().stream().flatMap(section -> section.values().stream()).mapToInt(tensor -> tensor.data().length).sum());
    }

    /** @throws GoldenCaseException if the file is no golden case */
    public static GoldenCase read(Path file) {
        JsonNode root;
        try {
            root = JSON.readTree(file.toFile());
        } catch (JacksonException e) {
            throw new GoldenCaseException("expected a JSON object but the file does not parse" + place(e.getLocation()) + ": "
                    + firstLine(e.getOriginalMessage()));
        }
        if (!root.isObject()) {
            throw new GoldenCaseException("expected a JSON object but was " + root.getNodeType());
        }
        JsonNode name = root.path("case");
        if (!name.isString()) {
            throw new GoldenCaseException("expected key \"case\" with the name of the case, found keys " + root.propertyNames());
        }
        Map<String, Map<String, GoldenTensor>> sections = new LinkedHashMap<>();
        for (String section : new String[]{"params", "buffers", "inputs", "outputs", "grads"}) {
            sections.put(section, section(section, root.path(section)));
        }
        JsonNode weight = root.path("loss_weight");
        if (weight.isObject()) {
            sections.put("loss_weight",
                    weight.has("shape") ? Map.of("loss_weight", tensor("loss_weight", weight)) : section("loss_weight", weight));
        }
        if (requireSection(sections, "outputs").isEmpty()) {
            throw new GoldenCaseException("expected key \"outputs\" with at least one tensor, found keys " + root.propertyNames());
        }
        return new GoldenCase(name.stringValue(), root.path("config"), sections);
    }

    private static Map<String, GoldenTensor> section(String section, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw new GoldenCaseException(section + ": expected an object of tensors but was " + node.getNodeType());
        }
        Map<String, GoldenTensor> tensors = new LinkedHashMap<>();
        node.properties().forEach(entry -> tensors.put(entry.getKey(), tensor(section + "." + entry.getKey(), entry.getValue())));
        return Collections.unmodifiableMap(tensors);
    }

    private static GoldenTensor tensor(String what, JsonNode node) {
        JsonNode shapeNode = node.path("shape");
        if (!shapeNode.isArray()) {
            throw new GoldenCaseException(what + ": expected a tensor with \"shape\" but was " + node.getNodeType());
        }
        int[] shape = new int[shapeNode.size()];
        long size = 1;
        for (int i = 0; i < shape.length; i++) {
            if (!shapeNode.get(i).isInt() || shapeNode.get(i).intValue() < 0) {
                throw new GoldenCaseException(what + ": expected a shape of whole numbers but was " + shapeNode);
            }
            shape[i] = shapeNode.get(i).intValue();
            size *= shape[i];
        }
        if (node.has("re") || node.has("im")) {
            double[] re = numbers(what + ".re", node.path("re"), size, shapeNode);
            double[] im = numbers(what + ".im", node.path("im"), size, shapeNode);
            double[] both = new double[re.length * 2];
            for (int i = 0; i < re.length; i++) {
                both[2 * i] = re[i];
                both[2 * i + 1] = im[i];
            }
            int[] withPart = java.util.Arrays.copyOf(shape, shape.length + 1);
            withPart[shape.length] = 2;
            return new GoldenTensor(withPart, both);
        }
        return new GoldenTensor(shape, numbers(what + ".data", node.path("data"), size, shapeNode));
    }

    private static double[] numbers(String what, JsonNode node, long size, JsonNode shape) {
        if (!node.isArray()) {
            throw new GoldenCaseException(what + ": expected an array of " + size + " numbers but was " + node.getNodeType());
        }
        if (node.size() != size) {
            throw new GoldenCaseException(what + ": expected " + size + " numbers for shape " + shape + " but was " + node.size());
        }
        double[] values = new double[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                throw new GoldenCaseException(what + "[" + i + "]: expected a finite number but was " + value);
            }
            values[i] = value.doubleValue();
        }
        return values;
    }

    private static Map<String, GoldenTensor> requireSection(Map<String, Map<String, GoldenTensor>> sections, String section) {
        Map<String, GoldenTensor> tensors = sections.get(section);
        return tensors == null ? Map.of() : tensors;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").replaceAll(" *\\(start marker at .*", "");
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    public String name() {
        return name;
    }

    /** Tensors of one section, empty when the file has none. */
    public Map<String, GoldenTensor> section(String section) {
        return requireSection(sections, section);
    }

    public GoldenTensor param(String key) {
        return required("params", key);
    }

    /** A tensor that may be trained or fixed: looked for in params, then in buffers. */
    public GoldenTensor paramOrBuffer(String key) {
        return section("params").containsKey(key) ? required("params", key) : required("buffers", key);
    }

    public GoldenTensor input(String key) {
        return required("inputs", key);
    }

    /**
     * What weighs an output in the loss whose gradients the case has: among the inputs in one format, by itself in the other. A case without gradients may leave it out.
     *
     * @param dims what its shape is then
     */
    public GoldenTensor lossWeight(String key, int... dims) {
        GoldenTensor onTop = section("loss_weight").get(key);
        if (onTop != null) {
            return onTop.require(key, dims);
        }
        if (!section("inputs").containsKey(key) && section("grads").isEmpty()) {
            return new GoldenTensor(dims, new double[Arrays.stream(dims).reduce(1, Math::multiplyExact)]);
        }
        return input(key).require("inputs." + key, dims);
    }

    private GoldenTensor required(String section, String key) {
        GoldenTensor tensor = section(section).get(key);
        if (tensor == null) {
            throw new GoldenCaseException("expected key " + section + "." + key + ", found " + section(section).keySet());
        }
        return tensor;
    }

    /** A size, a count or an order at a path such as {@code L} or {@code adamw.steps}: none is negative, or larger than all that the file has numbers of. */
    public int configInt(String path) {
        JsonNode node = at(path);
        if (!node.isInt() || node.intValue() < 0 || node.intValue() > largestSize) {
            throw new GoldenCaseException(
                    "expected a whole number from 0 to " + largestSize + " at config." + path + " but was "
                            + (node.isMissingNode() ? "nothing" : node));
        }
        return node.intValue();
    }

    public boolean configFlag(String key) {
        JsonNode node = config.path(key);
        if (!node.isBoolean()) {
            throw new GoldenCaseException(
                    "expected true or false at config." + key + " but was " + (node.isMissingNode() ? "nothing" : node));
        }
        return node.booleanValue();
    }

    /** A number at a path such as {@code adamw.lr} or {@code loss_weights.0}. */
    public double configNumber(String path) {
        JsonNode node = at(path);
        if (!node.isNumber()) {
            throw new GoldenCaseException("expected a number at config." + path + " but was " + (node.isMissingNode() ? "nothing" : node));
        }
        return node.doubleValue();
    }

    private JsonNode at(String path) {
        JsonNode node = config;
        for (String part : path.split("\\.")) {
            node = node.isArray() ? node.path(Integer.parseInt(part)) : node.path(part);
        }
        return node;
    }

    public boolean configHas(String key) {
        return config.has(key);
    }

    /** Whether the key stands there with a value that is not null. */
    public boolean configPresent(String key) {
        return config.hasNonNull(key);
    }

    public String configText(String key) {
        JsonNode node = config.path(key);
        if (!node.isString()) {
            throw new GoldenCaseException("expected a text at config." + key + " but was " + (node.isMissingNode() ? "nothing" : node));
        }
        return node.stringValue();
    }
}

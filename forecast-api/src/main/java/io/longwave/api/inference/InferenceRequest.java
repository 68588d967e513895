package io.longwave.api.inference;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A question to a model.
 *
 * @param id comes back with the answer; null where there is none
 * @param outputs which outputs are asked for, in this order; empty for all
 * @param binary whether outputs that do not say come after the JSON of the answer instead of in it
 */
record InferenceRequest(@Nullable String id, JsonNode parameters, List<InputTensor> inputs, List<RequestedOutput> outputs, boolean binary) {
    private static final String BINARY_OUTPUT = "binary_data_output";
    /** What any request may say: hints to a scheduler, which may be left without effect, among them. */
    private static final Set<String> COMMON = Set.of(BINARY_OUTPUT, "priority", "timeout");

    /**
     * One output that is asked for.
     *
     * @param classes how many of the likeliest classes are to be told in place of numbers; 0 for the numbers
     */
    record RequestedOutput(String name, boolean binary, int classes) {}

    /**
     * Reads one.
     *
     * @param json the request
     * @param raw what follows it
     * @throws ProblemException if it is not as the protocol says
     */
    static InferenceRequest read(JsonNode json, byte[] raw) {
        if (!json.isObject() || !json.path("inputs").isArray()) {
            throw new ProblemException(ProblemType.MALFORMED_BODY, "expected a JSON object with an array of inputs");
        }
        if (json.path("inputs").size() > 1) { // before any of them takes memory
            throw ProblemException.badParameter("inputs", "one tensor", json.path("inputs").size());
        }
        ByteBuffer rest = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        List<InputTensor> inputs = new ArrayList<>();
        for (JsonNode input : json.path("inputs")) {
            inputs.add(InputTensor.read("inputs[" + inputs.size() + "]", input, rest));
        }
        if (rest.hasRemaining()) {
            throw new ProblemException(ProblemType.MALFORMED_BODY,
                    "expected the inputs to take all bytes after the JSON but " + rest.remaining() + " are left");
        }
        JsonNode parameters = json.path("parameters");
        boolean binary = parameters.path(BINARY_OUTPUT).asBoolean(false);
        List<RequestedOutput> outputs = new ArrayList<>();
        for (JsonNode output : json.path("outputs")) {
            JsonNode asked = output.path("parameters");
            outputs.add(new RequestedOutput(output.path("name").asString(""), asked.path("binary_data").asBoolean(binary),
                    asked.path("classification").asInt(0)));
        }
        return new InferenceRequest(json.path("id").isMissingNode() ? null : json.path("id").asString(), parameters, inputs, outputs,
                binary);
    }

    /**
     * The one input of a model.
     *
     * @throws ProblemException if there are others
     */
    InputTensor only(String name) {
        if (inputs.size() != 1 || !inputs.getFirst().name().equals(name)) {
            throw ProblemException.badParameter("inputs", "one tensor with the name " + name,
                    inputs.stream().map(InputTensor::name).toList());
        }
        return inputs.getFirst();
    }

    /** @throws ProblemException if there is a parameter that the model does not know */
    void checkParameters(Set<String> known) {
        Set<String> unknown = new TreeSet<>(parameters.propertyNames());
        unknown.removeAll(known);
        unknown.removeAll(COMMON);
        if (!unknown.isEmpty()) {
            throw ProblemException.badParameter("parameters", "none but " + new TreeSet<>(known), String.join(", ", unknown));
        }
    }

    /**
     * The text of a parameter, of a number too; null where it is absent.
     *
     * @throws ProblemException if it is an array or an object, which parameters may not be
     */
    @Nullable
    String text(String parameter) {
        JsonNode value = parameters.path(parameter);
        if (value.isContainer()) {
            throw ProblemException.badParameter(parameter, "text or a number", value);
        }
        return value.isMissingNode() || value.isNull() ? null : value.asString();
    }

    /**
     * Refuses outputs that an answer will not have, before anything is done for it.
     *
     * @param names of those that it will have, none of which counts classes
     * @throws ProblemException if another one is asked for
     */
    void checkOutputs(List<String> names) {
        for (RequestedOutput asked : outputs) {
            if (!names.contains(asked.name()) || asked.classes() > 0) {
                throw ProblemException.badParameter("outputs", "some of " + names + ", without classification", asked.name());
            }
        }
    }

    /** Whether an output is asked for. */
    boolean wants(String output) {
        return outputs.isEmpty() || outputs.stream().anyMatch(asked -> asked.name().equals(output));
    }

    /**
     * The name of the sequence that the request belongs to; null where it belongs to none, as 0 and an empty text say.
     *
     * @throws ProblemException if it is neither a whole number nor a text, or there is none and the request begins or ends one
     */
    @Nullable
    String sequence() {
        JsonNode given = parameters.path("sequence_id");
        if (!given.isMissingNode() && !given.isNull() && !given.isIntegralNumber() && !given.isString()) {
            throw ProblemException.badParameter("sequence_id", "a whole number or a text", given);
        }
        String name = given.asString("");
        if (!name.isEmpty() && !name.equals("0")) {
            return name;
        }
        if (flag("sequence_start") || flag("sequence_end")) {
            throw ProblemException.badParameter("sequence_id", "one where a sequence begins or ends",
                    given.isMissingNode() ? "absent" : given);
        }
        return null;
    }

    /**
     * Whether a parameter is set; it may be absent.
     *
     * @throws ProblemException if it is neither true nor false
     */
    boolean flag(String parameter) {
        JsonNode value = parameters.path(parameter);
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw ProblemException.badParameter(parameter, "true or false", value);
        }
        return value.asBoolean(false);
    }

    /** An output as it is to be written. */
    record Chosen(OutputTensor tensor, boolean binary) {}

    /**
     * What is asked for of what there is.
     *
     * @throws ProblemException if there is no such output
     */
    List<Chosen> chosen(List<OutputTensor> all) {
        if (outputs.isEmpty()) {
            return all.stream().map(output -> new Chosen(output, binary)).toList();
        }
        List<Chosen> chosen = new ArrayList<>();
        for (RequestedOutput asked : outputs) {
            OutputTensor tensor = all.stream().filter(each -> each.name().equals(asked.name())).findFirst()
                    .orElseThrow(() -> ProblemException.badParameter("outputs", "some of " + all.stream().map(OutputTensor::name).toList(),
                            asked.name()));
            chosen.add(new Chosen(asked.classes() > 0 ? tensor.classified(asked.classes()) : tensor, asked.binary()));
        }
        return chosen;
    }
}

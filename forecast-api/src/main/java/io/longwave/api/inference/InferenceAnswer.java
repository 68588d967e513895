package io.longwave.api.inference;

import io.longwave.api.inference.InferenceRequest.Chosen;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/** Writes what a model gave: JSON, and after it the elements of those outputs that were asked for so. */
final class InferenceAnswer {
    /** Says where the JSON ends, of a request and of an answer. */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private InferenceAnswer() {}

    static ResponseEntity<byte[]> of(String model, InferenceRequest request, List<OutputTensor> given, JsonMapper mapper) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        List<Map<String, Object>> outputs = new ArrayList<>();
        boolean binary = false;
        for (Chosen asked : request.chosen(given)) {
            OutputTensor tensor = asked.tensor();
            Map<String, Object> output = new LinkedHashMap<>();
            output.put("name", tensor.name());
            output.put("shape", tensor.shape());
            output.put("datatype", tensor.datatype());
            if (asked.binary()) {
                byte[] elements = tensor.raw().get();
                output.put("parameters", Map.of(InputTensor.BINARY_SIZE, elements.length));
                raw.writeBytes(elements);
                binary = true;
            } else {
                output.put("data", tensor.data());
            }
            outputs.add(output);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model_name", model);
        if (request.id() != null) {
            answer.put("id", request.id());
        }
        answer.put("outputs", outputs);
        byte[] json = mapper.writeValueAsBytes(answer);
        if (!binary) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream(json.length + raw.size());
        body.writeBytes(json);
        body.writeBytes(raw.toByteArray());
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).header(JSON_LENGTH, Integer.toString(json.length))
                .body(body.toByteArray());
    }
}

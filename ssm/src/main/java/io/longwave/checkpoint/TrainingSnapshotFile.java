package io.longwave.checkpoint;

import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.TrainingSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A training's snapshot in one safetensors file; the numbers are in its metadata. */
public final class TrainingSnapshotFile implements TrainingSnapshot.Store {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PROGRESS = "progress";

    private final Path file;

    public TrainingSnapshotFile(Path file) {
        this.file = file;
    }

    @Override
    public void save(TrainingSnapshot snapshot) {
        List<NamedTensor> tensors = new ArrayList<>();
        addAll(tensors, "weights/", snapshot.weights());
        addAll(tensors, "state/", snapshot.modelState());
        addAll(tensors, "averaged/", snapshot.averaged());
        addAll(tensors, "best/", snapshot.best());
        Safetensors.write(file, new Safetensors.Content(Map.of(PROGRESS, JSON.writeValueAsString(snapshot.progress())), tensors));
    }

    @Override
    public Optional<TrainingSnapshot> load() {
        if (!Safetensors.exists(file)) {
            return Optional.empty();
        }
        Safetensors.Content content = Safetensors.read(file);
        String text = content.metadata().get(PROGRESS);
        if (text == null) {
            throw new CheckpointException(file, "expected metadata '" + PROGRESS + "' but found " + content.metadata().keySet());
        }
        try {
            return Optional.of(new TrainingSnapshot(JSON.treeToValue(upgraded(JSON.readTree(text)), TrainingSnapshot.Progress.class),
                    part(content, "weights/"),
                    part(content, "state/"), part(content, "averaged/"), part(content, "best/")));
        } catch (JacksonException e) {
            throw new CheckpointException(file, "its progress is unreadable: " + e.getOriginalMessage(), e);
        }
    }

    /** The first format knew forecasters only and named their errors. */
    private static JsonNode upgraded(JsonNode progress) {
        if (progress instanceof ObjectNode first && first.has("bestMse")) {
            first.set("bestScore", first.remove("bestMse"));
            for (JsonNode epoch : first.path("history")) {
                ObjectNode fields = (ObjectNode) epoch;
                JsonNode mse = fields.remove("validationMse");
                fields.set("validationScore", mse);
                ObjectNode metrics = fields.putObject("validationMetrics");
                metrics.set("MSE", mse);
                metrics.set("MAE", fields.remove("validationMae"));
            }
        }
        return progress;
    }

    /** Removes the snapshot of a training that is over. */
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be removed: " + e, e);
        }
    }

    private static void addAll(List<NamedTensor> to, String prefix, List<NamedTensor> tensors) {
        for (NamedTensor tensor : tensors) {
            to.add(new NamedTensor(prefix + tensor.name(), tensor.shape(), tensor.values()));
        }
    }

    private static List<NamedTensor> part(Safetensors.Content content, String prefix) {
        return content.tensors().stream().filter(tensor -> tensor.name().startsWith(prefix))
                .map(tensor -> new NamedTensor(tensor.name().substring(prefix.length()), tensor.shape(), tensor.values())).toList();
    }
}

package io.longwave.standalone.train;

import io.longwave.checkpoint.StoredModel;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Results as JSON for {@code --json}. */
public final class Reports {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Reports() {}

    static ObjectNode training(StoredModel stored, ForecastRun.Trained trained, Map<String, ForecastError> baselines,
            Incumbent.@Nullable Comparison incumbent) {
        ObjectNode report = JSON.createObjectNode();
        report.put("model", stored.id());
        report.put("directory", stored.directory().toString());
        report.set("result", result(trained));
        report.set("baselines", JSON.valueToTree(baselines));
        if (incumbent != null) {
            report.set("incumbent", JSON.valueToTree(incumbent));
        }
        report.set("card", JSON.valueToTree(stored.card()));
        return report;
    }

    /** Errors and history of one training. */
    public static ObjectNode result(ForecastRun.Trained trained) {
        ObjectNode result = JSON.createObjectNode();
        result.set("validation", JSON.valueToTree(trained.validation()));
        result.set("test", JSON.valueToTree(trained.test()));
        result.set("training", outcome(trained.outcome()));
        return result;
    }

    /** How a training of forecasters went; the names are those of its errors. */
    private static ObjectNode outcome(TrainingOutcome outcome) {
        ObjectNode json = JSON.createObjectNode();
        json.put("finished", outcome.finished()).put("bestEpoch", outcome.bestEpoch()).put("validationMse", outcome.validationScore());
        json.put("seconds", outcome.seconds());
        ArrayNode history = json.putArray("history");
        for (TrainingSnapshot.Epoch epoch : outcome.history()) {
            history.addObject().put("number", epoch.number()).put("batches", epoch.batches()).put("trainLoss", epoch.trainLoss())
                    .put("validationMse", epoch.validationScore()).put("validationMae", epoch.validationMetrics().get("MAE"))
                    .put("learningRate", epoch.learningRate());
        }
        return json;
    }

    /** How a training of any task went. */
    public static ObjectNode training(TrainingOutcome outcome) {
        ObjectNode json = JSON.createObjectNode();
        json.put("finished", outcome.finished()).put("bestEpoch", outcome.bestEpoch()).put("validationScore", outcome.validationScore());
        json.put("seconds", outcome.seconds());
        json.set("history", JSON.valueToTree(outcome.history()));
        return json;
    }

    /** Which data were used. */
    public static ObjectNode data(ForecastTask task, Path file) {
        ObjectNode data = JSON.createObjectNode();
        data.put("file", file.toString());
        data.put("sha256", task.table().sha256());
        data.put("rows", task.table().rows());
        data.put("cadenceSeconds", task.table().cadence().toMillis() / 1000.0);
        data.set("scaler", JSON.valueToTree(task.scaler()));
        data.set("split", JSON.valueToTree(task.split()));
        return data;
    }

    /** @throws CommandException if the file cannot be written */
    public static void write(Path file, ObjectNode report) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + System.lineSeparator());
        } catch (IOException e) {
            throw new CommandException("The result cannot be written to " + file + ": " + e, e);
        }
    }
}

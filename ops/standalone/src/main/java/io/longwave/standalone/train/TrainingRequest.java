package io.longwave.standalone.train;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.TrainableModel;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a command that trains was asked for, whatever the task.
 *
 * @param data file or folder; empty where the points of a platform are trained on
 * @param name of the model; null for the one that goes with the data
 * @param json file for the full result; null for none
 */
public record TrainingRequest(String family, Path data, PartOptions parts, @Nullable String name, TrainingOptions training,
        @Nullable Path json, PrintWriter out, PrintWriter err) {

    /**
     * Registers a model of its data directory.
     *
     * @throws CommandException if it cannot be stored
     */
    public StoredModel register(ModelCard card, TrainableModel model) {
        try {
            return store(training.dataDirectory()).register(card, model.weights());
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * A registered model by its id, or one in a folder.
     *
     * @throws CommandException if there is none or it cannot be read
     */
    public static StoredModel open(String checkpoint, Path dataDirectory) {
        try {
            if (Files.isDirectory(Path.of(checkpoint))) {
                return StoredModel.read(Path.of(checkpoint));
            }
            return store(dataDirectory).open(checkpoint);
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ModelStore store(Path dataDirectory) {
        return new ModelStore(dataDirectory.resolve("models"));
    }

    /** What a model of these data is called if nothing else is said: the file's or folder's name. */
    public String modelName() {
        if (name != null) {
            return name;
        }
        Path last = data.toAbsolutePath().normalize().getFileName();
        return last == null
                ? "data"
                : last.toString().replaceAll("(?i)\\.gz$", "").replaceAll("\\.[^.]*$", "").replaceAll("(?i)_train$", "");
    }
}

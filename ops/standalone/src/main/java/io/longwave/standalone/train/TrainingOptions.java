package io.longwave.standalone.train;

import io.longwave.standalone.command.CommandException;
import io.longwave.train.LearningRateSchedule;
import io.longwave.train.TrainingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Options that change how a family trains; what is not given stays as the family recommends. */
public final class TrainingOptions {

    /** Shape of the learning rate over a training. */
    enum Schedule {
        CONSTANT, COSINE, PUBLISHED
    }

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of weights, dropout and the order of examples (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--max-minutes", paramLabel = "M", description = "Stops after this time and keeps the best weights so far (default: as the family recommends).")
    private @Nullable Double maxMinutes;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training examples at most.")
    private @Nullable Integer epochs;

    @Option(names = "--patience", paramLabel = "N", description = "Stops after this many epochs without a better validation score.")
    private @Nullable Integer patience;

    @Option(names = "--batch", paramLabel = "N", description = "Windows or sequences per step.")
    private @Nullable Integer batch;

    @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate, the highest of the schedule.")
    private @Nullable Double rate;

    @Option(names = "--schedule", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}: the same rate always; a warm-up, then a cosine over the epochs; the schedule of the published SpaceTime code.")
    private @Nullable Schedule schedule;

    @Option(names = "--warmup-epochs", paramLabel = "E", defaultValue = "0.5", description = "Warm-up of --schedule cosine (default: ${DEFAULT-VALUE}).")
    private double warmupEpochs;

    @Option(names = "--weight-decay", paramLabel = "X", description = "Decoupled weight decay.")
    private @Nullable Double weightDecay;

    @Option(names = "--averaging", paramLabel = "X", description = "Decay per step of a running average of the weights that is validated and kept; 0 for none.")
    private @Nullable Double averaging;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "Changes a setting of the model; may be given several times, a.b reaches into a group.")
    private Map<String, String> modelSettings = new LinkedHashMap<>();

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Keeps models and unfinished trainings (default: ${DEFAULT-VALUE} in the current folder).")
    private Path dataDirectory = Path.of(".longwave");

    @Option(names = "--restart", description = "Starts anew instead of resuming a training of the same settings that was interrupted.")
    private boolean restart;

    public long seed() {
        return seed;
    }

    public Path dataDirectory() {
        return dataDirectory;
    }

    public boolean restart() {
        return restart;
    }

    /**
     * What a family recommends with the settings that were asked for.
     *
     * @throws CommandException if a setting is unknown or not of the kind it must be
     */
    public ObjectNode config(ObjectNode recommended) {
        ObjectNode config = recommended.deepCopy();
        modelSettings.forEach((name, value) -> set(config, name, value));
        return config;
    }

    private static void set(ObjectNode config, String name, String value) {
        ObjectNode group = config;
        String field = name;
        for (int dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.')) {
            if (!(group.get(field.substring(0, dot)) instanceof ObjectNode inner)) {
                throw new CommandException("--set " + name + ": expected one of " + group.propertyNames() + " before the dot.");
            }
            group = inner;
            field = field.substring(dot + 1);
        }
        JsonNode before = group.get(field);
        if (before == null) {
            throw new CommandException("--set " + name + ": expected one of " + group.propertyNames() + ".");
        }
        JsonNode after = parsed(before, value);
        if (after.getNodeType() != before.getNodeType()) {
            throw new CommandException("--set " + name + ": expected a value like " + before + " but was '" + value + "'.");
        }
        group.set(field, after);
    }

    private static JsonNode parsed(JsonNode before, String value) {
        if (before.isString()) {
            return JsonMapper.shared().getNodeFactory().stringNode(value);
        }
        try {
            return JsonMapper.shared().readTree(value);
        } catch (JacksonException e) {
            return JsonMapper.shared().missingNode();
        }
    }

    /**
     * What a family recommends with the settings that were asked for.
     *
     * @throws CommandException if a setting is out of range
     */
    public TrainingSettings settings(TrainingSettings recommended) {
        try {
            return recommended.with(settings -> {
                settings.maxEpochs = epochs == null ? settings.maxEpochs : epochs;
                settings.patience = patience == null ? settings.patience : patience;
                settings.batch = batch == null ? settings.batch : batch;
                settings.weightDecay = weightDecay == null ? settings.weightDecay : weightDecay;
                settings.averaging = averaging == null ? settings.averaging : averaging;
                settings.maxDuration = maxMinutes == null ? settings.maxDuration : Duration.ofMillis(Math.round(maxMinutes * 60_000));
                settings.schedule = schedule(settings.schedule, settings.maxEpochs);
            });
        } catch (IllegalArgumentException e) {
            throw new CommandException("The training settings cannot be used: " + e.getMessage(), e);
        }
    }

    private LearningRateSchedule schedule(LearningRateSchedule recommended, int maxEpochs) {
        double peak = rate == null ? peak(recommended) : rate;
        Schedule kind = schedule == null ? kind(recommended) : schedule;
        return switch (kind) {
            case CONSTANT -> new LearningRateSchedule.Constant(peak);
            case COSINE -> new LearningRateSchedule.Cosine(peak, peak / 100, warmupEpochs, maxEpochs);
            case PUBLISHED -> new LearningRateSchedule.PublishedCosine(peak, 1e-6, 1e-5, 10, 300);
        };
    }

    private static double peak(LearningRateSchedule schedule) {
        return switch (schedule) {
            case LearningRateSchedule.Constant constant -> constant.rate();
            case LearningRateSchedule.Cosine cosine -> cosine.peak();
            case LearningRateSchedule.PublishedCosine published -> published.peak();
        };
    }

    private static Schedule kind(LearningRateSchedule schedule) {
        return switch (schedule) {
            case LearningRateSchedule.Constant constant -> Schedule.CONSTANT;
            case LearningRateSchedule.Cosine cosine -> Schedule.COSINE;
            case LearningRateSchedule.PublishedCosine published -> Schedule.PUBLISHED;
        };
    }
}

package io.longwave.checkpoint;

import io.longwave.train.TrainableModel.NamedTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Registered models: one directory each, {@code <id>/model.json} and {@code <id>/weights.safetensors}. A model appears by one rename of a finished
 * directory, so whoever lists the store, in whatever process, never sees half a model.
 */
public final class ModelStore {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]*-[1-9][0-9]*");
    private static final String DRAFT = ".draft-";

    private final Path directory;

    /** @param directory need not exist yet */
    public ModelStore(Path directory) {
        this.directory = directory;
    }

    /**
     * What a store holds.
     *
     * @param models by id
     * @param problems directories that look like models but cannot be read
     */
    public record Listing(List<StoredModel> models, List<CheckpointException> problems) {
        public Listing {
            models = List.copyOf(models);
            problems = List.copyOf(problems);
        }
    }

    public Path directory() {
        return directory;
    }

    /** All models, ordered by family and name, then number; an absent directory is an empty store. */
    public Listing list() {
        List<StoredModel> models = new ArrayList<>();
        List<CheckpointException> problems = new ArrayList<>();
        for (Path entry : entries()) {
            try {
                models.add(read(entry));
            } catch (CheckpointException e) {
                problems.add(e);
            }
        }
        return new Listing(models, problems);
    }

    /** @throws CheckpointException if there is no such model or it cannot be read */
    public StoredModel open(String id) {
        if (!ID.matcher(id).matches() || !Files.isDirectory(directory.resolve(id))) {
            throw new CheckpointException(directory,
                    "expected a model '" + id + "' but found " + entries().stream().map(ModelStore::name).toList());
        }
        return read(directory.resolve(id));
    }

    /**
     * Writes a model and registers it under the next free number of its family and name.
     *
     * @param card its id is replaced
     */
    public StoredModel register(ModelCard card, List<NamedTensor> weights) {
        String prefix = slug(card.family()) + "-" + slug(card.name());
        Path draft = directory.resolve(DRAFT + UUID.randomUUID());
        try {
            Files.createDirectories(draft);
            DurableFiles.write(draft.resolve(StoredModel.WEIGHTS),
                    Safetensors.encode(new Safetensors.Content(Map.of("format", "pt"), weights)));
            for (int number = nextNumber(prefix);; number++) {
                String id = prefix + "-" + number;
                ModelCard numbered = card.withId(id);
                byte[] json = StoredModel.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(numbered);
                DurableFiles.write(draft.resolve(StoredModel.CARD), List.of(ByteBuffer.wrap(json)));
                DurableFiles.force(draft);
                DurableFiles.write(lastNumber(prefix), List.of(StandardCharsets.US_ASCII.encode(Integer.toString(number))));
                if (moved(draft, directory.resolve(id))) {
                    DurableFiles.force(directory);
                    return new StoredModel(numbered, directory.resolve(id));
                }
            }
        } catch (IOException e) {
            throw new CheckpointException(directory, "the model cannot be stored: " + e, e);
        }
    }

    /** Lower-case letters, digits and hyphens; anything else becomes a hyphen. */
    public static String slug(String name) {
        String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return slug.isEmpty() ? "series" : slug;
    }

    /** False if another training took the name in the meantime: a directory is never renamed over one with files in it. */
    private static boolean moved(Path draft, Path target) throws IOException {
        if (Files.exists(target)) {
            return false;
        }
        try {
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            if (Files.exists(target)) { // the JDK has no exception of its own for a directory renamed over a full one
                return false;
            }
            throw e;
        }
    }

    private StoredModel read(Path entry) {
        StoredModel model = StoredModel.read(entry);
        if (!model.id().equals(name(entry))) {
            throw new CheckpointException(entry, "expected the model '" + name(entry) + "' but its description says '" + model.id() + "'");
        }
        if (!Files.isRegularFile(entry.resolve(StoredModel.WEIGHTS))) {
            throw new CheckpointException(entry, "expected " + StoredModel.WEIGHTS + " but there is none");
        }
        return model;
    }

    private int nextNumber(String prefix) {
        Pattern numbered = Pattern.compile(Pattern.quote(prefix) + "-([1-9][0-9]{0,8})");
        int highest = handedOut(prefix);
        for (Path entry : entries()) {
            Matcher match = numbered.matcher(name(entry));
            if (match.matches()) {
                highest = Math.max(highest, Integer.parseInt(match.group(1)));
            }
        }
        return highest + 1;
    }

    /** Holds the last number that was given under a prefix: a model that is deleted must not give its name, under which its points are stored, to another. */
    private Path lastNumber(String prefix) {
        return directory.resolve("." + prefix + ".last");
    }

    /** 0 if none is known. */
    private int handedOut(String prefix) {
        try {
            return Integer.parseInt(Files.readString(lastNumber(prefix)).strip());
        } catch (NoSuchFileException | NumberFormatException e) {
            return 0;
        } catch (IOException e) {
            throw new CheckpointException(directory, "the last number cannot be read: " + e, e);
        }
    }

    private List<Path> entries() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> Files.isDirectory(entry) && ID.matcher(name(entry)).matches())
                    .sorted(Comparator.comparing((Path entry) -> name(entry).replaceAll("[0-9]+$", ""))
                            .thenComparing(entry -> name(entry).replaceAll("^.*-", "").length())
                            .thenComparing(ModelStore::name))
                    .toList();
        } catch (IOException e) {
            throw new CheckpointException(directory, "cannot be listed: " + e, e);
        } catch (UncheckedIOException e) {
            throw new CheckpointException(directory, "cannot be listed: " + e.getMessage(), e);
        }
    }

    private static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }
}

package io.longwave.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files that lie together and name each other: those of a folder, or those that came in one request. */
public interface DataFiles {

    /** Names of all files, in ascending order. */
    List<String> names();

    /**
     * Reads a file, or the one of this name with {@code .gz} behind it where there is only that.
     *
     * @throws DataFileException if there is neither, or it cannot be read or unpacked
     */
    DataFile open(String name);

    /** Those of a folder, not of folders in it. */
    static DataFiles in(Path folder) {
        return new DataFiles() {
            @Override
            public List<String> names() {
                try (Stream<Path> files = Files.list(folder)) {
                    return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString())
                            .filter(name -> !name.startsWith(".")).sorted().toList();
                } catch (IOException e) {
                    throw new DataFileException(folder, "cannot be listed: " + e.getMessage());
                }
            }

            @Override
            public DataFile open(String name) {
                Path plain = folder.resolve(name);
                Path packed = folder.resolve(name + ".gz");
                return DataFile.read(Files.isRegularFile(plain) || !Files.isRegularFile(packed) ? plain : packed);
            }
        };
    }
}

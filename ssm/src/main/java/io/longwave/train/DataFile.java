package io.longwave.train;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;
import java.util.stream.IntStream;

/**
 * One data file in memory, unpacked if it was gzip: the first two bytes tell, whatever the file is called.
 *
 * @param path where it was read
 * @param bytes unpacked; read only
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are identified by their fingerprint, files are never compared
public record DataFile(Path path, byte[] bytes) {

    /** @throws DataFileException if the file is absent or cannot be read or unpacked */
    public static DataFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataFileException(file, "expected a file but there is none");
        }
        try (InputStream unpacked = open(file)) {
            return new DataFile(file, unpacked.readAllBytes());
        } catch (IOException e) {
            throw new DataFileException(file, "cannot be read: " + e.getMessage());
        }
    }

    /**
     * A file that came over the network.
     *
     * @param name for what is said about it
     * @param packed as it came, gzip or not
     * @param most unpacked bytes at most: a few packed ones can hold any number
     * @throws DataFileException if it cannot be unpacked or holds more
     */
    public static DataFile of(String name, byte[] packed, int most) {
        Path path = Path.of(name);
        try (InputStream unpacked = unpacked(new ByteArrayInputStream(packed))) {
            byte[] bytes = unpacked.readNBytes(most);
            if (unpacked.read() >= 0) {
                throw new DataFileException(path, "expected at most " + most + " bytes, unpacked, but found more");
            }
            return new DataFile(path, bytes);
        } catch (IOException e) {
            throw new DataFileException(path, "cannot be unpacked: " + e.getMessage());
        }
    }

    /** The unpacked bytes as a stream; the caller closes it. */
    static InputStream open(Path file) throws IOException {
        return unpacked(Files.newInputStream(file));
    }

    /** The text of a file, unpacked, a byte order mark left out; the caller closes it. */
    public static BufferedReader text(Path file) throws IOException {
        return text(open(file));
    }

    static BufferedReader text(InputStream utf8) throws IOException {
        BufferedReader text = new BufferedReader(new InputStreamReader(utf8, StandardCharsets.UTF_8), 1 << 16);
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
        return text;
    }

    private static InputStream unpacked(InputStream packed) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(packed, 1 << 16);
        raw.mark(2);
        boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        return gzip ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw;
    }

    /** Lines of the text without their ends (LF, CRLF or CR), whether or not the last line is ended; a byte order mark is left out. */
    public List<String> lines() {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList();
    }

    /** Name without folder, without {@code .gz} and without what follows the last dot that is then left. */
    public static String stem(Path file) {
        String name = unpackedName(file);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Name without folder and without {@code .gz}. */
    public static String unpackedName(Path file) {
        String name = file.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    }

    /**
     * A decimal number, or nothing where the text is none.
     *
     * @return NaN and infinities are handed on, so that a caller can name them or take them for missing
     */
    public static OptionalDouble number(String cell) {
        String text = cell.strip();
        // Double.parseDouble also takes "1f" and "0x1p3".
        if (text.isEmpty() || "+-.0123456789NI".indexOf(text.charAt(0)) < 0 || "fFdD".indexOf(text.charAt(text.length() - 1)) >= 0
                || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** Whether two fields or more, from one on, are 0, 1, …, which pandas writes above columns without names. One alone says too little to tell. */
    public static boolean counts(String[] fields, int from) {
        return fields.length - from > 1
                && IntStream.range(from, fields.length).allMatch(i -> fields[i].strip().equals(Integer.toString(i - from)));
    }

    /** What identifies the content of several files, in the order they are added. */
    public static final class Fingerprint {
        private final MessageDigest digest = sha256();

        /** Adds the unpacked bytes of a file and returns the file. */
        public DataFile add(DataFile file) {
            digest.update(file.bytes());
            return file;
        }

        /** SHA-256 in lower-case hexadecimal; the fingerprint starts anew. */
        public String hex() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

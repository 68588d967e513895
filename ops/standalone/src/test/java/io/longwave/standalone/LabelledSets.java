package io.longwave.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/** Tiny data sets in the layouts that classifiers and reconstructors read, in which what is to be found is easy to find. */
final class LabelledSets {

    private LabelledSets() {}

    /** NAME_TRAIN.ts and NAME_TEST.ts: two dimensions, lengths of 12 to 20 steps, classes up and down. */
    static Path ts(Path folder, String name) {
        write(folder.resolve(name + "_TRAIN.ts"), ts(1, 40));
        write(folder.resolve(name + "_TEST.ts"), ts(2, 20));
        return folder.resolve(name + "_TRAIN.ts");
    }

    private static String ts(long seed, int cases) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder("# made for a test\n@problemName made\n@classLabel true up down\n@data\n");
        for (int i = 0; i < cases; i++) {
            boolean up = i % 2 == 0;
            int length = 12 + random.nextInt(9);
            for (int dimension = 0; dimension < 2; dimension++) {
                for (int l = 0; l < length; l++) {
                    double value = dimension == 0 ? (up ? 1 : -1) * (l / (double) length - 0.5) : 0.1;
                    text.append(l == 0 ? "" : ",").append(decimal(value + 0.1 * random.nextGaussian()));
                }
                text.append(':');
            }
            text.append(up ? "up\n" : "down\n");
        }
        return text.toString();
    }

    /** NAME_TRAIN.tsv and NAME_TEST.tsv: 24 steps, a bump early, in the middle or late. */
    static Path tsv(Path folder, String name) {
        write(folder.resolve(name + "_TRAIN.tsv"), tsv(3, 45));
        write(folder.resolve(name + "_TEST.tsv"), tsv(4, 21));
        return folder.resolve(name);
    }

    private static String tsv(long seed, int cases) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cases; i++) {
            int label = 1 + i % 3;
            text.append(label);
            for (int l = 0; l < 24; l++) {
                text.append('\t').append(decimal(Math.exp(-0.1 * Math.pow(l - 6 * label, 2)) + 0.1 * random.nextGaussian()));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** Recordings {@code word_speaker_index.wav} of four speakers: a slow and a fast tone. */
    static Path wav(Path folder) {
        SplittableRandom random = new SplittableRandom(5);
        for (String speaker : new String[]{"ann", "bob", "cid", "dan"}) {
            for (int index = 0; index < 6; index++) {
                for (int label = 0; label < 2; label++) {
                    int length = 60 + random.nextInt(40);
                    ByteBuffer bytes = ByteBuffer.allocate(44 + 2 * length).order(ByteOrder.LITTLE_ENDIAN);
                    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * length);
                    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 1);
                    bytes.putInt(800).putInt(1600).putShort((short) 2).putShort((short) 16);
                    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * length);
                    for (int l = 0; l < length; l++) {
                        bytes.putShort((short) (8000 * Math.sin((label == 0 ? 0.2 : 0.9) * l) + 500 * random.nextGaussian()));
                    }
                    write(folder.resolve((label == 0 ? "low" : "high") + "_" + speaker + "_" + index + ".wav"), bytes.array());
                }
            }
        }
        return folder;
    }

    /** Records a1, a2, b1 of two leads at 100 Hz with lists of those to train and to test on; every third beat is ventricular: wide and early. */
    static Path wfdb(Path folder) {
        for (String record : new String[]{"a1", "a2", "b1"}) {
            record(folder, record, new SplittableRandom(record.hashCode()));
        }
        write(folder.resolve("RECORDS-TRAIN"), "a1\na2\n");
        write(folder.resolve("RECORDS-TEST"), "b1\n");
        return folder;
    }

    private static void record(Path folder, String name, SplittableRandom random) {
        int beats = 30;
        int length = beats * 80 + 200;
        double[] signal = new double[length];
        ByteBuffer annotations = ByteBuffer.allocate(2 * beats + 2).order(ByteOrder.LITTLE_ENDIAN);
        int last = 0;
        for (int i = 0; i < beats; i++) {
            boolean wide = i % 3 == 2;
            int at = 100 + 80 * i - (wide ? 20 : 0);
            annotations.putShort((short) ((wide ? 5 : 1) << 10 | at - last));
            last = at;
            for (int l = -20; l <= 20; l++) {
                signal[at + l] += Math.exp(-(l * l) / (wide ? 60.0 : 6.0));
            }
        }
        annotations.putShort((short) 0);
        byte[] packed = new byte[3 * length];
        int[] sums = new int[2];
        for (int l = 0; l < length; l++) {
            int first = 1024 + (int) Math.round(200 * (signal[l] + 0.02 * random.nextGaussian())) & 0xfff;
            int second = 1024 - (int) Math.round(100 * (signal[l] + 0.02 * random.nextGaussian())) & 0xfff;
            sums[0] += (first << 20) >> 20; // twelve bits with a sign
            sums[1] += (second << 20) >> 20;
            packed[3 * l] = (byte) first;
            packed[3 * l + 1] = (byte) (first >> 8 | second >> 8 << 4);
            packed[3 * l + 2] = (byte) second;
        }
        write(folder.resolve(name + ".dat"), packed);
        write(folder.resolve(name + ".atr"), annotations.array());
        write(folder.resolve(name + ".hea"), name + " 2 100 " + length + "\n" + name + ".dat 212 200 12 1024 0 " + (short) sums[0]
                + " 0 first\n" + name + ".dat 212 200 12 1024 0 " + (short) sums[1] + " 0 second\n");
    }

    /** Folders train, test and test_label with machines m-1 and m-2: three columns that follow one signal but in rows 100 to 119 of the test part. */
    static Path machines(Path folder) {
        for (int machine = 1; machine <= 2; machine++) {
            SplittableRandom random = new SplittableRandom(machine);
            write(folder.resolve("train/m-" + machine + ".txt"), rows(random, 300, -1));
            write(folder.resolve("test/m-" + machine + ".txt"), rows(random, 200, 100));
            StringBuilder labels = new StringBuilder();
            for (int n = 0; n < 200; n++) {
                labels.append(n >= 100 && n < 120 ? "1\n" : "0\n");
            }
            write(folder.resolve("test_label/m-" + machine + ".txt"), labels.toString());
        }
        return folder;
    }

    private static String rows(SplittableRandom random, int count, int oddFrom) {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < count; n++) {
            double signal = 0.5 + 0.3 * Math.sin(0.3 * n) + 0.05 * random.nextGaussian();
            double other = oddFrom >= 0 && n >= oddFrom && n < oddFrom + 20 ? signal : 1 - signal;
            text.append(decimal(signal)).append(',').append(decimal(other)).append(',').append(decimal(0.5 * signal)).append('\n');
        }
        return text.toString();
    }

    /** One CSV file with times and labels, odd in the second half. */
    static Path labelledCsv(Path folder) {
        SplittableRandom random = new SplittableRandom(9);
        StringBuilder text = new StringBuilder("timestamp,value,label\n");
        for (int n = 0; n < 400; n++) {
            boolean odd = n >= 300 && n < 310;
            text.append(1_700_000_000L + 60L * n).append(',')
                    .append(decimal(Math.sin(0.3 * n) + 0.05 * random.nextGaussian() + (odd ? 2 : 0)))
                    .append(',').append(odd ? 1 : 0).append('\n');
        }
        write(folder.resolve("curve.csv"), text.toString());
        return folder.resolve("curve.csv");
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.5f", value);
    }

    private static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.longwave.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts instructions of a cubin for sm_90: an ELF file with one section {@code .text.<kernel>} for each kernel, 16 bytes an instruction, its
 * operation in the lowest 12 bits; {@code .nv.info} holds attributes, among them the registers of each kernel. Which number means what was found by
 * compiling kernels that hold the one or the other; it is of this architecture only.
 */
final class MachineCode {
    private static final String KERNEL_SECTION = ".text.";
    private static final int INSTRUCTION_BYTES = 16;
    private static final int OPERATION_BITS = 0xfff;
    private static final String INFO_SECTION = ".nv.info";
    private static final byte REGISTERS = 0x2f;
    private static final byte MOST_THREADS = 0x05;
    /** Of an attribute with a size and a value of as many bytes behind. */
    private static final byte SIZED = 0x04;
    private static final int SYMBOL_BYTES = 24;

    private MachineCode() {}

    /** What checks look for. */
    enum Operation {
        /** mma.sync and wgmma. */
        TENSOR_CORE(0x23c, 0x237, 0x9f0),
        /** Loads and stores of local memory: registers that did not fit, or arrays with an index the compiler cannot know. */
        LOCAL_MEMORY(0x387, 0x983),
        /** Arithmetic on doubles. */
        DOUBLE(0x228, 0x229, 0x22a, 0x22b, 0x428, 0x429, 0x42a, 0x42b, 0x828, 0x829, 0x82a, 0x82b),
        SHUFFLE(0x989, 0x589, 0xf89, 0x389),
        BARRIER(0xb1d);

        private final int[] numbers;

        Operation(int... numbers) {
            this.numbers = numbers;
        }
    }

    /**
     * One kernel.
     *
     * @param counts how often each operation stands in it
     * @param registers of a thread
     * @param bounded whether its source says how many threads a block has at most
     */
    record Kernel(Map<Operation, Integer> counts, int registers, boolean bounded) {
        int count(Operation operation) {
            return counts.getOrDefault(operation, -1);
        }
    }

    /** All kernels by name. @throws IOException if the file is no ELF file */
    static Map<String, Kernel> read(Path cubin) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(cubin)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.remaining() < 64 || file.getInt(0) != 0x464c457f) {
            throw new IOException(cubin + ": expected an ELF file");
        }
        Map<String, Section> sections = sections(file);
        Map<String, Integer> registers = registers(file, sections);
        Map<String, Kernel> kernels = new TreeMap<>();
        sections.forEach((section, place) -> {
            if (section.startsWith(KERNEL_SECTION)) {
                String name = section.substring(KERNEL_SECTION.length());
                boolean bounded = attributes(file, sections, INFO_SECTION + "." + name).stream()
                        .anyMatch(at -> file.get(at + 1) == MOST_THREADS);
                kernels.put(name, new Kernel(operations(file, place.from, place.bytes), registers.getOrDefault(name, -1), bounded));
            }
        });
        return kernels;
    }

    private record Section(int from, int bytes) {}

    private static Map<String, Section> sections(ByteBuffer file) {
        int headers = (int) file.getLong(0x28);
        int size = file.getShort(0x3a);
        int count = file.getShort(0x3c) & 0xffff;
        int names = (int) file.getLong(headers + size * (file.getShort(0x3e) & 0xffff) + 0x18);
        Map<String, Section> sections = new HashMap<>();
        for (int i = 0; i < count; i++) {
            int header = headers + i * size;
            sections.put(text(file, names + file.getInt(header)),
                    new Section((int) file.getLong(header + 0x18), (int) file.getLong(header + 0x20)));
        }
        return sections;
    }

    /** Where the attributes of a section begin. */
    private static List<Integer> attributes(ByteBuffer file, Map<String, Section> sections, String name) {
        Section section = sections.getOrDefault(name, new Section(0, 0));
        List<Integer> found = new ArrayList<>();
        for (int at = section.from; at < section.from + section.bytes;) {
            found.add(at);
            at += 4 + (file.get(at) == SIZED ? file.getShort(at + 2) & 0xffff : 0);
        }
        return found;
    }

    private static Map<String, Integer> registers(ByteBuffer file, Map<String, Section> sections) throws IOException {
        Section symbols = sections.get(".symtab");
        Section names = sections.get(".strtab");
        if (symbols == null || names == null) {
            throw new IOException("expected a table of symbols among " + sections.keySet());
        }
        Map<String, Integer> registers = new HashMap<>();
        for (int at : attributes(file, sections, INFO_SECTION)) {
            if (file.get(at + 1) == REGISTERS) {
                registers.put(text(file, names.from + file.getInt(symbols.from + SYMBOL_BYTES * file.getInt(at + 4))), file.getInt(at + 8));
            }
        }
        return registers;
    }

    private static Map<Operation, Integer> operations(ByteBuffer file, int from, int bytes) {
        Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            int count = 0;
            for (int at = from; at + INSTRUCTION_BYTES <= from + bytes; at += INSTRUCTION_BYTES) {
                int found = file.getInt(at) & OPERATION_BITS;
                for (int number : operation.numbers) {
                    count += found == number ? 1 : 0;
                }
            }
            counts.put(operation, count);
        }
        return counts;
    }

    private static String text(ByteBuffer file, int from) {
        int to = from;
        while (file.get(to) != 0) {
            to++;
        }
        byte[] bytes = new byte[to - from];
        file.get(from, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}

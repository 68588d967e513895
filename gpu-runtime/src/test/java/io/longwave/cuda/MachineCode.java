package io.longwave.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts instructions of a cubin for sm_90: an ELF file with one section {@code .text.<kernel>} for each kernel, 16 bytes an instruction, its
 * operation in the lowest 12 bits. Which number means what was found by compiling kernels that hold the one or the other; it is of this
 * architecture only.
 */
final class MachineCode {
    private static final String KERNEL_SECTION = ".text.";
    private static final int INSTRUCTION_BYTES = 16;
    private static final int OPERATION_BITS = 0xfff;

    private MachineCode() {}

    /** What checks look for. */
    enum Operation {
        /** mma.sync and wgmma. */
        TENSOR_CORE(0x23c, 0x237, 0x9f0),
        /** Loads and stores of local memory: registers that did not fit, or arrays with an index the compiler cannot know. */
        LOCAL_MEMORY(0x387, 0x983),
        /** Arithmetic on doubles. */
        DOUBLE(0x228, 0x229, 0x22a, 0x22b, 0x428, 0x429, 0x42a, 0x42b, 0x828, 0x829, 0x82a, 0x82b), SHUFFLE(0x989, 0x589, 0xf89,
                0x389), BARRIER(0xb1d);

        private final int[] numbers;

        Operation(int... numbers) {
            this.numbers = numbers;
        }
    }

    /** How often each operation stands in each kernel. @throws IOException if the file is no ELF file */
    static Map<String, Map<Operation, Integer>> read(Path cubin) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(cubin)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.remaining() < 64 || file.getInt(0) != 0x464c457f) {
            throw new IOException(cubin + ": expected an ELF file");
        }
        int sections = (int) file.getLong(0x28);
        int size = file.getShort(0x3a);
        int count = file.getShort(0x3c) & 0xffff;
        int names = (int) file.getLong(sections + size * (file.getShort(0x3e) & 0xffff) + 0x18);
        Map<String, Map<Operation, Integer>> kernels = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            int header = sections + i * size;
            String name = text(file, names + file.getInt(header));
            if (name.startsWith(KERNEL_SECTION)) {
                kernels.put(name.substring(KERNEL_SECTION.length()),
                        operations(file, (int) file.getLong(header + 0x18), (int) file.getLong(header + 0x20)));
            }
        }
        return kernels;
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

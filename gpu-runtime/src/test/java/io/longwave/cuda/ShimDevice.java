package io.longwave.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

import org.jspecify.annotations.Nullable;

/**
 * A device that runs kernels on the processor over the host shim. Every launch is run under several orders of its threads and blocks, from the
 * same memory each time, and must leave the same bits: a kernel that depends on the order fails. Memory starts as NaN and has guards on both
 * sides, which are looked at after every launch.
 */
public final class ShimDevice implements CudaDevice {
    /** As numbered, backwards, six shuffles. */
    public static final int ALL_ORDERS = 8;

    private static final int GUARD = 256;
    private static final byte GUARD_BYTE = (byte) 0xa5;
    private static final int NAN_PATTERN = 0x7fc0dead;
    private static final long MESSAGE_BYTES = 2048;
    private static final int HOPPER_SHARED_BYTES = 232_448;
    /** Launches that run at once: a library's shared memory and indices are global. */
    private static final int AT_ONCE = 2;
    private static @Nullable Libraries loaded;
    /** Bound while the calling thread records. */
    private static final ScopedValue<List<Runnable>> RECORDED = ScopedValue.newInstance();

    private final int orders;
    private final Libraries libraries;

    /**
     * Skips the running test by name where there is no g++.
     *
     * @param orders of threads to run each launch under, 1 to {@value #ALL_ORDERS}
     */
    public ShimDevice(int orders) {
        this.orders = orders;
        this.libraries = libraries();
    }

    private static synchronized Libraries libraries() {
        if (loaded == null) {
            List<Functions> all = ShimLibrary.build(AT_ONCE).stream().map(Functions::new).toList();
            loaded = new Libraries(all.getFirst(), new ArrayBlockingQueue<>(AT_ONCE, false, all));
        }
        return loaded;
    }

    /**
     * Copies of the shim.
     *
     * @param any for what every one of them answers
     * @param idle those in which no kernel runs
     */
    private record Libraries(Functions any, BlockingQueue<Functions> idle) {}

    /** Entry points of the shim. */
    private static final class Functions {
        private final MethodHandle kinds;
        private final MethodHandle launch;
        private final MethodHandle name;

        Functions(java.nio.file.Path library) {
            SymbolLookup lookup = SymbolLookup.libraryLookup(library, Arena.global());
            Linker linker = Linker.nativeLinker();
            var address = ValueLayout.ADDRESS;
            var integer = ValueLayout.JAVA_INT;
            var longer = ValueLayout.JAVA_LONG;
            kinds = linker.downcallHandle(lookup.findOrThrow("shim_kinds"), FunctionDescriptor.of(address, address));
            name = linker.downcallHandle(lookup.findOrThrow("shim_name"), FunctionDescriptor.of(address, integer));
            launch = linker.downcallHandle(lookup.findOrThrow("shim_launch"), FunctionDescriptor.of(integer, address, integer, integer,
                    integer, integer, integer, integer, longer, address, longer, address, longer));
        }
    }

    /** Names of all kernels, in no special order. */
    public static List<String> kernels() {
        List<String> names = new ArrayList<>();
        try {
            for (int i = 0;; i++) {
                MemorySegment name = (MemorySegment) libraries().any.name.invokeExact(i);
                if (name.equals(MemorySegment.NULL)) {
                    return names;
                }
                names.add(name.reinterpret(256).getString(0));
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public DeviceProperties properties() {
        return new DeviceProperties("host shim", 9, 0, 4, HOPPER_SHARED_BYTES, Runtime.getRuntime().maxMemory());
    }

    /** Runs work, or leaves it with the recording of this thread. */
    private static void later(Runnable work) {
        if (RECORDED.isBound()) {
            RECORDED.get().add(work);
        } else {
            work.run();
        }
    }

    private static void requireNoRecording(String call) {
        if (RECORDED.isBound()) {
            throw new CudaException("recording: expected launches, clears and copies within the device but was " + call);
        }
    }

    @Override
    public Recording record(Runnable work) {
        if (RECORDED.isBound()) {
            throw new IllegalStateException("a recording cannot hold another");
        }
        List<Runnable> recorded = new ArrayList<>();
        ScopedValue.where(RECORDED, recorded).run(work);
        return new Recording() {
            private boolean closed;

            @Override
            public void replay() {
                if (closed) {
                    throw new IllegalStateException("this recording was closed");
                }
                recorded.forEach(Runnable::run);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }

    /** Memory between two guards, freed by the garbage collector. */
    private static final class Memory implements DeviceMemory {
        private final MemorySegment all;
        private final long bytes;

        Memory(long bytes) {
            this.bytes = bytes;
            this.all = Arena.ofAuto().allocate(GUARD + bytes + GUARD, GUARD);
            all.fill(GUARD_BYTE);
            MemorySegment inside = inside();
            for (long at = 0; at + Integer.BYTES <= bytes; at += Integer.BYTES) {
                inside.set(ValueLayout.JAVA_INT_UNALIGNED, at, NAN_PATTERN);
            }
        }

        MemorySegment inside() {
            return all.asSlice(GUARD, bytes);
        }

        void requireGuards(String kernel) {
            for (int i = 0; i < GUARD; i++) {
                if (all.get(ValueLayout.JAVA_BYTE, i) != GUARD_BYTE || all.get(ValueLayout.JAVA_BYTE, GUARD + bytes + i) != GUARD_BYTE) {
                    throw new CudaException(kernel + " wrote outside a piece of memory of " + bytes + " bytes");
                }
            }
        }

        @Override
        public long address() {
            return all.address() + GUARD;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            later(this::spoil);
        }

        /** Whoever still reads it reads NaN. */
        private void spoil() {
            MemorySegment inside = inside();
            for (long at = 0; at + Integer.BYTES <= bytes; at += Integer.BYTES) {
                inside.set(ValueLayout.JAVA_INT_UNALIGNED, at, NAN_PATTERN);
            }
        }
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return new Memory(bytes);
    }

    private static MemorySegment inside(DeviceMemory memory, long bytes) {
        if (bytes > memory.bytes()) {
            throw new CudaException("expected at most " + memory.bytes() + " bytes but was " + bytes);
        }
        return ((Memory) memory).inside().asSlice(0, bytes);
    }

    @Override
    public void clear(DeviceMemory target) {
        later(() -> ((Memory) target).inside().fill((byte) 0));
    }

    @Override
    public void upload(float[] source, DeviceMemory target) {
        requireNoRecording("an upload");
        inside(target, (long) source.length * Float.BYTES).copyFrom(MemorySegment.ofArray(source));
    }

    @Override
    public void upload(int[] source, DeviceMemory target) {
        requireNoRecording("an upload");
        inside(target, (long) source.length * Integer.BYTES).copyFrom(MemorySegment.ofArray(source));
    }

    @Override
    public void download(DeviceMemory source, float[] target) {
        requireNoRecording("a download");
        MemorySegment.ofArray(target).copyFrom(inside(source, (long) target.length * Float.BYTES));
    }

    @Override
    public void copy(DeviceMemory source, DeviceMemory target, long bytes) {
        MemorySegment from = inside(source, bytes);
        MemorySegment to = inside(target, bytes);
        later(() -> to.copyFrom(from));
    }

    @Override
    public void launch(String kernel, LaunchShape shape, @Nullable Object... arguments) {
        requireKinds(kernel, arguments);
        if (shape.sharedBytes() > HOPPER_SHARED_BYTES) {
            throw new CudaException(
                    kernel + ": expected at most " + HOPPER_SHARED_BYTES + " bytes of shared memory but was " + shape.sharedBytes());
        }
        @Nullable
        Object[] fixed = arguments.clone();
        later(() -> runUnderAllOrders(kernel, shape, fixed));
    }

    private void runUnderAllOrders(String kernel, LaunchShape shape, @Nullable Object[] arguments) {
        List<Memory> touched = new ArrayList<>();
        for (Object argument : arguments) {
            switch (argument) {
                case Memory memory -> add(memory, touched);
                case PointerTable(DeviceMemory table, List<DeviceMemory> pieces) -> {
                    add(table, touched);
                    pieces.forEach(piece -> add(piece, touched));
                }
                case null, default -> {
                    // a number
                }
            }
        }
        List<byte[]> before = orders > 1 ? contents(touched) : List.of();
        run(kernel, shape, arguments, 0);
        touched.forEach(memory -> memory.requireGuards(kernel));
        if (orders > 1) {
            List<byte[]> after = contents(touched);
            for (int order = 1; order < orders; order++) {
                for (int i = 0; i < touched.size(); i++) {
                    touched.get(i).inside().copyFrom(MemorySegment.ofArray(before.get(i)));
                }
                run(kernel, shape, arguments, order);
                for (int i = 0; i < touched.size(); i++) {
                    long differs = touched.get(i).inside().mismatch(MemorySegment.ofArray(after.get(i)));
                    if (differs >= 0) {
                        throw new CudaException(kernel + " " + shape + ": other bits under order " + order + " than under order 0, at byte "
                                + differs + " of a piece of memory of " + touched.get(i).bytes());
                    }
                }
            }
        }
    }

    private static void add(DeviceMemory memory, List<Memory> touched) {
        if (touched.stream().noneMatch(other -> other == memory)) {
            touched.add((Memory) memory);
        }
    }

    private static List<byte[]> contents(List<Memory> touched) {
        return touched.stream().map(memory -> memory.inside().toArray(ValueLayout.JAVA_BYTE)).toList();
    }

    private void run(String kernel, LaunchShape shape, @Nullable Object[] arguments, int order) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, arguments.length));
            MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, Math.max(1, arguments.length));
            for (int i = 0; i < arguments.length; i++) {
                long at = (long) i * Long.BYTES;
                switch (arguments[i]) {
                    case Memory memory -> values.set(ValueLayout.JAVA_LONG, at, memory.address());
                    case PointerTable table -> values.set(ValueLayout.JAVA_LONG, at, table.memory().address());
                    case null -> values.set(ValueLayout.JAVA_LONG, at, 0);
                    case Integer number -> values.set(ValueLayout.JAVA_INT, at, number);
                    case Long number -> values.set(ValueLayout.JAVA_LONG, at, number);
                    case Float number -> values.set(ValueLayout.JAVA_FLOAT, at, number);
                    case Object other -> throw new CudaException(kernel + ": an argument of type " + other.getClass().getName());
                }
                pointers.setAtIndex(ValueLayout.ADDRESS, i, values.asSlice(at));
            }
            MemorySegment message = arena.allocate(MESSAGE_BYTES);
            Functions library = libraries.idle.take();
            int failed;
            try {
                failed = (int) library.launch.invokeExact(arena.allocateFrom(kernel), shape.gridX(), shape.gridY(), shape.gridZ(),
                        shape.blockX(), shape.blockY(), 1, (long) shape.sharedBytes(), pointers, (long) order, message, MESSAGE_BYTES);
            } finally {
                libraries.idle.add(library);
            }
            if (failed != 0) {
                throw new CudaException(message.getString(0, StandardCharsets.UTF_8) + " (order " + order + ")");
            }
        } catch (CudaException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The driver takes whatever bytes it is given; here a call that does not fit the signature fails. */
    private void requireKinds(String kernel, @Nullable Object[] arguments) {
        String expected;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment kinds = (MemorySegment) libraries.any.kinds.invokeExact(arena.allocateFrom(kernel));
            if (kinds.equals(MemorySegment.NULL)) {
                throw new CudaException("no kernel " + kernel);
            }
            expected = kinds.reinterpret(256).getString(0);
        } catch (CudaException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        StringBuilder found = new StringBuilder();
        for (Object argument : arguments) {
            found.append(switch (argument) {
                case Memory _ -> 'p';
                case PointerTable _ -> 'p';
                case null -> 'p';
                case Integer _ -> 'i';
                case Long _ -> 'l';
                case Float _ -> 'f';
                case Object _ -> '?';
            });
        }
        if (!found.toString().equals(expected)) {
            throw new CudaException(
                    kernel + ": expected arguments " + expected + " but was " + found + " (p pointer, i int, l long long, f float)");
        }
    }

    @Override
    public void synchronize() {
        requireNoRecording("a wait for the device"); // launches have run when they return
    }
}

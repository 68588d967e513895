package io.longwave.cuda.driver;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.CudaException;
import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.DeviceProperties;
import io.longwave.cuda.LaunchShape;
import io.longwave.cuda.PointerTable;
import io.longwave.cuda.Recording;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** The first device of the driver, its primary context and one stream. */
final class DriverDevice implements CudaDevice {
    /** More dynamic shared memory than this has to be asked for by function. */
    private static final int PLAIN_SHARED_BYTES = 48 << 10;
    private static final int NAME_BYTES = 256;
    /** Arrays up to this many numbers are copied and left to the queue; the caller of a longer one waits until it has been read. */
    private static final int COPIED_NUMBERS = 1 << 16;

    private final CommandQueue queue = new CommandQueue();
    private final MemoryPool pool = new MemoryPool(queue);
    private final DeviceProperties properties;
    private final int driverVersion;
    private final CUstream stream = new CUstream();
    private final Staging staging;
    private final CUmodule module = new CUmodule();
    private final Map<String, Loaded> functions = new HashMap<>();
    /** Bound while the calling thread records. */
    private final ScopedValue<GraphRecorder> recorder = ScopedValue.newInstance();
    private final Parameters parameters = new Parameters();

    /** What is known of a device before it is used. */
    private record Opened(DeviceProperties properties, int driverVersion, Staging staging) {}

    private DriverDevice(int oldestMajor, byte[] fatbin) {
        Opened opened = queue.call(() -> {
            int initialised = JCudaDriver.cuInit(0);
            if (initialised == CUresult.CUDA_ERROR_NO_DEVICE) {
                throw new CudaException("the driver found no device");
            }
            Status.require(initialised, "cuInit");
            int[] value = new int[1];
            Status.require(JCudaDriver.cuDriverGetVersion(value), "cuDriverGetVersion");
            int version = value[0];
            Status.require(JCudaDriver.cuDeviceGetCount(value), "cuDeviceGetCount");
            if (value[0] == 0) {
                throw new CudaException("the driver found no device");
            }
            CUdevice device = new CUdevice();
            Status.require(JCudaDriver.cuDeviceGet(device, 0), "cuDeviceGet");
            DeviceProperties found = read(device);
            if (found.major() < oldestMajor) {
                throw new CudaException(
                        found.name() + ": expected compute capability " + oldestMajor + ".0 or newer but was " + found.major()
                                + "." + found.minor());
            }
            CUcontext context = new CUcontext();
            Status.require(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
            Status.require(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
            Status.require(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
            Status.require(JCudaDriver.cuModuleLoadData(module, fatbin), "loading the CUDA kernels");
            return new Opened(found, version, new Staging(stream));
        });
        this.properties = opened.properties();
        this.driverVersion = opened.driverVersion();
        this.staging = opened.staging();
    }

    /** @throws CudaException with the step that failed */
    static DriverDevice open(int oldestMajor, byte[] fatbin) {
        return new DriverDevice(oldestMajor, fatbin);
    }

    private static DeviceProperties read(CUdevice device) {
        byte[] name = new byte[NAME_BYTES];
        Status.require(JCudaDriver.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        long[] memory = new long[1];
        Status.require(JCudaDriver.cuDeviceTotalMem(memory, device), "cuDeviceTotalMem");
        return new DeviceProperties(new String(name, 0, length, StandardCharsets.UTF_8),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN), memory[0]);
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        Status.require(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
        return value[0];
    }

    /** One line for a person. */
    String describe() {
        return properties.name() + ", compute capability " + properties.major() + "." + properties.minor() + ", "
                + (properties.memoryBytes() >> 30) + " GiB, driver for CUDA " + driverVersion / 1000 + "." + driverVersion % 1000 / 10;
    }

    @Override
    public DeviceProperties properties() {
        return properties;
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return pool.allocate(bytes);
    }

    private static CUdeviceptr pointer(DeviceMemory memory, long bytes) {
        if (bytes > memory.bytes()) {
            throw new CudaException("expected at most " + memory.bytes() + " bytes but was " + bytes);
        }
        return piece(memory).pointer();
    }

    private static MemoryPool.Piece piece(DeviceMemory memory) {
        return (MemoryPool.Piece) memory;
    }

    /** Queues work on memory of the device, or leaves it with the recording of this thread. */
    private void enqueue(Runnable command, @Nullable Object... touched) {
        if (!recorder.isBound()) {
            queue.submit(command);
            return;
        }
        for (Object one : touched) {
            switch (one) {
                case MemoryPool.Piece memory -> recorder.get().touch(memory);
                case PointerTable table -> {
                    recorder.get().touch(piece(table.memory()));
                    table.pieces().forEach(memory -> recorder.get().touch(piece(memory)));
                }
                case null, default -> {
                }
            }
        }
        recorder.get().add(command);
    }

    private void requireNoRecording(String call) {
        if (recorder.isBound()) {
            throw new CudaException("recording: expected launches, clears and copies within the device but was " + call);
        }
    }

    @Override
    public Recording record(Runnable work) {
        if (recorder.isBound()) {
            throw new IllegalStateException("a recording cannot hold another");
        }
        GraphRecorder taken = new GraphRecorder(pool, queue, stream);
        try {
            ScopedValue.where(recorder, taken).run(work);
            return taken.finish();
        } catch (RuntimeException | Error e) {
            taken.release();
            throw e;
        }
    }

    @Override
    public void clear(DeviceMemory target) {
        CUdeviceptr to = pointer(target, target.bytes());
        long bytes = target.bytes();
        enqueue(() -> Status.require(JCudaDriver.cuMemsetD8Async(to, (byte) 0, bytes, stream), "cuMemsetD8Async"), target);
    }

    @Override
    public void upload(float[] source, DeviceMemory target) {
        requireNoRecording("an upload");
        CUdeviceptr to = pointer(target, (long) source.length * Float.BYTES);
        if (source.length <= COPIED_NUMBERS) {
            float[] copy = source.clone();
            queue.submit(() -> staging.send(copy.length, to, (piece, from, count) -> piece.asFloatBuffer().put(copy, from, count)));
            return;
        }
        queue.call(() -> {
            staging.send(source.length, to, (piece, from, count) -> piece.asFloatBuffer().put(source, from, count));
            return true;
        });
    }

    @Override
    public void upload(int[] source, DeviceMemory target) {
        requireNoRecording("an upload");
        CUdeviceptr to = pointer(target, (long) source.length * Integer.BYTES);
        if (source.length <= COPIED_NUMBERS) {
            int[] copy = source.clone();
            queue.submit(() -> staging.send(copy.length, to, (piece, from, count) -> piece.asIntBuffer().put(copy, from, count)));
            return;
        }
        queue.call(() -> {
            staging.send(source.length, to, (piece, from, count) -> piece.asIntBuffer().put(source, from, count));
            return true;
        });
    }

    @Override
    public void download(DeviceMemory source, float[] target) {
        requireNoRecording("a download");
        CUdeviceptr from = pointer(source, (long) target.length * Float.BYTES);
        queue.call(() -> {
            staging.fetch(target.length, from, (piece, at, count) -> piece.asFloatBuffer().get(target, at, count));
            return true;
        });
    }

    @Override
    public void copy(DeviceMemory source, DeviceMemory target, long bytes) {
        CUdeviceptr from = pointer(source, bytes);
        CUdeviceptr to = pointer(target, bytes);
        enqueue(() -> Status.require(JCudaDriver.cuMemcpyDtoDAsync(to, from, bytes, stream), "cuMemcpyDtoDAsync"), source, target);
    }

    @Override
    public void launch(String kernel, LaunchShape shape, @Nullable Object... arguments) {
        long[] values = new long[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            values[i] = switch (arguments[i]) {
                case DeviceMemory memory -> memory.address();
                case PointerTable table -> table.memory().address();
                case null -> 0;
                case Integer number -> number;
                case Long number -> number;
                case Float number -> Float.floatToRawIntBits(number);
                case Object other -> throw new CudaException(kernel + ": an argument of type " + other.getClass().getName());
            };
        }
        if (recorder.isBound()) {
            recorder.get().prepare(() -> function(kernel, shape.sharedBytes()));
        }
        enqueue(() -> Status.require(JCudaDriver.cuLaunchKernel(function(kernel, shape.sharedBytes()), shape.gridX(), shape.gridY(),
                shape.gridZ(), shape.blockX(), shape.blockY(), 1, shape.sharedBytes(), stream, parameters.of(values), null),
                "launching " + kernel), arguments);
    }

    /** The kernel, allowed as much dynamic shared memory as any of its launches asked for. */
    private CUfunction function(String kernel, int sharedBytes) {
        Loaded loaded = functions.computeIfAbsent(kernel, name -> {
            CUfunction function = new CUfunction();
            Status.require(JCudaDriver.cuModuleGetFunction(function, module, name), "looking for kernel " + name);
            return new Loaded(function);
        });
        if (sharedBytes > loaded.sharedBytes) {
            Status.require(JCudaDriver.cuFuncSetAttribute(loaded.function,
                    CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, sharedBytes),
                    "shared memory of kernel " + kernel);
            loaded.sharedBytes = sharedBytes;
        }
        return loaded.function;
    }

    private static final class Loaded {
        final CUfunction function;
        int sharedBytes = PLAIN_SHARED_BYTES;

        Loaded(CUfunction function) {
            this.function = function;
        }
    }

    @Override
    public void synchronize() {
        requireNoRecording("a wait for the device");
        queue.call(() -> {
            Status.require(JCudaDriver.cuStreamSynchronize(stream), "waiting for the device");
            return true;
        });
    }
}

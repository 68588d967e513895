package io.longwave.cuda.driver;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import io.longwave.cuda.CudaException;
import io.longwave.cuda.Recording;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Collects the commands of one thread and makes a CUDA graph of them. The stream records all of them within one command of the
 * {@link CommandQueue}, so that nothing of other threads comes between.
 */
final class GraphRecorder {
    private final MemoryPool pool;
    private final CommandQueue queue;
    private final CUstream stream;
    private final List<Runnable> preparations = new ArrayList<>();
    private final List<Runnable> commands = new ArrayList<>();
    private final Set<MemoryPool.Piece> touched = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<MemoryPool.Room> held = new ArrayList<>();

    GraphRecorder(MemoryPool pool, CommandQueue queue, CUstream stream) {
        this.pool = pool;
        this.queue = queue;
        this.stream = stream;
    }

    /** Memory that the graph will read or write. It is held from now on: whoever recorded may give it back at once. */
    void touch(MemoryPool.Piece memory) {
        if (touched.add(memory)) {
            held.add(pool.hold(memory));
        }
    }

    /** What has to be done before the stream records, for example loading a kernel. */
    void prepare(Runnable preparation) {
        preparations.add(preparation);
    }

    void add(Runnable command) {
        commands.add(command);
    }

    /** Lets go of the memory of a recording that came to nothing. */
    void release() {
        held.forEach(pool::release);
        held.clear();
    }

    Recording finish() {
        CUgraphExec graph = queue.call(this::capture);
        return new GraphRecording(graph, stream, queue, pool, List.copyOf(held));
    }

    private CUgraphExec capture() {
        preparations.forEach(Runnable::run);
        // Relaxed: nothing that other threads ask of the driver is forbidden meanwhile.
        Status.require(JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED),
                "cuStreamBeginCapture");
        CUgraph graph = new CUgraph();
        try {
            commands.forEach(Runnable::run);
        } catch (CudaException e) {
            JCudaDriver.cuStreamEndCapture(stream, graph); // the stream has to be usable again; why it was not is in e
            throw e;
        }
        Status.require(JCudaDriver.cuStreamEndCapture(stream, graph), "cuStreamEndCapture");
        try {
            CUgraphExec made = new CUgraphExec();
            Status.require(JCudaDriver.cuGraphInstantiate(made, graph, 0), "cuGraphInstantiate");
            return made;
        } finally {
            JCudaDriver.cuGraphDestroy(graph);
        }
    }

    private static final class GraphRecording implements Recording {
        private final CUgraphExec graph;
        private final CUstream stream;
        private final CommandQueue queue;
        private final Cleaner.Cleanable cleanable;
        private volatile boolean closed;

        GraphRecording(CUgraphExec graph, CUstream stream, CommandQueue queue, MemoryPool pool, List<MemoryPool.Room> held) {
            this.graph = graph;
            this.stream = stream;
            this.queue = queue;
            this.cleanable = MemoryPool.CLEANER.register(this, () -> giveBack(graph, queue, pool, held));
        }

        private static void giveBack(CUgraphExec graph, CommandQueue queue, MemoryPool pool, List<MemoryPool.Room> held) {
            held.forEach(pool::release);
            try {
                queue.submit(() -> JCudaDriver.cuGraphExecDestroy(graph)); // one that is still running is freed when it is done
            } catch (CudaException e) {
                // The device failed before, and its graphs went with it.
            }
        }

        @Override
        public void replay() {
            if (closed) {
                throw new IllegalStateException("this recording was closed");
            }
            queue.submit(() -> Status.require(JCudaDriver.cuGraphLaunch(graph, stream), "cuGraphLaunch"));
        }

        @Override
        public void close() {
            closed = true;
            cleanable.clean();
        }
    }
}

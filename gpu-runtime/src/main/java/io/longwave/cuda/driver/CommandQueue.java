package io.longwave.cuda.driver;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaException;

/**
 * The one thread that calls the driver. A CUDA context is current in a thread, and a virtual thread has none of its own, so callers of any kind
 * leave their commands here; they run in the order of arrival. A command that fails makes every later one fail with the same reason: after a
 * fault in a kernel the context is lost.
 */
final class CommandQueue {
    /** Callers that are this far ahead of the driver wait. */
    private static final int CAPACITY = 4096;
    /**
     * Both sides look out for each other this long before they go to sleep: to wake a thread takes tens of microseconds, more than what most
     * commands take. Passes of training and streaming steps follow one another faster than that.
     */
    private static final long WATCH_NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 100_000 : 0;

    private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>(CAPACITY);
    private volatile @Nullable CudaException failure;

    CommandQueue() {
        Thread.ofPlatform().name("longwave-cuda").daemon().start(this::work);
    }

    private void work() {
        while (true) {
            try {
                next().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Runnable next() throws InterruptedException {
        Runnable command = commands.poll();
        if (command == null && WATCH_NANOS > 0) {
            long until = System.nanoTime() + WATCH_NANOS;
            while (commands.isEmpty() && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            command = commands.poll();
        }
        return command == null ? commands.take() : command;
    }

    /** Leaves a command and goes on. @throws CudaException if one failed before */
    void submit(Runnable command) {
        requireSound();
        put(() -> {
            if (failure == null) {
                try {
                    command.run();
                } catch (CudaException e) {
                    failure = e;
                } catch (Throwable e) { // whoever waits for this thread would wait for ever
                    failure = new CudaException("a command failed: " + e, e);
                }
            }
        });
    }

    /** Leaves a command and waits for its result. What it throws is thrown here and stops nothing else. */
    <T> T call(Callable<T> command) {
        requireSound();
        CompletableFuture<T> result = new CompletableFuture<>();
        put(() -> {
            try {
                requireSound();
                result.complete(command.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        long until = System.nanoTime() + WATCH_NANOS;
        while (!result.isDone() && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CudaException("interrupted while waiting for the device", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case CudaException known -> throw known;
                case LinkageError linkage -> throw linkage;
                case OutOfMemoryError memory -> throw memory;
                case null, default -> throw new CudaException("a call of the driver failed: " + e.getCause(), e);
            }
        }
    }

    private void put(Runnable command) {
        try {
            commands.put(command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CudaException("interrupted while waiting for the device", e);
        }
    }

    private void requireSound() {
        CudaException failed = failure;
        if (failed != null) {
            throw new CudaException("the device failed before: " + failed.getMessage(), failed);
        }
    }
}

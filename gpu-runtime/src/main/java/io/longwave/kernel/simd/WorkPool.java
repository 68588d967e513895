package io.longwave.kernel.simd;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

/**
 * A few platform threads that share numbered tasks with the caller. Which thread takes a task does not change its result; tasks never
 * write the same memory. When the pool is already at work for another caller, the tasks run on the calling thread alone.
 */
final class WorkPool {
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final ReentrantLock busy = new ReentrantLock();
    private final int threads;

    /**
     * @param threads in all, the caller counted
     */
    WorkPool(int threads) {
        this.threads = threads;
        for (int i = 1; i < threads; i++) {
            Thread.ofPlatform().daemon().name("longwave-kernels-" + i).start(this::work);
        }
    }

    int threads() {
        return threads;
    }

    private void work() {
        while (true) {
            try {
                queue.take().run();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Runs task(0) to task(count − 1) and returns when all are done; the first failure is thrown. */
    void run(int count, IntConsumer task) {
        if (count <= 1 || threads == 1 || busy.isHeldByCurrentThread() || !busy.tryLock()) {
            for (int i = 0; i < count; i++) {
                task.accept(i);
            }
            return;
        }
        try {
            share(count, task);
        } finally {
            busy.unlock();
        }
    }

    private void share(int count, IntConsumer task) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        int helpers = Math.min(threads, count) - 1;
        CountDownLatch finished = new CountDownLatch(helpers);
        Runnable share = () -> {
            try {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    task.accept(i);
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                next.set(count);
            }
        };
        for (int i = 0; i < helpers; i++) {
            queue.add(() -> {
                try {
                    share.run();
                } finally {
                    finished.countDown();
                }
            });
        }
        share.run();
        boolean interrupted = false;
        while (true) {
            try {
                finished.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the tasks write the caller's tensors: they must end first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }
}

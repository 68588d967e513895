package io.longwave.ingest.write;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that stay away for a while. They are below those that systems hand to clients: a client that keeps trying a port of theirs to which nobody
 * listens is given that very port for its own end sooner or later, and then is connected to itself.
 */
final class FixedPorts {
    private static final int LOWEST = 20_000;
    private static final int LOWEST_OF_CLIENTS = 32_768;
    private static final int TRIES = 100;
    /** Each call goes on from the one before, so that two ports are never the same. */
    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(LOWEST_OF_CLIENTS - LOWEST));

    private FixedPorts() {}

    /** A port that was free just now, and another one at each call. */
    static int free() throws IOException {
        IOException last = new IOException("no port was tried");
        for (int i = 0; i < TRIES; i++) {
            int port = LOWEST + NEXT.getAndIncrement() % (LOWEST_OF_CLIENTS - LOWEST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }
}

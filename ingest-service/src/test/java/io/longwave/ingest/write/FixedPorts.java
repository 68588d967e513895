package io.longwave.ingest.write;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that stay away for a while. They are below those that systems hand to clients: a client that keeps trying a port of theirs to which nobody
 * listens is given that very port for its own end sooner or later, and then is connected to itself.
 */
final class FixedPorts {
    private static final int LOWEST = 20_000;
    private static final int LOWEST_OF_CLIENTS = 32_768;
    private static final int TRIES = 100;

    private FixedPorts() {}

    /** A port that was free just now. */
    static int free() throws IOException {
        IOException last = new IOException("no port was tried");
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, LOWEST_OF_CLIENTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }
}

package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** The six ports of a platform, in a row from the page's port on. */
record PortBlock(int page) {

    static final int LAST_OFFSET = 5;

    int ingest() {
        return page + 1;
    }

    int modelService() {
        return page + 2;
    }

    int database() {
        return page + 3;
    }

    int broker() {
        return page + 4;
    }

    int controller() {
        return page + LAST_OFFSET;
    }

    /**
     * Makes sure that every port this configuration listens on can be taken now.
     *
     * @throws CommandException naming the first port that cannot and what it is for
     */
    void requireFree(PlatformConfig config) {
        InetAddress open = address(config.host());
        InetAddress loopback = address(PlatformConfig.LOOPBACK);
        List<Use> uses = new ArrayList<>();
        uses.add(new Use(page(), open, "the page and the API"));
        uses.add(new Use(ingest(), open, "ingest"));
        uses.add(new Use(modelService(), loopback, "the model service"));
        if (config.externalPostgres() == null) {
            uses.add(new Use(database(), loopback, "PostgreSQL"));
        }
        if (config.externalKafka() == null) {
            uses.add(new Use(broker(), loopback, "Kafka"));
            uses.add(new Use(controller(), loopback, "Kafka's controller"));
        }
        for (Use use : uses) {
            use.requireFree(page());
        }
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new CommandException("host \"" + host + "\" is not an address of this machine.", e);
        }
    }

    private record Use(int port, InetAddress address, String purpose) {

        void requireFree(int page) {
            try (ServerSocket probe = new ServerSocket()) {
                // Connections of an earlier run that linger in TIME_WAIT do not make a port taken.
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(address, port));
            } catch (IOException e) {
                throw new CommandException("port " + port + " on " + address.getHostAddress() + ", needed for " + purpose
                        + ", cannot be taken (" + e.getMessage() + "): stop what uses it or choose other ports with --port (now " + page
                        + ").", e);
            }
        }
    }
}

package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** A broker that somebody else runs. */
final class ExternalBroker {

    private ExternalBroker() {}

    /** @throws CommandException if no broker answers at {@code host:port} within 10 s */
    static void requireReachable(String bootstrapServers) throws InterruptedException {
        String problem = "no Kafka broker answers at " + bootstrapServers + " (--external-kafka HOST:PORT): ";
        try (Admin admin = Admin
                .create(Map.of("bootstrap.servers", bootstrapServers, "request.timeout.ms", "5000", "default.api.timeout.ms",
                        "8000"))) {
            admin.describeCluster().clusterId().get(10, TimeUnit.SECONDS);
        } catch (KafkaException | ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandException(problem + cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new CommandException(problem + "waited 10 s.", e);
        }
    }
}

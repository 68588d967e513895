package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A broker and its controller (KRaft) in this process, on a folder that outlives it, on loopback. */
final class Broker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";

    private final Path folder;
    private final PortBlock ports;
    private @Nullable KafkaRaftServer server;

    Broker(Path folder, PortBlock ports) {
        this.folder = folder;
        this.ports = ports;
    }

    /** @throws CommandException if the broker does not start; how it failed is in its cause */
    void start() throws Exception {
        if (!Files.exists(folder.resolve("meta.properties"))) {
            format();
        }
        try {
            KafkaRaftServer fresh = new KafkaRaftServer(new KafkaConfig(settings(), false), Time.SYSTEM);
            server = fresh;
            fresh.startup();
        } catch (RuntimeException e) {
            throw new CommandException("Kafka did not start on " + folder + ": " + e.getMessage(), e);
        }
    }

    String bootstrapServers() {
        return "127.0.0.1:" + ports.broker();
    }

    @Override
    public void close() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
        }
    }

    private void format() throws Exception {
        Files.createDirectories(folder);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName(CONTROLLER)
                .setReleaseVersion(MetadataVersion.latestProduction());
        try {
            formatter.run();
        } catch (RuntimeException e) {
            throw new CommandException("Kafka could not prepare its data folder " + folder + ": " + e.getMessage() + " " + said.toString(
                    StandardCharsets.UTF_8).strip(), e);
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        String broker = "PLAINTEXT://127.0.0.1:" + ports.broker();
        String controller = CONTROLLER + "://127.0.0.1:" + ports.controller();
        settings.put("listeners", broker + "," + controller);
        settings.put("advertised.listeners", broker + "," + controller);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + ports.controller());
        settings.put("log.dirs", folder.toString());
        // One broker can only ever hold one copy; internal topics are small here.
        for (String topic : new String[]{"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "4");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a hard kill the controller waits for the session of the dead broker before it lets the new one in: 9 s by default.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "1000");
        // The same for consumers: after a hard kill the partitions stay with the dead ones until their session ends, 45 s by default.
        settings.put("group.consumer.session.timeout.ms", "10000");
        settings.put("group.consumer.min.session.timeout.ms", "10000");
        settings.put("group.consumer.heartbeat.interval.ms", "3000");
        settings.put("group.consumer.min.heartbeat.interval.ms", "3000");
        // A developer's disk: a topic keeps a week, and at most 1 GiB in each partition.
        settings.put("log.segment.bytes", Integer.toString(64 << 20));
        settings.put("log.retention.hours", "168");
        settings.put("log.retention.bytes", Long.toString(1L << 30));
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        return settings;
    }
}

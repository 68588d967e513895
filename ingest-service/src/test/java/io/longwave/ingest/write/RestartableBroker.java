package io.longwave.ingest.write;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A real broker that keeps its port and its data while it is away. */
final class RestartableBroker implements AutoCloseable {
    private final Properties settings = new Properties();
    private final String servers;
    private final Path directory;
    private @Nullable KafkaRaftServer server;

    RestartableBroker(Path directory) throws IOException {
        this.directory = directory;
        int controller = FixedPorts.free();
        servers = "127.0.0.1:" + FixedPorts.free();
        String listeners = "PLAINTEXT://" + servers + ",CONTROLLER://127.0.0.1:" + controller;
        settings.putAll(Map.of("process.roles", "broker,controller", "node.id", "1", "listeners", listeners, "advertised.listeners",
                listeners, "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT", "controller.listener.names",
                "CONTROLLER", "inter.broker.listener.name", "PLAINTEXT", "controller.quorum.voters", "1@127.0.0.1:" + controller,
                "log.dirs",
                directory.toString(), "offsets.topic.replication.factor", "1"));
        settings.putAll(Map.of("offsets.topic.num.partitions", "1", "transaction.state.log.num.partitions", "1",
                "transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1"));
        settings.put("auto.create.topics.enable", "false");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    }

    String servers() {
        return servers;
    }

    void start() throws Exception {
        if (!directory.resolve("meta.properties").toFile().exists()) {
            Formatter formatter = new Formatter();
            formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
            formatter.setClusterId(Uuid.randomUuid().toString());
            formatter.setNodeId(1);
            formatter.addDirectory(directory.toString());
            formatter.setMetadataLogDirectory(directory.toString());
            formatter.setControllerListenerName("CONTROLLER");
            formatter.setReleaseVersion(MetadataVersion.latestProduction());
            formatter.run();
        }
        KafkaRaftServer fresh = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        fresh.startup();
        server = fresh;
    }

    void stop() {
        KafkaRaftServer running = server;
        server = null;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

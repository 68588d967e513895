package io.longwave.standalone.stream;

import io.longwave.db.stream.Positions.Position;
import io.longwave.db.stream.StreamPartition;
import io.longwave.db.stream.StreamRepair;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.platform.Database;
import io.longwave.wire.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code longwave stream}: what a person decides about the stream's positions. */
@Command(name = "stream", description = "Care for the positions of the stream.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
public final class StreamCommand implements Runnable {

    private static final long KAFKA_SECONDS = 15;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Missing command: repair.");
        }
    }

    @Command(name = "repair", description = {
            "Shows partitions whose stored position lies outside Kafka's log or belongs to an earlier topic of that name or to another cluster,"
                    + " and with --yes lets them go on at the start of the log.",
            "",
            "The platform, or the database and the broker, must be running."}, mixinStandardHelpOptions = true, sortOptions = false)
    int repair(@Option(names = "--yes", description = "Does it; without this it only says what it would do.") boolean yes,
            @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Data folder of the running platform (default: ${DEFAULT-VALUE}).") Path dataDirectory,
            @Option(names = "--port", paramLabel = "P", defaultValue = "8080", description = "Its first port (default: ${DEFAULT-VALUE}).") int port,
            @Option(names = "--external-kafka", paramLabel = "HOST:PORT", description = "The broker, when the platform runs with one of its own.") @Nullable String externalKafka,
            @Option(names = "--external-postgres", paramLabel = "URL", description = "The database, when the platform runs with one of its own.") @Nullable String externalPostgres)
            throws InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("run through the command line");
        }
        PrintWriter out = spec.commandLine().getOut();
        Database database = externalPostgres == null ? Database.embedded(dataDirectory, port) : Database.external(externalPostgres);
        String brokers = externalKafka == null ? "127.0.0.1:" + (port + 4) : externalKafka;
        int broken = 0;
        try (Connection connection = database.connect();
                Admin admin = Admin
                        .create(Map.of("bootstrap.servers", brokers, "default.api.timeout.ms", "10000", "request.timeout.ms", "5000"))) {
            String cluster = admin.describeCluster().clusterId().get(KAFKA_SECONDS, TimeUnit.SECONDS);
            TopicDescription topic = Objects
                    .requireNonNull(admin.describeTopics(List.of(Topics.SAMPLES)).topicNameValues().get(Topics.SAMPLES)).get(KAFKA_SECONDS,
                            TimeUnit.SECONDS);
            connection.setAutoCommit(false);
            for (int number = 0; number < topic.partitions().size(); number++) {
                TopicPartition partition = new TopicPartition(Topics.SAMPLES, number);
                long begin = offset(admin, partition, OffsetSpec.earliest());
                long end = offset(admin, partition, OffsetSpec.latest());
                StreamRepair.Plan plan = StreamRepair.plan(connection,
                        new StreamPartition(cluster, topic.topicId().toString(), Topics.SAMPLES, number),
                        begin);
                if (fits(plan, begin, end)) {
                    continue;
                }
                broken++;
                out.println(plan.describe());
                if (yes && !StreamRepair.apply(connection, plan)) {
                    connection.rollback();
                    throw new CommandException("the position of partition " + number + " moved meanwhile: look again.");
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new CommandException("the database cannot be used: " + e.getMessage(), e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandException("Kafka at " + brokers + " cannot be asked: " + cause.getMessage(), e);
        }
        out.println(broken == 0
                ? "All positions fit the log; there is nothing to repair."
                : yes ? "Repaired; start Longwave again so that stopped partitions go on." : "Nothing was changed; --yes does it.");
        out.flush();
        return 0;
    }

    private static boolean fits(StreamRepair.Plan plan, long begin, long end) {
        return plan.stored().map(Position::nextOffset).map(next -> next >= begin && next <= end).orElse(plan.others().isEmpty());
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listOffsets(Map.of(partition, which)).partitionResult(partition).get(KAFKA_SECONDS, TimeUnit.SECONDS).offset();
    }
}

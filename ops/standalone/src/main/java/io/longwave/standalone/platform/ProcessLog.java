package io.longwave.standalone.platform;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.longwave.standalone.command.CommandException;
import java.net.URL;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends what everything in this process logs to a file below the data folder, so that the terminal stays readable. */
final class ProcessLog {

    private ProcessLog() {}

    /** @throws CommandException if the file cannot be written */
    static void writeTo(Path dataDirectory) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return; // another logging library was put on the class path on purpose
        }
        URL settings = ProcessLog.class.getResource("/longwave-file-log.xml");
        if (settings == null) {
            throw new IllegalStateException("longwave-file-log.xml is missing from the jar");
        }
        context.reset();
        // Tomcat logs through the JDK.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        context.putProperty("LONGWAVE_LOGS", dataDirectory.resolve("logs").toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(settings);
        } catch (JoranException e) {
            throw new CommandException("the log below " + dataDirectory + " cannot be written: " + e.getMessage(), e);
        }
    }
}

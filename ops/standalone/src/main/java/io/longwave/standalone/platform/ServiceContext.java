package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;

/** One of the services in a Spring context of its own, with its own configuration file, port and shutdown. */
final class ServiceContext implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private ServiceContext(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts the service; returns when it answers on its port.
     *
     * @param configName name of its configuration file, also its name for people
     * @param settings stronger than that file and than the environment
     * @throws CommandException if it does not start
     */
    static ServiceContext start(Class<?> application, String configName, Map<String, String> settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.config.name=" + configName);
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        // We close the contexts ourselves, in order; a hook of each would close them all at once.
        SpringApplication spring = new SpringApplicationBuilder(application).bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .logStartupInfo(false)
                .build();
        // Logging belongs to the process: with this listener the context that starts last would set it up for all.
        spring.setListeners(spring.getListeners().stream().filter(listener -> !(listener instanceof LoggingApplicationListener)).toList());
        try {
            return new ServiceContext(spring.run(arguments.toArray(String[]::new)));
        } catch (RuntimeException e) {
            Throwable root = NestedExceptionUtils.getMostSpecificCause(e);
            @Nullable
            String message = root.getMessage();
            throw new CommandException(configName + " did not start: " + (message == null ? root.toString() : message.strip()), e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}

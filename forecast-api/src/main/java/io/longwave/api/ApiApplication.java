package io.longwave.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;

/**
 * REST, server-sent events and the web page over what the model service stored. Migrations are the model service's: this service only waits
 * for the tables, and says so in its readiness.
 */
@SpringBootApplication(exclude = FlywayAutoConfiguration.class)
public class ApiApplication {

    /** Name of its configuration file: several services share one process and class path in the standalone platform. */
    public static final String CONFIG_NAME = "forecast-api";

    /** Starts the service with settings from {@code forecast-api.yaml}, the environment and the command line. */
    public static void main(String[] args) {
        System.setProperty("spring.config.name", CONFIG_NAME);
        SpringApplication.run(ApiApplication.class, args);
    }
}

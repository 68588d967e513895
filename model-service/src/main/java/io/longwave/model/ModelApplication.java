package io.longwave.model;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Kafka in, model steps, results in PostgreSQL out; forecasts from live state for the API. */
@SpringBootApplication
public class ModelApplication {

    /** Name of its configuration file: several services share one process and class path in the standalone platform. */
    public static final String CONFIG_NAME = "model-service";

    /** Starts the service with settings from {@code model-service.yaml}, the environment and the command line. */
    public static void main(String[] args) {
        System.setProperty("spring.config.name", CONFIG_NAME);
        SpringApplication.run(ModelApplication.class, args);
    }
}

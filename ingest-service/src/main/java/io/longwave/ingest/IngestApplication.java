package io.longwave.ingest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Client protocols in, samples on Kafka out. */
@SpringBootApplication
public class IngestApplication {

    /** Name of its configuration file: several services share one process and class path in the standalone platform. */
    public static final String CONFIG_NAME = "ingest-service";

    /** Starts the service with settings from {@code ingest-service.yaml}, the environment and the command line. */
    public static void main(String[] args) {
        System.setProperty("spring.config.name", CONFIG_NAME);
        SpringApplication.run(IngestApplication.class, args);
    }
}

package io.longwave.api.description;

import io.longwave.api.access.AccessFilter;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.series.TenantScope;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.ExternalDocumentation;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DescriptionConfiguration {
    private static final String PROBLEM = "Problem";
    private static final String INFERENCE_ERROR = "InferenceError";
    private static final String TOKEN = "token";

    /** Problems that any address may answer with. */
    private static final Set<ProblemType> ANYWHERE = EnumSet.of(ProblemType.BAD_PARAMETER, ProblemType.UNKNOWN_PARAMETER,
            ProblemType.UNAUTHORIZED, ProblemType.INTERNAL, ProblemType.DATABASE_AWAY, ProblemType.NOT_READY, ProblemType.QUERY_TOO_SLOW);
    private static final Set<ProblemType> FROM_MODEL_SERVICE = EnumSet.of(ProblemType.MODEL_SERVICE_AWAY, ProblemType.MODEL_SERVICE_FAILED);

    private static final String INFERENCE = "inference";
    private static final String TIMEGPT = "timegpt";
    private static final Set<ProblemType> FOR_TIMEGPT = EnumSet.of(ProblemType.BAD_PARAMETER, ProblemType.MALFORMED_BODY,
            ProblemType.UNAUTHORIZED, ProblemType.UNKNOWN_MODEL, ProblemType.MODEL_UNAVAILABLE, ProblemType.TOO_LARGE,
            ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INTERNAL, ProblemType.MODEL_SERVICE_AWAY, ProblemType.MODEL_SERVICE_FAILED,
            ProblemType.DATABASE_AWAY, ProblemType.NOT_READY, ProblemType.QUERY_TOO_SLOW);

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(TenantScope.class); // comes from the token
    }

    @Bean
    OpenAPI description() {
        return new OpenAPI().info(new Info().title("Longwave API").version("v1").license(new License().name("Apache-2.0"))
                .description(
                        """
                                Series, their points with what was expected of them, forecasts with intervals, anomalies, groups, classifications and models.

                                Times are answered in RFC 3339 with up to nine digits of a second. A time parameter may be RFC 3339, a number since the
                                epoch (s, ms, us or ns, told apart by size) or a duration before the newest point of the series (-1h). Lists are flat
                                arrays; when there is more, the Link header (RFC 8288) holds the address of the next page. Errors are problem details
                                (RFC 9457) whose type begins with urn:longwave:problem:. Where tokens are configured a request needs one."""))
                .components(new Components().addSecuritySchemes(TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")
                        .description(
                                "A token for reading or for everything, of all tenants or of one, which then sees only what belongs to it.")))
                .security(List.of(new SecurityRequirement(), new SecurityRequirement().addList(TOKEN)))
                .servers(List.of(new Server().url("/").description("This service")))
                .tags(List.of(tag("series", "Find a series by typing"), tag("points", "Measured values with what was expected"),
                        tag("forecasts", "Future values with intervals"), tag("anomalies", "Where a series left its expected range"),
                        tag("groups", "Series that one model judges jointly"),
                        tag("classifications", "What recordings are, told by a trained classifier"),
                        tag("models", "Registered models and which series they serve"), tag("stream", "Counters and dead letters"),
                        tag("live", "New rows as they are committed"),
                        tag(INFERENCE,
                                "Open Inference Protocol, version 2, as KServe and Triton have it; its errors are objects with one member")
                                .externalDocs(new ExternalDocumentation().url("https://github.com/kserve/open-inference-protocol")),
                        tag(TIMEGPT, "What clients of TimeGPT (nixtla) ask; members that are not known are passed over")));
    }

    @Bean
    OpenApiCustomizer problems() {
        return api -> {
            if (api.getComponents() == null) {
                api.setComponents(new Components());
            }
            api.getComponents().addSchemas(PROBLEM, problemSchema());
            api.getComponents().addSchemas(INFERENCE_ERROR, new ObjectSchema().description("Error of the Open Inference Protocol.")
                    .addProperty("error", new StringSchema().description("What was expected and what was found."))
                    .required(List.of("error")));
            api.getPaths().forEach((path, item) -> item.readOperationsMap()
                    .forEach((method, operation) -> {
                        if (operation.getTags().contains(INFERENCE)) {
                            operation.getResponses().addApiResponse("default", new ApiResponse().description("What is wrong.")
                                    .content(content("application/json", INFERENCE_ERROR)));
                        } else {
                            addProblems(operation, operation.getTags().contains(TIMEGPT) ? FOR_TIMEGPT : possible(path, method));
                        }
                    }));
        };
    }

    private static Set<ProblemType> possible(String path, PathItem.HttpMethod method) {
        Set<ProblemType> types = EnumSet.copyOf(ANYWHERE);
        if (AccessFilter.changes(method.name(), path) || path.equals("/api/v1/dead-letters")) {
            types.add(ProblemType.FORBIDDEN);
        }
        boolean takesBody = method == PathItem.HttpMethod.POST || method == PathItem.HttpMethod.PUT;
        if (takesBody) {
            types.add(ProblemType.MALFORMED_BODY);
            types.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
        }
        if (path.startsWith("/api/v1/series/") || path.endsWith("/promote") || path.equals("/api/v1/anomalies")
                || path.equals("/api/v1/live")) {
            types.add(ProblemType.UNKNOWN_SERIES);
        }
        if (path.startsWith("/api/v1/models/")) {
            types.add(ProblemType.UNKNOWN_MODEL);
        }
        if (path.startsWith("/api/v1/anomalies/")) {
            types.add(ProblemType.UNKNOWN_ANOMALY);
        }
        if (path.endsWith("/forecast")) {
            types.add(ProblemType.WARMING_UP);
        }
        if (path.startsWith("/api/v1/groups/")) {
            types.add(ProblemType.UNKNOWN_GROUP);
        }
        if (path.equals("/api/v1/groups/{name}") && method == PathItem.HttpMethod.PUT) {
            types.addAll(Set.of(ProblemType.UNKNOWN_SERIES, ProblemType.UNKNOWN_MODEL, ProblemType.MODEL_UNAVAILABLE));
        }
        boolean startsJob = path.equals("/api/v1/classifications") && takesBody;
        if (path.startsWith("/api/v1/classifications/")) {
            types.add(ProblemType.UNKNOWN_CLASSIFICATION);
        }
        if (path.endsWith("/promote") || path.endsWith("/classify") || startsJob) {
            types.add(ProblemType.MODEL_UNAVAILABLE);
        }
        if (startsJob) {
            types.addAll(Set.of(ProblemType.UNKNOWN_MODEL, ProblemType.TOO_LARGE));
        }
        if (path.endsWith("/live")) {
            types.add(ProblemType.TOO_MANY_CLIENTS);
        }
        if (path.endsWith("/forecast") || method != PathItem.HttpMethod.GET) {
            types.addAll(FROM_MODEL_SERVICE);
        }
        return types;
    }

    private static void addProblems(Operation operation, Set<ProblemType> types) {
        Map<Integer, List<ProblemType>> byStatus = types.stream()
                .collect(Collectors.groupingBy(type -> type.status().value(), TreeMap::new, Collectors.toCollection(ArrayList::new)));
        byStatus.forEach((status, kinds) -> {
            ApiResponse response = new ApiResponse()
                    .description(kinds.stream().map(kind -> "`" + kind.uri() + "`: " + kind.title()).collect(Collectors.joining("; ")))
                    .content(content("application/problem+json", PROBLEM));
            if (status == 503) {
                response.addHeaderObject("Retry-After", new Header().description("Seconds").schema(new IntegerSchema()));
            }
            operation.getResponses().addApiResponse(Integer.toString(status), response);
        });
    }

    private static Content content(String type, String schema) {
        return new Content().addMediaType(type, new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + schema)));
    }

    private static Schema<?> problemSchema() {
        Schema<String> type = new StringSchema();
        type.setEnum(Arrays.stream(ProblemType.values()).map(kind -> kind.uri().toString()).toList());
        return new ObjectSchema().description("Problem detail (RFC 9457); further members depend on the type.")
                .addProperty("type", type.description("What a program switches on."))
                .addProperty("title", new StringSchema().description("The same for every problem of the type."))
                .addProperty("status", new IntegerSchema().description("HTTP status."))
                .addProperty("detail", new StringSchema().description("What was expected and what was found."))
                .addProperty("instance", new StringSchema().description("Path of the request."))
                .required(List.of("type", "title", "status"));
    }

    private static Tag tag(String name, String description) {
        return new Tag().name(name).description(description);
    }
}

package io.longwave.api.classification;

import io.longwave.api.access.OfNoTenant;
import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Page;
import io.longwave.api.query.PostedChannels;
import io.longwave.db.classification.ClassificationQueries;
import io.longwave.db.classification.ClassificationQueries.JobPosition;
import io.longwave.db.classification.JobRow;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.ClassificationAnswer;
import io.longwave.wire.ClassificationJobRequest;
import io.longwave.wire.ClassificationRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "classifications")
class ClassificationController {
    private static final String NEXT = "Where the page before ended: take it from the Link header.";

    private final RecordingClassifications classifications;
    private final ClassificationQueries jobs;
    private final ModelService modelService;

    ClassificationController(RecordingClassifications classifications, ClassificationQueries jobs, ModelService modelService) {
        this.classifications = classifications;
        this.jobs = jobs;
        this.modelService = modelService;
    }

    @Schema(name = "Recordings", description = "Recordings as numbers.")
    record Recordings(
            @ArraySchema(minItems = 1, maxItems = RecordingClassifications.MAX_RECORDINGS, schema = @Schema(implementation = Recording.class)) @Nullable List<@Nullable Recording> recordings) {}

    @Schema(name = "Recording", description = "Samples in the unit that the model was trained on.")
    record Recording(@Schema(description = "Comes back with the answer.", example = "bed 12") @Nullable String name,
            @Schema(description = "One array of samples a channel, oldest first, all of one length; null where a sample is missing.", example = "[[0.1,0.2,null,0.4]]") @Nullable List<@Nullable List<@Nullable Double>> channels) {}

    @Schema(name = "Classifications", description = "Answers in the order of the recordings.")
    record Classifications(@Schema(example = "s4d-ecg200-1") String model, List<ResultView> results) {}

    @OfNoTenant
    @PostMapping("/models/{model}/classify")
    @Operation(operationId = "classifyRecordings", summary = "Classify posted recordings", description = """
            A recording that cannot be classified has a problem in its place; the others have their answers.""")
    Classifications classify(@PathVariable String model, @RequestBody Recordings body) {
        ClassificationAnswer answer = classifications.of(model, recordings(body));
        return new Classifications(answer.model(),
                answer.results().stream().map(result -> ResultView.of(answer.classes(), result)).toList());
    }

    @PostMapping(path = "/classifications", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "startClassification", summary = "Classify files as a job", description = """
            Files of the kind the model was trained on, all as parts named recordings: WAV files of the same rate; WFDB records, each of .hea, its signals,
            and annotations such as .atr or .qrs that say where beats are, every beat of which gets an answer; files of cases (.ts, .tsv), every case of which gets an answer, a class
            that stands there being left out. Each may be packed by gzip. The job goes on whatever happens to this service or the one that runs the model.""")
    ResponseEntity<JobView> start(TenantScope scope,
            @Parameter(description = "Id of a registered model.", example = "s4d-fsdd-1") @RequestParam String model,
            @Parameter(description = "The files.") @RequestParam(ClassificationJobRequest.PART) List<MultipartFile> recordings) {
        UUID job = modelService
                .startClassification(scope.tenant(), classifications.classifier(model),
                        recordings.stream().map(MultipartFile::getResource).toList())
                .job();
        return ResponseEntity.accepted().location(URI.create("/api/v1/classifications/" + job)).body(JobView.of(known(scope, job)));
    }

    @GetMapping("/classifications")
    @Operation(operationId = "findClassifications", summary = "Jobs, newest first", description = "The Link header leads to the next page.")
    ResponseEntity<List<JobView>> all(TenantScope scope,
            @Parameter(description = "Largest number of jobs, 1 to 1000; 100 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = NEXT) @RequestParam(required = false) @Nullable String cursor) {
        int most = Limits.within("limit", limit, 100, 1, 1000);
        JobPosition after = position(cursor);
        return Page.of(jobs.newest(scope, after, most + 1), most, JobView::of,
                row -> List.of(row.createdAt().getEpochSecond(), row.createdAt().getNano(), row.id()));
    }

    @GetMapping("/classifications/{job}")
    @Operation(operationId = "getClassification", summary = "How far a job is")
    JobView one(TenantScope scope, @PathVariable String job) {
        return JobView.of(known(scope, id(job)));
    }

    @GetMapping("/classifications/{job}/results")
    @Operation(operationId = "getClassificationResults", summary = "Answers of a job so far", description = """
            By recording, in the order they were sent, and stretch. The Link header leads to the next page; of a job that is not finished, pages may gain
            rows that were passed already.""")
    ResponseEntity<List<ResultView>> results(TenantScope scope, @PathVariable String job,
            @Parameter(description = "Largest number of answers, 1 to 10000; 1000 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = NEXT) @RequestParam(required = false) @Nullable String cursor) {
        JobRow known = known(scope, id(job));
        int most = Limits.within("limit", limit, 1000, 1, 10_000);
        List<String> parts = Page.read(cursor, 2);
        int ordinal = parts == null || cursor == null ? -1 : (int) Page.number(parts.get(0), cursor);
        int number = parts == null || cursor == null ? -1 : (int) Page.number(parts.get(1), cursor);
        return Page.of(jobs.results(known.id(), ordinal, number, most + 1), most, row -> ResultView.of(known.classes(), row),
                row -> List.of(row.ordinal(), row.number()));
    }

    @DeleteMapping("/classifications/{job}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "forgetClassification", summary = "Forget a job and its answers", description = "A job that is not finished is stopped.")
    void delete(TenantScope scope, @PathVariable String job) {
        modelService.forgetClassification(known(scope, id(job)).id());
    }

    private static @Nullable JobPosition position(@Nullable String cursor) {
        List<String> parts = Page.read(cursor, 3);
        if (parts == null || cursor == null) {
            return null;
        }
        try {
            return new JobPosition(Instant.ofEpochSecond(Page.number(parts.get(0), cursor), Page.number(parts.get(1), cursor)),
                    UUID.fromString(parts.get(2)));
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw Page.badCursor(cursor);
        }
    }

    private JobRow known(TenantScope scope, UUID job) {
        return jobs.byId(scope, job).orElseThrow(() -> unknown(job.toString()));
    }

    private static UUID id(String job) {
        try {
            return UUID.fromString(job);
        } catch (IllegalArgumentException e) {
            throw unknown(job);
        }
    }

    private static ProblemException unknown(String job) {
        return new ProblemException(ProblemType.UNKNOWN_CLASSIFICATION,
                "no classification has the id " + job + "; GET /api/v1/classifications lists them");
    }

    private static List<ClassificationRequest.Recording> recordings(Recordings body) {
        List<@Nullable Recording> given = body.recordings();
        if (given == null) {
            throw RecordingClassifications.badRecordings("1 to " + RecordingClassifications.MAX_RECORDINGS + " recordings", "absent");
        }
        List<ClassificationRequest.Recording> recordings = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            Recording one = given.get(i);
            if (one == null) {
                throw ProblemException.badParameter("recordings[" + i + "]", "an object", "null");
            }
            recordings.add(new ClassificationRequest.Recording(one.name() == null ? "" : one.name(),
                    PostedChannels.of("recordings[" + i + "]", one.channels())));
        }
        return recordings;
    }
}

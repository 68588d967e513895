package io.longwave.model.registry;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.model.problem.RequestProblem;
import java.sql.SQLException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ModelsController {
    private final ModelScan scan;

    ModelsController(ModelScan scan) {
        this.scan = scan;
    }

    /** What the store holds now; the table of models says the same afterwards. */
    @GetMapping("/internal/v1/models")
    ModelScan.Models models() throws SQLException {
        try {
            return scan.scan();
        } catch (CheckpointException e) {
            throw new RequestProblem(HttpStatus.INTERNAL_SERVER_ERROR, "model-store", String.valueOf(e.getMessage()));
        }
    }
}

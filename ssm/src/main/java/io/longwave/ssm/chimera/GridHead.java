package io.longwave.ssm.chimera;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.chimera.GridRecorder.Scanned;
import io.longwave.ssm.tape.Variable;

/** One head: a module for each direction of the variates, added; one module where there is one variate. */
final class GridHead {
    private final GridModule up;
    private final @Nullable GridModule down;

    GridHead(Draws draws, String prefix, ChimeraConfig config, boolean companion, double least, double most) {
        this.up = new GridModule(draws, prefix + "up.", config, companion, false, least, most);
        this.down = config.variates() == 1 ? null : new GridModule(draws, prefix + "down.", config, companion, true, least, most);
    }

    /** @param memory where states come from and go to, or null for a pass over whole sequences */
    Variable record(GridRecorder recorder, Variable u, @Nullable StreamMemory memory) {
        Variable y = scan(recorder, up, u, memory);
        return down == null ? y : recorder.tape().plus(y, scan(recorder, down, u, memory));
    }

    private static Variable scan(GridRecorder recorder, GridModule module, Variable u, @Nullable StreamMemory memory) {
        if (memory == null) {
            return module.record(recorder, u, null).y();
        }
        var before = memory.nextStates();
        Scanned scanned = module.record(recorder, u, before);
        memory.keep(recorder, scanned.after(), before);
        return scanned.y();
    }
}

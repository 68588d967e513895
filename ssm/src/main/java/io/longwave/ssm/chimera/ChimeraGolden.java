package io.longwave.ssm.chimera;

import java.util.List;

import io.longwave.ssm.golden.GoldenCheck;

/** What knows the golden cases of the grid recurrence and of the layer made of it. */
public final class ChimeraGolden {
    private ChimeraGolden() {}

    public static List<GoldenCheck> checks() {
        return List.of(new ConstantGoldenCheck("chimera-const"), new SelectiveGoldenCheck("chimera-selective"),
                new ImpulseGoldenCheck("chimera-kernel2d"), new LayerGoldenCheck("chimera-layer"));
    }
}

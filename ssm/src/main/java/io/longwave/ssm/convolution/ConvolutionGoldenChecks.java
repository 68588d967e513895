package io.longwave.ssm.convolution;

import java.util.List;

import io.longwave.ssm.golden.GoldenCheck;

/** The checks of this package. */
public final class ConvolutionGoldenChecks {
    private ConvolutionGoldenChecks() {}

    public static List<GoldenCheck> all() {
        return List.of(new LongConvolutionGoldenCheck(), new MonarchGoldenCheck(), new RightAngleGoldenCheck(),
                new TwoForOneGoldenCheck());
    }
}

package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceProperties;

/**
 * How operations are done that can be done in more than one way.
 *
 * @param products which tiles products of matrices are cut into
 * @param precision of long convolutions
 * @param largestOnChip transform that is kept on the chip; longer ones take three passes
 * @param directTaps the most that convolutions add up one by one
 * @param midBytes for what is between the passes over rows that are not kept on the chip
 */
record Ways(GemmPlan.Choice products, ConvolutionPrecision precision, int largestOnChip, int directTaps, long midBytes) {

    /** Bytes for each multiprocessor: enough blocks that the last ones of a pass to end leave little idle. */
    private static final long BETWEEN_PASSES = 16L << 20;

    /** The fast ones in float32. */
    static Ways of(DeviceProperties device) {
        return new Ways(GemmPlan.Choice.BY_SIZE, ConvolutionPrecision.FLOAT32, RowBlocks.largestFor(device.sharedBytesPerBlock()),
                RowConvolution.DIRECT_TAPS, device.multiprocessors() * BETWEEN_PASSES);
    }

    Ways withProducts(GemmPlan.Choice choice) {
        return new Ways(choice, precision, largestOnChip, directTaps, midBytes);
    }

    Ways withPrecision(ConvolutionPrecision other) {
        return new Ways(products, other, largestOnChip, directTaps, midBytes);
    }

    /** With small limits short rows take the way of long ones. */
    Ways withLimits(int onChip, int direct, long between) {
        return new Ways(products, precision, onChip, direct, between);
    }
}

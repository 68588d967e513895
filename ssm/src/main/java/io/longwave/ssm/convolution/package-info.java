/**
 * Long convolutions and the transforms under them, checked against other programs. Symbols: u input, k kernel, D skip, N size of a transform,
 * θ = exp(πi / 2N). Fu et al. 2023, arXiv:2302.06646 (long convolutions with squashed and smoothed kernels, FlashButterfly).
 */
@NullMarked
package io.longwave.ssm.convolution;

import org.jspecify.annotations.NullMarked;

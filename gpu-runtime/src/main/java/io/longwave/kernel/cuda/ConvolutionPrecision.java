package io.longwave.kernel.cuda;

/**
 * Arithmetic of long convolutions whose row is 129 to 16,384 numbers long and whose kernel is too long to be added up tap by tap. What differs is
 * how operands are rounded, and so the error of every number relative to the largest of its row: 1e-6, 1e-3 and 1e-2 over the model of the tensor
 * cores that the tests run, on rows of standard normal numbers. Gradients of the kernel are float32 in any case.
 */
public enum ConvolutionPrecision {
    FLOAT32,
    /** 11 significant bits, of sums too but for the last; those of a row from 6e-5 to 65,504 in size: forward passes only, since gradients are often smaller. */
    FLOAT16,
    /** 8 significant bits with the range of float32, sums of float32: forward passes and gradients of the input. */
    BFLOAT16
}

/**
 * The Open Inference Protocol, version 2 (KServe's and Triton's), over the forecasters and classifiers: tensors in, tensors out, under {@code /v2}. Its errors
 * are those of the protocol.
 */
@NullMarked
package io.longwave.api.inference;

import org.jspecify.annotations.NullMarked;

/**
 * Explicit forward and backward passes. A network is recorded once for one batch size as a list of steps over tensors allocated then;
 * running it allocates nothing. Each step is a pair: what it computes, and what it hands back to its inputs.
 */
@NullMarked
package io.longwave.ssm.tape;

import org.jspecify.annotations.NullMarked;

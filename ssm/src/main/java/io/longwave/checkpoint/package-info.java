/** Weights on disk: safetensors files, snapshots of a training that can be resumed, and the store of registered models. */
@NullMarked
package io.longwave.checkpoint;

import org.jspecify.annotations.NullMarked;

/**
 * Arrays with shapes. A tensor is a handle: where its numbers live and in which precision is the business of the kernels that made it.
 * Row-major, last axis fastest. In shape comments: B batch, V variates, H channels, L length, N state size.
 */
@NullMarked
package io.longwave.tensor;

import org.jspecify.annotations.NullMarked;

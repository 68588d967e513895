/** Complex numbers in float64 for the few parameters of a model that are worked on one by one; sequences never come here. */
@NullMarked
package io.longwave.ssm.complex;

import org.jspecify.annotations.NullMarked;

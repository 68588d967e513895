@NullMarked
package io.longwave.model.classification;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.longwave.db.classification;

import org.jspecify.annotations.NullMarked;

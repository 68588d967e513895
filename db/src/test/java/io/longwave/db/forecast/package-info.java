@NullMarked
package io.longwave.db.forecast;

import org.jspecify.annotations.NullMarked;

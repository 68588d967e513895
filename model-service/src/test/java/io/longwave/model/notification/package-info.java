@NullMarked
package io.longwave.model.notification;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.longwave.db.notification;

import org.jspecify.annotations.NullMarked;

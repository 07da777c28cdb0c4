/*
 * health.h: which parts that ListSync needs are well, as far as it has noticed. A change is told as
 * the event `health_changed`: {"part", "is_well", "message"}. Any thread.
 *
 * Seerr is judged by each run that asks it, the database as store_trouble.h says, backups by the
 * last scheduled one. Until then a part counts as well.
 */
#ifndef LISTSYNC_SYNC_HEALTH_H
#define LISTSYNC_SYNC_HEALTH_H

#include <stdbool.h>

#include "sync/events.h"

enum health_part { HEALTH_SEERR, HEALTH_DATABASE, HEALTH_BACKUP, HEALTH_PARTS };
enum { HEALTH_TEXT_SIZE = 512 };

struct health;

struct health *health_new(struct events *events);
void health_free(struct health *health); /* NULL is fine */

/* `problem` NULL or "": it is well. `health` may be NULL. True: it was well before, or was not. */
bool health_note(struct health *health, enum health_part part, const char *problem);
/* Was anything noted of it yet? */
bool health_is_known(struct health *health, enum health_part part);
/* Since when it is not well, clock_steady_ms; 0: it is well. */
int64_t health_since(struct health *health, enum health_part part);
/* What is the matter with it; "" when it is well. */
void health_problem(struct health *health, enum health_part part, char ret[HEALTH_TEXT_SIZE]);

#endif

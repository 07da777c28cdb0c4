/*
 * diagnostics_parts.h: the parts of a report, for the diagnostics_*.c files alone.
 */
#ifndef LISTSYNC_SYNC_DIAGNOSTICS_PARTS_H
#define LISTSYNC_SYNC_DIAGNOSTICS_PARTS_H

#include "sync/report.h"

/* Everything that must not be seen, as far as it is known. */
void diagnostics_learn(struct report *report);
/* The id of a list, if everybody has that one. */
bool diagnostics_is_everybodys(const struct list_ref *ref);

/* The parts. */
void diagnostics_program(struct report *report);
void diagnostics_machine(struct report *report);
void diagnostics_service(struct report *report);
void diagnostics_folder(struct report *report);
void diagnostics_database(struct report *report);
void diagnostics_settings(struct report *report);
void diagnostics_seerr(struct report *report);
void diagnostics_lists(struct report *report);
void diagnostics_sources(struct report *report);
void diagnostics_runs(struct report *report);
void diagnostics_ledger(struct report *report);
void diagnostics_alarms(struct report *report);
void diagnostics_targets(struct report *report);
void diagnostics_backups(struct report *report);
void diagnostics_metrics(struct report *report);
/* The last: as many lines as fit. */
void diagnostics_log(struct report *report);

#endif

/*
 * person_matches.h: what people said that items are (store/items_query.h). It decides over
 * everything else: ids, titles, and lists that contradict each other. Only files of sync/ include
 * it.
 */
#ifndef LISTSYNC_SYNC_PERSON_MATCHES_H
#define LISTSYNC_SYNC_PERSON_MATCHES_H

#include "sync/run_state.h"

/* Settles each item that somebody matched: PROOF_PERSON. Before anything else is looked up. */
enum error_code person_matches_apply(struct run *run);

#endif

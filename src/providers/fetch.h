/*
 * fetch.h: one list being read, and how it ended.
 *
 * A fetch belongs to one run and one thread. The provider adds entries, keeps its place in
 * `phase`, `page`, `cursor` and `scratch` (all zero at the start, never touched by anyone else),
 * and ends it exactly once with fetch_finish or fetch_complete. Counting `page` from 0, it moves
 * on with fetch_next_page.
 */
#ifndef LISTSYNC_PROVIDERS_FETCH_H
#define LISTSYNC_PROVIDERS_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/options.h"
#include "model/item.h"
#include "model/list_ref.h"
#include "model/outcome.h"
#include "net/http_message.h"

enum { FETCH_MESSAGE_SIZE = 512, FETCH_CURSOR_SIZE = 1024, FETCH_PAGES_MAX = 1000 };

struct fetch {
    const struct list_ref *ref;    /* borrowed */
    const struct options *options; /* borrowed */
    struct arena *arena;           /* borrowed: texts and scratch live here */
    struct entry_list entries;

    int phase;
    int page;
    char cursor[FETCH_CURSOR_SIZE];
    void *scratch;

    int64_t total;      /* what the source says the list holds; -1: it does not say */
    int64_t read;       /* lines read that count towards `total`, repeats included */
    char name[256];     /* the list's own name, when the source gives it */
    int64_t changed_at; /* the source's own time of last change, wall ms; 0: unknown */

    bool finished;
    enum outcome outcome;
    char message[FETCH_MESSAGE_SIZE]; /* a sentence for a person; "" when all is well */
};

void fetch_init(struct fetch *fetch, const struct list_ref *ref, const struct options *options,
                struct arena *arena);
void fetch_release(struct fetch *fetch);

/* The list is a file of the user: its id is the URL "file:PATH". */
bool fetch_is_of_file(const struct fetch *fetch);

/*
 * Adds an entry and counts it as read. At ENTRY_LIST_MAX it ends the fetch as `partial` instead
 * and returns false: the caller returns at once.
 */
bool fetch_add(struct fetch *fetch, const struct entry *entry);
/* Moves on to the next page; at FETCH_PAGES_MAX it ends the fetch as `partial`: false. */
bool fetch_next_page(struct fetch *fetch);

/* How much a source says that something holds, as a number that can be added to others. */
int64_t fetch_count_said(int64_t number);
/* Ends it with this outcome. Entries read so far stay; the caller decides what they are worth. */
void fetch_finish(struct fetch *fetch, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Ends it at the last page: repeats are dropped, then `read` is held against `total`: fewer read
 * is `partial` with both numbers in the message; nothing in it is `empty`; else `ok`.
 */
void fetch_complete(struct fetch *fetch);

/* changed_format: "expected LIST, found WHAT (page N)"; the page is named from the second on. */
void fetch_not_understood(struct fetch *fetch, const char *expected, const char *found);

/* What statuses of a source mean: a row for each range; `first` 0 ends the table. */
struct fetch_status {
    int first, last;
    enum outcome outcome;
    const char *sentence; /* for a person; the status and Retry-After are added to it */
};

/* Ends the fetch by the first row that holds the answer's status; false when there is none. */
bool fetch_finish_on_status(struct fetch *fetch, const struct http_response *response,
                            const struct fetch_status *table);
/* Ends the fetch as not_found when its file could not be read; false when all is well. */
bool fetch_finish_without_file(struct fetch *fetch, const struct http_response *response);

#endif

/*
 * former.h: what another program kept in its database: the original ListSync, of any version, or
 * listseerr. Read whole into an arena, with suspicion (db_driver_foreign), and never changed.
 *
 * Times are UTC texts "2025-06-01 10:00:00". Who uses what is here must check it: it is what a
 * stranger's file says.
 */
#ifndef LISTSYNC_STORE_FORMER_H
#define LISTSYNC_STORE_FORMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/item.h"
#include "model/run.h"

/* More rows are not read; the counts say so (`is_cut`). */
enum {
    FORMER_LISTS_MOST = 10000,
    FORMER_ITEMS_MOST = 500000,
    FORMER_RUNS_MOST = 50000,
    FORMER_SETTINGS_MOST = 1000,
};

/* So begins what is said of a file that is shorter than it says. */
#define FORMER_IS_CUT_OFF "is cut off"

enum former_program {
    FORMER_NONE, /* some other database, or an empty one */
    FORMER_ORIGINAL,
    FORMER_LISTSEERR,
    FORMER_OURS, /* nothing is read */
};

struct former_list {
    int64_t id;
    const char *type; /* "": only the address says it */
    const char *list_id;
    const char *url;
    const char *name;        /* what a person called it; "" */
    int64_t requester;       /* Seerr user; 0: none */
    int64_t item_count;      /* at its last reading */
    const char *last_synced; /* "" */
    int64_t item_limit;      /* 0: none */
    bool is_off;
    bool is_named; /* a setting here names it as well, and owns it */
};

struct former_item {
    int64_t id; /* later rows are higher */
    const char *title;
    int year;
    enum media_type media_type;
    struct ids ids;
    const char *status; /* one of the words that the original writes, or "" */
    const char *source; /* list type; "" */
    const char *last_synced;
};

struct former_run {
    const char *started, *completed;
    enum run_mode mode;
    enum run_state state;
    const char *list_type, *list_id; /* of a single one; "" */
    int64_t processed, requested, skipped, errored;
    const char *message;
};

struct former_setting {
    const char *key; /* as the program calls it: "overseerr_url" */
    const char *value;
    bool is_encrypted;
};

struct former_word {
    const char *text;
    struct former_word *next;
};

struct former {
    enum former_program program;
    struct former_list *lists;
    size_t list_count;
    struct former_item *items; /* by their time, then by id */
    size_t item_count;
    struct former_word *words; /* types of lists among the items */
    struct former_run *runs;
    size_t run_count;
    struct former_setting *settings;
    size_t setting_count;
    double interval_hours; /* 0: none */
    int64_t user_count;    /* people of Seerr that it remembers */
    bool has_secrets;      /* that cannot be opened here */
    bool is_cut;
};

/*
 * ERROR_NOT_FOUND: there is no such file. ERROR_FORMAT: it is damaged, or no database. All texts
 * live in the arena. A file beside it that a crash left is moved into it first (db.h).
 */
enum error_code former_read(const char *path, struct arena *arena, struct former *ret,
                            struct error *error);
/*
 * Whose database that is, by its tables alone; an empty file is nobody's. An error when that cannot
 * be seen: it is damaged, or its program holds it.
 */
enum error_code former_find_program(const char *path, enum former_program *ret,
                                    struct error *error);
/* The same where it does not matter why: FORMER_NONE. */
enum former_program former_program_of(const char *path);
/*
 * Ends what its own program left half-written (-journal, -wal beside it), so that the file alone
 * is all of it and can be renamed. ERROR_FORMAT.
 */
enum error_code former_settle(const char *path, struct error *error);

#endif

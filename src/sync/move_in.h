/*
 * move_in.h: takes over what another program kept: the original ListSync or listseerr, its
 * exported lists, its .env. One transaction; doing it twice changes nothing the second time; what
 * a person has chosen here, and what the environment sets, stays. What became of each thing is a
 * line for people.
 *
 *     struct move_in move_in = {.store = store, .key = &key, .given = options, .arena = arena};
 *     move_in_begin(&move_in);
 *     rc = move_in_end(&move_in, move_in_database(&move_in, path, key_text, error), error);
 *
 * Any thread, with a store of its own.
 */
#ifndef LISTSYNC_SYNC_MOVE_IN_H
#define LISTSYNC_SYNC_MOVE_IN_H

#include "base/crypto.h"
#include "base/json_writer.h"
#include "base/options.h"
#include "store/former.h"
#include "store/store.h"

/* Added to the path of the original's database when its place is taken; its bytes stay. */
#define MOVE_IN_KEPT ".before-listsync"
/* The original's key file, beside its database. */
#define MOVE_IN_KEY_FILE ".encryption_key"

enum {
    MOVE_IN_LINES_MOST = 1000,
    MOVE_IN_TEXT_MOST = 500000, /* of a text of lists, or a .env */
};

extern const struct option move_in_options[];

enum move_in_result {
    MOVE_IN_TAKEN, /* of a dry run: it would be */
    MOVE_IN_THERE, /* it was there, or something else is there in its place */
    MOVE_IN_LEFT,  /* the sentence says why */
    MOVE_IN_RESULTS,
};
extern const char *const move_in_result_words[]; /* taken_over, already_there, left_out; NULL */

enum { MOVE_IN_PARTS = 6 };
extern const char *const move_in_part_words[MOVE_IN_PARTS + 1]; /* lists, items, ...; NULL */

struct move_in_line {
    enum move_in_result result;
    const char *part; /* one of move_in_part_words */
    int64_t count;
    const char *sentence; /* without a final full stop; no secret in it */
};

struct move_in {
    struct store *store;
    const struct crypto_key *key; /* seals credentials */
    const struct options *given;  /* of the environment */
    struct arena *arena;          /* of lines and what is read */
    bool dry_run;
    bool refuses_files;  /* lists that are files of this machine: who asks may not read them */
    bool webhook_is_off; /* the original's switch beside its Discord webhook */
    bool is_begun;       /* the transaction: not before the foreign file was read */
    /* Asked between any two rows; false: it ends, ERROR_CANCELLED. NULL: it goes on. */
    bool (*keep_going)(void *context);
    void *context;
    /* What came of it: */
    enum former_program program;
    struct move_in_line *lines; /* in the arena */
    size_t count;
    int64_t counts[MOVE_IN_RESULTS]; /* things; of what was left out, lines */
    int64_t taken[MOVE_IN_PARTS];    /* of each part */
};

void move_in_begin(struct move_in *move_in);
/* Commits if all went well and it is no dry run, else leaves everything as it was. */
enum error_code move_in_end(struct move_in *move_in, enum error_code rc, struct error *error);

/*
 * The database of another program. `fernet_key`: of the original's secrets, "" when there is none.
 * ERROR_FORMAT: damaged, or of a program that is not known.
 */
enum error_code move_in_database(struct move_in *move_in, const char *path, const char *fernet_key,
                                 struct error *error);
/* The original's export, or one list a line. The text is cut into pieces. */
enum error_code move_in_list_text(struct move_in *move_in, char *text, struct error *error);
/* One line of a .env. */
enum error_code move_in_variable(struct move_in *move_in, const char *name, const char *value,
                                 struct error *error);

/*
 * A file of a stranger, or one that its program still writes to: a copy of it (and its log) is read
 * in a fresh folder inside `folder`, which is removed. `shown`: what sentences call it, after
 * "the database". ERROR_LIMIT past 1 GB.
 */
enum error_code move_in_database_copy(struct move_in *move_in, const char *path, const char *shown,
                                      const char *fernet_key, const char *folder,
                                      struct error *error);
/* The folder of a copy, as mkdtemp makes it. One that outlived its program can be removed. */
#define MOVE_IN_COPY "import.XXXXXX"
void move_in_remove_copy(const char *folder);
/* By its first bytes. */
bool move_in_is_database(const char *path);
/* What is in the key file beside that database, else the setting ENCRYPTION_KEY; release it. */
void move_in_find_key(const char *database, const struct options *given, struct secret *ret);

/*
 * At every start, before the store is opened: a database of the original in the place of ours is
 * renamed (MOVE_IN_KEPT; one of that name gets a number). ERROR_STORE with what to do when it
 * cannot be read.
 */
enum error_code move_in_make_room(const char *database, struct error *error);
/*
 * And once the store is open: whether such a file was never taken over into this store. `ret_path`
 * is a fresh text, NULL when there is nothing to do.
 */
enum error_code move_in_is_due(const char *database, struct store *store, char **ret_path,
                               struct error *error);
/*
 * The same as a whole: takes it over into the store once, sealing with its key (secret_key.h).
 * `move_in` has store, given and arena; ret_did says whether there was anything to do.
 */
enum error_code move_in_at_start(struct move_in *move_in, const char *database, bool *ret_did,
                                 struct error *error);
/*
 * What it took over then, as JSON for people who did not see the log: {"at", "taken_over":
 * {part: number}, "lines": [{"result", "part", "count", "sentence"}]}. "" when it never did.
 */
enum error_code move_in_story(struct store *store, struct arena *arena, const char **ret,
                              struct error *error);
/* One of those lines. */
void move_in_put_line(struct json_writer *json, const struct move_in_line *line);

#endif

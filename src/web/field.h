/*
 * field.h: what a parameter, a body or an answer holds, as tables.
 *
 * One table is all there is: what arrives is checked by it, the OpenAPI description is printed
 * from it, and the tests hold every answer against it. Pure; any thread.
 *
 *     static const struct field limits[] = {
 *         {"movies", FIELD_INTEGER, FIELD_REQUIRED, "Films at most", .low = 0, .high = 500},
 *         {"kinds", FIELD_LIST, .of = FIELD_TEXT, .words = kind_words},
 *         {0},
 *     };
 *
 * A table ends with {0}; with {.flags = FIELD_OPEN} when it is a route's body in which other names
 * are let through.
 */
#ifndef LISTSYNC_WEB_FIELD_H
#define LISTSYNC_WEB_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/map.h"

enum field_kind {
    FIELD_END, /* ends a table */
    FIELD_TEXT,
    FIELD_INTEGER,
    FIELD_NUMBER,
    FIELD_SWITCH, /* true or false */
    FIELD_OBJECT, /* of `fields` */
    FIELD_LIST,   /* of `of`; objects have `fields`; as a parameter: "a,b" */
    FIELD_MAP,    /* object with any names, of values of `of` */
    FIELD_ANY,    /* any JSON */
};

enum field_flags {
    FIELD_REQUIRED = 1,  /* must be there (in an answer: always is) */
    FIELD_NULLABLE = 2,  /* may be null; never of elements */
    FIELD_IN_PATH = 4,   /* of a parameter: stands in the path, else in the query */
    FIELD_SECRET = 8,    /* write-only: never in an answer, never in a log */
    FIELD_OPEN = 16,     /* of an object: other names are let through (answers: may appear) */
    FIELD_OPTIONAL = 32, /* of an answer: may be missing (answers' fields are required else) */
};

struct field {
    const char *name; /* NULL in a table's end; "" for what has no name: a whole answer */
    enum field_kind kind;
    unsigned flags;
    const char *help; /* a sentence, or NULL */
    /* Of numbers, `high` INT64_MAX: no end; of texts and lists: lengths; both 0: any. */
    int64_t low, high;
    const char *const *words;   /* of texts (elements too): the only ones; NULL-ended; or NULL */
    const char *format;         /* "date-time", "uri", ...: said, not checked; or NULL */
    const char *fallback;       /* when it is not given, as in a URL: "20", "true", "name"; NULL */
    enum field_kind of;         /* of lists and maps */
    const struct field *fields; /* of objects, and of lists and maps of them */
    const char *schema;         /* name of `fields` in the description: "List"; or NULL */
};

/* A text's length counts code points. Lists without `high` hold at most this many. */
enum { FIELD_TEXT_MOST = 4096, FIELD_LIST_MOST = 1000 };

/* What is wrong with a body, one row for each bad field. */
struct field_problem {
    const char *path;    /* "list.type", "custom_list[3].year" */
    const char *message; /* "wants one of: movie, tv" */
};

enum { FIELD_PROBLEMS_MOST = 20 };

struct field_problems {
    struct field_problem items[FIELD_PROBLEMS_MOST];
    size_t count;
    bool more;
};

/* "is missing", "wants a text": `message` follows the path in a sentence. Copied. */
void field_problem_add(struct field_problems *problems, struct arena *arena, const char *path,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "2 fields are wrong: year: is missing; limit: wants a number from 1 to 100". */
const char *field_problems_sentence(const struct field_problems *problems, struct arena *arena);
/* A stranger's name as it may be shown: short, tame, "\"\"" for none. */
const char *field_shown_name(struct arena *arena, const char *name);
/* The name of the table that a stranger may have meant, or NULL. */
const char *field_nearest(const struct field *table, const char *name);

/* `value` NULL: an empty body. Unknown names are problems unless the object is open. */
bool field_check_body(const struct field *body, const struct json_value *value, struct arena *arena,
                      struct field_problems *problems);
/* A parameter's text: numbers, switches ("true", "1", "yes", "on" and their opposites), words. */
bool field_check_text(const struct field *field, const char *text, struct arena *arena,
                      struct field_problems *problems);
bool field_switch_from_text(const char *text, bool *ret);

/*
 * The JSON Schema (2020-12) of a field: a $ref if its `fields` have a name. Of an answer it says
 * what comes, of a body what may be sent; the names of the latter end in "Input".
 */
void field_put_schema(struct json_writer *json, const char *key, const struct field *field,
                      bool is_answer);
/* The same for a whole body. */
void field_put_body_schema(struct json_writer *json, const char *key, const struct field *body);
/* Those of all named objects in there, each name once: `seen` holds those that are written. */
void field_put_named_schemas(struct json_writer *json, const struct field *field, bool is_answer,
                             struct map *seen);

#endif

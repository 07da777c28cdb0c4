/*
 * error.h: the one error type of the program.
 *
 * A code exists because some caller acts on it: an exit code, a retry rule, an HTTP status.
 * The message is written where the failure is known, as one plain sentence without a final full
 * stop, complete enough to show a person as it is. On the way up it may be prefixed with context
 * (error_prefix), never replaced. On success the struct is left untouched.
 *
 *     enum error_code rc = files_read(path, limit, &contents, error);
 *     if (rc)
 *         return error_prefix(error, "reading the list");
 */
#ifndef LISTSYNC_BASE_ERROR_H
#define LISTSYNC_BASE_ERROR_H

enum error_code {
    ERROR_NONE = 0,
    ERROR_USAGE,       /* the command line or a setting is wrong: exit code 2 */
    ERROR_NOT_FOUND,   /* what was asked for does not exist */
    ERROR_CONFLICT,    /* it exists already, or another sync holds the data directory */
    ERROR_FORMAT,      /* foreign bytes that are not what they should be */
    ERROR_LIMIT,       /* more than we are ready to hold */
    ERROR_UNREACHABLE, /* no connection, no answer in time */
    ERROR_REFUSED,     /* the other side understood and said no */
    ERROR_CANCELLED,   /* the user stopped it */
    ERROR_STORE,       /* the database or the disk failed */
};

struct error {
    enum error_code code;
    char message[512];
};

/*
 * Both return the code, so that a caller can write `return error_set(...)`. `error` may be NULL;
 * then error_prefix cannot know the code and returns ERROR_STORE, so that no failure gets lost.
 */
enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum error_code error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

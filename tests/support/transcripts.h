/*
 * transcripts.h: recorded answers of the real servers, read in place.
 *
 * They are one JSON file per call (request, status, headers, body) in
 * LISTSYNC_SHARED/seerr/<flavour>-transcripts. Without that folder the tests that want them skip.
 */
#ifndef TESTS_SUPPORT_TRANSCRIPTS_H
#define TESTS_SUPPORT_TRANSCRIPTS_H

#include <jansson.h>

#include "net/http_message.h"

/* A set of servers: a bit each. */
enum { OVERSEERR = 1, JELLYSEERR = 2, SEERR = 4, OLDER_SERVERS = 3, ALL_SERVERS = 7 };
enum { TRANSCRIPT_FLAVOURS = 3 };

struct transcript_flavour {
    unsigned bit;
    const char *name; /* "overseerr" */
};

extern const struct transcript_flavour transcript_flavours[TRANSCRIPT_FLAVOURS];

/* Setup of a group: ends the program, successfully and with a message, when there are none. */
int transcripts_need(void **state);
char *transcripts_folder(const char *flavour); /* free() it */
/* The whole file; a missing one fails the test. json_decref() it. */
json_t *transcripts_load(const char *flavour, const char *name);
/* The answer in it. */
struct http_response transcripts_answer(const char *flavour, const char *name);
/* Calls `check` with the answer of each of these servers. */
void transcripts_each(unsigned servers, const char *name, const void *row,
                      void (*check)(const struct http_response *response, const void *row));

#endif

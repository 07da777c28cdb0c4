/*
 * item_question.h: what the words of a person who looks for an item can mean. Inside store/ only.
 *
 * tt0133093, tmdb:603, movie:603, tv:1399, tvdb:81189; a bare number, that may be a title too
 * (1917); an item key or a source's own id as it is; a title, perhaps with its year behind it.
 */
#ifndef LISTSYNC_STORE_ITEM_QUESTION_H
#define LISTSYNC_STORE_ITEM_QUESTION_H

#include "model/item.h"
#include "store/db.h"

enum { ITEM_QUESTION_SIZE = 256 };

struct item_question {
    char text[ITEM_QUESTION_SIZE]; /* an item key or a source's own id, as it is */
    struct ids ids;
    enum media_type media_type;     /* of the TMDB or TVDB id; unknown: either */
    bool is_id;                     /* and nothing else: no title is looked for */
    char title[ITEM_QUESTION_SIZE]; /* without the year behind it */
    int64_t year;                   /* "heat (1995)", "heat 1995"; 0: none */
};

/* The condition of a row of synced_items that has the id; its values are bound as below. */
#define ITEM_HAS_ID                                                                                \
    "(item_key = $17 OR source_id = $17 OR imdb_id = $18"                                          \
    " OR (overseerr_id = $19 AND ($21 = 'unknown' OR media_type = $21))"                           \
    " OR (tvdb_id = $20 AND ($21 = 'unknown' OR media_type = $21)))"

/* A text that does not fit is cut: it is no id then, and no title that anything has. */
void item_question_read(const char *text, struct item_question *question);
void item_question_bind(const struct item_question *question, struct db_statement *statement);

#endif

#include "store/item_question.h"

#include <string.h>

#include "base/text.h"
#include "store/rows.h"

static int64_t number_in(const char *text)
{
    int64_t number = 0;

    return text_to_integer(text, 1, INT64_MAX, &number) ? number : 0;
}

/* "tmdb:603", "movie:603", "tv:1399", "tvdb:81189" */
static void understand_prefix(struct item_question *question)
{
    char prefix[ITEM_QUESTION_SIZE];
    const char *colon = strchr(question->text, ':');
    int64_t number = colon ? number_in(colon + 1) : 0;

    if (!number)
        return;
    text_copy(prefix, sizeof(prefix), question->text);
    text_cut_at(prefix, ":");
    question->media_type = media_type_from_word(prefix);
    if (text_equal_ignoring_case(prefix, "tvdb"))
        question->ids.tvdb = number;
    else if (question->media_type != MEDIA_UNKNOWN || text_equal_ignoring_case(prefix, "tmdb"))
        question->ids.tmdb = number;
    question->is_id = question->ids.tvdb || question->ids.tmdb;
}

/* "Heat (1995)" and "heat 1995": a title and its year, perhaps. */
static void understand_year(struct item_question *question)
{
    char *title = question->title;
    char digits[] = "0000";

    text_copy(title, sizeof(question->title), question->text);
    size_t length = strlen(title);
    size_t closing = length && title[length - 1] == ')';
    if (length < sizeof(digits) + 2 * closing)
        return;
    char *from = title + length - closing - strlen(digits);
    memcpy(digits, from, strlen(digits));
    if (closing && *--from != '(')
        return;
    if (from == title || (!closing && from[-1] != ' ') || !text_is_digits(digits) ||
        !text_to_integer(digits, 1870, 2100, &question->year))
        return;
    *from = '\0';
}

void item_question_read(const char *text, struct item_question *question)
{
    char copy[ITEM_QUESTION_SIZE];

    *question = (struct item_question){.media_type = MEDIA_UNKNOWN};
    text_copy(copy, sizeof(copy), text);
    text_copy(question->text, sizeof(question->text), text_trim(copy));
    understand_year(question);
    question->is_id = ids_set_imdb(&question->ids, question->text);
    if (question->is_id)
        return;
    question->ids.tmdb = number_in(question->text); /* may be a title too: 1917 */
    if (!question->ids.tmdb)
        understand_prefix(question);
}

void item_question_bind(const struct item_question *question, struct db_statement *statement)
{
    db_bind_text(statement, 17, question->text);
    rows_bind_text_or_null(statement, 18, question->ids.imdb);
    db_bind_integer_or_null(statement, 19, question->ids.tmdb);
    db_bind_integer_or_null(statement, 20, question->ids.tvdb);
    db_bind_text(statement, 21, media_type_word(question->media_type));
}

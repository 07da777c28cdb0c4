#include "providers/trakt_charts.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "providers/forms.h"

static const char forms[] =
    "is no chart of Trakt: give KIND:movies or KIND:shows, KIND being trending, popular, "
    "anticipated, watched, played, collected, favorited, streaming or (films only) boxoffice";

static const struct chart {
    const char *kind;
    bool films_only;
    bool has_periods;
} charts[] = {
    {"trending", false, false}, {"popular", false, false},  {"anticipated", false, false},
    {"watched", false, true},   {"played", false, true},    {"collected", false, true},
    {"favorited", false, true}, {"streaming", false, true}, {"boxoffice", true, false},
};

static const struct {
    const char *word, *media;
} media_words[] = {
    {"movies", "movies"}, {"movie", "movies"}, {"shows", "shows"},
    {"show", "shows"},    {"tv", "shows"},
};

static const char *const periods[] = {"daily", "weekly", "monthly", "yearly", "all"};

static const struct chart *find_chart(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(charts); i++)
        if (text_equal_ignoring_case(charts[i].kind, kind))
            return &charts[i];
    return NULL;
}

static const char *find_media(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(media_words); i++)
        if (text_equal_ignoring_case(media_words[i].word, word))
            return media_words[i].media;
    return NULL;
}

static const char *find_period(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(periods); i++)
        if (text_equal_ignoring_case(periods[i], word))
            return periods[i];
    return NULL;
}

bool trakt_charts_is_kind(const char *word)
{
    return find_chart(word);
}

enum error_code trakt_charts_set(const char *kind, const char *media_word, const char *period_word,
                                 struct list_ref *ret, struct error *error)
{
    const struct chart *chart = find_chart(kind);
    const char *media = find_media(media_word);
    const char *period = *period_word ? find_period(period_word) : "";

    if (!chart)
        return forms_refuse(kind, forms, error);
    if (!media)
        return forms_refuse(media_word, forms, error);
    if (chart->films_only && text_equal(media, "shows"))
        return forms_refuse(kind, "is a chart of films only", error);
    if (!period || (*period && !chart->has_periods))
        return forms_refuse(period_word, "is no period of this chart", error);
    AUTO_FREE char *id = memory_print("%s:%s%s%s", chart->kind, media, *period ? ":" : "", period);
    AUTO_FREE char *path = trakt_charts_path(id);
    AUTO_FREE char *page = memory_print("https://trakt.tv/%s", path);
    text_copy(ret->type, sizeof(ret->type), "trakt_special");
    return forms_set(ret, id, page, error);
}

/* "KIND:MEDIA:PERIOD" cut in place; what is missing is "". */
struct parts {
    char *kind, *media, *period;
};

static char *cut_after_colon(char *text)
{
    char *colon = strchr(text, ':');

    if (!colon)
        return text + strlen(text);
    *colon = '\0';
    return colon + 1;
}

static struct parts cut(char *chart)
{
    struct parts parts = {.kind = chart};

    parts.media = cut_after_colon(parts.kind);
    parts.period = cut_after_colon(parts.media);
    return parts;
}

enum error_code trakt_charts_parse(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    struct parts parts = cut(copy);

    return trakt_charts_set(parts.kind, parts.media, parts.period, ret, error);
}

char *trakt_charts_path(const char *id)
{
    AUTO_FREE char *copy = memory_text(id);
    struct parts parts = cut(copy);

    return memory_print("%s/%s%s%s", parts.media, parts.kind, *parts.period ? "/" : "",
                        parts.period);
}

enum media_type trakt_charts_media_type(const char *id)
{
    AUTO_FREE char *copy = memory_text(id);

    return text_equal(cut(copy).media, "shows") ? MEDIA_TV : MEDIA_MOVIE;
}

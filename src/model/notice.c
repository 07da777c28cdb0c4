#include "model/notice.h"

#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const severity_words[] = {"good", "info", "warning", "error"};

const char *notice_severity_word(enum notice_severity severity)
{
    return severity_words[severity];
}

const char *const notice_event_words[] = {
#define EVENT_WORD(name, word, meaning) word,
    NOTICE_EVENT_TABLE(EVENT_WORD)
#undef EVENT_WORD
        NULL,
};

static const char *const event_meanings[] = {
#define EVENT_MEANING(name, word, meaning) meaning,
    NOTICE_EVENT_TABLE(EVENT_MEANING)
#undef EVENT_MEANING
};

const char *notice_event_meaning(enum notice_event event)
{
    return event_meanings[event];
}

bool notice_event_from_word(const char *word, enum notice_event *ret)
{
    for (int i = 0; notice_event_words[i]; i++) {
        if (!text_equal(notice_event_words[i], word))
            continue;
        *ret = (enum notice_event)i;
        return true;
    }
    return false;
}

unsigned notice_events_from_text(const char *text)
{
    AUTO_FREE char *copy = memory_text(text);
    char *rest = copy;
    char *word = NULL;
    unsigned events = 0;

    while ((word = strsep(&rest, ","))) {
        enum notice_event event;
        if (notice_event_from_word(text_trim(word), &event))
            events |= 1U << event;
    }
    return events;
}

const char *notice_events_text(unsigned events, struct arena *arena)
{
    const char *text = "";

    for (int i = 0; notice_event_words[i]; i++)
        if (events & 1U << i)
            text = arena_print(arena, "%s%s%s", text, *text ? "," : "", notice_event_words[i]);
    return text;
}

static const struct {
    const char *word;
    enum notice_event event;
    enum notice_severity severity;
    const char *one, *many;
} kinds[] = {
#define PART_ROW(name, word, event, severity, one, many)                                           \
    {word, NOTICE_##event, NOTICE_##severity, one, many},
    NOTICE_PART_TABLE(PART_ROW)
#undef PART_ROW
};

enum notice_event notice_part_event(enum notice_part_kind kind)
{
    return kinds[kind].event;
}

enum notice_severity notice_part_severity(enum notice_part_kind kind)
{
    return kinds[kind].severity;
}

bool notice_part_counts(enum notice_part_kind kind)
{
    return *kinds[kind].one;
}

static bool kind_from_word(const char *word, enum notice_part_kind *ret)
{
    for (int i = 0; i < NOTICE_PARTS; i++) {
        if (!text_equal(kinds[i].word, word))
            continue;
        *ret = (enum notice_part_kind)i;
        return true;
    }
    return false;
}

void notice_init(struct notice *notice, struct arena *arena, int64_t at_ms)
{
    *notice = (struct notice){
        .id = "",
        .title = "",
        .at_ms = at_ms,
        .parts = arena_take(arena, NOTICE_PARTS_MOST * sizeof(struct notice_part)),
    };
}

struct notice_part *notice_add(struct notice *notice, struct arena *arena,
                               enum notice_part_kind kind)
{
    if (notice->count >= NOTICE_PARTS_MOST)
        return NULL;
    struct notice_part *part = &notice->parts[notice->count++];
    *part = (struct notice_part){.kind = kind, .sentence = ""};
    if (notice_part_counts(kind))
        part->items = arena_take(arena, NOTICE_ITEMS * sizeof(struct notice_item));
    return part;
}

/* A stranger's text as it may be shown: tame and not too long. */
static const char *shown(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_take(arena, size);

    text_copy(copy, size, text ? text : "");
    text_tame(copy);
    return copy;
}

void notice_say(struct notice *notice, struct arena *arena, enum notice_part_kind kind,
                bool is_well, const char *sentence)
{
    struct notice_part *part = notice_add(notice, arena, kind);

    if (!part)
        return;
    part->is_well = is_well;
    part->sentence = shown(arena, sentence, NOTICE_SENTENCE_SIZE);
}

void notice_add_item(struct notice_part *part, struct arena *arena, const char *title, int64_t year,
                     const char *link)
{
    enum { TITLE_SIZE = 200, LINK_SIZE = 500 };

    part->total++;
    if (part->count >= NOTICE_ITEMS)
        return;
    part->items[part->count++] = (struct notice_item){
        .title = shown(arena, title, TITLE_SIZE),
        .year = year,
        .link = shown(arena, link, LINK_SIZE),
    };
}

enum notice_severity notice_part_severity_of(const struct notice_part *part)
{
    return part->is_well ? NOTICE_GOOD : kinds[part->kind].severity;
}

enum notice_severity notice_severity_of(const struct notice *notice)
{
    bool is_good = false;
    enum notice_severity worst = NOTICE_INFO;

    for (size_t i = 0; i < notice->count; i++) {
        enum notice_severity severity = notice_part_severity_of(&notice->parts[i]);
        is_good |= severity == NOTICE_GOOD;
        worst = severity > worst ? severity : worst;
    }
    return worst == NOTICE_INFO && is_good ? NOTICE_GOOD : worst;
}

const char *notice_part_sentence(const struct notice_part *part, struct arena *arena)
{
    if (!notice_part_counts(part->kind))
        return part->sentence;
    return arena_print(arena, "%" PRId64 " %s", part->total,
                       part->total == 1 ? kinds[part->kind].one : kinds[part->kind].many);
}

static struct notice_part *part_of_kind(struct notice *notice, struct arena *arena,
                                        enum notice_part_kind kind)
{
    for (size_t i = 0; i < notice->count; i++)
        if (notice->parts[i].kind == kind)
            return &notice->parts[i];
    return notice_add(notice, arena, kind);
}

static bool holds(const struct notice_part *part, const struct notice_item *item)
{
    for (size_t i = 0; i < part->count; i++)
        if (part->items[i].year == item->year && text_equal(part->items[i].title, item->title))
            return true;
    return false;
}

static void merge_items(struct notice_part *into, struct arena *arena,
                        const struct notice_part *from)
{
    into->total += from->total - (int64_t)from->count; /* those that nobody knows by name */
    for (size_t i = 0; i < from->count; i++)
        if (!holds(into, &from->items[i]))
            notice_add_item(into, arena, from->items[i].title, from->items[i].year,
                            from->items[i].link);
}

static bool was_said(const struct notice *notice, const struct notice_part *part)
{
    for (size_t i = 0; i < notice->count; i++)
        if (notice->parts[i].kind == part->kind && notice->parts[i].is_well == part->is_well &&
            text_equal(notice->parts[i].sentence, part->sentence))
            return true;
    return false;
}

static void merge_sentence(struct notice *notice, struct arena *arena,
                           const struct notice_part *part)
{
    if (was_said(notice, part))
        return;
    if (notice->said < NOTICE_SAID_MOST) {
        notice->said++;
        notice_say(notice, arena, part->kind, part->is_well, part->sentence);
        return;
    }
    if (!notice->rest)
        notice->rest = notice_add(notice, arena, part->kind);
    if (notice->rest)
        notice->rest->sentence = arena_print(arena, "… and %zu more", ++notice->unsaid);
}

void notice_merge(struct notice *notice, struct arena *arena, const struct notice *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct notice_part *part = &from->parts[i];
        if (!notice_part_counts(part->kind)) {
            merge_sentence(notice, arena, part);
            continue;
        }
        struct notice_part *into = part_of_kind(notice, arena, part->kind);
        if (into)
            merge_items(into, arena, part);
    }
}

static void put_items(struct json_writer *json, const struct notice_part *part)
{
    json_begin_array(json, "items");
    for (size_t i = 0; i < part->count; i++) {
        json_begin_object(json, NULL);
        json_put_text(json, "title", part->items[i].title);
        json_put_number_or_null(json, "year", part->items[i].year);
        json_put_text(json, "link", *part->items[i].link ? part->items[i].link : NULL);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_part(struct json_writer *json, struct arena *arena, const struct notice_part *part)
{
    json_begin_object(json, NULL);
    json_put_text(json, "kind", kinds[part->kind].word);
    json_put_text(json, "event", notice_event_words[kinds[part->kind].event]);
    json_put_text(json, "severity", severity_words[notice_part_severity_of(part)]);
    json_put_bool(json, "is_well", part->is_well);
    json_put_text(json, "sentence", notice_part_sentence(part, arena));
    json_put_number(json, "total", part->total);
    put_items(json, part);
    json_end_object(json);
}

void notice_put(struct json_writer *json, const char *key, const struct notice *notice)
{
    AUTO_ARENA struct arena *arena = arena_new();
    char text[CLOCK_TEXT_SIZE];

    clock_format_utc(notice->at_ms, text);
    json_begin_object(json, key);
    json_put_text(json, "id", notice->id);
    json_put_text(json, "title", notice->title);
    json_put_text(json, "severity", severity_words[notice_severity_of(notice)]);
    json_put_text(json, "at", arena_print(arena, "%.10sT%sZ", text, text + strlen("2026-11-22 ")));
    json_put_number(json, "at_ms", notice->at_ms);
    json_begin_array(json, "parts");
    for (size_t i = 0; i < notice->count; i++)
        put_part(json, arena, &notice->parts[i]);
    json_end_array(json);
    json_end_object(json);
}

static void read_part(const struct json_value *value, struct arena *arena, struct notice *ret)
{
    const struct json_value *items = json_value_get(value, "items");
    enum notice_part_kind kind;

    if (!kind_from_word(json_value_get_text(value, "kind"), &kind))
        return;
    if (!notice_part_counts(kind)) {
        notice_say(ret, arena, kind, json_value_is_true(json_value_get(value, "is_well")),
                   json_value_get_text(value, "sentence"));
        return;
    }
    struct notice_part *part = notice_add(ret, arena, kind);
    for (size_t i = 0; part && i < json_value_count(items); i++) {
        const struct json_value *item = json_value_at(items, i);
        notice_add_item(part, arena, json_value_get_text(item, "title"),
                        json_value_get_integer(item, "year"), json_value_get_text(item, "link"));
    }
    int64_t total = json_value_get_integer(value, "total");
    if (part && total > part->total)
        part->total = total;
}

enum error_code notice_read(const struct json_value *value, struct arena *arena, struct notice *ret,
                            struct error *error)
{
    const struct json_value *parts = json_value_get(value, "parts");
    const char *title = json_value_get_text(value, "title");

    if (!title || !json_value_is_array(parts))
        return error_set(error, ERROR_FORMAT, "that is no notice");
    notice_init(ret, arena, json_value_get_integer(value, "at_ms"));
    ret->title = shown(arena, title, NOTICE_SENTENCE_SIZE);
    ret->id = shown(arena, json_value_get_text(value, "id"), NOTICE_SENTENCE_SIZE);
    for (size_t i = 0; i < json_value_count(parts); i++)
        read_part(json_value_at(parts, i), arena, ret);
    return ERROR_NONE;
}

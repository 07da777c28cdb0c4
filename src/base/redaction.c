#include "base/redaction.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/redaction_parts.h"
#include "base/text.h"

enum { FIRST_BYTES = 256, PART_LEAST = 6 };

/* Marks by their first byte, so that a look at a character asks few of them. */
struct shelf {
    struct redaction_mark *items;
    size_t count, capacity;
};

struct redaction {
    struct shelf shelves[FIRST_BYTES];
    struct map kept;
};

struct redaction *redaction_new(void)
{
    return memory_new(sizeof(struct redaction));
}

static void release_mark(struct redaction_mark *mark)
{
    explicit_bzero(mark->bytes, mark->length);
    free(mark->bytes);
    free(mark->stand_in);
}

void redaction_free(struct redaction *redaction)
{
    if (!redaction)
        return;
    for (size_t first = 0; first < FIRST_BYTES; first++) {
        struct shelf *shelf = &redaction->shelves[first];
        for (size_t i = 0; i < shelf->count; i++)
            release_mark(&shelf->items[i]);
        free(shelf->items);
    }
    map_release(&redaction->kept);
    free(redaction);
}

void redaction_free_local(struct redaction **redaction)
{
    redaction_free(*redaction);
}

static struct redaction_mark *add(struct redaction *redaction, const char *bytes, size_t length)
{
    struct shelf *shelf = &redaction->shelves[(unsigned char)bytes[0]];

    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->items[i].length == length && memcmp(shelf->items[i].bytes, bytes, length) == 0)
            return NULL;
    memory_grow(&shelf->items, shelf->count, &shelf->capacity);
    struct redaction_mark *mark = &shelf->items[shelf->count++];
    *mark = (struct redaction_mark){.bytes = memory_new(length + 1), .length = length};
    memcpy(mark->bytes, bytes, length);
    return mark;
}

void redaction_add(struct redaction *redaction, const char *bytes, size_t length)
{
    struct shelf *shelf = &redaction->shelves[(unsigned char)bytes[0]];
    struct redaction_mark *mark = add(redaction, bytes, length);

    if (mark)
        return;
    /* It may be there as a name; a secret counts wherever it stands. */
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->items[i].length == length && memcmp(shelf->items[i].bytes, bytes, length) == 0)
            shelf->items[i].is_word = false;
}

void redaction_hide_bytes(struct redaction *redaction, const void *bytes, size_t length)
{
    if (length < REDACTION_LEAST)
        return;
    redaction_add(redaction, bytes, length);
    redaction_add_forms(redaction, bytes, length);
}

void redaction_hide(struct redaction *redaction, const char *secret)
{
    if (secret)
        redaction_hide_bytes(redaction, secret, strlen(secret));
}

void redaction_keep(struct redaction *redaction, const char *word)
{
    map_set(&redaction->kept, word, NULL);
}

void redaction_name(struct redaction *redaction, const char *name, const char *stand_in)
{
    if (text_is_empty(name) || map_has(&redaction->kept, name))
        return;
    struct redaction_mark *mark = add(redaction, name, strlen(name));
    if (!mark)
        return;
    mark->is_word = true;
    mark->stand_in = memory_text(stand_in);
}

/* Decoded too: "p%40ss" is the password "p@ss". */
static void hide_part(struct redaction *redaction, const char *part, size_t length)
{
    AUTO_FREE char *word = memory_text_n(part, length);
    AUTO_FREE char *decoded = memory_new(length + 1);
    size_t written = 0;

    if (map_has(&redaction->kept, word))
        return;
    redaction_hide_bytes(redaction, part, length);
    for (size_t at = 0; at < length;) {
        unsigned char character;
        at += redaction_read(part + at, length - at, &character);
        decoded[written++] = (char)character;
    }
    redaction_hide_bytes(redaction, decoded, written);
    explicit_bzero(decoded, written);
    explicit_bzero(word, length);
}

static void hide_path(struct redaction *redaction, const char *path, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t part = 0;
        while (at + part < length && path[at + part] != '/')
            part++;
        if (part >= PART_LEAST)
            hide_part(redaction, path + at, part);
        at += part + 1;
    }
}

/* "a=1&b=2", and "key" alone. */
static void hide_query(struct redaction *redaction, const char *query)
{
    while (*query) {
        size_t length = strcspn(query, "&#;");
        const char *equals = memchr(query, '=', length);
        const char *value = equals ? equals + 1 : query;
        hide_part(redaction, value, length - (size_t)(value - query));
        query += length;
        query += *query != '\0';
    }
}

static void hide_user(struct redaction *redaction, const char *user, size_t length)
{
    const char *colon = memchr(user, ':', length);
    size_t name = colon ? (size_t)(colon - user) : length;

    hide_part(redaction, user, length);
    hide_part(redaction, user, name);
    if (colon)
        hide_part(redaction, colon + 1, length - name - 1);
}

void redaction_hide_address(struct redaction *redaction, const char *address)
{
    const char *scheme_end = strstr(address, "://");
    const char *authority = scheme_end ? scheme_end + 3 : address;
    const char *path = authority + strcspn(authority, "/?#");
    const char *query = path + strcspn(path, "?#");

    for (const char *at = path; at > authority; at--) {
        if (at[-1] != '@')
            continue;
        hide_user(redaction, authority, (size_t)(at - 1 - authority));
        break;
    }
    hide_path(redaction, path, (size_t)(query - path));
    if (*query)
        hide_query(redaction, query + 1);
}

static bool is_of_word(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || (character & 0x80);
}

static bool is_whole_word(const char *text, size_t length, size_t at, size_t width)
{
    return (at == 0 || !is_of_word(text[at - 1])) &&
           (at + width == length || !is_of_word(text[at + width]));
}

/* The longest mark that begins here. */
static size_t find(const struct redaction *redaction, const char *text, size_t length, size_t at,
                   const struct redaction_mark **ret)
{
    unsigned char written;
    size_t longest = 0;
    size_t width = redaction_read(text + at, length - at, &written);
    unsigned char firsts[] = {(unsigned char)text[at], written};

    for (size_t look = 0; look < (width > 1 ? 2 : 1); look++) {
        const struct shelf *shelf = &redaction->shelves[firsts[look]];
        for (size_t i = 0; i < shelf->count; i++) {
            const struct redaction_mark *mark = &shelf->items[i];
            size_t found = redaction_match(mark, text + at, length - at);
            if (found <= longest || (mark->is_word && !is_whole_word(text, length, at, found)))
                continue;
            longest = found;
            *ret = mark;
        }
    }
    return longest;
}

bool redaction_finds(const struct redaction *redaction, const char *text, size_t length)
{
    const struct redaction_mark *mark = NULL;

    for (size_t at = 0; at < length; at++)
        if (find(redaction, text, length, at, &mark))
            return true;
    return false;
}

void redaction_apply(const struct redaction *redaction, const char *text, size_t length,
                     struct buffer *out)
{
    size_t kept = 0;

    for (size_t at = 0; at < length;) {
        const struct redaction_mark *mark = NULL;
        size_t width = find(redaction, text, length, at, &mark);
        if (!width) {
            at++;
            continue;
        }
        buffer_append(out, text + kept, at - kept);
        buffer_text(out, mark->stand_in && mark->is_word ? mark->stand_in : REDACTION_STARS);
        at += width;
        kept = at;
    }
    buffer_append(out, text + kept, length - kept);
}

/* TZif files, version 2 and later (RFC 8536): a short block for old readers, the real one, a rule.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "base/time_zone_data.h"

enum {
    HEADER_SIZE = 44,
    KIND_SIZE = 6,
    RULE_SIZE = 256,
    OLD_TIME_SIZE = 4, /* of the first block */
    TIME_SIZE = 8,
};

struct reader {
    const uint8_t *at;
    size_t left;
};

struct counts {
    uint32_t is_utc, is_standard, leaps, times, kinds, letters;
};

static uint64_t number_at(const uint8_t *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* So many bytes, or NULL when there are fewer. */
static const uint8_t *take(struct reader *reader, uint64_t size)
{
    const uint8_t *taken = reader->at;

    if (size > reader->left)
        return NULL;
    reader->at += size;
    reader->left -= size;
    return taken;
}

static bool take_header(struct reader *reader, struct counts *ret)
{
    const uint8_t *header = take(reader, HEADER_SIZE);

    if (!header || memcmp(header, "TZif", 4) != 0 || header[4] < '2')
        return false;
    const uint8_t *at = header + HEADER_SIZE - 24;
    uint32_t *const fields[] = {&ret->is_utc, &ret->is_standard, &ret->leaps,
                                &ret->times,  &ret->kinds,       &ret->letters};
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
        *fields[i] = (uint32_t)number_at(at + 4 * i, 4);
    return true;
}

static bool skip_block(struct reader *reader, const struct counts *counts, size_t time_size)
{
    uint64_t size = (uint64_t)counts->times * (time_size + 1) +
                    (uint64_t)counts->kinds * KIND_SIZE + counts->letters +
                    (uint64_t)counts->leaps * (time_size + 4) + counts->is_standard +
                    counts->is_utc;

    return take(reader, size) != NULL;
}

static bool read_abbreviation(const char *letters, size_t count, size_t start,
                              char ret[TIME_ZONE_ABBREVIATION_SIZE])
{
    size_t length = start < count ? strnlen(letters + start, count - start) : count;

    if (start + length >= count || length >= TIME_ZONE_ABBREVIATION_SIZE)
        return false;
    for (size_t i = 0; i < length; i++) {
        char letter = letters[start + i];
        if (!isalnum((unsigned char)letter) && letter != '+' && letter != '-')
            return false;
        ret[i] = letter;
    }
    ret[length] = '\0';
    return true;
}

static bool read_kinds(struct time_zone *zone, const uint8_t *bytes, const char *letters,
                       size_t letter_count)
{
    for (size_t i = 0; i < zone->kind_count; i++, bytes += KIND_SIZE) {
        struct time_zone_kind *kind = &zone->kinds[i];
        kind->offset = (int32_t)number_at(bytes, 4);
        kind->is_dst = bytes[4] == 1;
        if (kind->offset <= -TIME_ZONE_OFFSET_MOST || kind->offset >= TIME_ZONE_OFFSET_MOST ||
            bytes[4] > 1 || !read_abbreviation(letters, letter_count, bytes[5], kind->abbreviation))
            return false;
    }
    return true;
}

static bool read_entries(struct time_zone *zone, const uint8_t *times, const uint8_t *kinds)
{
    for (size_t i = 0; i < zone->entry_count; i++) {
        struct time_zone_entry *entry = &zone->entries[i];
        entry->utc_seconds = (int64_t)number_at(times + i * TIME_SIZE, TIME_SIZE);
        entry->kind = kinds[i];
        if (entry->utc_seconds < -TIME_ZONE_SECONDS_MOST ||
            entry->utc_seconds > TIME_ZONE_SECONDS_MOST || entry->kind >= zone->kind_count ||
            (i > 0 && entry->utc_seconds <= entry[-1].utc_seconds))
            return false;
    }
    return true;
}

/* Seconds with leap seconds in them ("right/Europe/Berlin") are not ours. */
static bool read_block(struct time_zone *zone, struct reader *reader, const struct counts *counts)
{
    const uint8_t *times = take(reader, (uint64_t)counts->times * TIME_SIZE);
    const uint8_t *entry_kinds = take(reader, counts->times);
    const uint8_t *kinds = take(reader, (uint64_t)counts->kinds * KIND_SIZE);
    const uint8_t *letters = take(reader, counts->letters);

    if (!times || !entry_kinds || !kinds || !letters || !counts->kinds || counts->leaps ||
        !take(reader, (uint64_t)counts->is_standard + counts->is_utc))
        return false;
    zone->kind_count = counts->kinds;
    zone->kinds = memory_array(zone->kind_count, sizeof(*zone->kinds));
    zone->entry_count = counts->times;
    zone->entries = memory_array(zone->entry_count, sizeof(*zone->entries));
    return read_kinds(zone, kinds, (const char *)letters, counts->letters) &&
           read_entries(zone, times, entry_kinds);
}

/* The rule stands between two line feeds, and may be empty. */
static bool read_rule(struct time_zone *zone, struct reader *reader)
{
    const uint8_t *first = take(reader, 1);
    const uint8_t *end = first && *first == '\n' ? memchr(reader->at, '\n', reader->left) : NULL;
    size_t length = end ? (size_t)(end - reader->at) : RULE_SIZE;

    if (length >= RULE_SIZE)
        return false;
    AUTO_FREE char *text = memory_text_n((const char *)reader->at, length);
    zone->has_rule = *text != '\0';
    return !zone->has_rule || time_zone_rule_parse(text, &zone->rule);
}

enum error_code time_zone_parse(const char *name, const void *bytes, size_t length,
                                struct time_zone **ret, struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *zone = memory_new(sizeof(*zone));
    struct reader reader = {bytes, length};
    struct counts old = {0}, counts = {0};

    text_copy(zone->name, sizeof(zone->name), name);
    if (!take_header(&reader, &old) || !skip_block(&reader, &old, OLD_TIME_SIZE) ||
        !take_header(&reader, &counts) || !read_block(zone, &reader, &counts) ||
        !read_rule(zone, &reader))
        return error_set(error, ERROR_FORMAT,
                         "the file of the time zone %s is no TZif file of version 2 or later",
                         zone->name);
    *ret = TAKE(zone);
    return ERROR_NONE;
}

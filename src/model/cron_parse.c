/* The texts of cron.h, read field by field. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"

enum { TEXT_MOST = 200, FIELD_COUNT = 5 };

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                          "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY };

static const struct field {
    const char *name;
    int low, high;
    const char *const *names; /* of low and what follows */
    const char *may;
} fields[FIELD_COUNT] = {
    [MINUTE] = {"minute", 0, 59, NULL, "0 to 59"},
    [HOUR] = {"hour", 0, 23, NULL, "0 to 23"},
    [DAY] = {"day", 1, 31, NULL, "1 to 31"},
    [MONTH] = {"month", 1, 12, month_names, "1 to 12 or jan to dec"},
    [WEEKDAY] = {"weekday", 0, 7, weekday_names, "0 to 7 (0 and 7 are Sunday) or sun to sat"},
};

static const struct {
    const char *word, *text;
} short_forms[] = {
    {"@hourly", "0 * * * *"},   {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},   {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
};

static const struct unit {
    const char *letter, *name;
    int most;
    int minutes; /* in one; 0: days */
} units[] = {{"m", "minutes", 1440, 1}, {"h", "hours", 24, 60}, {"d", "days", 366, 0}};

static const char *const blanks = " \t\r\n";

static bool parse_value(const struct field *field, const char *text, int *ret)
{
    int64_t number = 0;

    for (int i = 0; field->names && field->names[i]; i++) {
        if (text_equal_ignoring_case(text, field->names[i])) {
            *ret = field->low + i;
            return true;
        }
    }
    if (!text_to_integer(text, field->low, field->high, &number))
        return false;
    *ret = (int)number;
    return true;
}

/* "5", "1-5", "*"; with a step, "5" leads on to the end. */
static bool parse_range(const struct field *field, char *text, bool has_step, int *low, int *high)
{
    char *dash = strchr(text, '-');

    *low = field->low;
    *high = field == &fields[WEEKDAY] ? 6 : field->high;
    if (text_equal(text, "*"))
        return true;
    if (dash)
        *dash = '\0';
    bool is_good = parse_value(field, text, low);
    if (dash) {
        *dash = '-';
        is_good = is_good && parse_value(field, dash + 1, high);
        if (field == &fields[WEEKDAY] && *high == 0 && *low > 0)
            *high = 7; /* "sat-sun" */
    } else if (!has_step) {
        *high = *low;
    }
    return is_good && *low <= *high;
}

/* One part of a list, as bits. */
static bool parse_part(const struct field *field, char *text, uint64_t *bits)
{
    char *slash = strchr(text, '/');
    int64_t step = 1;
    int low = 0, high = 0;

    if (slash)
        *slash = '\0';
    bool is_good = parse_range(field, text, slash != NULL, &low, &high) &&
                   (!slash || text_to_integer(slash + 1, 1, field->high, &step));
    if (slash)
        *slash = '/';
    for (int value = low; is_good && value <= high; value += (int)step)
        *bits |= UINT64_C(1) << (field == &fields[WEEKDAY] ? value % 7 : value);
    return is_good;
}

static enum error_code parse_field(const struct field *field, const char *text, uint64_t *ret,
                                   struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *rest = copy, *part = NULL;

    *ret = 0;
    while ((part = strsep(&rest, ",")))
        if (!parse_part(field, part, ret))
            return error_set(error, ERROR_USAGE,
                             "the %s is \"%s\", where \"%s\" cannot be; it must be %s, or *, a "
                             "list (1,3), a range (1-5) or a step (*/2)",
                             field->name, text, part, field->may);
    return ERROR_NONE;
}

static enum error_code parse_fields(char *const words[FIELD_COUNT], struct cron *ret,
                                    struct error *error)
{
    uint64_t bits[FIELD_COUNT];

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        enum error_code rc = parse_field(&fields[i], words[i], &bits[i], error);
        if (rc)
            return rc;
    }
    *ret = (struct cron){
        .minutes = bits[MINUTE],
        .hours = (uint32_t)bits[HOUR],
        .days = (uint32_t)bits[DAY],
        .months = (uint32_t)bits[MONTH],
        .weekdays = (uint32_t)bits[WEEKDAY],
        .any_day = text_equal(words[DAY], "*"),
        .any_weekday = text_equal(words[WEEKDAY], "*"),
    };
    return ERROR_NONE;
}

/* Cuts at blanks, in place; counts words beyond the ones that are kept too. */
static size_t split(char *text, char *words[FIELD_COUNT])
{
    char *rest = NULL;
    size_t count = 0;

    for (char *word = strtok_r(text, blanks, &rest); word; word = strtok_r(NULL, blanks, &rest)) {
        if (count < FIELD_COUNT)
            words[count] = word;
        count++;
    }
    return count;
}

static enum error_code parse_five(const char *text, struct cron *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *words[FIELD_COUNT];
    size_t count = split(copy, words);

    if (count == FIELD_COUNT)
        return parse_fields(words, ret, error);
    return error_set(error, ERROR_USAGE,
                     "\"%s\" has %zu %s; it must have five (minute, hour, day, month, weekday), or "
                     "be like \"every 6h\" or @daily",
                     text, count, count == 1 ? "field" : "fields");
}

static enum error_code refuse_every(const char *text, struct error *error)
{
    return error_set(error, ERROR_USAGE,
                     "\"%s\" is no interval; it must be like \"every 15m\" (up to 1440m), \"every "
                     "6h\" (up to 24h) or \"every 2d\" (up to 366d)",
                     text);
}

/* `amount` is "6h". */
static enum error_code parse_every(const char *text, const char *amount, struct cron *ret,
                                   struct error *error)
{
    AUTO_FREE char *digits = memory_text_n(amount, strspn(amount, "0123456789"));
    const char *letter = amount + strlen(digits);
    int64_t number = 0;

    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        if (!text_equal_ignoring_case(letter, units[i].letter) ||
            !text_to_integer(digits, 1, units[i].most, &number))
            continue;
        parse_five(units[i].minutes ? "* * * * *" : "0 0 * * *", ret, NULL);
        ret->every_minutes = (int)number * units[i].minutes;
        ret->every_days = units[i].minutes ? 0 : (int)number;
        return ERROR_NONE;
    }
    return refuse_every(text, error);
}

static const char *short_form(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(short_forms); i++)
        if (text_equal_ignoring_case(text, short_forms[i].word))
            return short_forms[i].text;
    return NULL;
}

enum error_code cron_parse(const char *text, struct cron *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *trimmed = text_trim(copy);

    if (strlen(trimmed) > TEXT_MOST)
        return error_set(error, ERROR_USAGE, "a schedule has at most %d characters", TEXT_MOST);
    if (text_starts_with_ignoring_case(trimmed, "every ")) {
        const char *amount = trimmed + strlen("every ");
        return parse_every(trimmed, amount + strspn(amount, blanks), ret, error);
    }
    if (*trimmed != '@')
        return parse_five(trimmed, ret, error);
    const char *five = short_form(trimmed);
    if (five)
        return parse_five(five, ret, error);
    return error_set(
        error, ERROR_USAGE,
        "\"%s\" is not known; it must be @hourly, @daily, @weekly, @monthly or @yearly", trimmed);
}

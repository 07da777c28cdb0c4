#include "model/notice_choice.h"

#include <ctype.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

enum { WEEK_DAYS = 7 };

const char *const notice_form_words[] = {
#define FORM_WORD(name, word, meaning) word,
    NOTICE_FORM_TABLE(FORM_WORD)
#undef FORM_WORD
        NULL,
};

static const char *const form_meanings[] = {
#define FORM_MEANING(name, word, meaning) meaning,
    NOTICE_FORM_TABLE(FORM_MEANING)
#undef FORM_MEANING
};

const char *notice_form_meaning(enum notice_form form)
{
    return form_meanings[form];
}

bool notice_form_from_word(const char *word, enum notice_form *ret)
{
    for (int i = 0; notice_form_words[i]; i++) {
        if (!text_equal(notice_form_words[i], word))
            continue;
        *ret = (enum notice_form)i;
        return true;
    }
    return false;
}

bool notice_is_digest(const struct notice_choice *choice)
{
    return choice->form == NOTICE_FORM_DAILY || choice->form == NOTICE_FORM_WEEKLY;
}

/*
 * A run that failed is told by its own notice to who wants one for every run, and by an alarm, once
 * until it is well again, to all others; that one was stopped, to the former alone. Digests leave
 * out what a single run took.
 */
static bool wants(const struct notice_choice *choice, const struct notice_part *part, bool is_run)
{
    bool each_run = choice->form == NOTICE_FORM_EACH_RUN;

    if (part->kind == NOTICE_PART_SUMMARY)
        return !notice_is_digest(choice);
    if (part->kind == NOTICE_PART_RUN_TROUBLE && is_run != each_run)
        return false;
    if (part->kind == NOTICE_PART_STOPPED && !each_run)
        return false;
    if (!(choice->events & 1U << notice_part_event(part->kind)))
        return false;
    return choice->form != NOTICE_FORM_ERRORS || notice_part_severity(part->kind) >= NOTICE_WARNING;
}

static const char *capitalised(const char *text, struct arena *arena)
{
    char *copy = arena_text(arena, text);

    *copy = (char)toupper((unsigned char)*copy);
    return copy;
}

/*
 * Two brief sentences stand beside each other. Of more the first alone does, and the others are
 * "things": "3 titles were requested, and 2 more" would read as five titles.
 */
static const char *joined(const char *first, const char *second, size_t others, struct arena *arena)
{
    enum { BESIDE_MOST = 120 };

    if (!others)
        return first;
    if (others == 1 && strlen(first) + strlen(second) <= BESIDE_MOST)
        return arena_print(arena, "%s; %s", first, second);
    return arena_print(arena, "%.200s (and %zu other %s)", first, others,
                       others == 1 ? "thing" : "things");
}

const char *notice_title_of(const struct notice *notice, struct arena *arena)
{
    const struct notice_part *first = NULL, *second = NULL;
    size_t others = 0;

    for (size_t i = 0; i < notice->count; i++) {
        const struct notice_part *part = &notice->parts[i];
        if (part->kind == NOTICE_PART_SUMMARY)
            continue;
        others += first != NULL;
        second = first && !second ? part : second;
        first = first ? first : part;
    }
    if (!first)
        return "The sync found nothing new";
    const char *sentence = notice_part_sentence(first, arena);
    if (first->kind != NOTICE_PART_LIST_TROUBLE) /* it begins with a name */
        sentence = capitalised(sentence, arena);
    return joined(sentence, second ? notice_part_sentence(second, arena) : "", others, arena);
}

/* What the target wants of one of them; false: nothing but perhaps how long it took. */
static bool choose_parts(const struct notice_choice *choice, const struct notice *notice,
                         bool is_run, struct arena *arena, struct notice *ret)
{
    bool is_wanted = is_run && notice && choice->form == NOTICE_FORM_EACH_RUN;

    notice_init(ret, arena, notice ? notice->at_ms : 0);
    for (size_t i = 0; notice && i < notice->count; i++) {
        const struct notice_part *part = &notice->parts[i];
        if (!wants(choice, part, is_run))
            continue;
        ret->parts[ret->count++] = *part;
        is_wanted |= part->kind != NOTICE_PART_SUMMARY;
    }
    return is_wanted;
}

static bool has_seerr_trouble(const struct notice *notice)
{
    for (size_t i = 0; i < notice->count; i++)
        if (notice->parts[i].kind == NOTICE_PART_SEERR_TROUBLE && !notice->parts[i].is_well)
            return true;
    return false;
}

/* The same is not said twice. */
static void drop_kind(struct notice *notice, enum notice_part_kind kind)
{
    size_t kept = 0;

    for (size_t i = 0; i < notice->count; i++)
        if (notice->parts[i].kind != kind)
            notice->parts[kept++] = notice->parts[i];
    notice->count = kept;
}

/* What goes first: errors, what the run did, other alarms, how long it took. */
static int place_of(const struct notice_part *part, bool is_run)
{
    if (notice_part_severity_of(part) == NOTICE_ERROR)
        return 0;
    if (part->kind == NOTICE_PART_SUMMARY)
        return 3;
    return is_run ? 1 : 2;
}

/* More than there is room for is left out at the end. */
static void put_together(const struct notice *run, const struct notice *alarms, struct notice *ret)
{
    const struct notice *both[] = {alarms, run};

    for (int place = 0; place <= 3; place++)
        for (size_t k = 0; k < 2; k++)
            for (size_t i = 0; i < both[k]->count; i++)
                if (place_of(&both[k]->parts[i], both[k] == run) == place &&
                    ret->count < NOTICE_PARTS_MOST)
                    ret->parts[ret->count++] = both[k]->parts[i];
}

bool notice_choose(const struct notice_choice *choice, const struct notice_news *news,
                   struct arena *arena, struct notice *ret)
{
    struct notice run, alarms;
    bool wants_run = choose_parts(choice, news->run, true, arena, &run);
    bool wants_alarms = choose_parts(choice, news->alarms, false, arena, &alarms);

    if (!wants_run)
        run.count = 0;
    if (news->seerr_failed_run && has_seerr_trouble(&alarms))
        drop_kind(&run, NOTICE_PART_RUN_TROUBLE);
    notice_init(ret, arena, news->run ? news->run->at_ms : alarms.at_ms);
    put_together(&run, &alarms, ret);
    ret->title = notice_title_of(ret, arena);
    return wants_run || wants_alarms;
}

static int minute_of(const struct time_zone *zone, int64_t now_ms)
{
    struct local_time local;

    time_zone_local(zone, now_ms / 1000, &local);
    return local.hour * 60 + local.minute;
}

/* The next time that a clock shows that minute, on that weekday (-1: any), after now. */
static int64_t next_at(const struct time_zone *zone, int64_t now_ms, int minute, int weekday)
{
    struct local_time local;
    int64_t found = 0;

    time_zone_local(zone, now_ms / 1000, &local);
    int64_t today = calendar_day(local.year, local.month, local.day);
    for (int ahead = 0; ahead <= WEEK_DAYS + 1; ahead++) {
        struct calendar_date date = calendar_date_of(today + ahead);
        if (weekday >= 0 && calendar_weekday(today + ahead) != weekday)
            continue;
        time_zone_utc(zone, date.year, date.month, date.day, minute / 60, minute % 60, 0, &found);
        if (found * 1000 > now_ms)
            return found * 1000;
    }
    return now_ms;
}

static bool is_quiet(const struct notice_choice *choice, int minute)
{
    int from = choice->quiet_from, until = choice->quiet_until;

    if (from < 0 || until < 0 || from == until)
        return false;
    if (from < until)
        return minute >= from && minute < until;
    return minute >= from || minute < until;
}

int64_t notice_after_quiet(const struct notice_choice *choice, const struct time_zone *zone,
                           int64_t now_ms)
{
    if (!is_quiet(choice, minute_of(zone, now_ms)))
        return now_ms;
    return next_at(zone, now_ms, choice->quiet_until, -1);
}

int64_t notice_due(const struct notice_choice *choice, const struct time_zone *zone, int64_t now_ms)
{
    if (notice_is_digest(choice))
        now_ms = next_at(zone, now_ms, choice->digest_minute,
                         choice->form == NOTICE_FORM_WEEKLY ? choice->digest_weekday : -1);
    return notice_after_quiet(choice, zone, now_ms);
}

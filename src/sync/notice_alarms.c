#include "sync/notice_alarms.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/notice_looks.h"

/* So many of a kind are told each by its sentence; more are counted. */
enum { TOLD_EACH = 12 };

/* Which part tells of which alarms: by the beginning of their keys. */
static const struct {
    const char *prefix;
    enum notice_part_kind kind;
} kinds[] = {
    {"run", NOTICE_PART_RUN_TROUBLE},      {"seerr", NOTICE_PART_SEERR_TROUBLE},
    {"silence", NOTICE_PART_NO_SYNC},      {"quota", NOTICE_PART_QUOTA},
    {"list/", NOTICE_PART_LIST_TROUBLE},   {"frozen/", NOTICE_PART_LIST_TROUBLE},
    {"shrunk/", NOTICE_PART_LIST_TROUBLE}, {"", NOTICE_PART_SERVICE_TROUBLE},
};

static enum notice_part_kind kind_of(const char *key)
{
    size_t i = 0;

    while (!text_starts_with(key, kinds[i].prefix))
        i++;
    return kinds[i].kind;
}

/* A notice while it is written. */
struct telling {
    struct notice *notice;
    struct arena *arena;
    size_t counts[NOTICE_PARTS][2]; /* by kind, and whether it is well */
};

static void tell(struct telling *telling, const char *key, bool is_well, const char *sentence)
{
    enum notice_part_kind kind = kind_of(key);

    if (telling->counts[kind][is_well]++ < TOLD_EACH)
        notice_say(telling->notice, telling->arena, kind, is_well, sentence);
}

static void tell_the_rest(struct telling *telling)
{
    for (int kind = 0; kind < NOTICE_PARTS; kind++)
        for (int is_well = 0; is_well < 2; is_well++) {
            size_t count = telling->counts[kind][is_well];
            if (count > TOLD_EACH)
                notice_say(telling->notice, telling->arena, (enum notice_part_kind)kind, is_well,
                           arena_print(telling->arena, "… and %zu more like %s", count - TOLD_EACH,
                                       count - TOLD_EACH == 1 ? "that" : "these"));
        }
}

static const struct wrong *find_wrong(const struct looking *looking, const char *key)
{
    for (size_t i = 0; i < looking->count; i++)
        if (text_equal(looking->items[i].key, key))
            return &looking->items[i];
    return NULL;
}

static enum error_code raise_new(const struct looking *looking, struct telling *telling)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < looking->count; i++) {
        const struct wrong *wrong = &looking->items[i];
        struct alarm alarm = {wrong->key, wrong->sentence, wrong->well, looking->view->now_ms};
        if (wrong->state != WRONG_IS || notice_looks_was_told(looking, wrong->key))
            continue;
        rc = alarms_raise(looking->store, &alarm, looking->error);
        tell(telling, wrong->key, false, wrong->sentence);
    }
    return rc;
}

static enum error_code end_old(const struct looking *looking, struct telling *telling)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < looking->told->count; i++) {
        const struct alarm *alarm = &looking->told->items[i];
        const struct wrong *wrong = find_wrong(looking, alarm->key);
        if (wrong && wrong->state != WRONG_IS_OVER)
            continue;
        const char *well = wrong ? wrong->well : alarm->well;
        rc = alarms_end(looking->store, alarm->key, looking->error);
        if (*well)
            tell(telling, alarm->key, true, well);
    }
    return rc;
}

enum error_code notice_alarms_look(const struct notice_alarms_view *view, struct store *store,
                                   struct arena *arena, struct notice *ret, struct error *error)
{
    struct alarms told = {0};
    struct telling telling = {.notice = ret, .arena = arena};
    struct looking looking = {
        .view = view, .store = store, .arena = arena, .told = &told, .error = error};
    enum error_code rc = alarms_load(store, arena, &told, error);

    notice_init(ret, arena, view->now_ms);
    if (!rc)
        rc = notice_looks(&looking);
    if (!rc)
        rc = raise_new(&looking, &telling);
    if (!rc)
        rc = end_old(&looking, &telling);
    tell_the_rest(&telling);
    free(looking.items);
    return rc;
}

static const struct alarm *find_told(const struct alarms *told, const char *key)
{
    for (size_t i = 0; i < told->count; i++)
        if (text_equal(told->items[i].key, key))
            return &told->items[i];
    return NULL;
}

/* Of what nobody knows now holds what was told of it. */
static void keep_wrong(const struct looking *looking, struct alarms *ret)
{
    ret->items = arena_take(looking->arena, (looking->count + 1) * sizeof(*ret->items));
    for (size_t i = 0; i < looking->count; i++) {
        const struct wrong *wrong = &looking->items[i];
        const struct alarm *told = find_told(looking->told, wrong->key);
        if (wrong->state == WRONG_IS)
            ret->items[ret->count++] = (struct alarm){wrong->key, wrong->sentence, wrong->well,
                                                      told ? told->raised_ms : 0};
        else if (wrong->state == WRONG_MAY_BE && told)
            ret->items[ret->count++] = *told;
    }
}

enum error_code notice_alarms_now(const struct notice_alarms_view *view, struct store *store,
                                  struct arena *arena, struct alarms *ret, struct error *error)
{
    struct alarms told = {0};
    struct looking looking = {
        .view = view, .store = store, .arena = arena, .told = &told, .error = error};
    enum error_code rc = alarms_load(store, arena, &told, error);

    *ret = (struct alarms){0};
    if (!rc)
        rc = notice_looks(&looking);
    if (!rc)
        keep_wrong(&looking, ret);
    free(looking.items);
    return rc;
}

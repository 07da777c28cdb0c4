#include "sync/move_in.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/list_text.h"
#include "providers/provider.h"
#include "store/former_keep.h"
#include "store/lists.h"
#include "sync/move_in_parts.h"

enum { LISTS_OF_A_TEXT = 2000 };

const struct option move_in_options[] = {
    {"ENCRYPTION_KEY", OPTION_SECRET, NULL, 0, 0,
     "key of the secrets in the database of the original, when no file .encryption_key lies beside "
     "it"},
    {0},
};

const char *const move_in_result_words[] = {"taken_over", "already_there", "left_out", NULL};
const char *const move_in_part_words[] = {"lists",    "items", "requests", "runs",
                                          "settings", "users", NULL};

static void count_taken(struct move_in *move_in, const char *part, int64_t count)
{
    for (int i = 0; i < MOVE_IN_PARTS; i++)
        if (text_equal(move_in_part_words[i], part))
            move_in->taken[i] += count;
}

void move_in_say(struct move_in *move_in, enum move_in_result result, const char *part,
                 int64_t count, const char *format, ...)
{
    char sentence[600];
    va_list arguments;

    move_in->counts[result] += result == MOVE_IN_LEFT ? 1 : count;
    if (result == MOVE_IN_TAKEN)
        count_taken(move_in, part, count);
    if (move_in->count == MOVE_IN_LINES_MOST)
        return;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    text_tame(sentence);
    move_in->lines[move_in->count++] = (struct move_in_line){
        .result = result,
        .part = part,
        .count = count,
        .sentence = arena_text(move_in->arena, sentence),
    };
}

/* Of many alike there is one line, if any. The formats are ours: one %s, the number. */
static void say_count(struct move_in *move_in, enum move_in_result result, const char *part,
                      int64_t count, const char *of_one, const char *of_many)
{
    const char *format = count == 1 ? of_one : of_many;
    const char *at = strstr(format, "%s");

    if (count)
        move_in_say(move_in, result, part, count, "%.*s%lld%s", (int)(at - format), format,
                    (long long)count, at + 2);
}

void move_in_begin(struct move_in *move_in)
{
    move_in->lines = arena_take(move_in->arena, MOVE_IN_LINES_MOST * sizeof(*move_in->lines));
}

static enum error_code may_go_on(const struct move_in *move_in, struct error *error)
{
    if (!move_in->keep_going || move_in->keep_going(move_in->context))
        return ERROR_NONE;
    return error_set(error, ERROR_CANCELLED, "the program is ending; nothing was taken over");
}

enum error_code move_in_lock(struct move_in *move_in, struct error *error)
{
    if (move_in->is_begun)
        return ERROR_NONE;
    enum error_code rc = store_begin(move_in->store, error);
    move_in->is_begun = rc == ERROR_NONE;
    return rc;
}

enum error_code move_in_end(struct move_in *move_in, enum error_code rc, struct error *error)
{
    if (!move_in->is_begun)
        return rc;
    move_in->is_begun = false;
    if (rc || !move_in->dry_run)
        return store_end(move_in->store, rc, error);
    (void)store_end(move_in->store, ERROR_CANCELLED, NULL);
    return ERROR_NONE;
}

static const char *shown(const struct former_list *list)
{
    return *list->name ? list->name : list->list_id;
}

/* Its address says more than its id, which the original did not always keep whole. */
static enum error_code name_list(const struct former_list *list, struct list_ref *ret,
                                 struct error *error)
{
    return provider_parse(*list->type ? list->type : NULL, list->list_id, ret, error);
}

static void keep_its_name(const struct former_list *list, struct list_ref *ret)
{
    *ret = (struct list_ref){0};
    text_copy(ret->type, sizeof(ret->type), list->type);
    text_copy(ret->id, sizeof(ret->id), list->list_id);
    text_copy(ret->url, sizeof(ret->url), list->url);
}

static bool names(const char *entries, const struct list_ref *ref)
{
    AUTO_FREE char *copy = memory_text(entries);
    char *rest = copy, *entry;
    struct list_ref named;

    while ((entry = strsep(&rest, ",")))
        if (provider_parse(ref->type, text_trim(entry), &named, NULL) == ERROR_NONE &&
            text_equal(named.id, ref->id) && text_equal(named.type, ref->type))
            return true;
    return false;
}

/* The original kept what its environment named too: IMDB_LISTS, TRAKT_SPECIAL_LISTS and so on. */
static bool is_named(const struct move_in *move_in, const struct list_ref *ref)
{
    AUTO_FREE char *name = memory_print("%s_LISTS", ref->type);

    for (char *at = name; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return options_is_declared(move_in->given, name) && options_is_set(move_in->given, name) &&
           names(options_text(move_in->given, name), ref);
}

static enum error_code keep_list(struct move_in *move_in, const struct former_list *list,
                                 const struct list_ref *ref, unsigned flags, struct error *error)
{
    bool is_read = provider_find(ref->type) != NULL;
    enum former_kept kept = FORMER_KEPT_NEW;
    struct former_list kept_list = *list;
    int64_t id = 0;

    kept_list.is_named = is_named(move_in, ref);
    enum error_code rc = former_keep_list(move_in->store, ref, &kept_list, &kept, &id, error);

    if (rc)
        return rc;
    if (kept == FORMER_KEPT_THERE && flags & MOVE_IN_QUIET)
        return ERROR_NONE;
    if (kept == FORMER_KEPT_THERE)
        move_in_say(move_in, MOVE_IN_THERE, "lists", 1, "%s:%s is there already", ref->type,
                    ref->id);
    else if (kept == FORMER_KEPT_OUT)
        move_in_say(move_in, MOVE_IN_THERE, "lists", 1, "%s:%s was removed here and stays out",
                    ref->type, ref->id);
    else
        move_in_say(move_in, MOVE_IN_TAKEN, "lists", 1, "%s:%s is taken over%s", ref->type, ref->id,
                    is_read ? "" : "; this version does not read that source yet");
    return ERROR_NONE;
}

enum error_code move_in_list(struct move_in *move_in, const struct former_list *list,
                             unsigned flags, struct error *error)
{
    struct error why = {0};
    struct list_ref ref;

    if (name_list(list, &ref, &why)) {
        if (!(flags & MOVE_IN_KEEP_UNKNOWN) || !*list->type) {
            move_in_say(move_in, MOVE_IN_LEFT, "lists", 1, "the list \"%s\" is not taken over: %s",
                        shown(list), why.message);
            return ERROR_NONE;
        }
        keep_its_name(list, &ref);
    }
    if (move_in->refuses_files && text_starts_with_ignoring_case(ref.id, "file:")) {
        move_in_say(move_in, MOVE_IN_LEFT, "lists", 1,
                    "%s:%s is not taken over: lists that are files of the server are added there, "
                    "by `listsync lists add`",
                    ref.type, ref.id);
        return ERROR_NONE;
    }
    return keep_list(move_in, list, &ref, flags, error);
}

/* What the original calls a source that is not read here, by its address; "". */
static const char *type_of_address(const char *address)
{
    static const struct {
        const char *host, *type;
    } sources[] = {
        {"themoviedb.org/", "tmdb"},
        {"thetvdb.com/", "tvdb"},
        {"anilist.co/", "anilist"},
        {"simkl.com/", "simkl"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(sources); i++)
        if (text_starts_with(address, "http") && strstr(address, sources[i].host))
            return sources[i].type;
    return "";
}

static enum error_code take_lists(struct move_in *move_in, const struct former *former,
                                  struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < former->list_count; i++) {
        struct former_list list = former->lists[i];
        if (!*list.type)
            list.type = type_of_address(list.list_id);
        rc = move_in_list(move_in, &list, MOVE_IN_KEEP_UNKNOWN, error);
    }
    return rc;
}

/* In which quality it asked; the environment counts before what it had stored. */
static bool asked_in_4k(const struct move_in *move_in, const struct former *former)
{
    static const char name[] = "OVERSEERR_4K";

    if (options_is_declared(move_in->given, name) && options_is_set(move_in->given, name))
        return options_switch(move_in->given, name);
    for (size_t i = 0; i < former->setting_count; i++)
        if (text_equal_ignoring_case(former->settings[i].key, name))
            return text_equal_ignoring_case(former->settings[i].value, "true") ||
                   text_equal(former->settings[i].value, "1");
    return false;
}

/* By title as above: its newest row says how Seerr had it. */
static enum error_code take_requests(struct move_in *move_in, const struct former *former,
                                     struct error *error)
{
    bool is_4k = asked_in_4k(move_in, former), is_new = false;
    enum error_code rc = ERROR_NONE;
    int64_t count = 0;

    for (size_t i = former->item_count; !rc && i > 0; i--) {
        rc = may_go_on(move_in, error);
        if (!rc)
            rc = former_keep_request(move_in->store, &former->items[i - 1], is_4k, &is_new, error);
        count += is_new;
    }
    say_count(
        move_in, MOVE_IN_TAKEN, "requests", count,
        "%s of them was in Seerr already: it is not asked for a second time, even if Seerr has "
        "lost it since",
        "%s of them were in Seerr already: none of these is asked for a second time, even if "
        "Seerr has lost it since");
    return rc;
}

/* The last row of a title is the newest: it goes first, and the others find it there. */
static enum error_code take_items(struct move_in *move_in, const struct former *former,
                                  struct error *error)
{
    int64_t counts[FORMER_KEPT_OUT + 1] = {0};
    enum error_code rc = ERROR_NONE;

    for (size_t i = former->item_count; !rc && i > 0; i--) {
        enum former_kept kept = FORMER_KEPT_NEW;
        rc = may_go_on(move_in, error);
        if (!rc)
            rc = former_keep_item(move_in->store, &former->items[i - 1], &kept, error);
        counts[kept]++;
    }
    say_count(move_in, MOVE_IN_TAKEN, "items", counts[FORMER_KEPT_NEW],
              "%s title is taken over with its status",
              "%s titles are taken over with their status");
    say_count(move_in, MOVE_IN_THERE, "items", counts[FORMER_KEPT_THERE],
              "%s title is there already", "%s titles are there already");
    return rc;
}

static int by_time(const void *a, const void *b)
{
    return strcmp(((const struct former_run *)a)->started, ((const struct former_run *)b)->started);
}

static enum error_code list_of_run(struct move_in *move_in, const struct former_run *run,
                                   int64_t *ret, struct error *error)
{
    const struct former_list list = {.type = run->list_type, .list_id = run->list_id, .url = ""};
    struct stored_list found = {0};
    struct list_ref ref;

    *ret = 0;
    if (!*run->list_type || !*run->list_id)
        return ERROR_NONE;
    if (name_list(&list, &ref, NULL))
        keep_its_name(&list, &ref);
    enum error_code rc = lists_find(move_in->store, move_in->arena, &ref, &found, error);
    *ret = found.id;
    return rc == ERROR_NOT_FOUND ? ERROR_NONE : rc;
}

static enum error_code take_runs(struct move_in *move_in, const struct former *former,
                                 struct error *error)
{
    int64_t counts[FORMER_KEPT_OUT + 1] = {0};
    enum error_code rc = ERROR_NONE;

    if (former->run_count)
        qsort(former->runs, former->run_count, sizeof(*former->runs), by_time);
    for (size_t i = 0; !rc && i < former->run_count; i++) {
        enum former_kept kept = FORMER_KEPT_NEW;
        int64_t list_id = 0;
        rc = may_go_on(move_in, error);
        if (!rc)
            rc = list_of_run(move_in, &former->runs[i], &list_id, error);
        if (!rc)
            rc = former_keep_run(move_in->store, &former->runs[i], list_id, &kept, error);
        counts[kept]++;
    }
    say_count(move_in, MOVE_IN_TAKEN, "runs", counts[FORMER_KEPT_NEW],
              "%s sync of its history is taken over", "%s syncs of its history are taken over");
    say_count(move_in, MOVE_IN_THERE, "runs", counts[FORMER_KEPT_THERE],
              "%s sync of its history is there already",
              "%s syncs of its history are there already");
    say_count(move_in, MOVE_IN_LEFT, "runs", counts[FORMER_KEPT_OUT],
              "%s sync of its history is not taken over: this ListSync has synced since then, and "
              "its history is in order of time",
              "%s syncs of its history are not taken over: this ListSync has synced since then, "
              "and its history is in order of time");
    return rc;
}

static void say_what_is_left(struct move_in *move_in, const struct former *former)
{
    say_count(move_in, MOVE_IN_LEFT, "users", former->user_count,
              "%s user of Seerr is not copied: Seerr itself is asked for its users; who requests "
              "for a list is taken over with the list",
              "%s users of Seerr are not copied: Seerr itself is asked for them; who requests for "
              "a list is taken over with the list");
    if (former->has_secrets)
        move_in_say(move_in, MOVE_IN_LEFT, "settings", 1,
                    "API keys are not taken over: they are encrypted with a key that is not in the "
                    "file; enter them again");
    if (former->is_cut)
        move_in_say(move_in, MOVE_IN_LEFT, "items", 1,
                    "not all of it was read: there are more rows than this program takes");
}

static enum error_code refuse(const char *path, enum former_program program, struct error *error)
{
    if (program == FORMER_OURS)
        return error_set(error, ERROR_FORMAT,
                         "the database %s is one of this ListSync: put it into the data folder as "
                         "list_sync.db instead, or restore a backup",
                         path);
    return error_set(error, ERROR_FORMAT,
                     "the database %s is neither of the original ListSync nor of listseerr", path);
}

enum error_code move_in_database(struct move_in *move_in, const char *path, const char *fernet_key,
                                 struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct former former;
    enum error_code rc = former_read(path, arena, &former, error);

    if (rc)
        return rc;
    move_in->program = former.program;
    if (former.program != FORMER_ORIGINAL && former.program != FORMER_LISTSEERR)
        return refuse(path, former.program, error);
    rc = move_in_lock(move_in, error);
    if (!rc)
        rc = take_lists(move_in, &former, error);
    if (!rc)
        rc = take_items(move_in, &former, error);
    if (!rc)
        rc = take_requests(move_in, &former, error);
    if (!rc)
        rc = take_runs(move_in, &former, error);
    if (!rc)
        rc = move_in_settings(move_in, &former, fernet_key, error);
    say_what_is_left(move_in, &former);
    return rc;
}

enum error_code move_in_list_text(struct move_in *move_in, char *text, struct error *error)
{
    struct list_lines lines;

    if (!list_text_read(text, LISTS_OF_A_TEXT, move_in->arena, &lines))
        return error_set(error, ERROR_LIMIT, "there are more than %d lists in it", LISTS_OF_A_TEXT);
    enum error_code rc = move_in_lock(move_in, error);
    for (size_t i = 0; !rc && i < lines.count; i++) {
        const struct list_line *line = &lines.items[i];
        const struct former_list list = {.type = line->type ? line->type : "",
                                         .list_id = line->input,
                                         .url = "",
                                         .name = "",
                                         .last_synced = ""};
        rc = move_in_list(move_in, &list, list_text_is_export(text) ? MOVE_IN_KEEP_UNKNOWN : 0,
                          error);
    }
    return rc;
}

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/contradiction.h"
#include "providers/provider.h"
#include "seerr/search.h"
#include "sync/crew.h"
#include "sync/known_ids.h"
#include "sync/person_matches.h"
#include "sync/title_search.h"

/*
 * Which film or series in TMDB is each item? Ids decide. An entry that carries an id is never
 * searched by its title: where the id leads nowhere, a look-alike would be found. Asked in this
 * order: what a person said of it, the permanent id map, the source's own page of the title,
 * Seerr's look-up of the IMDb id, of the TVDB id; and the title only for entries that have no id at
 * all.
 */

enum {
    LOOKUPS_AT_ONCE = 6,
    FAILURES_IN_A_ROW = 20, /* answers of Seerr: a few bad titles must not hold up the rest */
    LOSSES_IN_A_ROW = 5,    /* no answer at all */
    SOURCE_FAILURES_IN_A_ROW = 3,
};

enum step { STEP_IDENTIFY, STEP_IMDB, STEP_TVDB, STEP_TITLE, STEP_DONE };

struct subject {
    struct item *item;
    enum step step;
    struct title_search *search; /* while the step is STEP_TITLE */
};

struct pile {
    size_t *jobs;
    size_t count;
    size_t capacity;
};

struct resolver {
    struct run *run;
    struct subject *subjects;
    size_t count;
    size_t done;
    struct pile for_source; /* to be asked of the source's own pages */
    struct pile for_seerr;
    struct crew source_crew;
    struct crew seerr_crew;
    size_t failures_in_a_row;
    const char *stopped; /* why no more is asked of Seerr; NULL while all is well */
    size_t source_failures_in_a_row;
    const char *source_stopped; /* likewise of the source's pages */
};

static void push(struct pile *pile, size_t job)
{
    memory_grow(&pile->jobs, pile->count, &pile->capacity);
    pile->jobs[pile->count++] = job;
}

static void pile_release(struct pile *pile)
{
    memory_release_local(&pile->jobs);
}

static bool needs_resolving(const struct item *item)
{
    return !item->unsupported &&
           (item->conflict || item->ids.tmdb == 0 || item->media_type == MEDIA_UNKNOWN);
}

static void leave(struct resolver *resolver, struct subject *subject, const char *evidence)
{
    subject->step = STEP_DONE;
    if (evidence)
        subject->item->evidence = evidence;
    resolver->done++;
    run_progress(resolver->run, SYNC_RESOLVE, (int64_t)resolver->done, (int64_t)resolver->count);
}

static void postpone(struct resolver *resolver, struct subject *subject, const char *why)
{
    subject->item->lookup_failed = true;
    leave(resolver, subject,
          arena_print(resolver->run->arena,
                      "could not be looked up now (%s); the next sync tries "
                      "again",
                      why));
}

static void ask_seerr(struct resolver *resolver, struct subject *subject, enum step step)
{
    subject->step = step;
    push(&resolver->for_seerr, (size_t)(subject - resolver->subjects));
    crew_feed(&resolver->seerr_crew);
}

/* By IMDb id, else by TVDB id, else by title, else not at all. */
static void go_on(struct resolver *resolver, struct subject *subject)
{
    struct item *item = subject->item;
    struct arena *arena = resolver->run->arena;

    const char *miss = known_ids_miss(
        resolver->run, *item->ids.imdb ? known_ids_imdb_key(item, arena) : item->ids.source_id);

    if (*item->ids.imdb) {
        if (miss)
            leave(resolver, subject, item->conflict ? item->conflict : miss);
        else
            ask_seerr(resolver, subject, STEP_IMDB);
    } else if (item->conflict) {
        leave(resolver, subject, item->conflict);
    } else if (item->ids.tvdb) {
        ask_seerr(resolver, subject, STEP_TVDB);
    } else if (item->ids.tmdb) {
        leave(resolver, subject,
              "the list gives a TMDB number but does not say whether it is a film or a series");
    } else if (item->ids.source_id) {
        leave(resolver, subject,
              miss ? miss : "nobody could be asked what the source's own id stands for");
    } else if (!item->year || !known_ids_title_key(item, arena)) {
        leave(resolver, subject, "the list gives neither an id nor both a title and a year");
    } else if ((miss = known_ids_miss(resolver->run, known_ids_title_key(item, arena)))) {
        leave(resolver, subject, miss);
    } else {
        subject->search = title_search_new(arena, item);
        ask_seerr(resolver, subject, STEP_TITLE);
    }
}

static void begin(struct resolver *resolver, struct subject *subject)
{
    struct item *item = subject->item;

    if (known_ids_recall(resolver->run->tools->store, resolver->run->arena, item)) {
        leave(resolver, subject, NULL);
    } else if (!*item->ids.imdb && !item->conflict && provider_of_source_id(item->ids.source_id) &&
               !known_ids_miss(resolver->run, item->ids.source_id)) {
        subject->step = STEP_IDENTIFY;
        push(&resolver->for_source, (size_t)(subject - resolver->subjects));
    } else {
        go_on(resolver, subject);
    }
}

static bool source_ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct resolver *resolver = context;

    /* The pile is worked off from its end: its order does not matter. */
    while (resolver->for_source.count && !resolver->run->error.code) {
        *ret_job = resolver->for_source.jobs[--resolver->for_source.count];
        struct subject *subject = &resolver->subjects[*ret_job];
        const char *source_id = subject->item->ids.source_id;
        if (!resolver->source_stopped) {
            const struct provider *provider = provider_of_source_id(source_id);
            provider->identify_request(source_id, request);
            request->party = provider->name;
            return true;
        }
        postpone(resolver, subject, resolver->source_stopped);
    }
    return false;
}

static void take_identity(struct resolver *resolver, struct subject *subject,
                          const struct identity *identity)
{
    struct item *item = subject->item;
    struct run *run = resolver->run;

    if (!*item->ids.imdb)
        text_copy(item->ids.imdb, sizeof(item->ids.imdb), identity->ids.imdb);
    if (!identity->ids.tmdb || identity->media_type == MEDIA_UNKNOWN) {
        known_ids_learn(run, item->ids.source_id, MEDIA_UNKNOWN, 0, identity->ids.imdb,
                        "its page at the source gives the IMDb id");
        go_on(resolver, subject);
        return;
    }
    known_ids_found(
        run, item, item->ids.source_id, identity->media_type, identity->ids.tmdb, PROOF_SOURCE,
        arena_print(run->arena, "its page at the source links to the %s %" PRId64 " in TMDB",
                    media_type_noun(identity->media_type), identity->ids.tmdb));
    leave(resolver, subject, NULL);
}

/* A source that blocks us is left alone for the rest of the run; one that fails, soon. */
static void source_trouble(struct resolver *resolver, struct subject *subject, const char *why,
                           bool at_once)
{
    if (at_once || ++resolver->source_failures_in_a_row >= SOURCE_FAILURES_IN_A_ROW)
        resolver->source_stopped = arena_text(resolver->run->arena, why);
    postpone(resolver, subject, why);
}

static void source_answer(void *context, size_t job, const struct http_response *response)
{
    struct resolver *resolver = context;
    struct subject *subject = &resolver->subjects[job];
    const char *source_id = subject->item->ids.source_id;
    struct identity identity = {0};
    struct error error = {0};
    enum outcome outcome =
        provider_of_source_id(source_id)->identify_answer(response, &identity, &error);

    if (outcome == OUTCOME_OK) {
        take_identity(resolver, subject, &identity);
    } else if (outcome == OUTCOME_NOT_FOUND) {
        known_ids_not_found(resolver->run, source_id,
                            "its page at the source names neither a TMDB nor an IMDb id");
        go_on(resolver, subject);
    } else {
        source_trouble(resolver, subject, *error.message ? error.message : outcome_meaning(outcome),
                       outcome == OUTCOME_BLOCKED || outcome == OUTCOME_RATE_LIMITED);
        return;
    }
    resolver->source_failures_in_a_row = 0;
}

static void source_failed(void *context, size_t job, const struct error *error)
{
    struct resolver *resolver = context;

    source_trouble(resolver, &resolver->subjects[job], error->message, /* at_once= */ false);
}

static bool seerr_ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct resolver *resolver = context;
    const struct seerr *seerr = resolver->run->tools->seerr;

    while (resolver->for_seerr.count && !resolver->run->error.code) {
        *ret_job = resolver->for_seerr.jobs[--resolver->for_seerr.count];
        struct subject *subject = &resolver->subjects[*ret_job];
        if (resolver->stopped)
            postpone(resolver, subject, resolver->stopped);
        else if (subject->step == STEP_IMDB)
            return search_imdb_request(seerr, subject->item->ids.imdb, request), true;
        else if (subject->step == STEP_TVDB)
            return search_tvdb_request(seerr, subject->item->ids.tvdb, request), true;
        else
            return title_search_request(subject->search, seerr, request), true;
    }
    return false;
}

static void trouble(struct resolver *resolver, struct subject *subject, const struct error *error,
                    size_t most)
{
    if (++resolver->failures_in_a_row >= most && !resolver->stopped)
        resolver->stopped = arena_print(
            resolver->run->arena, "Seerr failed %zu look-ups in a row: %s", most, error->message);
    postpone(resolver, subject, error->message);
}

static void seerr_failed(void *context, size_t job, const struct error *error)
{
    struct resolver *resolver = context;

    trouble(resolver, &resolver->subjects[job], error, LOSSES_IN_A_ROW);
}

/* Film or series alone is often told wrong; together with another title or year it is not ours. */
static bool is_other_kind_and_work(const struct item *item, const struct candidate *found)
{
    return item->media_type != MEDIA_UNKNOWN && item->media_type != found->media_type &&
           !contradiction_same_work(item, found->title, found->original_title, found->year);
}

static void found_by_imdb(struct resolver *resolver, struct subject *subject,
                          const struct candidate *found)
{
    struct item *item = subject->item;
    struct arena *arena = resolver->run->arena;

    if (is_other_kind_and_work(item, found)) {
        leave(resolver, subject,
              arena_print(arena,
                          "the list means the %s \"%s\" (%d), but its IMDb id %s is the %s \"%s\" "
                          "(%d)",
                          media_type_noun(item->media_type), item->title, item->year,
                          item->ids.imdb, media_type_noun(found->media_type),
                          found->title ? found->title : "", found->year));
        return;
    }
    known_ids_found(
        resolver->run, item, known_ids_imdb_key(item, arena), found->media_type, found->tmdb,
        PROOF_IMDB,
        arena_print(arena, "Seerr's look-up of the IMDb id %s gives the %s %" PRId64 " in TMDB",
                    item->ids.imdb, media_type_noun(found->media_type), found->tmdb));
    leave(resolver, subject, NULL);
}

static void not_found_by_imdb(struct resolver *resolver, struct subject *subject)
{
    struct item *item = subject->item;
    struct arena *arena = resolver->run->arena;
    const char *why = arena_print(arena, "TMDB has no title with the IMDb id %s", item->ids.imdb);

    known_ids_not_found(resolver->run, known_ids_imdb_key(item, arena), why);
    leave(resolver, subject, item->conflict ? item->conflict : why);
}

static void imdb_answer(struct resolver *resolver, struct subject *subject,
                        const struct http_response *response)
{
    struct candidate found = {0};
    struct error error = {0};

    switch (search_id_answer(response, MEDIA_UNKNOWN, resolver->run->arena, &found, &error)) {
    case ERROR_NONE:
        found_by_imdb(resolver, subject, &found);
        break;
    case ERROR_NOT_FOUND:
        not_found_by_imdb(resolver, subject);
        break;
    case ERROR_REFUSED:
    case ERROR_FORMAT:
        resolver->run->error = error;
        break;
    default:
        trouble(resolver, subject, &error, FAILURES_IN_A_ROW);
        return;
    }
    resolver->failures_in_a_row = 0;
}

static void tvdb_answer(struct resolver *resolver, struct subject *subject,
                        const struct http_response *response)
{
    struct candidate found = {0};
    struct error error = {0};
    struct item *item = subject->item;
    struct arena *arena = resolver->run->arena;
    enum error_code rc = search_id_answer(response, item->media_type, arena, &found, &error);

    if (rc == ERROR_NONE) {
        item->media_type = found.media_type;
        known_ids_found(resolver->run, item, known_ids_tvdb_key(item, arena), found.media_type,
                        found.tmdb, PROOF_TVDB,
                        arena_print(arena,
                                    "Seerr's look-up of the TVDB id %" PRId64
                                    " gives the %s %" PRId64 " in TMDB",
                                    item->ids.tvdb, media_type_noun(found.media_type), found.tmdb));
        leave(resolver, subject, NULL);
    } else if (rc == ERROR_NOT_FOUND) {
        leave(resolver, subject,
              arena_print(arena, "Seerr finds no single title with the TVDB id %" PRId64,
                          item->ids.tvdb));
    } else {
        trouble(resolver, subject, &error, FAILURES_IN_A_ROW);
    }
}

static void title_answer(struct resolver *resolver, struct subject *subject,
                         const struct http_response *response)
{
    struct item *item = subject->item;
    struct arena *arena = resolver->run->arena;
    struct error error = {0};

    if (title_search_answer(subject->search, response, &error)) {
        trouble(resolver, subject, &error, FAILURES_IN_A_ROW);
        return;
    }
    if (!title_search_is_finished(subject->search)) {
        ask_seerr(resolver, subject, STEP_TITLE);
        return;
    }
    struct match match = title_search_choose(subject->search);
    if (match.chosen) {
        known_ids_found(resolver->run, item, known_ids_title_key(item, arena),
                        match.chosen->media_type, match.chosen->tmdb, PROOF_TITLE,
                        arena_text(arena, match.reason));
        leave(resolver, subject, NULL);
        return;
    }
    known_ids_not_found(resolver->run, known_ids_title_key(item, arena), match.reason);
    leave(resolver, subject, arena_text(arena, match.reason));
}

static void seerr_answer(void *context, size_t job, const struct http_response *response)
{
    static void (*const readers[])(struct resolver *, struct subject *,
                                   const struct http_response *) = {
        [STEP_IMDB] = imdb_answer,
        [STEP_TVDB] = tvdb_answer,
        [STEP_TITLE] = title_answer,
    };
    struct resolver *resolver = context;
    struct subject *subject = &resolver->subjects[job];
    struct error refusal = {0};

    if (seerr_refuses_all(response, &refusal))
        resolver->run->error = refusal;
    else
        readers[subject->step](resolver, subject, response);
}

/* A TMDB number that Seerr did not know when we asked for it. */
static void drop_bad_number(struct resolver *resolver, struct item *item)
{
    struct arena *arena = resolver->run->arena;

    const char *miss = known_ids_miss(resolver->run, known_ids_tmdb_key(item, arena));

    if (!miss)
        return;
    item->evidence = miss;
    item->ids.tmdb = 0;
    item->proof = PROOF_NONE;
}

/* A list's number against what its own IMDb id was once found to be. */
static void hold_against_id_map(struct resolver *resolver, struct item *item)
{
    int64_t known = 0;
    enum media_type type = known_ids_of_imdb(resolver->run, item, &known);

    if (!item->ids.tmdb || !known || (known == item->ids.tmdb && type == item->media_type))
        return;
    item->conflict = arena_print(resolver->run->arena,
                                 "a list gives the TMDB number %" PRId64 " beside the IMDb id %s, "
                                 "which is the %s %" PRId64,
                                 item->ids.tmdb, item->ids.imdb, media_type_noun(type), known);
}

static void collect(struct resolver *resolver)
{
    struct item_list *items = &resolver->run->result->items;

    resolver->subjects = arena_take(resolver->run->arena, items->count * sizeof(struct subject));
    for (size_t i = 0; i < items->count; i++) {
        struct item *item = &items->items[i];
        bool was_sure = !needs_resolving(item);
        if (item->proof == PROOF_PERSON) {
            drop_bad_number(resolver, item);
            continue;
        }
        if (was_sure && !item->unsupported) {
            drop_bad_number(resolver, item);
            hold_against_id_map(resolver, item);
        }
        /* A wrong number is no reason to go by the title: only an IMDb id can mend it. */
        if (needs_resolving(item) && !(was_sure && (item->conflict || !*item->ids.imdb)))
            resolver->subjects[resolver->count++].item = item;
    }
}

static struct crew crew_of(struct resolver *resolver, size_t workers)
{
    return (struct crew){
        .client = resolver->run->tools->client,
        .arena = resolver->run->arena,
        .workers = workers,
        .context = resolver,
    };
}

static void set_up_crews(struct resolver *resolver)
{
    resolver->source_crew = crew_of(resolver, 1);
    resolver->source_crew.ask = source_ask;
    resolver->source_crew.answer = source_answer;
    resolver->source_crew.failed = source_failed;
    resolver->seerr_crew = crew_of(resolver, LOOKUPS_AT_ONCE);
    resolver->seerr_crew.ask = seerr_ask;
    resolver->seerr_crew.answer = seerr_answer;
    resolver->seerr_crew.failed = seerr_failed;
}

/* One transaction for the thousands of questions to the id map: each alone would lock the file. */
static enum error_code begin_all(struct resolver *resolver)
{
    struct run *run = resolver->run;
    struct store *store = run->tools->store;

    if (store_begin(store, &run->error))
        return run->error.code;
    if (person_matches_apply(run) == ERROR_NONE)
        collect(resolver);
    for (size_t i = 0; i < resolver->count && !run->error.code; i++)
        begin(resolver, &resolver->subjects[i]);
    return store_end(store, run->error.code, &run->error);
}

/* What was found may be a number that TMDB has dropped since. */
static void drop_bad_findings(struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->count && !resolver->run->error.code; i++)
        drop_bad_number(resolver, resolver->subjects[i].item);
}

enum error_code resolve_items(struct run *run)
{
    struct resolver resolver = {.run = run};

    set_up_crews(&resolver);
    begin_all(&resolver);
    crew_feed(&resolver.source_crew);
    if (!run->error.code)
        run_drive(run);
    pile_release(&resolver.for_source);
    pile_release(&resolver.for_seerr);
    drop_bad_findings(&resolver);
    merge_again(&run->result->items);
    return run->error.code;
}

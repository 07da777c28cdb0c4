#include "model/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* What the rules ask about, worked out once. */
struct facts {
    const struct plan_input *input;
    const struct item *item;
    const struct title_look *look;
    const char *noun;    /* "film", "series" */
    const char *quality; /* "" or " in 4K" */
    enum media_status status;
    bool is_film;
    bool has_asked;            /* we asked, and nobody refused since */
    struct season_set wanted;  /* of the seasons that exist; needs a look */
    struct season_set missing; /* wanted, not there, not asked for, not refused; needs a look */
};

struct rule {
    const char *word;
    /* True when it decided; then decision and reason are filled in. */
    bool (*decides)(const struct facts *facts, struct plan_result *result);
};

static bool conclude(struct plan_result *result, enum decision decision, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Always true, so that a rule can return it. */
static bool conclude(struct plan_result *result, enum decision decision, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *sentence = memory_print_list(format, arguments);
    va_end(arguments);
    result->decision = decision;
    text_copy(result->reason, sizeof(result->reason), sentence);
    return true;
}

static bool remembers(const struct facts *facts, enum ledger_state state)
{
    return facts->input->remembered && facts->input->memory == state;
}

/* A person said that it may come again: what Seerr still shows of a refusal does not count. */
static bool is_allowed(const struct facts *facts)
{
    return remembers(facts, LEDGER_ALLOWED);
}

static void remember(const struct facts *facts, struct plan_result *result, enum ledger_state state)
{
    result->has_new_memory = !remembers(facts, state);
    result->new_memory = state;
}

static bool unsupported(const struct facts *facts, struct plan_result *result)
{
    return facts->item->unsupported && conclude(result, DECISION_SKIP_FILTERED,
                                                "Seerr cannot hold %s", facts->item->unsupported);
}

static bool conflict(const struct facts *facts, struct plan_result *result)
{
    return facts->item->conflict &&
           conclude(result, DECISION_UNMATCHED, "the lists disagree: %s", facts->item->conflict);
}

static bool unidentified(const struct facts *facts, struct plan_result *result)
{
    const struct item *item = facts->item;

    if (item->ids.tmdb > 0 && item->media_type != MEDIA_UNKNOWN)
        return false;
    return conclude(result, DECISION_UNMATCHED, "%s",
                    item->evidence ? item->evidence
                                   : "nothing that the lists say of it names one title in TMDB");
}

/* An empty set of seasons would ask for all of them, which nobody wanted. */
static bool impossible_season(const struct facts *facts, struct plan_result *result)
{
    const struct item *item = facts->item;

    return !facts->is_film && !item->whole_series && season_set_is_empty(&item->seasons) &&
           conclude(result, DECISION_SKIP_FILTERED,
                    "the season that the list asks for is not one that Seerr can hold");
}

static bool ignored(const struct facts *facts, struct plan_result *result)
{
    return facts->input->ignored && conclude(result, DECISION_SKIP_IGNORED,
                                             "you told ListSync to ignore this %s", facts->noun);
}

static bool blocklisted(const struct facts *facts, struct plan_result *result)
{
    return facts->status == MEDIA_STATUS_BLOCKLISTED &&
           conclude(result, DECISION_SKIP_BLOCKLISTED, "this %s is on Seerr's blocklist",
                    facts->noun);
}

static bool declined_earlier(const struct facts *facts, struct plan_result *result)
{
    return remembers(facts, LEDGER_DECLINED) &&
           conclude(result, DECISION_SKIP_DECLINED,
                    "a request for this %s%s was declined earlier; it is not asked for again until "
                    "you allow it",
                    facts->noun, facts->quality);
}

static bool deleted_earlier(const struct facts *facts, struct plan_result *result)
{
    return remembers(facts, LEDGER_DELETED) &&
           conclude(result, DECISION_SKIP_DELETED,
                    "this %s%s was deleted earlier; it is not asked for again until you allow it",
                    facts->noun, facts->quality);
}

static bool withdrawn(const struct facts *facts, struct plan_result *result)
{
    return remembers(facts, LEDGER_WITHDRAWN) &&
           conclude(result, DECISION_SKIP_IGNORED,
                    "our request for this %s%s was taken back in an undo; it is not asked for "
                    "again until you allow it",
                    facts->noun, facts->quality);
}

static bool deleted_in_seerr(const struct facts *facts, struct plan_result *result)
{
    if (facts->status != MEDIA_STATUS_DELETED || is_allowed(facts))
        return false;
    remember(facts, result, LEDGER_DELETED);
    return conclude(result, DECISION_SKIP_DELETED,
                    "this %s%s was there and has been deleted; Seerr says so", facts->noun,
                    facts->quality);
}

static bool gone_from_seerr(const struct facts *facts, struct plan_result *result)
{
    if (facts->status != MEDIA_STATUS_NONE || !facts->has_asked)
        return false;
    result->needs_look = !facts->look; /* one answer that lacks it is no proof */
    if (result->needs_look)
        return true;
    remember(facts, result, LEDGER_DELETED);
    return conclude(result, DECISION_SKIP_DELETED,
                    "this %s%s was asked for before and Seerr no longer knows it: it was deleted "
                    "there",
                    facts->noun, facts->quality);
}

/* Why an earlier try does not hold this request back, as the start of a sentence. */
static const char *earlier_try(const struct facts *facts)
{
    if (remembers(facts, LEDGER_INTENT))
        return "an earlier request was never answered, and ";
    if (remembers(facts, LEDGER_FAILED))
        return "an earlier request failed, and ";
    if (remembers(facts, LEDGER_BLOCKLISTED))
        return "it is no longer on the blocklist, and ";
    return "";
}

static bool new_film(const struct facts *facts, struct plan_result *result)
{
    return facts->status == MEDIA_STATUS_NONE && facts->is_film &&
           conclude(result, DECISION_REQUEST, "%sSeerr does not know this film%s yet",
                    earlier_try(facts), facts->quality);
}

static bool new_series(const struct facts *facts, struct plan_result *result)
{
    char seasons[SEASON_SET_TEXT];

    if (facts->status != MEDIA_STATUS_NONE || facts->look)
        return false;
    if (facts->item->whole_series)
        return conclude(result, DECISION_REQUEST,
                        "%sSeerr does not know this series%s yet; all seasons are asked for",
                        earlier_try(facts), facts->quality);
    result->seasons = facts->item->seasons;
    season_set_describe(&result->seasons, seasons);
    return conclude(result, DECISION_REQUEST,
                    "%sSeerr does not know this series%s yet; the list asks for %s",
                    earlier_try(facts), facts->quality, seasons);
}

static bool available(const struct facts *facts, struct plan_result *result)
{
    bool is_partial_film = facts->is_film && facts->status == MEDIA_STATUS_PARTIALLY_AVAILABLE;

    return (facts->status == MEDIA_STATUS_AVAILABLE || is_partial_film) &&
           conclude(result, DECISION_SKIP_AVAILABLE, "this %s is available%s", facts->noun,
                    facts->quality);
}

static bool film_requested(const struct facts *facts, struct plan_result *result)
{
    if (!facts->is_film)
        return false;
    if (facts->status == MEDIA_STATUS_PENDING)
        return conclude(result, DECISION_SKIP_REQUESTED,
                        "this film%s is requested and waits for approval", facts->quality);
    if (facts->status == MEDIA_STATUS_PROCESSING)
        return conclude(result, DECISION_SKIP_REQUESTED, "this film%s is requested and approved",
                        facts->quality);
    return false;
}

/* What is left needs to know requests and seasons, which the snapshot does not tell. */
static bool look_first(const struct facts *facts, struct plan_result *result)
{
    result->needs_look = !facts->look;
    return result->needs_look;
}

/* Of a title that Seerr knows and nobody has: the only trace of a request is the request itself. */
static bool is_request_over(const struct facts *facts)
{
    return facts->status == MEDIA_STATUS_UNKNOWN && !facts->look->has_open_request;
}

/*
 * A film in processing whose request was declined shows as unknown; a series keeps the state that
 * its approval once gave it.
 */
static bool declined_in_seerr(const struct facts *facts, struct plan_result *result)
{
    bool nothing_there = facts->status != MEDIA_STATUS_PARTIALLY_AVAILABLE;

    if (!nothing_there || facts->look->has_open_request || !facts->look->has_declined_request ||
        is_allowed(facts))
        return false;
    remember(facts, result, LEDGER_DECLINED);
    return conclude(result, DECISION_SKIP_DECLINED,
                    "the request for this %s%s was declined in Seerr; it is not asked for again "
                    "until you allow it",
                    facts->noun, facts->quality);
}

static bool request_deleted(const struct facts *facts, struct plan_result *result)
{
    if (!is_request_over(facts) || !facts->has_asked)
        return false;
    remember(facts, result, LEDGER_DELETED);
    return conclude(result, DECISION_SKIP_DELETED,
                    "this %s%s was asked for before and the request was deleted in Seerr",
                    facts->noun, facts->quality);
}

static bool film_with_request(const struct facts *facts, struct plan_result *result)
{
    return facts->is_film && facts->look->has_open_request &&
           conclude(result, DECISION_SKIP_REQUESTED, "this film%s has an open request in Seerr",
                    facts->quality);
}

static bool film_without_request(const struct facts *facts, struct plan_result *result)
{
    return facts->is_film && conclude(result, DECISION_REQUEST,
                                      "%sSeerr knows this film, but nobody has asked for it%s",
                                      earlier_try(facts), facts->quality);
}

static bool season_not_out(const struct facts *facts, struct plan_result *result)
{
    char seasons[SEASON_SET_TEXT];

    if (!season_set_is_empty(&facts->wanted))
        return false;
    if (facts->item->whole_series)
        return conclude(result, DECISION_SKIP_PARTIAL_CURRENT, "this series has no season yet");
    season_set_describe(&facts->item->seasons, seasons);
    return conclude(result, DECISION_SKIP_PARTIAL_CURRENT,
                    "the list asks for %s, which this series does not have yet", seasons);
}

static const char *be(const struct season_set *seasons)
{
    return season_set_count(seasons) == 1 ? "is" : "are";
}

static bool seasons_missing(const struct facts *facts, struct plan_result *result)
{
    char seasons[SEASON_SET_TEXT];

    if (season_set_is_empty(&facts->missing))
        return false;
    result->seasons = facts->missing;
    season_set_describe(&facts->missing, seasons);
    return conclude(result, DECISION_REQUEST,
                    "%s%s of this series %s neither there nor asked for%s", earlier_try(facts),
                    seasons, be(&facts->missing), facts->quality);
}

static bool seasons_withdrawn(const struct facts *facts, struct plan_result *result)
{
    char seasons[SEASON_SET_TEXT];
    struct season_set taken_back =
        season_set_both(&facts->wanted, &facts->input->seasons_withdrawn);

    if (season_set_is_empty(&taken_back) || is_allowed(facts))
        return false;
    season_set_describe(&taken_back, seasons);
    return conclude(result, DECISION_SKIP_IGNORED,
                    "our request for %s of this series%s was taken back in an undo; it is not "
                    "asked for again until you allow it",
                    seasons, facts->quality);
}

static bool series_current(const struct facts *facts, struct plan_result *result)
{
    char seasons[SEASON_SET_TEXT];

    if (facts->status != MEDIA_STATUS_PARTIALLY_AVAILABLE)
        return false;
    season_set_describe(&facts->wanted, seasons);
    return conclude(
        result, DECISION_SKIP_PARTIAL_CURRENT,
        "nothing is left to ask for%s: %s of this series %s there, asked for or refused",
        facts->quality, seasons, be(&facts->wanted));
}

static bool series_requested(const struct facts *facts, struct plan_result *result)
{
    char seasons[SEASON_SET_TEXT];

    season_set_describe(&facts->wanted, seasons);
    return conclude(result, DECISION_SKIP_REQUESTED, "%s of this series %s already asked for%s",
                    seasons, be(&facts->wanted), facts->quality);
}

/* Tried in this order; the first that decides is the reason. From look_first on there is a look. */
static const struct rule rules[] = {
    {"unsupported", unsupported},
    {"conflict", conflict},
    {"unidentified", unidentified},
    {"impossible_season", impossible_season},
    {"ignored", ignored},
    {"blocklisted", blocklisted},
    {"available", available},
    {"film_requested", film_requested},
    {"declined_earlier", declined_earlier},
    {"deleted_earlier", deleted_earlier},
    {"withdrawn", withdrawn},
    {"deleted_in_seerr", deleted_in_seerr},
    {"gone_from_seerr", gone_from_seerr},
    {"new_film", new_film},
    {"new_series", new_series},
    {"look_first", look_first},
    {"declined_in_seerr", declined_in_seerr},
    {"request_deleted", request_deleted},
    {"film_with_request", film_with_request},
    {"film_without_request", film_without_request},
    {"season_not_out", season_not_out},
    {"seasons_missing", seasons_missing},
    {"seasons_withdrawn", seasons_withdrawn},
    {"series_current", series_current},
    {"series_requested", series_requested},
};

static void subtract(struct season_set *seasons, const struct season_set *others)
{
    *seasons = season_set_minus(seasons, others);
}

static void find_missing(struct facts *facts)
{
    const struct plan_input *input = facts->input;
    const struct title_look *look = facts->look;

    facts->wanted = facts->item->whole_series
                        ? look->seasons
                        : season_set_both(&facts->item->seasons, &look->seasons);
    facts->missing = season_set_minus(&facts->wanted, &look->covered);
    if (input->media)
        subtract(&facts->missing, &input->media->seasons_there);
    if (is_allowed(facts))
        return;
    subtract(&facts->missing, &look->refused);
    subtract(&facts->missing, &input->seasons_requested);
    subtract(&facts->missing, &input->seasons_withdrawn);
    if (input->media)
        subtract(&facts->missing, &input->media->seasons_deleted);
}

/* A blocklisting that is over is forgotten, but not what was asked for before it. */
static bool has_asked(const struct plan_input *input)
{
    if (!input->remembered)
        return false;
    if (input->memory == LEDGER_BLOCKLISTED)
        return !season_set_is_empty(&input->seasons_requested);
    return input->memory == LEDGER_REQUESTED || input->memory == LEDGER_EXISTED ||
           input->memory == LEDGER_NOTHING_NEW;
}

static struct facts find_facts(const struct plan_input *input)
{
    struct facts facts = {
        .input = input,
        .item = input->item,
        .look = input->look,
        .noun = media_type_noun(input->item->media_type),
        .quality = input->is_4k ? " in 4K" : "",
        .status = input->media ? input->media->status : MEDIA_STATUS_NONE,
        .is_film = input->item->media_type == MEDIA_MOVIE,
        .has_asked = has_asked(input),
    };

    if (facts.look)
        find_missing(&facts);
    return facts;
}

void plan_decide(const struct plan_input *input, struct plan_result *result)
{
    struct facts facts = find_facts(input);

    *result = (struct plan_result){0};
    for (size_t i = 0; i < ARRAY_LENGTH(rules) && !result->rule; i++)
        if (rules[i].decides(&facts, result))
            result->rule = rules[i].word;
    CHECK(result->rule);
}

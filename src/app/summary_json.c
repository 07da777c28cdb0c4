#include "app/summary.h"
#include "base/json_writer.h"

enum { FLUSH_AT = 64 * 1024 };

static void put_lists(struct json_writer *json, const struct sync_result *result)
{
    json_begin_array(json, "lists");
    for (size_t i = 0; i < result->list_count; i++) {
        const struct sync_list *list = &result->lists[i];
        json_begin_object(json, NULL);
        json_put_text(json, "type", list->list.ref.type);
        json_put_text(json, "id", list->list.ref.id);
        json_put_text(json, "outcome", outcome_word(list->outcome));
        json_put_number(json, "items", list->count);
        json_put_text(json, "message", list->message);
        json_put_bool(json, "from_last_good_reading", list->from_snapshot);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_counts(struct json_writer *json, const struct sync_counts *counts)
{
    json_begin_object(json, "counts");
    json_put_number(json, "requested", counts->requested);
    json_put_number(json, "already_requested", counts->already_requested);
    json_put_number(json, "already_available", counts->already_available);
    json_put_number(json, "skipped", counts->skipped);
    json_put_number(json, "not_found", counts->not_found);
    json_put_number(json, "error", counts->error);
    json_put_number(json, "unmatched", counts->unmatched);
    json_put_number(json, "not_reached", counts->not_reached);
    json_end_object(json);
}

static void put_sources(struct json_writer *json, const struct item *item)
{
    json_begin_array(json, "sources");
    for (size_t i = 0; i < item->source_count; i++) {
        const struct item_source *source = &item->sources[i];
        json_begin_object(json, NULL);
        json_put_text(json, "type", source->list->ref->type);
        json_put_text(json, "id", source->list->ref->id);
        json_put_number(json, "rank", source->rank);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_seasons(struct json_writer *json, const struct item *item)
{
    json_begin_array(json, "seasons");
    for (int season = 1; season <= SEASON_MAX; season++)
        if (season_set_has(&item->seasons_to_request, season))
            json_put_number(json, NULL, season);
    json_end_array(json);
}

static void put_item(struct json_writer *json, const struct item *item)
{
    json_begin_object(json, NULL);
    json_put_text(json, "title", item->title);
    json_put_number_or_null(json, "year", item->year);
    json_put_text(json, "media_type", media_type_word(item->media_type));
    json_put_number_or_null(json, "tmdb_id", item->ids.tmdb);
    json_put_text(json, "imdb_id", *item->ids.imdb ? item->ids.imdb : NULL);
    json_put_text(json, "decision", decision_word(item->decision));
    json_put_text(json, "status", item_status_word(item->status));
    json_put_text(json, "rule", item->rule);
    json_put_text(json, "reason", item->reason);
    json_put_text(json, "proof", proof_word(item->proof));
    json_put_text(json, "evidence", item->evidence);
    json_put_text(json, "answer", item->answer);
    if (item->media_type == MEDIA_TV)
        put_seasons(json, item);
    put_sources(json, item);
    json_end_object(json);
}

static void put_run(struct json_writer *json, const struct stored_run *run)
{
    json_put_number(json, "run_id", run->id);
    json_put_text(json, "mode", run_mode_word(run->mode));
    json_put_text(json, "state", run_state_word(run->state));
    json_put_bool(json, "dry_run", run->dry_run);
    json_put_number(json, "duration_ms", run->duration_ms);
    json_put_text(json, "message", run->message);
}

/* Ten thousand items are megabytes: what is written leaves memory as it goes. */
static void flush(struct buffer *text, FILE *out)
{
    if (text->length < FLUSH_AT)
        return;
    fwrite(text->bytes, 1, text->length, out);
    buffer_clear(text);
}

void summary_print_json(const struct sync_result *result, FILE *out)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);

    json_begin_object(&json, NULL);
    put_run(&json, &result->run);
    put_lists(&json, result);
    put_counts(&json, &result->counts);
    json_begin_array(&json, "items");
    for (size_t i = 0; i < result->items.count; i++) {
        put_item(&json, &result->items.items[i]);
        flush(&text, out);
    }
    json_end_array(&json);
    json_put_number(&json, "seerr_calls", result->run.seerr_calls);
    json_put_number(&json, "source_calls", result->run.source_calls);
    json_end_object(&json);
    fprintf(out, "%s\n", buffer_string(&text));
}

#include "counters.h"

#include <stdio.h>

void counters_start(struct counters *counters)
{
    *counters = (struct counters){.seerr = json_object(), .sources = json_object()};
}

void counters_free(struct counters *counters)
{
    json_decref(counters->seerr);
    json_decref(counters->sources);
}

void counters_reset(struct counters *counters)
{
    struct counters fresh = {.seerr_in_flight = counters->seerr_in_flight,
                             .post_request_in_flight = counters->post_request_in_flight};
    counters_free(counters);
    *counters = fresh;
    counters->seerr = json_object();
    counters->sources = json_object();
}

static void count(json_t *object, const char *key)
{
    json_int_t before = json_integer_value(json_object_get(object, key));
    json_object_set_new(object, key, json_integer(before + 1));
}

void counters_add_seerr(struct counters *counters, const char *method, const char *route)
{
    char key[200];
    snprintf(key, sizeof key, "%s /api/v1%s", method, route);
    count(counters->seerr, key);
    counters->seerr_total++;
    counters->total++;
}

void counters_add_source(struct counters *counters, const char *host)
{
    count(counters->sources, host);
    counters->total++;
}

void counters_enter_seerr(struct counters *counters, int post_request)
{
    if (++counters->seerr_in_flight > counters->max_parallel_seerr)
        counters->max_parallel_seerr = counters->seerr_in_flight;
    counters->post_request_in_flight += post_request;
    if (counters->post_request_in_flight > counters->max_parallel_post_request)
        counters->max_parallel_post_request = counters->post_request_in_flight;
}

void counters_leave_seerr(struct counters *counters, int post_request)
{
    counters->seerr_in_flight--;
    counters->post_request_in_flight -= post_request;
}

json_t *counters_json(const struct counters *counters)
{
    return json_pack(
        "{s:I, s:{s:I, s:O}, s:O, s:I, s:i, s:i, s:I, s:I}", "total", (json_int_t)counters->total,
        "seerr", "total", (json_int_t)counters->seerr_total, "by", counters->seerr, "sources",
        counters->sources, "connections", (json_int_t)counters->connections, "max_parallel_seerr",
        counters->max_parallel_seerr, "max_parallel_post_request",
        counters->max_parallel_post_request, "requests_made", (json_int_t)counters->requests_made,
        "duplicate_requests", (json_int_t)counters->duplicate_requests);
}

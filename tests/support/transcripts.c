#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>

#include "support/answer_of.h"
#include "support/transcripts.h"

const struct transcript_flavour transcript_flavours[TRANSCRIPT_FLAVOURS] = {
    {OVERSEERR, "overseerr"}, {JELLYSEERR, "jellyseerr"}, {SEERR, "seerr"}};

static const char *shared(void)
{
    const char *named = getenv("LISTSYNC_SHARED");

    return named ? named : LISTSYNC_SHARED;
}

int transcripts_need(void **state)
{
    AUTO_FREE char *path = memory_print("%s/seerr", shared());
    DIR *folder = opendir(path);

    (void)state;
    if (!folder) {
        print_message("no transcripts in %s: skipped\n", path);
        exit(0);
    }
    closedir(folder);
    return 0;
}

char *transcripts_folder(const char *flavour)
{
    return memory_print("%s/seerr/%s-transcripts", shared(), flavour);
}

json_t *transcripts_load(const char *flavour, const char *name)
{
    AUTO_FREE char *path = memory_print("%s/seerr/%s-transcripts/%s.json", shared(), flavour, name);
    json_error_t error;
    json_t *transcript = json_load_file(path, 0, &error);

    if (!transcript)
        fail_msg("%s: %s", path, error.text);
    return transcript;
}

static char *body_text(const json_t *body)
{
    if (json_is_string(body))
        return memory_text(json_string_value(body));
    if (!body || json_is_null(body))
        return memory_text("");
    return json_dumps(body, JSON_ENCODE_ANY);
}

struct http_response transcripts_answer(const char *flavour, const char *name)
{
    json_t *transcript = transcripts_load(flavour, name);
    const json_t *answer = json_object_get(transcript, "response");
    const json_t *type = json_object_get(json_object_get(answer, "headers"), "Content-Type");
    AUTO_FREE char *body = body_text(json_object_get(answer, "body"));
    struct http_response response = typed_answer_of(
        (int)json_integer_value(json_object_get(answer, "status")), json_string_value(type), body);

    json_decref(transcript);
    return response;
}

void transcripts_each(unsigned servers, const char *name, const void *row,
                      void (*check)(const struct http_response *response, const void *row))
{
    for (size_t i = 0; i < TRANSCRIPT_FLAVOURS; i++) {
        if (!(servers & transcript_flavours[i].bit))
            continue;
        AUTO_RESPONSE struct http_response response =
            transcripts_answer(transcript_flavours[i].name, name);
        print_message("%s of %s\n", name, transcript_flavours[i].name);
        check(&response, row);
    }
}

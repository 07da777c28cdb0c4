#include "model/poster.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char jpeg[] = "image/jpeg", png[] = "image/png", webp[] = "image/webp";

const char *const poster_size_words[POSTER_SIZES + 1] = {"small", "medium", "large", NULL};

const char *poster_size_width(enum poster_size size)
{
    static const char *const widths[POSTER_SIZES] = {"w154", "w342", "w500"};

    return widths[size];
}

enum poster_size poster_size_from_word(const char *word)
{
    for (int size = 0; size < POSTER_SIZES; size++)
        if (text_equal(poster_size_words[size], word))
            return (enum poster_size)size;
    return POSTER_MEDIUM;
}

bool poster_path_is_valid(const char *path)
{
    static const char *const ends[] = {".jpg", ".jpeg", ".png", ".webp"};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-";

    if (!path || *path != '/' || strlen(path) >= POSTER_PATH_SIZE)
        return false;
    size_t name = strspn(path + 1, letters);
    for (size_t i = 0; name > 0 && i < ARRAY_LENGTH(ends); i++)
        if (strcmp(path + 1 + name, ends[i]) == 0)
            return true;
    return false;
}

const char *poster_kind_of(const char *bytes, size_t length)
{
    if (length >= 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0)
        return jpeg;
    if (length >= 8 && memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0)
        return png;
    if (length >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0)
        return webp;
    return NULL;
}

bool poster_kind_is_known(const char *content_type)
{
    char type[32];

    text_copy(type, sizeof(type), content_type ? content_type : "");
    text_cut_at(type, "; ");
    return text_equal_ignoring_case(type, jpeg) || text_equal_ignoring_case(type, png) ||
           text_equal_ignoring_case(type, webp);
}

/*
 * replay.c: feeds a fuzz target every file of its corpus and mutations of each.
 *
 * The mutations are the same in every run: what fails today fails again tomorrow. Inputs lie in
 * memory of exactly their size, so that the address sanitizer sees a read past the end.
 *
 *     fuzz_NAME FOLDER-OR-FILE...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum {
    MUTATIONS_MOST = 300,
    MUTATIONS_LEAST = 20,
    MUTATED_BYTES = 8 << 20, /* about so many per file, so that large files stay affordable */
    INPUT_MOST = 8 << 20,
};

struct input {
    uint8_t *bytes;
    size_t size;
};

static uint64_t random_state;

static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return limit ? random_state % limit : 0;
}

static void seed_with(const struct input *input)
{
    random_state = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < input->size; i++)
        random_state = (random_state ^ input->bytes[i]) * 0x100000001b3u;
    random_state |= 1;
}

static struct input input_of_size(size_t size)
{
    struct input input = {.bytes = malloc(size ? size : 1), .size = size};
    if (!input.bytes)
        abort();
    return input;
}

static struct input change_bytes(const struct input *from)
{
    struct input to = input_of_size(from->size);
    memcpy(to.bytes, from->bytes, from->size);
    for (size_t i = 1 + random_below(8); i > 0 && to.size; i--)
        to.bytes[random_below(to.size)] ^= (uint8_t)(1 + random_below(255));
    return to;
}

static struct input cut_off(const struct input *from)
{
    struct input to = input_of_size(random_below(from->size + 1));
    memcpy(to.bytes, from->bytes, to.size);
    return to;
}

static struct input drop_range(const struct input *from)
{
    size_t start = random_below(from->size + 1);
    size_t length = random_below(from->size - start + 1);
    struct input to = input_of_size(from->size - length);
    memcpy(to.bytes, from->bytes, start);
    memcpy(to.bytes + start, from->bytes + start + length, to.size - start);
    return to;
}

static struct input insert(const struct input *from, const void *bytes, size_t length)
{
    size_t place = random_below(from->size + 1);
    struct input to = input_of_size(from->size + length);
    memcpy(to.bytes, from->bytes, place);
    memcpy(to.bytes + place, bytes, length);
    memcpy(to.bytes + place + length, from->bytes + place, from->size - place);
    return to;
}

static struct input repeat_range(const struct input *from)
{
    size_t start = random_below(from->size + 1);
    size_t length = random_below(from->size - start + 1);
    return insert(from, from->bytes + start, length);
}

/* What parsers stumble over: ends of texts, nestings, numbers at the edge, bytes that are no UTF-8.
 */
static struct input insert_token(const struct input *from)
{
    static const char *const tokens[] = {
        "\"",
        "\\u0000",
        "\\ud800",
        "[[[[[[[[",
        "{\"a\":",
        "}",
        "]",
        "null",
        "-1",
        "1e999",
        "tt",
        "<![CDATA",
        "<!--",
        "&#0;",
        "&amp",
        "%00",
        "\r\n",
        ",",
        "\xff",
        "\xc3",
        "\xed\xa0\x80",
        ":",
        "9223372036854775808",
    };
    const char *token = tokens[random_below(sizeof(tokens) / sizeof(tokens[0]))];
    return insert(from, token, strlen(token));
}

static struct input insert_zero(const struct input *from)
{
    return insert(from, "", 1);
}

static void feed(const struct input *input)
{
    LLVMFuzzerTestOneInput(input->bytes, input->size);
}

static size_t feed_mutations(const struct input *input)
{
    static struct input (*const mutations[])(const struct input *) = {
        change_bytes, cut_off, drop_range, repeat_range, insert_token, insert_zero,
    };
    size_t count = MUTATED_BYTES / (input->size + 1);

    if (count > MUTATIONS_MOST)
        count = MUTATIONS_MOST;
    if (count < MUTATIONS_LEAST)
        count = MUTATIONS_LEAST;
    seed_with(input);
    for (size_t i = 0; i < count; i++) {
        struct input mutated = mutations[i % (sizeof(mutations) / sizeof(mutations[0]))](input);
        feed(&mutated);
        free(mutated.bytes);
    }
    return count;
}

static struct input read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;

    if (!file || fstat(fileno(file), &status) || status.st_size > INPUT_MOST) {
        fprintf(stderr, "replay: %s cannot be read or is too large\n", path);
        exit(1);
    }
    struct input input = input_of_size((size_t)status.st_size);
    if (fread(input.bytes, 1, input.size, file) != input.size) {
        fprintf(stderr, "replay: %s cannot be read to its end\n", path);
        exit(1);
    }
    fclose(file);
    return input;
}

static size_t feed_file(const char *path)
{
    /* The name comes first: when the target dies, the last line says on what. */
    printf("%s\n", path);
    fflush(stdout);
    struct input input = read_file(path);
    feed(&input);
    size_t count = 1 + feed_mutations(&input);
    free(input.bytes);
    return count;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static size_t feed_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, alphasort);
    size_t fed = 0;

    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        fed += feed_file(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (!fed) {
        fprintf(stderr, "replay: there is no corpus in %s\n", folder);
        exit(1);
    }
    return fed;
}

static size_t feed_path(const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
        return feed_file(path);
    return feed_folder(path);
}

int main(int count, char **words)
{
    struct input nothing = input_of_size(0);
    size_t fed = 1;

    feed(&nothing);
    free(nothing.bytes);
    for (int i = 1; i < count; i++)
        fed += feed_path(words[i]);
    printf("%zu inputs\n", fed);
    return 0;
}

#include "base/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"

/* A line is shorter by far. */
enum { PIECE = 256 << 10 };

struct log_file {
    char *path;
    int64_t most, size; /* of the file that is written */
    int handle;         /* -1: none */
    dev_t device;
    ino_t inode;
};

static char *name_of(const char *path, int number)
{
    return number ? memory_print("%s.%d", path, number) : memory_text(path);
}

static bool open_handle(struct log_file *file)
{
    struct stat found;

    /* Nobody waits for the reader of a pipe, and what a link points to is not ours to write. */
    file->handle =
        open(file->path,
             O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (file->handle < 0)
        return false;
    if (fstat(file->handle, &found) == 0) {
        file->size = found.st_size;
        file->device = found.st_dev;
        file->inode = found.st_ino;
    }
    return true;
}

static void close_handle(struct log_file *file)
{
    if (file->handle >= 0)
        close(file->handle);
    file->handle = -1;
}

static const char *why_not_open(void)
{
    if (errno == ENXIO)
        return "it is a pipe that nobody reads";
    return errno == ELOOP ? "it is a link, which is not followed" : strerror(errno);
}

enum error_code log_file_open(const char *path, int64_t most_bytes, struct log_file **ret,
                              struct error *error)
{
    struct log_file *file = memory_new(sizeof(*file));

    file->path = memory_text(path);
    file->most = most_bytes / LOG_FILES;
    file->handle = -1;
    if (!open_handle(file)) {
        enum error_code rc = error_set(error, ERROR_STORE, "the log file %s cannot be written: %s",
                                       path, why_not_open());
        log_file_close(file);
        return rc;
    }
    *ret = file;
    return ERROR_NONE;
}

void log_file_close(struct log_file *file)
{
    if (!file)
        return;
    close_handle(file);
    free(file->path);
    free(file);
}

int64_t log_file_bytes(const struct log_file *file)
{
    return file->size;
}

const char *log_file_path(const struct log_file *file)
{
    return file->path;
}

/* Only the folder itself: what it lay in may be a disk that is not there now. */
static void make_folder(const struct log_file *file)
{
    AUTO_FREE char *folder = files_directory_of(file->path);

    (void)mkdir(folder, 0700);
}

/* Somebody moved it, removed it, its folder too, or emptied it. */
static void follow(struct log_file *file)
{
    struct stat found;

    if (file->handle >= 0 && lstat(file->path, &found) == 0 && found.st_ino == file->inode &&
        found.st_dev == file->device) {
        file->size = found.st_size;
        return;
    }
    close_handle(file);
    if (open_handle(file) || errno != ENOENT)
        return;
    make_folder(file);
    open_handle(file);
}

static void rotate(struct log_file *file)
{
    close_handle(file);
    for (int number = LOG_FILES - 1; number > 0; number--) {
        AUTO_FREE char *from = name_of(file->path, number - 1);
        AUTO_FREE char *to = name_of(file->path, number);
        rename(from, to);
    }
    open_handle(file);
}

/* Whoever may not rename in that folder keeps to the bytes as well: it begins anew. */
static void make_room(struct log_file *file, size_t length)
{
    if (file->size == 0 || file->size + (int64_t)length <= file->most)
        return;
    rotate(file);
    if (file->handle >= 0 && file->size + (int64_t)length > file->most &&
        ftruncate(file->handle, 0) == 0)
        file->size = 0;
}

/* Half a line would take the next one with it. */
static void take_back(struct log_file *file, int64_t size)
{
    if (file->size > size && ftruncate(file->handle, size) == 0)
        file->size = size;
}

void log_file_write(struct log_file *file, const char *bytes, size_t length)
{
    follow(file);
    make_room(file, length);
    const int64_t before = file->size;
    while (file->handle >= 0 && length > 0) {
        ssize_t count = write(file->handle, bytes, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            take_back(file, before);
            return;
        }
        file->size += count;
        bytes += count;
        length -= (size_t)count;
    }
}

/* ---- reading ---- */

/* Lines found so far, newest first. */
struct search {
    const struct log_filter *filter;
    struct arena *arena;
    struct log_line *items;
    size_t count;
    bool more;
};

/* Every line begins with {"id":NUMBER, */
static uint64_t id_of(const char *line)
{
    static const char start[] = "{\"id\":";

    return text_starts_with(line, start) ? strtoull(line + strlen(start), NULL, 10) : 0;
}

/* "2026-11-22T09:33:56.123Z" */
static int64_t parse_time(const char *text)
{
    char seconds[CLOCK_TEXT_SIZE];
    int64_t wall_ms;

    if (!text || strlen(text) < 24)
        return -1;
    snprintf(seconds, sizeof(seconds), "%.10s %.8s", text, text + 11);
    wall_ms = clock_parse_utc(seconds);
    return wall_ms < 0 ? -1 : wall_ms + strtol(text + 20, NULL, 10);
}

static const char *text_of(struct search *search, const struct json_value *line, const char *name)
{
    const char *text = json_value_get_text(line, name);

    return arena_text(search->arena, text ? text : "");
}

static bool read_line(struct search *search, const struct json_value *document,
                      struct log_line *ret)
{
    const char *level = json_value_get_text(document, "level");

    ret->wall_ms = parse_time(json_value_get_text(document, "time"));
    if (ret->wall_ms < 0 || !level || !log_level_from_word(level, &ret->level))
        return false;
    ret->part = text_of(search, document, "part");
    ret->sentence = text_of(search, document, "message");
    return true;
}

static bool fits(const struct log_filter *filter, const struct log_line *line,
                 const struct json_value *document)
{
    return line->level >= filter->least &&
           (!filter->part || text_equal(line->part, filter->part)) &&
           (!filter->run || json_value_get_integer(document, "run") == filter->run) &&
           (!filter->search || strcasestr(line->sentence, filter->search));
}

/* The values are what follows the message, up to the end, as an object of their own. */
static const char *values_of(struct search *search, const char *text)
{
    const char *values = strstr(text, ",\"values\":");
    size_t length = strlen(text);

    if (!values || length < 2)
        return "{}";
    values += strlen(",\"values\":");
    return arena_text_n(search->arena, values, (size_t)(text + length - 1 - values));
}

static void take(struct search *search, const char *text)
{
    AUTO_JSON struct json_value *document = NULL;
    struct log_line line = {.number = id_of(text)};

    if (!line.number || (search->filter->before && line.number >= search->filter->before))
        return;
    if (json_value_parse(text, strlen(text), &document, NULL) ||
        !read_line(search, document, &line) || !fits(search->filter, &line, document))
        return;
    if (search->count == search->filter->limit) {
        search->more = true;
        return;
    }
    line.values = values_of(search, text);
    search->items[search->count++] = line;
}

/*
 * The lines before `end`, from the last to the first, in one piece of the file; returns where the
 * first of them begins. What is no line within one piece is passed over.
 */
static off_t search_piece(struct search *search, int handle, off_t end, char *piece)
{
    size_t size = end < PIECE ? (size_t)end : PIECE;
    off_t start = end - (off_t)size;
    size_t left = size;

    if (pread(handle, piece, size, start) != (ssize_t)size)
        return 0;
    while (left > 0 && !search->more) {
        size_t first = left - 1;
        while (first > 0 && piece[first - 1] != '\n')
            first--;
        if (first == 0 && start > 0)
            break;              /* it may begin in the piece before */
        piece[left - 1] = '\0'; /* of the line break; half a line at the end is no JSON */
        take(search, piece + first);
        left = first;
    }
    return left < size ? start + (off_t)left : start;
}

static void search_file(struct search *search, const char *path)
{
    AUTO_FREE char *piece = memory_new(PIECE);
    int handle = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (handle < 0)
        return;
    off_t end = lseek(handle, 0, SEEK_END);
    while (end > 0 && !search->more)
        end = search_piece(search, handle, end, piece);
    close(handle);
}

void log_file_read(const char *path, const struct log_filter *filter, struct arena *arena,
                   struct log_lines *ret)
{
    struct search search = {.filter = filter, .arena = arena};

    search.items = arena_take(arena, (filter->limit + 1) * sizeof(*search.items));
    for (int number = 0; number < LOG_FILES && !search.more; number++) {
        AUTO_FREE char *name = name_of(path, number);
        search_file(&search, name);
    }
    *ret = (struct log_lines){.items = search.items, .count = search.count, .more = search.more};
    for (size_t i = 0; i < search.count / 2; i++) {
        struct log_line other = search.items[i];
        search.items[i] = search.items[search.count - 1 - i];
        search.items[search.count - 1 - i] = other;
    }
}

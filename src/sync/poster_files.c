#include "sync/poster_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/memory.h"

enum {
    DROPPED_AT_ONCE = 256,
    USED_EVERY_S = 3600,
    NAME_SIZE = 48,
};

struct poster_files {
    char *directory;
    int64_t most;
    pthread_mutex_t lock; /* guards what follows, and that one thread makes room at a time */
    bool is_counted;
    int64_t bytes;
    bool was_told; /* the log knows that nothing can be written */
};

/* One that may go. */
struct oldest {
    char name[NAME_SIZE];
    int64_t used_s;
    int64_t bytes;
};

struct oldest_files {
    struct oldest items[DROPPED_AT_ONCE]; /* the oldest first */
    size_t count;
};

void poster_image_init(struct poster_image *image)
{
    *image = (struct poster_image){0};
    buffer_init(&image->bytes, POSTER_BYTES_MOST);
}

void poster_image_release(struct poster_image *image)
{
    buffer_release(&image->bytes);
}

struct poster_files *poster_files_new(const char *data_directory, int64_t most_bytes)
{
    struct poster_files *files = memory_new(sizeof(*files));

    files->directory = memory_print("%s/posters", data_directory);
    files->most = most_bytes;
    pthread_mutex_init(&files->lock, NULL);
    return files;
}

void poster_files_free(struct poster_files *files)
{
    if (!files)
        return;
    pthread_mutex_destroy(&files->lock);
    free(files->directory);
    free(files);
}

static char *path_of(const struct poster_files *files, const struct poster_key *key)
{
    CHECK(key->media_type == MEDIA_MOVIE || key->media_type == MEDIA_TV);
    return memory_print("%s/%s-%" PRId64 "-%s", files->directory, media_type_word(key->media_type),
                        key->tmdb, poster_size_width(key->size));
}

/* Said in the file itself, for the mount may not note when it is read. */
static void note_use(const char *path, const struct stat *status, int64_t now_s)
{
    struct timespec times[2] = {{.tv_sec = now_s}, {.tv_nsec = UTIME_OMIT}};

    if (now_s - status->st_atim.tv_sec >= USED_EVERY_S)
        (void)utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

bool poster_files_read(struct poster_files *files, const struct poster_key *key,
                       struct poster_image *ret)
{
    AUTO_FREE char *path = path_of(files, key);
    int64_t now_s = clock_wall_ms() / 1000;
    struct stat status;

    if (lstat(path, &status) || !S_ISREG(status.st_mode) ||
        files_read(path, &ret->bytes, NULL) != ERROR_NONE)
        return false;
    ret->kind = poster_kind_of(buffer_string(&ret->bytes), ret->bytes.length);
    if (!ret->kind)
        return false;
    snprintf(ret->etag, sizeof(ret->etag), "\"%llx-%lx-%zx\"", (long long)status.st_mtim.tv_sec,
             status.st_mtim.tv_nsec, ret->bytes.length);
    ret->is_old = llabs(now_s - status.st_mtim.tv_sec) > POSTER_FILES_FRESH_S;
    note_use(path, &status, now_s);
    return true;
}

/* Among the oldest, in order, as far as they fit. */
static void consider(struct oldest_files *found, const char *name, const struct stat *status)
{
    struct oldest file = {.used_s = status->st_atim.tv_sec, .bytes = status->st_size};
    size_t at = found->count, length = strlen(name);

    if (length >= NAME_SIZE ||
        (at == DROPPED_AT_ONCE && file.used_s >= found->items[at - 1].used_s))
        return;
    memcpy(file.name, name, length + 1);
    if (at == DROPPED_AT_ONCE)
        at--;
    for (; at > 0 && found->items[at - 1].used_s > file.used_s; at--)
        found->items[at] = found->items[at - 1];
    found->items[at] = file;
    if (found->count < DROPPED_AT_ONCE)
        found->count++;
}

/* The sum of all files. */
static int64_t look_through(DIR *directory, struct oldest_files *found)
{
    const struct dirent *entry;
    struct stat status;
    int64_t bytes = 0;

    while ((entry = readdir(directory))) {
        if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(status.st_mode))
            continue;
        bytes += status.st_size;
        consider(found, entry->d_name, &status);
    }
    return bytes;
}

/* With the lock held: the sum anew, and if need be the oldest away until `wanted` would fit. */
static void make_room(struct poster_files *files, int64_t wanted)
{
    AUTO_FREE struct oldest_files *found = memory_new(sizeof(*found));
    DIR *directory = opendir(files->directory);
    int64_t target = files->most - files->most / 20 - wanted;

    files->is_counted = true;
    files->bytes = 0;
    if (!directory)
        return;
    files->bytes = look_through(directory, found);
    if (files->bytes + wanted <= files->most)
        found->count = 0;
    for (size_t i = 0; i < found->count && files->bytes > target; i++)
        if (unlinkat(dirfd(directory), found->items[i].name, 0) == 0)
            files->bytes -= found->items[i].bytes;
    closedir(directory);
}

static bool take_room(struct poster_files *files, int64_t wanted)
{
    pthread_mutex_lock(&files->lock);
    if (!files->is_counted || files->bytes + wanted > files->most)
        make_room(files, wanted);
    bool fits = files->bytes + wanted <= files->most;
    files->bytes += fits ? wanted : 0;
    pthread_mutex_unlock(&files->lock);
    return fits;
}

/* Once, until it works again. */
static void tell(struct poster_files *files, const struct error *error)
{
    pthread_mutex_lock(&files->lock);
    bool is_news = error && !files->was_told;
    files->was_told = error != NULL;
    pthread_mutex_unlock(&files->lock);
    if (is_news)
        log_warning("posters", error->message, LOG_END);
}

void poster_files_save(struct poster_files *files, const struct poster_key *key, const char *bytes,
                       size_t length)
{
    AUTO_FREE char *path = path_of(files, key);
    struct error error = {0};

    if (!take_room(files, (int64_t)length))
        return;
    enum error_code rc = files_make_directory(files->directory, &error);
    if (!rc)
        rc = files_write(path, bytes, length, &error);
    tell(files, rc ? &error : NULL);
}

void poster_files_tidy(struct poster_files *files)
{
    pthread_mutex_lock(&files->lock);
    make_room(files, 0);
    pthread_mutex_unlock(&files->lock);
}

int64_t poster_files_bytes(struct poster_files *files)
{
    pthread_mutex_lock(&files->lock);
    int64_t bytes = files->bytes;
    pthread_mutex_unlock(&files->lock);
    return bytes;
}

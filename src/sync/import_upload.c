#include "sync/import_upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/move_in.h"

static const char name[] = "import.upload";

char *import_upload_path(const char *data_directory)
{
    return memory_print("%s/%s", data_directory, name);
}

static enum error_code write_all(int file, const char *bytes, size_t length, struct error *error)
{
    while (length) {
        ssize_t count = write(file, bytes, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return error_set(error, ERROR_STORE, "the file cannot be kept: %s", strerror(errno));
        bytes += count;
        length -= (size_t)count;
    }
    return ERROR_NONE;
}

/* With the file locked: two pieces at once come one after the other, and the second fits no more.
 */
static enum error_code add(int file, int64_t offset, const char *bytes, size_t length,
                           struct error *error)
{
    struct stat status;

    if (flock(file, LOCK_EX) != 0 || fstat(file, &status) != 0 ||
        (offset == 0 && ftruncate(file, 0) != 0))
        return error_set(error, ERROR_STORE, "the file cannot be kept: %s", strerror(errno));
    if (offset && status.st_size != offset)
        return error_set(error, ERROR_CONFLICT,
                         "there are %lld bytes of it, not %lld: somebody else sends one; begin "
                         "again",
                         (long long)status.st_size, (long long)offset);
    if (offset > IMPORT_UPLOAD_MOST - (int64_t)length)
        return error_set(error, ERROR_LIMIT, "the file is larger than %d MB",
                         IMPORT_UPLOAD_MOST >> 20);
    return write_all(file, bytes, length, error);
}

/* Nobody waits for the reader of a pipe, and a link is not followed. */
static enum error_code open_file(const char *path, int *ret, struct error *error)
{
    struct stat status;
    int file =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    const int why = errno;

    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        *ret = file;
        return ERROR_NONE;
    }
    if (file >= 0)
        close(file);
    if (file >= 0 || why == ENXIO || why == ELOOP || why == EISDIR)
        return error_set(error, ERROR_STORE, "%s is no plain file: remove it and try again", path);
    return error_set(error, ERROR_STORE, "%s cannot be made: %s", path, strerror(why));
}

enum error_code import_upload_add(const char *data_directory, int64_t offset, const char *bytes,
                                  size_t length, int64_t *ret_size, struct error *error)
{
    AUTO_FREE char *path = import_upload_path(data_directory);
    int file = -1;

    enum error_code rc = open_file(path, &file, error);
    if (rc)
        return rc;
    rc = add(file, offset, bytes, length, error);
    close(file);
    if (rc && rc != ERROR_CONFLICT)
        unlink(path);
    *ret_size = offset + (int64_t)length;
    return rc;
}

void import_upload_remove(const char *data_directory)
{
    AUTO_FREE char *path = import_upload_path(data_directory);

    unlink(path);
}

/* "import.Ab3x9Z", as mkdtemp names them. */
static bool is_copy(const char *entry)
{
    static const char shape[] = MOVE_IN_COPY;

    return strlen(entry) == strlen(shape) &&
           strncmp(entry, shape, strlen(shape) - strlen("XXXXXX")) == 0 && !text_equal(entry, name);
}

static void remove_copies(const char *data_directory)
{
    DIR *folder = opendir(data_directory);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (!is_copy(entry->d_name))
            continue;
        AUTO_FREE char *path = memory_print("%s/%s", data_directory, entry->d_name);
        move_in_remove_copy(path);
    }
    if (folder)
        closedir(folder);
}

void import_upload_tidy(const char *data_directory, bool all)
{
    AUTO_FREE char *path = import_upload_path(data_directory);
    struct stat status;

    if (stat(path, &status) == 0 && (all || time(NULL) - status.st_mtime > IMPORT_UPLOAD_IDLE_S))
        unlink(path);
    if (all)
        remove_copies(data_directory);
}

#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/memory.h"

enum { CHUNK = 64 * 1024 };

static void close_local(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
}

static enum error_code read_all(int descriptor, const char *path, struct buffer *ret,
                                struct error *error)
{
    AUTO_FREE char *chunk = memory_new(CHUNK);
    ssize_t count;

    while ((count = read(descriptor, chunk, CHUNK)) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set(error, ERROR_STORE, "%s cannot be read: %s", path, strerror(errno));
        buffer_append(ret, chunk, (size_t)count);
        if (ret->overflowed)
            return error_set(error, ERROR_LIMIT, "%s is larger than %zu bytes", path, ret->limit);
    }
    return ERROR_NONE;
}

enum error_code files_read(const char *path, struct buffer *ret, struct error *error)
{
    AUTO(close_local) int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return error_set(error, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_STORE,
                         "%s cannot be opened: %s", path, strerror(errno));
    return read_all(descriptor, path, ret, error);
}

enum error_code files_check_plain(const char *path, struct error *error)
{
    struct stat status;

    if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
        return ERROR_NONE;
    return error_set(error, ERROR_STORE, "%s is no plain file", path);
}

static enum error_code cannot_write(const char *path, struct error *error)
{
    return error_set(error, ERROR_STORE, "%s cannot be written: %s", path, strerror(errno));
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length) {
        ssize_t count = write(descriptor, bytes, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        bytes += count;
        length -= (size_t)count;
    }
    return fsync(descriptor) == 0;
}

enum error_code files_write(const char *path, const void *bytes, size_t length, struct error *error)
{
    AUTO_FREE char *new_path = memory_print("%s.XXXXXX", path);
    AUTO(close_local) int descriptor = mkostemp(new_path, O_CLOEXEC);

    if (descriptor < 0)
        return cannot_write(path, error);
    if (fchmod(descriptor, 0600) == 0 && write_all(descriptor, bytes, length) &&
        rename(new_path, path) == 0)
        return ERROR_NONE;
    cannot_write(path, error);
    unlink(new_path);
    return ERROR_STORE;
}

char *files_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return memory_text(".");
    return memory_text_n(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Not every file system can: that is no failure. */
enum error_code files_sync_directory(const char *path, struct error *error)
{
    AUTO_FREE char *directory = files_directory_of(path);
    AUTO(close_local) int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL))
        return ERROR_NONE;
    return cannot_write(path, error);
}

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

enum error_code files_make_directory(const char *path, struct error *error)
{
    AUTO_FREE char *part = memory_text(path);

    for (char *slash = strchr(part, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, 0700); /* the last mkdir tells whether the whole worked */
        *slash = '/';
    }
    if (mkdir(part, 0700) == 0 || (errno == EEXIST && is_directory(part)))
        return ERROR_NONE;
    return error_set(error, ERROR_STORE, "the directory %s cannot be made: %s", path,
                     strerror(errno));
}

enum error_code files_check_room(const char *directory, int64_t least, struct error *error)
{
    struct statvfs disk;

    if (statvfs(directory, &disk))
        return error_set(error, ERROR_STORE, "the directory %s cannot be used: %s", directory,
                         strerror(errno));
    int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (disk.f_flag & ST_RDONLY)
        return error_set(error, ERROR_STORE, "the disk of %s is read-only", directory);
    if (room < least)
        return error_set(error, ERROR_STORE, "the disk of %s is full: %lld kB are left", directory,
                         (long long)room / 1024);
    return ERROR_NONE;
}

/* Most often a folder of another user, such as one that a container of root left. */
static enum error_code cannot_write_into(const char *directory, int why, struct error *error)
{
    const unsigned us = (unsigned)geteuid();
    struct stat status;

    if (why == EACCES && stat(directory, &status) == 0 && status.st_uid != us)
        return error_set(error, ERROR_STORE,
                         "the directory %s cannot be written: it belongs to user %u, and this "
                         "program runs as user %u; give it to that one (chown), or name another "
                         "directory",
                         directory, (unsigned)status.st_uid, us);
    if (why == EACCES && stat(directory, &status) == 0)
        return error_set(error, ERROR_STORE,
                         "the directory %s cannot be written: its mode is %04o; let its owner "
                         "write: chmod u+rwx %s",
                         directory, (unsigned)status.st_mode & 07777, directory);
    return error_set(error, ERROR_STORE, "the directory %s cannot be written: %s", directory,
                     strerror(why));
}

enum error_code files_check_writable(const char *directory, struct error *error)
{
    if (access(directory, F_OK) == 0 && !is_directory(directory))
        return cannot_write_into(directory, ENOTDIR, error);
    return faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0
               ? ERROR_NONE
               : cannot_write_into(directory, errno, error);
}

/* Where the file itself is not the trouble, the folder is what is to be mended. */
static void say_why_no_lock(const char *path, struct error *error)
{
    const int why = errno;
    AUTO_FREE char *folder = files_directory_of(path);

    if (files_check_writable(folder, error) == ERROR_NONE)
        error_set(error, ERROR_STORE, "%s cannot be opened: %s", path, strerror(why));
}

int files_lock(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (descriptor < 0) {
        say_why_no_lock(path, error);
        return -1;
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    if (errno == EWOULDBLOCK)
        error_set(error, ERROR_CONFLICT, "another process holds %s", path);
    else
        error_set(error, ERROR_STORE, "%s cannot be locked: %s", path, strerror(errno));
    close(descriptor);
    return -1;
}

bool files_is_locked(const char *path)
{
    int lock = open(path, O_RDONLY | O_CLOEXEC);

    if (lock < 0)
        return false;
    bool held = flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(lock);
    return held;
}

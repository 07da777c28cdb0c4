#include "support/temp_dir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"

void temp_dir_open(struct temp_dir *dir)
{
    /* In memory where there is such a place: tests of the store write to disk all the time. */
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    snprintf(dir->path, sizeof(dir->path), "%s/listsync-test-XXXXXX", parent);
    CHECK(mkdtemp(dir->path));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void temp_dir_close(struct temp_dir *dir)
{
    nftw(dir->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

char *temp_dir_file(const struct temp_dir *dir, const char *name)
{
    return memory_print("%s/%s", dir->path, name);
}

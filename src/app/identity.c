#include "app/identity.h"

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/words.h"

const struct option identity_options[] = {
    {"PUID", OPTION_NUMBER, "0", 0, 4294967294, "user to become when started as root; 0: none"},
    {"PGID", OPTION_NUMBER, "0", 0, 4294967294, "its group; 0: the number of PUID"},
    {0},
};

enum { FOLDERS_OPEN = 16 };

/* nftw() passes nothing on. */
static struct {
    uid_t user;
    gid_t group;
    char path[256]; /* of the file that could not be given away */
    int reason;
} giving;

static int give(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)kind;
    (void)place;
    if (status->st_uid == giving.user && status->st_gid == giving.group)
        return 0;
    if (lchown(path, giving.user, giving.group) == 0 || errno == ENOENT)
        return 0;
    giving.reason = errno;
    snprintf(giving.path, sizeof(giving.path), "%s", path);
    return -1;
}

static enum error_code give_folder(const char *folder, struct error *error)
{
    if (access(folder, F_OK) || nftw(folder, give, FOLDERS_OPEN, FTW_PHYS) == 0)
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "%s cannot be given to user %lld: %s. Give it away by chown, and start with "
                     "that user instead of with PUID",
                     *giving.path ? giving.path : folder, (long long)giving.user,
                     strerror(giving.reason ? giving.reason : errno));
}

static enum error_code become(struct error *error)
{
    if (setgroups(0, NULL) == 0 && setgid(giving.group) == 0 && setuid(giving.user) == 0)
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "PUID: cannot become user %lld: %s. It takes the capabilities SETUID and "
                     "SETGID; or start with that user (user: \"%lld:%lld\") instead of with PUID",
                     (long long)giving.user, strerror(errno), (long long)giving.user,
                     (long long)giving.group);
}

enum error_code identity_take(const struct options *options, const char *folder,
                              struct error *error)
{
    giving.user = (uid_t)options_number(options, "PUID");
    giving.group = (gid_t)options_number(options, "PGID");
    if (!giving.user)
        return ERROR_NONE;
    if (!giving.group)
        giving.group = giving.user;
    if (geteuid() == 0) {
        enum error_code rc = give_folder(folder, error);
        return rc ? rc : become(error);
    }
    if (geteuid() != giving.user)
        words_print(stderr, 0,
                    "PUID is %lld, but this was started as user %lld, who cannot become another: "
                    "start it with that user (user: \"%lld:%lld\")",
                    (long long)giving.user, (long long)geteuid(), (long long)giving.user,
                    (long long)giving.group);
    return ERROR_NONE;
}

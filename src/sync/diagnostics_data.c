/* The data folder and the database in it. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/inspection.h"
#include "sync/diagnostics_parts.h"
#include "sync/discreet.h"

enum { FILES_MOST = 60, MOUNTS_LINE = 1024 };

/* File systems that SQLite has had trouble with, and those that everybody has. */
static const struct {
    unsigned long magic;
    const char *name;
} file_systems[] = {
    {0xef53, "ext4"},      {0x58465342, "xfs"},     {0x9123683e, "btrfs"}, {0x2fc12fc1, "zfs"},
    {0x01021994, "tmpfs"}, {0x794c7630, "overlay"}, {0x6969, "nfs"},       {0xff534d42, "cifs"},
    {0xfe534d42, "smb"},   {0x65735546, "fuse"},    {0x4d44, "vfat"},      {0x2011bab0, "exfat"},
    {0x5346544e, "ntfs"},  {0xf2f52010, "f2fs"},    {0x01021997, "9p"},
};

static const char *file_system(struct report *report, const char *path)
{
    struct statfs found;

    if (statfs(path, &found))
        return "unknown";
    for (size_t i = 0; i < ARRAY_LENGTH(file_systems); i++)
        if (file_systems[i].magic == (unsigned long)found.f_type)
            return file_systems[i].name;
    return arena_print(report->arena, "0x%lx", (unsigned long)found.f_type);
}

static void put_room(struct report *report, const char *path)
{
    struct statvfs found;

    report_say(report, "file system", "%s", file_system(report, path));
    if (statvfs(path, &found))
        return;
    report_say(report, "free", "%" PRIu64 " MB of %" PRIu64 " MB, %" PRIu64 " files%s",
               (uint64_t)found.f_bavail * found.f_frsize >> 20,
               (uint64_t)found.f_blocks * found.f_frsize >> 20, (uint64_t)found.f_favail,
               found.f_flag & ST_RDONLY ? ", read-only" : "");
}

/* Names that ListSync and its forerunner give; what else lies there is told by its form. */
static const char *name_of(struct report *report, const char *name)
{
    static const char *const known[] = {"list_sync", "listsync", "secret.key", "logs",
                                        "backups",   "posters",  ".env"};

    for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
        if (text_starts_with(name, known[i]))
            return name;
    return discreet_form(report->arena, name);
}

static void put_file(struct report *report, const char *folder, const char *inside,
                     const char *name)
{
    struct stat found;
    const char *path = arena_print(report->arena, "%s/%s", folder, name);

    if (lstat(path, &found)) {
        report_say(report, name_of(report, name), "cannot be looked at: %s", strerror(errno));
        return;
    }
    report_line(report, "  %04o %u:%u %12lld  %s  %s%s%s", (unsigned)found.st_mode & 07777,
                (unsigned)found.st_uid, (unsigned)found.st_gid, (long long)found.st_size,
                report_time(report, (int64_t)found.st_mtime * 1000), inside, name_of(report, name),
                S_ISDIR(found.st_mode)   ? "/"
                : S_ISLNK(found.st_mode) ? " (a link)"
                                         : "");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_no_dot(const struct dirent *entry)
{
    return !text_equal(entry->d_name, ".") && !text_equal(entry->d_name, "..");
}

static void put_files(struct report *report, const char *folder, const char *inside)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_no_dot, by_name);

    for (int i = 0; i < count; i++) {
        if (i < FILES_MOST)
            put_file(report, folder, inside, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    if (count > FILES_MOST)
        report_line(report, "  and %d more", count - FILES_MOST);
}

void diagnostics_folder(struct report *report)
{
    const char *folder = report->order->data_directory;
    struct stat found;

    report_say(report, "folder", "%s", report_discreet(report, folder));
    if (stat(folder, &found)) {
        report_say(report, "trouble", "it cannot be looked at: %s", strerror(errno));
        return;
    }
    report_say(report, "mode and owner", "%04o %u:%u", (unsigned)found.st_mode & 07777,
               (unsigned)found.st_uid, (unsigned)found.st_gid);
    put_room(report, folder);
    report_line(report, "files (mode, owner, bytes, changed, name):");
    put_files(report, folder, "");
    put_files(report, arena_print(report->arena, "%s/logs", folder), "logs/");
}

/* Those of SQLite and of its index of words. */
static size_t other_tables(const struct inspected_tables *tables)
{
    size_t count = 0;

    for (size_t i = 0; i < tables->count; i++)
        count += tables->items[i].rows < 0 && !*tables->items[i].error;
    return count;
}

static void put_tables(struct report *report)
{
    struct inspected_tables tables = {0};
    struct error error = {0};

    if (inspection_tables(report->order->store, report->arena, &tables, &error)) {
        report_trouble(report, "tables", &error);
        return;
    }
    report_line(report, "rows of its tables:");
    for (size_t i = 0; i < tables.count; i++) {
        const struct inspected_table *table = &tables.items[i];
        const char *name = arena_print(report->arena, "  %s", table->name);
        if (table->rows >= 0)
            report_say(report, name, "%" PRId64, table->rows);
        else if (*table->error)
            report_say(report, name, "not counted: %s", report_discreet(report, table->error));
    }
    report_say(report, "  other tables", "%zu", other_tables(&tables));
}

static void put_damage(struct report *report)
{
    struct inspected_damage damage = {0};
    struct error error = {0};

    if (inspection_damage(report->order->store, report->arena, &damage, &error))
        report_trouble(report, "quick_check", &error);
    else if (!damage.count)
        report_say(report, "quick_check", "ok");
    for (size_t i = 0; i < damage.count; i++)
        report_say(report, "DAMAGED", "%s", report_discreet(report, damage.lines[i]));
}

static void put_key(struct report *report)
{
    const struct secret_key *key = &report->key;

    if (!report->has_key)
        report_trouble(report, "credentials", &report->key_error);
    else
        report_say(report, "credentials", "%zu sealed, %zu can be opened, by %s", key->sealed,
                   key->opened, key->is_there ? report_discreet(report, key->source) : "no key");
}

void diagnostics_database(struct report *report)
{
    struct store *store = report->order->store;
    struct inspected_file file;
    struct error error = {0};

    if (!store) {
        report_say(report, "trouble", "%s", report_discreet(report, report->order->store_problem));
        return;
    }
    report_say(report, "schema", "%d (this program knows %d)", store_schema_version(store),
               inspection_newest_schema());
    put_damage(report);
    put_key(report);
    if (inspection_file(store, report->arena, &file, &error))
        report_trouble(report, "file", &error);
    else
        report_say(report, "file",
                   "%" PRId64 " pages of %" PRId64 " bytes, %" PRId64 " of them free, journal %s",
                   file.pages, file.page_bytes, file.free_pages, file.journal);
    put_tables(report);
}

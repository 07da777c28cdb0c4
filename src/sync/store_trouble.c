#include "sync/store_trouble.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"
#include "sync/backup_folder.h"

/* A row of service_state: when it was tried whether the database can be written. */
static const char tried_at[] = "store_tried";

/* The same error is one of a backup's file, or of another program's database. */
static bool is_ours(const struct runner_tools *tools, const struct error *error)
{
    AUTO_FREE char *database = memory_print("the database %s/", tools->data_directory);

    return error->code == ERROR_STORE && (text_starts_with(error->message, database) ||
                                          text_starts_with(error->message, "the database is ") ||
                                          text_starts_with(error->message, "the disk of ") ||
                                          text_starts_with(error->message, "the directory "));
}

bool store_trouble_note(const struct runner_tools *tools, struct error *error)
{
    struct backup_folder folder;

    if (!tools || !tools->health || !is_ours(tools, error))
        return true;
    backup_folder_init(&folder, tools->given, tools->data_directory);
    backup_folder_advise(&folder, error);
    backup_folder_release(&folder);
    return health_note(tools->health, HEALTH_DATABASE, error->message);
}

bool store_trouble_is_known(const struct runner_tools *tools)
{
    char problem[HEALTH_TEXT_SIZE] = "";

    if (tools && tools->health)
        health_problem(tools->health, HEALTH_DATABASE, problem);
    return *problem != '\0';
}

static enum error_code try_to_write(struct store *store, struct error *error)
{
    char now[CLOCK_TEXT_SIZE];

    clock_format_utc(clock_wall_ms(), now);
    return service_state_put(store, tried_at, now, error);
}

enum error_code store_trouble_look(const struct runner_tools *tools, struct store *store,
                                   struct error *error)
{
    char problem[HEALTH_TEXT_SIZE];

    if (!tools->health)
        return ERROR_NONE;
    health_problem(tools->health, HEALTH_DATABASE, problem);
    if (store_says_damaged(problem))
        return error_set(error, ERROR_STORE, "%s", problem);
    enum error_code rc = store_pool_check_place(tools->stores, error);
    if (!rc)
        rc = files_check_room(tools->data_directory, STORE_TROUBLE_ROOM, error);
    if (!rc && *problem)
        rc = try_to_write(store, error);
    if (!rc)
        health_note(tools->health, HEALTH_DATABASE, NULL);
    return rc;
}

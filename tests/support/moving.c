#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/moving.h"

const char *const moving_no_environment[] = {NULL};

void moving_open(struct moving *moving, void **state, const char *const *environment)
{
    *moving = (struct moving){.world = *state};
    moving->former = temp_dir_file(&moving->world->dir, "former.db");
    must(moving->world, settings_load(&moving->settings, (char *const *)environment, "none.env",
                                      &moving->world->error));
}

void moving_close(struct moving *moving)
{
    settings_release(&moving->settings);
    free(moving->former);
}

static bool keep_going(void *context)
{
    struct moving *moving = context;

    return !moving->steps || --moving->steps;
}

enum error_code moving_take(struct moving *moving, bool dry_run, const char *key)
{
    struct store_world *world = moving->world;

    moving->taken = (struct move_in){.store = world->store,
                                     .key = &moving->key,
                                     .given = &moving->settings.options,
                                     .arena = world->arena,
                                     .keep_going = keep_going,
                                     .context = moving,
                                     .dry_run = dry_run};
    move_in_begin(&moving->taken);
    return move_in_end(&moving->taken,
                       move_in_database_copy(&moving->taken, moving->former, moving->former, key,
                                             world->dir.path, &world->error),
                       &world->error);
}

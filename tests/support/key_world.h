/*
 * key_world.h: a data directory with a database in which something of each kind is sealed, and the
 * settings that say with which key.
 *
 *     struct key_world world;
 *     key_world_open(&world);
 *     key_world_fill(&world);
 *     key_world_set(&world, "LISTSYNC_SECRET_KEY", KEY_WORLD_FIRST);
 *     key_world_expect_open(&world);
 *     key_world_close(&world);
 *
 * Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_KEY_WORLD_H
#define TESTS_SUPPORT_KEY_WORLD_H

#include "support/temp_dir.h"
#include "sync/secret_key_change.h"

#define KEY_WORLD_FIRST  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_WORLD_SECOND "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="

enum { KEY_WORLD_SEALED = 4 };

struct key_world {
    struct temp_dir dir;
    char *database;
    struct options given;
    struct secret_key_place place;
    struct store *store; /* NULL while it is closed */
    struct arena *arena;
    struct error error;
};

/* A database with nothing in it, no key, no setting. */
void key_world_open(struct key_world *world);
void key_world_close(struct key_world *world);
void key_world_close_store(struct key_world *world);
void key_world_open_store(struct key_world *world);
/* NULL: not set. */
void key_world_set(struct key_world *world, const char *name, const char *value);

/* Two settings, a target and a signing key, sealed with the key that counts. */
void key_world_fill(struct key_world *world);
/* The key that counts opens all of them, and what comes out is what went in. */
void key_world_expect_open(struct key_world *world);
/* The mark of the key that counts; in the arena. */
const char *key_world_mark(struct key_world *world);
/* Files of the directory whose names begin so. */
int key_world_files(const struct key_world *world, const char *start);

#endif

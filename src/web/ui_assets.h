/*
 * ui_assets.h: the files of the web interface, as they were built into the program. Pure; any
 * thread; nothing is copied or owned, all of it lives as long as the program.
 *
 * A table is sorted by path. That of the program, ui_assets_built_in, is made by the build
 * (tools/embed-ui.cmake): the bytes lie in the program file and are read from it when somebody asks
 * for them. A program without its interface (LISTSYNC_UI=OFF) has an empty one, and so have tests,
 * which bring tables of their own.
 */
#ifndef LISTSYNC_WEB_UI_ASSETS_H
#define LISTSYNC_WEB_UI_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#include "web/compression.h"
#include "web/message.h"

struct ui_asset {
    const char *path;       /* "assets/index-4f1c.js" */
    const char *media_type; /* "text/javascript; charset=utf-8" */
    const char *etag;       /* quoted, of the contents */
    bool is_immutable;      /* the name changes with the contents */
    /* Plain and packed; without bytes where packing gained nothing. */
    struct web_bytes forms[COMPRESSION_COUNT];
};

struct ui_assets {
    const struct ui_asset *items;
    size_t count;
};

extern const struct ui_assets ui_assets_built_in;

const struct ui_asset *ui_assets_find(const struct ui_assets *assets, const char *path); /* NULL */

#endif

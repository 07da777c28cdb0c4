#include "web/ui_assets.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *path, const void *asset)
{
    return strcmp(path, ((const struct ui_asset *)asset)->path);
}

const struct ui_asset *ui_assets_find(const struct ui_assets *assets, const char *path)
{
    if (!assets->count)
        return NULL;
    return bsearch(path, assets->items, assets->count, sizeof(*assets->items), compare);
}

#include "store/items_cursor.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

/* "1 1 0 0 603 the matrix": version, order, direction, number, id, and the key to the end. */
enum { VERSION = 1, TEXT_SIZE = ITEM_PLACE_KEY_SIZE + 64 };

static const char digits[] = "0123456789abcdef";

const char *items_cursor_write(struct arena *arena, enum items_order order, bool reversed,
                               const struct item_place *place)
{
    const char *text = arena_print(arena, "%d %d %d %" PRId64 " %" PRId64 " %s", VERSION,
                                   (int)order, reversed, place->number, place->id, place->key);
    size_t length = strlen(text);
    char *cursor = arena_take(arena, 2 * length + 1);

    for (size_t i = 0; i < length; i++) {
        cursor[2 * i] = digits[(unsigned char)text[i] >> 4];
        cursor[2 * i + 1] = digits[(unsigned char)text[i] & 15];
    }
    return cursor;
}

static int digit(char letter)
{
    const char *at = letter ? strchr(digits, letter) : NULL;

    return at ? (int)(at - digits) : -1;
}

static bool decode(const char *cursor, char text[TEXT_SIZE])
{
    size_t length = strlen(cursor) / 2;

    if (strlen(cursor) % 2 || length >= TEXT_SIZE)
        return false;
    for (size_t i = 0; i < length; i++) {
        int high = digit(cursor[2 * i]), low = digit(cursor[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        text[i] = (char)(high << 4 | low);
    }
    text[length] = '\0';
    return strlen(text) == length && text_is_valid_utf8(text, length);
}

/* Takes a number and the blank behind it. */
static bool take(char **text, int64_t low, int64_t *ret)
{
    char *end = strchr(*text, ' ');

    if (!end)
        return false;
    *end = '\0';
    bool taken = text_to_integer(*text, low, INT64_MAX, ret);
    *text = end + 1;
    return taken;
}

enum error_code items_cursor_read(const char *cursor, enum items_order order, bool reversed,
                                  struct item_place *ret, struct error *error)
{
    char text[TEXT_SIZE], *at = text;
    int64_t version = 0, order_number = 0, direction = 0;
    struct item_place place = {.id = 0};

    if (!decode(cursor, text) || !take(&at, VERSION, &version) || version != VERSION ||
        !take(&at, 0, &order_number) || !take(&at, 0, &direction) ||
        !take(&at, INT64_MIN, &place.number) || !take(&at, 0, &place.id) ||
        strlen(at) >= sizeof(place.key))
        return error_set(error, ERROR_USAGE, "this is no cursor of a page of items");
    if (order_number != (int64_t)order || direction != (int64_t)reversed)
        return error_set(error, ERROR_USAGE,
                         "this cursor is of a page in another order: start at the first page");
    text_copy(place.key, sizeof(place.key), at);
    *ret = place;
    return ERROR_NONE;
}

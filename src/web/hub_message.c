#include "web/hub_message.h"

#include "base/json_value.h"

static bool read_types(const struct json_value *types, struct feed_wish *wish)
{
    *wish = (struct feed_wish){0};
    if (!json_value_is_array(types))
        return false;
    for (size_t i = 0; i < json_value_count(types); i++) {
        const char *type = json_value_text(json_value_at(types, i));
        if (!type || !feed_wish_add(wish, type))
            return false;
    }
    return true;
}

static bool read_log_level(const struct json_value *level, struct feed_wish *wish)
{
    const char *word = json_value_text(level);

    if (json_value_is_null(level)) {
        wish->wants_log = false;
        wish->least = LOG_DEBUG;
        return true;
    }
    wish->wants_log = true;
    return word && log_level_from_word(word, &wish->least);
}

static void read_subscribe(const struct json_value *subscribe, struct hub_message *ret)
{
    const struct json_value *types = json_value_get(subscribe, "types");
    const struct json_value *level = json_value_get(subscribe, "log_level");

    if (!json_value_is_object(subscribe))
        ret->problem = "subscribe wants an object";
    else if (types && !read_types(types, &ret->wish))
        ret->problem = "types wants a list of event types";
    else if (level && !read_log_level(level, &ret->wish))
        ret->problem = "log_level wants debug, info, warning, error or null";
    else
        ret->kind = HUB_MESSAGE_SUBSCRIBE;
}

static void read_ping(const struct json_value *ping, struct hub_message *ret)
{
    ret->ping = json_value_integer(ping);
    if (json_value_is_integer(ping))
        ret->kind = HUB_MESSAGE_PING;
    else
        ret->problem = "ping wants a whole number";
}

void hub_message_read(const char *text, size_t length, const struct feed_wish *now,
                      struct hub_message *ret)
{
    AUTO_JSON struct json_value *document = NULL;

    *ret = (struct hub_message){.wish = *now};
    if (json_value_parse(text, length, &document, NULL) || !json_value_is_object(document)) {
        ret->problem = "messages are JSON objects";
        return;
    }
    const struct json_value *subscribe = json_value_get(document, "subscribe");
    const struct json_value *ping = json_value_get(document, "ping");
    if (subscribe)
        read_subscribe(subscribe, ret);
    else if (ping)
        read_ping(ping, ret);
    else
        ret->problem = "messages are subscribe or ping";
}

/*
 * hub_message.h: what a WebSocket client may say, read from its JSON. Pure; any thread.
 *
 *     {"subscribe": {"types": ["run_item", "log"], "log_level": "warning"}}
 *     {"ping": 7}
 */
#ifndef LISTSYNC_WEB_HUB_MESSAGE_H
#define LISTSYNC_WEB_HUB_MESSAGE_H

#include "web/feed.h"

enum hub_message_kind { HUB_MESSAGE_BAD, HUB_MESSAGE_SUBSCRIBE, HUB_MESSAGE_PING };

struct hub_message {
    enum hub_message_kind kind;
    const char *problem; /* of BAD: a sentence that lives as long as the program */
    struct feed_wish wish;
    int64_t ping;
};

/* `now` is what the client is subscribed to: members that are not there stay as they are. */
void hub_message_read(const char *text, size_t length, const struct feed_wish *now,
                      struct hub_message *ret);

#endif

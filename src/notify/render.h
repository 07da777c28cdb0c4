/*
 * render.h: a notice as text, in the marks that a service understands and within its limit. Pure;
 * only files of notify/ include it.
 */
#ifndef LISTSYNC_NOTIFY_RENDER_H
#define LISTSYNC_NOTIFY_RENDER_H

#include "base/buffer.h"
#include "model/notice.h"

enum render_form {
    RENDER_PLAIN,
    RENDER_MARKDOWN, /* CommonMark, as Discord, Gotify, ntfy and Apprise read it */
    RENDER_SLACK,    /* Slack's mrkdwn */
    RENDER_HTML,     /* few tags, as Telegram and Pushover take them; lines end with \n */
};

/*
 * Parts with their titles, a line each: never more than `limit` bytes, always whole lines; titles
 * that do not fit are counted in a line after the others, parts in a last one. `is_brief`: without
 * the titles.
 */
void render_body(const struct notice *notice, enum render_form form, bool is_brief, size_t limit,
                 struct buffer *out);
/* Appends text so that nothing in it is taken for a mark. */
void render_escaped(struct buffer *out, enum render_form form, const char *text);
/* The notice's title, escaped, and cut to the limit at a whole character. */
void render_title(const struct notice *notice, enum render_form form, size_t limit,
                  struct buffer *out);

#endif

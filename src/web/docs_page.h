/*
 * docs_page.h: the API as a page for people, printed from the routes' table. Pure; any thread.
 *
 * Plain HTML that works without script; its only companion is docs_page_style at /docs/style.css.
 * Texts of the table are escaped; nothing of the request gets into it but the base path.
 */
#ifndef LISTSYNC_WEB_DOCS_PAGE_H
#define LISTSYNC_WEB_DOCS_PAGE_H

#include "base/buffer.h"
#include "web/route.h"

extern const char docs_page_style[];

/* `base_path` is what stands before our paths for whoever reads this: "" or "/listsync". */
void docs_page_put(struct buffer *page, const struct route *const *routes, const char *base_path);
/* The page at "/" where there is no web interface; `sentence` says why. */
void docs_page_put_start(struct buffer *page, const char *sentence, const char *base_path);

#endif

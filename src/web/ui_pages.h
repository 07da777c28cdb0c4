/*
 * ui_pages.h: the web interface on its door: its files, and its page at every address that is
 * nobody else's. Pure but for the call; any thread.
 *
 * The interface draws its pages in the browser, so that each of their addresses answers with the
 * same index.html; where a proxy or LISTSYNC_BASE_PATH puts something before our paths, its
 * <base href="/"> says so. Nothing in it is secret: it is served without login, and not counted
 * against the rate limit, for a page takes many files at once. What it shows it asks the API for.
 */
#ifndef LISTSYNC_WEB_UI_PAGES_H
#define LISTSYNC_WEB_UI_PAGES_H

#include "web/call.h"

/*
 * The route that serves this call with a file or the page of the interface; NULL: it is none of
 * ours. call->route and call->allowed say what the API has at the path.
 *
 * A path below something of the API ("/api/...") is never a page, nor is one below /assets/ or of
 * a client that does not say that it takes HTML. A path that looks like a file's ("/favicon.ico")
 * is one only for who asks for HTML by name.
 */
const struct route *ui_pages_route(const struct call *call);

#endif

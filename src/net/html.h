/*
 * html.h: questions to bad HTML and to XML feeds. libxml2 is included in html.c only.
 *
 * Bytes that are no UTF-8 are repaired first; nothing is fetched, no entity is expanded beyond
 * the built-in ones. Expressions are XPath 1.0, written by us, never by input. In feeds a name
 * with a prefix is asked for by local-name().
 *
 * A document is owned by whoever parsed it; nodes and lists borrow from it. One thread at a time.
 */
#ifndef LISTSYNC_NET_HTML_H
#define LISTSYNC_NET_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct html;
struct html_node; /* borrowed */

/* ERROR_LIMIT past 512 nested elements: a page is read to its end or not at all. */
enum error_code html_parse(const char *bytes, size_t length, struct html **ret,
                           struct error *error);
/* Strict: a feed that is cut off or not well-formed is ERROR_FORMAT with the line. */
enum error_code html_parse_xml(const char *bytes, size_t length, struct html **ret,
                               struct error *error);
void html_free(struct html *html); /* NULL is fine */

struct html_nodes {
    struct html_node **items;
    size_t count;
};

/* All nodes in document order; `from` NULL asks the whole document. Release what it returns. */
struct html_nodes html_find(struct html *html, struct html_node *from, const char *xpath);
void html_nodes_release(struct html_nodes *nodes);
/* The first node or NULL. */
struct html_node *html_first(struct html *html, struct html_node *from, const char *xpath);
/* string(xpath) with white space folded and trimmed; free() it; NULL when empty. */
char *html_text(struct html *html, struct html_node *from, const char *xpath);
/* An attribute's value, entities resolved; free() it; NULL when absent. */
char *html_attribute(struct html_node *node, const char *name);

void html_free_local(struct html **html);
#define AUTO_HTML  __attribute__((cleanup(html_free_local)))
#define AUTO_NODES __attribute__((cleanup(html_nodes_release)))

const char *html_library_version(void); /* libxml2's: "20914" */

#endif

#include "net/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* Bad pages leave elements open and nest far. libxml2 walks up the open ones again and again: past
 * this depth a hostile page of a few MB takes many seconds. */
enum { DEPTH_MAX = 512 };

struct html {
    xmlDoc *document;
    xmlXPathContext *context;
};

static void stay_silent(void *context, xmlError *error)
{
    (void)context;
    (void)error;
}

static struct html *html_new(xmlDoc *document)
{
    struct html *html = memory_new(sizeof(*html));

    html->document = document;
    html->context = xmlXPathNewContext(document);
    CHECK(html->context);
    html->context->error = stay_silent;
    return html;
}

void html_free(struct html *html)
{
    if (!html)
        return;
    xmlXPathFreeContext(html->context);
    xmlFreeDoc(html->document);
    free(html);
}

void html_free_local(struct html **html)
{
    html_free(*html);
}

static void start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    xmlParserCtxt *parser = context;

    if (parser->nodeNr < DEPTH_MAX)
        xmlSAX2StartElement(context, name, attributes);
    else
        xmlStopParser(parser);
}

/* Takes over the parser and what it made of the page. */
static enum error_code keep(xmlParserCtxt *parser, xmlDoc *document, struct html **ret,
                            struct error *error)
{
    bool was_stopped = parser->disableSAX;

    xmlFreeParserCtxt(parser);
    if (document && !was_stopped) {
        *ret = html_new(document);
        return ERROR_NONE;
    }
    xmlFreeDoc(document);
    if (was_stopped)
        return error_set(error, ERROR_LIMIT, "the page is nested deeper than %d elements",
                         DEPTH_MAX);
    return error_set(error, ERROR_FORMAT, "the page holds no HTML");
}

static void prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, xmlInitParser); /* it is not safe in several threads at once */
}

enum error_code html_parse(const char *bytes, size_t length, struct html **ret, struct error *error)
{
    AUTO_FREE char *valid = text_valid_utf8(bytes, length, &length);

    if (length > INT_MAX)
        return error_set(error, ERROR_LIMIT, "the page is larger than 2 GB");
    prepare();
    htmlParserCtxt *parser = htmlNewParserCtxt();
    CHECK(parser);
    parser->sax->startElement = start_element;
    /* HUGE lifts the depth of 256, at which the parser would stop without a word. */
    xmlDoc *document =
        htmlCtxtReadMemory(parser, valid, (int)length, NULL, "UTF-8",
                           HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                               HTML_PARSE_NONET | HTML_PARSE_COMPACT | (int)XML_PARSE_HUGE);
    return keep(parser, document, ret, error);
}

static enum error_code no_xml(const xmlParserCtxt *parser, struct error *error)
{
    AUTO_FREE char *why = memory_text(parser->lastError.message ? parser->lastError.message : "");

    return error_set(error, ERROR_FORMAT, "the answer is no XML: line %d: %s",
                     parser->lastError.line, text_trim(why));
}

enum error_code html_parse_xml(const char *bytes, size_t length, struct html **ret,
                               struct error *error)
{
    AUTO_FREE char *valid = text_valid_utf8(bytes, length, &length);

    if (length > INT_MAX)
        return error_set(error, ERROR_LIMIT, "the answer is larger than 2 GB");
    prepare();
    xmlParserCtxt *parser = xmlNewParserCtxt();
    CHECK(parser);
    /* An entity that is never declared cannot grow; using one is an error of the feed. */
    parser->sax->entityDecl = NULL;
    xmlDoc *document = xmlCtxtReadMemory(parser, valid, (int)length, NULL, "UTF-8",
                                         XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET |
                                             XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    enum error_code rc = document ? ERROR_NONE : no_xml(parser, error);
    if (!rc)
        *ret = html_new(document);
    xmlFreeParserCtxt(parser);
    return rc;
}

static xmlXPathObject *evaluate(struct html *html, struct html_node *from, const char *xpath)
{
    xmlXPathCompExpr *compiled = xmlXPathCtxtCompile(html->context, BAD_CAST xpath);

    CHECK(compiled); /* expressions are ours */
    html->context->node = from ? (xmlNode *)from : (xmlNode *)html->document;
    xmlXPathObject *result = xmlXPathCompiledEval(compiled, html->context);
    xmlXPathFreeCompExpr(compiled);
    return result;
}

struct html_nodes html_find(struct html *html, struct html_node *from, const char *xpath)
{
    struct html_nodes nodes = {0};
    xmlXPathObject *result = evaluate(html, from, xpath);

    if (result && result->type == XPATH_NODESET && !xmlXPathNodeSetIsEmpty(result->nodesetval)) {
        nodes.count = (size_t)result->nodesetval->nodeNr;
        nodes.items = memory_array(nodes.count, sizeof(*nodes.items));
        for (size_t i = 0; i < nodes.count; i++)
            nodes.items[i] = (struct html_node *)result->nodesetval->nodeTab[i];
    }
    xmlXPathFreeObject(result);
    return nodes;
}

void html_nodes_release(struct html_nodes *nodes)
{
    free(nodes->items);
    *nodes = (struct html_nodes){0};
}

struct html_node *html_first(struct html *html, struct html_node *from, const char *xpath)
{
    AUTO_NODES struct html_nodes nodes = html_find(html, from, xpath);

    return nodes.count ? nodes.items[0] : NULL;
}

/* Bytes of white space at `text`: also the no-break space, which pages use between words. */
static size_t white_space(const char *text)
{
    if (text_starts_with(text, "\xC2\xA0"))
        return 2;
    return *text && strchr(" \t\r\n\f\v", *text) ? 1 : 0;
}

/* Folds runs of white space to one blank and trims both ends, in place. */
static void fold(char *text)
{
    char *to = text;
    bool wants_blank = false;

    for (const char *from = text; *from;) {
        size_t blank = white_space(from);
        wants_blank = blank ? to != text : wants_blank;
        from += blank;
        if (blank || !*from)
            continue;
        if (wants_blank)
            *to++ = ' ';
        wants_blank = false;
        *to++ = *from++;
    }
    *to = '\0';
}

/* Our own copy, because libxml2's memory is not free()'s by contract. */
static char *own(xmlChar *text)
{
    char *copy = memory_text((const char *)text);

    xmlFree(text);
    return copy;
}

char *html_text(struct html *html, struct html_node *from, const char *xpath)
{
    xmlXPathObject *result = evaluate(html, from, xpath);
    AUTO_FREE char *text = result ? own(xmlXPathCastToString(result)) : NULL;

    xmlXPathFreeObject(result);
    if (!text)
        return NULL;
    fold(text);
    return *text ? TAKE(text) : NULL;
}

char *html_attribute(struct html_node *node, const char *name)
{
    xmlNode *element = (xmlNode *)node;

    if (!element || element->type != XML_ELEMENT_NODE)
        return NULL;
    return own(xmlGetNoNsProp(element, BAD_CAST name));
}

const char *html_library_version(void)
{
    return xmlParserVersion;
}

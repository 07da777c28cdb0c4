#include "web/docs_page.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "web/openapi.h"

const char docs_page_style[] =
    ":root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: #2563eb; }\n"
    "@media (prefers-color-scheme: dark) { :root { --accent: #7aa7ff; } }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; "
    "}\n"
    "h1 { margin: .5rem 0; } h2 { margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }\n"
    "h3 { margin: 1rem 0 .25rem; font-size: 1rem; }\n"
    "nav a { margin-right: 1rem; } a { color: var(--accent); }\n"
    "details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; }\n"
    "summary { cursor: pointer; padding: .4rem .8rem; overflow-wrap: anywhere; }\n"
    "details > div { padding: 0 .8rem .8rem; overflow-x: auto; }\n"
    "summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); }\n"
    "code, pre { font: .9em/1.5 ui-monospace, monospace; }\n"
    "pre { background: var(--soft); padding: .6rem; border-radius: .3rem; overflow-x: auto; }\n"
    ".method { display: inline-block; min-width: 4.5rem; font-weight: 700; }\n"
    ".access { float: right; background: var(--soft); border-radius: .3rem; padding: 0 .4rem; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; "
    "border-bottom: 1px solid var(--soft); }\n"
    "@media (max-width: 40rem) {\n"
    "tr { display: block; padding: .3rem 0; border-bottom: 1px solid var(--soft); }\n"
    "td { display: inline-block; padding: 0 .6rem 0 0; border: 0; overflow-wrap: anywhere; }\n"
    "td:last-child { display: block; }\n"
    "}\n";

enum { DEPTH_MOST = 6 };

static void put_escaped(struct buffer *page, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buffer_text(page, "&amp;");
            break;
        case '<':
            buffer_text(page, "&lt;");
            break;
        case '>':
            buffer_text(page, "&gt;");
            break;
        case '"':
            buffer_text(page, "&quot;");
            break;
        default:
            buffer_byte(page, *text);
        }
    }
}

/* One escaped text between two that are HTML already. */
static void put_between(struct buffer *page, const char *before, const char *text,
                        const char *after)
{
    buffer_text(page, before);
    put_escaped(page, text);
    buffer_text(page, after);
}

static void put_head(struct buffer *page, const char *title, const char *base_path)
{
    put_between(page,
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
                title, "</title>\n");
    put_between(page, "<link rel=\"stylesheet\" href=\"", base_path,
                "/docs/style.css\">\n</head>\n<body>\n");
    put_between(page, "<h1>", title, "</h1>\n");
}

static const char *kind_word(enum field_kind kind)
{
    static const char *const words[] = {
        [FIELD_TEXT] = "text",      [FIELD_INTEGER] = "integer", [FIELD_NUMBER] = "number",
        [FIELD_SWITCH] = "boolean", [FIELD_OBJECT] = "object",   [FIELD_LIST] = "list",
        [FIELD_MAP] = "map",        [FIELD_ANY] = "any",
    };
    return words[kind];
}

static void put_kind(struct buffer *page, const struct field *field)
{
    buffer_text(page, kind_word(field->kind));
    if (field->kind == FIELD_LIST || field->kind == FIELD_MAP)
        buffer_print(page, " of %s", kind_word(field->of));
    if (field->flags & FIELD_NULLABLE)
        buffer_text(page, " or null");
    if (field->high == INT64_MAX)
        buffer_print(page, ", at least %" PRId64, field->low);
    else if (field->low || field->high)
        buffer_print(page, ", %" PRId64 " to %" PRId64, field->low, field->high);
}

static void put_meaning(struct buffer *page, const struct field *field)
{
    if (field->help)
        put_between(page, "", field->help, text_ends_with(field->help, ".") ? " " : ". ");
    for (size_t i = 0; field->words && field->words[i]; i++)
        put_between(page, i ? ", <code>" : "One of: <code>", field->words[i], "</code>");
    if (field->words)
        buffer_text(page, ". ");
    if (field->fallback)
        put_between(page, "Else <code>", field->fallback, "</code>.");
}

/* Rows for a table's fields and, indented by their path, those within. */
static void put_rows(struct buffer *page, const struct field *table, const char *path,
                     bool is_answer, int depth)
{
    for (; table->kind != FIELD_END && depth < DEPTH_MOST; table++) {
        bool is_wanted = !is_answer && table->flags & (FIELD_REQUIRED | FIELD_IN_PATH);
        if (is_answer && table->flags & FIELD_SECRET)
            continue;
        AUTO_FREE char *name = memory_print("%s%s", path, table->name);
        put_between(page, "<tr><td><code>", name, "</code></td><td>");
        put_kind(page, table);
        buffer_text(page, is_wanted ? ", required</td><td>" : "</td><td>");
        put_meaning(page, table);
        buffer_text(page, "</td></tr>\n");
        if (!table->fields)
            continue;
        AUTO_FREE char *within = memory_print("%s%s.", name, table->kind == FIELD_LIST ? "[]" : "");
        put_rows(page, table->fields, within, is_answer, depth + 1);
    }
}

static void put_table(struct buffer *page, const char *title, const struct field *table,
                      bool is_answer)
{
    if (!table)
        return;
    buffer_print(page, "<h3>%s</h3>\n<table>\n", title);
    put_rows(page, table, "", is_answer, 0);
    buffer_text(page, "</table>\n");
}

static void put_answer(struct buffer *page, const struct route *route)
{
    const struct field *answer = route->answer;

    if (!answer) {
        buffer_print(page, "<h3>Answer</h3>\n<p>%s</p>\n",
                     route->media_type ? route->media_type : "Nothing but the status.");
        return;
    }
    put_table(page, answer->kind == FIELD_LIST ? "Answer: a list of" : "Answer", answer->fields,
              true);
}

static void put_example(struct buffer *page, const struct route *route, const char *base_path)
{
    buffer_text(page, "<pre>curl ");
    if (route->method != WEB_GET)
        buffer_print(page, "-X %s ", web_method_word(route->method));
    if (route->access != ACCESS_NONE)
        buffer_text(page, "-H 'X-Api-Key: ...' ");
    if (route->body)
        buffer_text(page, "-H 'Content-Type: application/json' -d '{...}' ");
    if (route->takes)
        buffer_print(page, "-H 'Content-Type: %s' --data-binary @FILE ", route->takes);
    put_between(page, "http://localhost:4222", base_path, "");
    put_between(page, "", route->path, "</pre>\n");
}

static void put_route(struct buffer *page, const struct route *route, const char *base_path)
{
    buffer_print(page, "<details id=\"%s\"><summary><span class=\"method\">%s</span> <code>",
                 route->id, web_method_word(route->method));
    put_escaped(page, route->path);
    buffer_print(page, "</code> <span class=\"access\">%s</span> ",
                 openapi_access_word(route->access));
    put_between(page, "", route->summary, "</summary>\n<div>\n");
    put_example(page, route, base_path);
    put_table(page, "Parameters", route->parameters, false);
    put_table(page, "Body", route->body, false);
    put_answer(page, route);
    buffer_text(page, "</div>\n</details>\n");
}

static bool is_first_of_tag(const struct route *const *routes, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(routes[i]->tag, routes[index]->tag) == 0)
            return false;
    }
    return true;
}

static void put_navigation(struct buffer *page, const struct route *const *routes)
{
    buffer_text(page, "<nav aria-label=\"Parts of the API\">\n");
    for (size_t i = 0; routes[i]; i++) {
        if (!is_first_of_tag(routes, i))
            continue;
        put_between(page, "<a href=\"#tag-", routes[i]->tag, "\">");
        put_between(page, "", routes[i]->tag, "</a>\n");
    }
    buffer_text(page, "</nav>\n");
}

static void put_tag(struct buffer *page, const struct route *const *routes, size_t first,
                    const char *base_path)
{
    put_between(page, "<h2 id=\"tag-", routes[first]->tag, "\">");
    put_between(page, "", routes[first]->tag, "</h2>\n");
    for (size_t i = first; routes[i]; i++) {
        if (strcmp(routes[i]->tag, routes[first]->tag) == 0)
            put_route(page, routes[i], base_path);
    }
}

void docs_page_put(struct buffer *page, const struct route *const *routes, const char *base_path)
{
    put_head(page, "ListSync API", base_path);
    buffer_print(page, "<p>Version %s. The same for programs: <a href=\"", LISTSYNC_VERSION);
    put_between(page, "", base_path,
                "/openapi.json\">openapi.json</a> (OpenAPI 3.1). Each line says what a caller must "
                "be allowed: none, read, sync or admin; a key goes into the header "
                "<code>X-Api-Key</code>. Failures are <code>{\"detail\": a sentence, \"code\": a "
                "word}</code>.</p>\n");
    put_navigation(page, routes);
    buffer_text(page, "<main>\n");
    for (size_t i = 0; routes[i]; i++) {
        if (is_first_of_tag(routes, i))
            put_tag(page, routes, i, base_path);
    }
    buffer_text(page, "</main>\n</body>\n</html>\n");
}

void docs_page_put_start(struct buffer *page, const char *sentence, const char *base_path)
{
    put_head(page, "ListSync", base_path);
    buffer_print(page, "<main>\n<p>ListSync %s is running. ", LISTSYNC_VERSION);
    put_between(page, "", sentence, "</p>\n<ul>\n");
    put_between(page, "<li><a href=\"", base_path, "/docs\">what it can do</a>, to read</li>\n");
    put_between(
        page, "<li><a href=\"", base_path,
        "/openapi.json\">the same for programs</a></li>\n</ul>\n</main>\n</body>\n</html>\n");
}

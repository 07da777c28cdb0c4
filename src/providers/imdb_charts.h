/*
 * imdb_charts.h: the charts of IMDb that can be given as a list.
 *
 * Source of facts: the chart pages of www.imdb.com and the values of `chartType` that its data
 * service takes (seen 2023 to 2026).
 */
#ifndef LISTSYNC_PROVIDERS_IMDB_CHARTS_H
#define LISTSYNC_PROVIDERS_IMDB_CHARTS_H

struct imdb_chart {
    const char *name;  /* id of the list and last part of the page's path: "top" */
    const char *page;  /* where a person can look at it */
    const char *type;  /* chartType of the data service; NULL: the box office, asked otherwise */
    const char *title; /* for people */
};

/* NULL when there is no such chart. */
const struct imdb_chart *imdb_charts_find(const char *name);

#endif

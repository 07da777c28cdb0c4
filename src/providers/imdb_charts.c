#include "providers/imdb_charts.h"

#include "base/memory.h"
#include "base/text.h"

#define CHART_PAGE(path) "https://www.imdb.com/" path "/"

static const struct imdb_chart charts[] = {
    {"top", CHART_PAGE("chart/top"), "TOP_RATED_MOVIES", "IMDb Top 250 Movies"},
    {"toptv", CHART_PAGE("chart/toptv"), "TOP_RATED_TV_SHOWS", "IMDb Top 250 TV Shows"},
    {"moviemeter", CHART_PAGE("chart/moviemeter"), "MOST_POPULAR_MOVIES",
     "IMDb Most Popular Movies"},
    {"tvmeter", CHART_PAGE("chart/tvmeter"), "MOST_POPULAR_TV_SHOWS", "IMDb Most Popular TV Shows"},
    {"boxoffice", CHART_PAGE("chart/boxoffice"), NULL, "IMDb Top Box Office"},
    {"bottom", CHART_PAGE("chart/bottom"), "LOWEST_RATED_MOVIES", "IMDb Lowest Rated Movies"},
    {"top-english-movies", CHART_PAGE("chart/top-english-movies"), "TOP_RATED_ENGLISH_MOVIES",
     "IMDb Top Rated English Movies"},
    {"top-rated-indian-movies", CHART_PAGE("india/top-rated-indian-movies"),
     "TOP_RATED_INDIAN_MOVIES", "IMDb Top Rated Indian Movies"},
};

const struct imdb_chart *imdb_charts_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(charts); i++)
        if (text_equal_ignoring_case(charts[i].name, name))
            return &charts[i];
    return NULL;
}

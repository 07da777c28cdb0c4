/* "PST" -> "America/Los_Angeles": what people write who have never seen the name of a zone. */
#include "base/text.h"
#include "base/time_zone.h"

/*
 * Sorted. Of several with one abbreviation the first is meant when no region is given; it is the
 * one most people would mean. Summer's abbreviation names the same place as winter's.
 */
static const struct {
    const char *abbreviation, *region, *zone;
} table[] = {
    {"ACDT", "AU", "Australia/Adelaide"},
    {"ACST", "AU", "Australia/Darwin"},
    {"ACT", "US", "America/Rio_Branco"},
    {"ADT", "US", "America/Halifax"},
    {"AEDT", "AU", "Australia/Sydney"},
    {"AEST", "AU", "Australia/Brisbane"},
    {"AET", "AU", "Australia/Sydney"},
    {"AFT", "ASIA", "Asia/Kabul"},
    {"AKDT", "US", "America/Anchorage"},
    {"AKST", "US", "America/Anchorage"},
    {"ALMT", "ASIA", "Asia/Almaty"},
    {"AMT", "US", "America/Manaus"},
    {"AMT", "ASIA", "Asia/Yerevan"},
    {"ART", "US", "America/Argentina/Buenos_Aires"},
    {"AST", "US", "America/Halifax"},
    {"AST", "ASIA", "Asia/Riyadh"},
    {"AWST", "AU", "Australia/Perth"},
    {"AZOST", "EU", "Atlantic/Azores"},
    {"AZOT", "EU", "Atlantic/Azores"},
    {"AZT", "ASIA", "Asia/Baku"},
    {"BDT", "ASIA", "Asia/Dhaka"},
    {"BNT", "ASIA", "Asia/Brunei"},
    {"BOT", "US", "America/La_Paz"},
    {"BRST", "US", "America/Sao_Paulo"},
    {"BRT", "US", "America/Sao_Paulo"},
    {"BST", "EU", "Europe/London"},
    {"BST", "ASIA", "Asia/Dhaka"},
    {"BTT", "ASIA", "Asia/Thimphu"},
    {"CAT", "EU", "Africa/Maputo"},
    {"CCT", "ASIA", "Indian/Cocos"},
    {"CDT", "US", "America/Chicago"},
    {"CEST", "EU", "Europe/Paris"},
    {"CHADT", "NZ", "Pacific/Chatham"},
    {"CHAST", "NZ", "Pacific/Chatham"},
    {"CHST", "US", "Pacific/Guam"},
    {"CKT", "NZ", "Pacific/Rarotonga"},
    {"CLST", "US", "America/Santiago"},
    {"CLT", "US", "America/Santiago"},
    {"COT", "US", "America/Bogota"},
    {"CST", "US", "America/Chicago"},
    {"CST", "ASIA", "Asia/Shanghai"},
    {"CST", "AU", "Australia/Darwin"},
    {"CT", "US", "America/Chicago"},
    {"CVT", "EU", "Atlantic/Cape_Verde"},
    {"EASST", "US", "Pacific/Easter"},
    {"EAST", "US", "Pacific/Easter"},
    {"EAT", "EU", "Africa/Nairobi"},
    {"ECT", "US", "America/Guayaquil"},
    {"EDT", "US", "America/New_York"},
    {"EDT", "AU", "Australia/Sydney"},
    {"EEST", "EU", "Europe/Athens"},
    {"EST", "US", "America/New_York"},
    {"EST", "AU", "Australia/Brisbane"},
    {"ET", "US", "America/New_York"},
    {"FJT", "NZ", "Pacific/Fiji"},
    {"FKT", "US", "Atlantic/Stanley"},
    {"FNT", "US", "America/Noronha"},
    {"GALT", "US", "Pacific/Galapagos"},
    {"GET", "ASIA", "Asia/Tbilisi"},
    {"GFT", "US", "America/Cayenne"},
    {"GST", "ASIA", "Asia/Dubai"},
    {"GYT", "US", "America/Guyana"},
    {"HADT", "US", "America/Adak"},
    {"HAST", "US", "Pacific/Honolulu"},
    {"HKT", "ASIA", "Asia/Hong_Kong"},
    {"HOVT", "ASIA", "Asia/Hovd"},
    {"HST", "US", "Pacific/Honolulu"},
    {"ICT", "ASIA", "Asia/Bangkok"},
    {"IDT", "ASIA", "Asia/Jerusalem"},
    {"IRKT", "ASIA", "Asia/Irkutsk"},
    {"IRST", "ASIA", "Asia/Tehran"},
    {"IST", "ASIA", "Asia/Kolkata"},
    {"IST", "EU", "Europe/Dublin"},
    {"JST", "ASIA", "Asia/Tokyo"},
    {"KGT", "ASIA", "Asia/Bishkek"},
    {"KRAT", "ASIA", "Asia/Krasnoyarsk"},
    {"KST", "ASIA", "Asia/Seoul"},
    {"LHDT", "AU", "Australia/Lord_Howe"},
    {"LHST", "AU", "Australia/Lord_Howe"},
    {"MAGT", "ASIA", "Asia/Magadan"},
    {"MDT", "US", "America/Denver"},
    {"MMT", "ASIA", "Asia/Yangon"},
    {"MSK", "EU", "Europe/Moscow"},
    {"MST", "US", "America/Denver"},
    {"MST", "ASIA", "Asia/Kuala_Lumpur"},
    {"MT", "US", "America/Denver"},
    {"MUT", "ASIA", "Indian/Mauritius"},
    {"MVT", "ASIA", "Indian/Maldives"},
    {"MYT", "ASIA", "Asia/Kuala_Lumpur"},
    {"NCT", "NZ", "Pacific/Noumea"},
    {"NDT", "US", "America/St_Johns"},
    {"NFT", "AU", "Pacific/Norfolk"},
    {"NOVT", "ASIA", "Asia/Novosibirsk"},
    {"NPT", "ASIA", "Asia/Kathmandu"},
    {"NST", "US", "America/St_Johns"},
    {"NT", "US", "America/St_Johns"},
    {"NZDT", "NZ", "Pacific/Auckland"},
    {"NZST", "NZ", "Pacific/Auckland"},
    {"NZT", "NZ", "Pacific/Auckland"},
    {"OMST", "ASIA", "Asia/Omsk"},
    {"PDT", "US", "America/Los_Angeles"},
    {"PET", "US", "America/Lima"},
    {"PETT", "ASIA", "Asia/Kamchatka"},
    {"PGT", "AU", "Pacific/Port_Moresby"},
    {"PHT", "ASIA", "Asia/Manila"},
    {"PKT", "ASIA", "Asia/Karachi"},
    {"PST", "US", "America/Los_Angeles"},
    {"PST", "ASIA", "Asia/Manila"},
    {"PT", "US", "America/Los_Angeles"},
    {"PYT", "US", "America/Asuncion"},
    {"RET", "ASIA", "Indian/Reunion"},
    {"SAKT", "ASIA", "Asia/Sakhalin"},
    {"SAMT", "EU", "Europe/Samara"},
    {"SAST", "EU", "Africa/Johannesburg"},
    {"SBT", "AU", "Pacific/Guadalcanal"},
    {"SCT", "ASIA", "Indian/Mahe"},
    {"SGT", "ASIA", "Asia/Singapore"},
    {"SRT", "US", "America/Paramaribo"},
    {"SST", "US", "Pacific/Pago_Pago"},
    {"SST", "ASIA", "Asia/Singapore"},
    {"TFT", "ASIA", "Indian/Kerguelen"},
    {"TJT", "ASIA", "Asia/Dushanbe"},
    {"TLT", "ASIA", "Asia/Dili"},
    {"TMT", "ASIA", "Asia/Ashgabat"},
    {"TOT", "NZ", "Pacific/Tongatapu"},
    {"TRT", "EU", "Europe/Istanbul"},
    {"ULAT", "ASIA", "Asia/Ulaanbaatar"},
    {"UYT", "US", "America/Montevideo"},
    {"UZT", "ASIA", "Asia/Tashkent"},
    {"VET", "US", "America/Caracas"},
    {"VLAT", "ASIA", "Asia/Vladivostok"},
    {"VOLT", "EU", "Europe/Volgograd"},
    {"VUT", "AU", "Pacific/Efate"},
    {"WAT", "EU", "Africa/Lagos"},
    {"WEST", "EU", "Europe/Lisbon"},
    {"WIB", "ASIA", "Asia/Jakarta"},
    {"WIT", "ASIA", "Asia/Jayapura"},
    {"WITA", "ASIA", "Asia/Makassar"},
    {"YAKT", "ASIA", "Asia/Yakutsk"},
    {"YEKT", "ASIA", "Asia/Yekaterinburg"},
    {"Z", "EU", "UTC"},
    {0},
};

const char *time_zone_of_abbreviation(const char *text, const char *region)
{
    const char *first = NULL;

    for (size_t i = 0; table[i].zone; i++) {
        if (!text_equal_ignoring_case(table[i].abbreviation, text))
            continue;
        if (region && text_equal_ignoring_case(table[i].region, region))
            return table[i].zone;
        if (!first)
            first = table[i].zone;
    }
    return first;
}

size_t time_zone_abbreviation_count(void)
{
    size_t count = 0;

    for (size_t i = 0; table[i].zone; i++)
        count += i == 0 || !text_equal(table[i].abbreviation, table[i - 1].abbreviation);
    return count;
}

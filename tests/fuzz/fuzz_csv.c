/* Any bytes as an export: every row is handed out once and every field can be read. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_CSV struct csv csv;
    size_t line = 0;
    size_t total = 0;

    csv_init(&csv, (const char *)data, size);
    while (csv_next(&csv)) {
        CHECK(csv.line >= line + 1);
        CHECK(csv.count >= 1 && csv.count <= CSV_FIELDS);
        line = csv.line;
        for (size_t i = 0; i < csv.count; i++)
            total += strlen(csv_field(&csv, (int)i));
        (void)csv_find(&csv, "const");
    }
    CHECK(total <= 3 * size); /* a bad byte becomes the three of U+FFFD */
    return 0;
}

/* Any bytes as a title: folding ends, folds to the same again, and is valid text. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *title = memory_text_n((const char *)data, size);
    AUTO_FREE char *folded = title_fold(title);
    AUTO_FREE char *again = title_fold(folded);
    AUTO_FREE char *valid = text_valid_utf8(folded, strlen(folded), NULL);

    CHECK(strcmp(folded, again) == 0);
    CHECK(strcmp(folded, valid) == 0);
    CHECK(title_same(title, folded) == (*folded != '\0'));
    size_t length = strlen(title);
    int year = title_split_year(title);
    CHECK(year == 0 || strlen(title) < length);
    return 0;
}

/* First byte: a file, an answer of the web, or what a person typed. */
#include "answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size && bytes[0] == 'f')
        answer_to_list("custom", "file:/data/list", NULL, 200, bytes + 1, size - 1);
    if (size && bytes[0] == 'w')
        answer_to_list("custom", "https://example.org/list", NULL, 200, bytes + 1, size - 1);
    if (size && bytes[0] == 'i')
        answer_to_input("custom", bytes + 1, size - 1);
    return 0;
}

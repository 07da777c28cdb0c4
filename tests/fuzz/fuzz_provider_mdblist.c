/* First byte: the public feed, the API with a key, an error, or what a person typed. */
#include "answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char key[] = "MDBLIST_API_KEY";

    if (size == 0)
        return 0;
    switch (bytes[0]) {
    case 'f':
        answer_to_list("mdblist", "someone/good", NULL, 200, bytes + 1, size - 1);
        break;
    case 'k':
        answer_to_list("mdblist", "someone/good", key, 200, bytes + 1, size - 1);
        break;
    case 'e':
        answer_to_list("mdblist", "external/1", key, 403, bytes + 1, size - 1);
        break;
    case 'i':
        answer_to_input("mdblist", bytes + 1, size - 1);
        break;
    default:
        break;
    }
    return 0;
}
